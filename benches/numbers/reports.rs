//! Reports: how long a long run's report takes in every format and both languages, and how large it is.
//! Invariant: a run of the seed drill whose looks are multiplied to those of 45 minutes at five a second of six clients.
//! Used by: `main`.

use std::{fs, io::Write, path::Path, time::Duration};

use serde_json::Value;

use super::{
    broken::Broken,
    process::{self, firedrill},
    ratio,
};

const SAMPLES: usize = 81_000;
const ALL_MS: f64 = 2_000.0;
const JSON_MS: f64 = 500.0;
const VERIFY_MS: f64 = 100.0;
const FILE_KIB: f64 = 1_500.0;
const PATIENCE: Duration = Duration::from_secs(600);

/// Prints how long it takes to make every file again, and how large each is.
pub(crate) fn measure(speed: f64) -> Result<(), Broken> {
    let folder = tempfile::tempdir().map_err(Broken::io("no temporary folder"))?;
    let reports = folder.path().join("reports");
    let mut command = firedrill();
    command.args(["run", "drills/seoul-outage.yaml", "--lab", "--yes", "--seed", "1"]);
    command.args(["--speed", &speed.to_string()]).arg("--reports").arg(&reports);
    process::watch(&mut command, &folder.path().join("output"), PATIENCE)?;
    let entries = fs::read_dir(&reports).map_err(Broken::io("the reports could not be listed"))?;
    let mut runs = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let run = runs
        .find(|path| path.join("journal.jsonl").exists())
        .ok_or_else(|| Broken::Otherwise("there is no run among the reports".to_owned()))?;
    multiply(&run.join("samples.jsonl"))?;
    let took = |args: &[&str]| -> Result<f64, Broken> {
        let ended = process::time(firedrill().args(args).arg("--reports").arg(&reports))?;
        match ended.status.success() {
            true => Ok(ended.took.as_secs_f64() * 1e3),
            false => Err(Broken::Otherwise(format!("{args:?} did not succeed: {}", ended.status))),
        }
    };
    let both = took(&["report", "--lang", "both"])?;
    ratio::line("reports", &format!("{SAMPLES} samples: every format, both languages"), both, ALL_MS, "ms");
    let verified = took(&["verify", "latest"])?;
    ratio::line("reports", "its folder verified, file by file", verified, VERIFY_MS, "ms");
    let assessed = took(&["compare", "latest", "latest"])?;
    ratio::line("reports", "the run read and assessed, twice", assessed, 2.0 * JSON_MS, "ms");
    for name in ["report.json", "report.html", "report.ko.html", "report.pdf", "report.ko.pdf"] {
        let Ok(known) = fs::metadata(run.join(name)) else { continue };
        ratio::line("reports", name, known.len() as f64 / 1024.0, FILE_KIB, "KiB");
    }
    Ok(())
}

/// Looks between those that were taken, each like its neighbour, until there are enough.
fn multiply(path: &Path) -> Result<(), Broken> {
    let text = fs::read_to_string(path).map_err(Broken::io("the samples could not be read"))?;
    let lines: Vec<&str> = text.lines().collect();
    let mut file = fs::File::create(path).map_err(Broken::io("the samples could not be written"))?;
    let mut written = 0;
    for (place, line) in lines.iter().enumerate() {
        // Evenly: the run's end is there as its beginning is.
        let until = (place + 1) * SAMPLES / lines.len();
        for copy in 0..until - written {
            let mut sample: Value = serde_json::from_str(line).map_err(Broken::unreadable("a sample"))?;
            for moment in ["due", "started", "finished"] {
                if let Some(micros) = sample[moment]["mono_us"].as_u64() {
                    sample[moment]["mono_us"] = (micros + copy as u64 * 1_000).into();
                }
            }
            writeln!(file, "{sample}").map_err(Broken::io("the samples could not be written"))?;
        }
        written = until;
    }
    Ok(())
}
