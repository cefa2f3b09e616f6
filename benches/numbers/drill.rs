//! Drill: one run of the seed drill on a lab of its own, and all that it left to be read.
//! Invariant: a run that did not pass is broken, and its folder stays for whoever looks into it.
//! Used by: `overhead`, `memory`, `recovery`.

use std::{fs, path::Path, time::Duration};

use firedrill::journal::{self, JournalRead};
use serde_json::Value;

use super::{
    broken::Broken,
    process::{self, Ended, firedrill},
    truth::{self, Transition},
};

/// The drill's own limit is 45 minutes of the world's; no run that does not hang comes near half of it.
const PATIENCE: Duration = Duration::from_secs(25 * 60);
/// Start, report and a machine that is busy: real time, at any speed.
const GRACE: Duration = Duration::from_secs(60);

/// A drill that passed.
pub(crate) struct DrillRun {
    pub(crate) speed: f64,
    /// The whole process, in real time.
    pub(crate) took: Duration,
    pub(crate) peak_kib: Option<u64>,
    pub(crate) journal: JournalRead,
    pub(crate) report: Value,
    pub(crate) truth: Vec<Transition>,
}

impl DrillRun {
    /// Runs it.
    pub(crate) fn make(seed: u64, speed: f64) -> Result<DrillRun, Broken> {
        let folder = tempfile::tempdir().map_err(Broken::io("no temporary folder"))?;
        let made = make_in(folder.path(), seed, speed);
        made.map_err(|why| {
            let kept = folder.keep();
            Broken::Otherwise(format!("seed {seed}: {}; see {}", why.chain(), kept.display()))
        })
    }
}

fn make_in(folder: &Path, seed: u64, speed: f64) -> Result<DrillRun, Broken> {
    let (reports, truth_file, output) =
        (folder.join("reports"), folder.join("truth.jsonl"), folder.join("output"));
    let errors = fs::File::create(folder.join("errors")).map_err(Broken::io("no file for errors"))?;
    let mut command = firedrill();
    command.args(["run", "drills/seoul-outage.yaml", "--lab", "--yes"]);
    command.args(["--seed", &seed.to_string(), "--speed", &speed.to_string()]);
    command.arg("--reports").arg(&reports).arg("--lab-truth").arg(&truth_file).stderr(errors);
    let Ended { status, took, peak_kib } =
        process::watch(&mut command, &output, GRACE + PATIENCE.div_f64(speed))?;
    if !status.success() {
        return Err(Broken::Otherwise(format!("the drill did not pass: {status}")));
    }
    let run = run_folder(&reports)?;
    let journal = journal::read(&run).map_err(Broken::unreadable("the journal"))?;
    let report = fs::read(run.join("report.json")).map_err(Broken::io("report.json could not be read"))?;
    let report = serde_json::from_slice(&report).map_err(Broken::unreadable("report.json"))?;
    let truth = truth::read(&truth_file)?;
    Ok(DrillRun { speed, took, peak_kib, journal, report, truth })
}

/// The one run in a folder of reports.
fn run_folder(reports: &Path) -> Result<std::path::PathBuf, Broken> {
    let entries = fs::read_dir(reports).map_err(Broken::io("the reports could not be listed"))?;
    let mut runs = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("journal.jsonl").exists());
    runs.next().ok_or_else(|| Broken::Otherwise("there is no run among the reports".to_owned()))
}
