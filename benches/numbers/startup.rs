//! Startup: how long a person waits for `--help` and for `check`, and what that takes.
//! Used by: `main`.

use super::{
    broken::Broken,
    process::{self, firedrill},
    ratio,
};

const TIMES: usize = 30;
const BOUND_MS: f64 = 15.0;

/// Every drill in `drills/`, as a shell would name them.
fn drills() -> Result<Vec<String>, Broken> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/drills");
    let entries = std::fs::read_dir(folder).map_err(Broken::io(format!("{folder} was not listed")))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let drills = paths.filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    Ok(drills.map(|path| path.display().to_string()).collect())
}

/// Prints the median of thirty whole processes, from before the start to after the end, and the peak memory.
pub(crate) fn measure() -> Result<(), Broken> {
    let check: Vec<String> = [vec!["check".to_owned()], drills()?].concat();
    for (what, args) in [("--help", vec!["--help".to_owned()]), ("check drills/*.yaml", check)] {
        let mut millis = Vec::new();
        for _ in 0..TIMES {
            let ended = process::time(firedrill().args(&args))?;
            if !ended.status.success() {
                return Err(Broken::Otherwise(format!("firedrill {what}: {}", ended.status)));
            }
            millis.push(ended.took.as_secs_f64() * 1e3);
        }
        let what_time = format!("firedrill {what}, median of {TIMES}");
        ratio::line("startup", &what_time, ratio::median(&mut millis), BOUND_MS, "ms");
        let peak = process::peak_of_short(firedrill().args(&args))?;
        let peak = peak.map_or("not told by this system".to_owned(), |kib| {
            format!("{:>9.3} MB", kib as f64 * 1024.0 / 1e6)
        });
        ratio::fact("startup", &format!("firedrill {what}, peak memory"), &peak);
    }
    Ok(())
}
