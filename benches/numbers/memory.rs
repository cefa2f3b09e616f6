//! Memory: the most that a whole drill holds, the lab that it runs on included.
//! Used by: `main`.

use super::{drill::DrillRun, ratio};

const BOUND_MB: f64 = 48.0;

/// Prints the peak of a drill's process.
pub(crate) fn show(drill: &DrillRun) {
    match drill.peak_kib {
        Some(kib) => {
            let what = "a whole drill with its lab, peak memory";
            ratio::line("memory", what, kib as f64 * 1024.0 / 1e6, BOUND_MB, "MB");
        }
        None => ratio::fact("memory", "a whole drill", "not told by this system"),
    }
}
