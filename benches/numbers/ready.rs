//! Ready: how long a person waits for the readiness of a deployment, at AWS's own pace.
//! Invariant: the lab's time is the machine's, so that every quota is waited for as it would be on AWS.
//! Not here: how many calls that takes (a test counts them).
//! Used by: `main`.

use super::{
    broken::Broken,
    process::{self, firedrill},
    ratio,
};

const TIMES: usize = 5;
const BOUND_S: f64 = 5.0;

/// Prints the median of whole processes, each with a lab of its own.
pub(crate) fn measure() -> Result<(), Broken> {
    let mut seconds = Vec::new();
    for _ in 0..TIMES {
        let words = ["ready", "drills/deployments/wordpress.yaml", "--lab", "--speed", "1"];
        let ended = process::time(firedrill().args(words))?;
        // A world that has just begun may leave a check unknown; a defect would be a bug of one of the two.
        if !matches!(ended.status.code(), Some(0 | 2)) {
            return Err(Broken::Otherwise(format!("firedrill ready: {}", ended.status)));
        }
        seconds.push(ended.took.as_secs_f64());
    }
    let what = format!("firedrill ready at speed 1, median of {TIMES}");
    ratio::line("ready", &what, ratio::median(&mut seconds), BOUND_S, "s");
    Ok(())
}
