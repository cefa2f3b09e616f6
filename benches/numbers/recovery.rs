//! Recovery: the recovery time that reports claim, against the lab's truth.
//! Invariant: each run is a whole drill on a world of its own seed; a run that breaks is said, and is an error.
//! Used by: `main`.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
};

use super::{broken::Broken, drill::DrillRun, ratio, truth};

/// What one report claims, beside the truth; seconds of the world.
#[derive(Debug, Clone, Copy)]
struct Claim {
    measured: f64,
    low: f64,
    high: f64,
    truth: f64,
    /// Time between two looks of the write check, the slower of the two that make a recovery.
    write_interval: f64,
    site_interval: f64,
}

impl Claim {
    fn of(run: &DrillRun) -> Result<Claim, Broken> {
        let drill = &run.journal.started().drill;
        let site = &drill.deployment.site;
        let truth = truth::recovery(&run.truth, &site.host, &site.port.to_string());
        let truth = truth.ok_or_else(|| Broken::Otherwise("the truth has no recovery".to_owned()))?;
        let number = |value: &serde_json::Value, what: &str| {
            value.as_f64().ok_or_else(|| Broken::Otherwise(format!("report.json has no {what}")))
        };
        let claimed = &run.report["recovery_time"];
        let interval = |watch: &str| {
            let watches = run.report["watches"].as_array().into_iter().flatten();
            let found = watches.filter(|own| own["watch"] == watch).map(|own| &own["interval_s"]).next();
            number(found.unwrap_or(&serde_json::Value::Null), &format!("interval of the watch {watch}"))
        };
        Ok(Claim {
            measured: number(&claimed["measured_s"], "recovery_time.measured_s")?,
            low: number(&claimed["low_s"], "recovery_time.low_s")?,
            high: number(&claimed["high_s"], "recovery_time.high_s")?,
            truth: truth.seconds(),
            write_interval: interval("write")?,
            site_interval: interval("site")?,
        })
    }

    fn error(&self) -> f64 {
        (self.measured - self.truth).abs()
    }

    fn contains_truth(&self) -> bool {
        (self.low..=self.high).contains(&self.truth)
    }
}

/// Runs the seed drill with seeds 1 to `runs`, `jobs` at a time, and prints how far off each report was.
pub(crate) fn measure(runs: u64, speed: f64, jobs: usize) -> Result<(), Broken> {
    let next = AtomicU64::new(1);
    let (send, ended) = mpsc::channel();
    let send = Mutex::new(send);
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > runs {
                        break;
                    }
                    let claim = DrillRun::make(seed, speed).and_then(|run| Claim::of(&run));
                    let send = send.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    // The receiver lives as long as this scope.
                    let _ = send.send((seed, claim));
                }
            });
        }
        show(ended.into_iter().take(usize::try_from(runs).unwrap_or(usize::MAX)), speed)
    })
}

fn show(ended: impl Iterator<Item = (u64, Result<Claim, Broken>)>, speed: f64) -> Result<(), Broken> {
    let (mut claims, mut broken) = (Vec::new(), Vec::new());
    for (seed, claim) in ended {
        match claim {
            Ok(claim) => {
                ratio::fact("recovery", &format!("seed {seed}, speed {speed}"), &words(&claim));
                claims.push(claim);
            }
            Err(why) => broken.push(why.chain()),
        }
    }
    if let Some(worst) = claims.iter().max_by(|a, b| a.error().total_cmp(&b.error())) {
        let what = format!("worst error of {} runs, speed {speed}", claims.len());
        ratio::line("recovery", &what, worst.error(), worst.write_interval, "s");
        let contained = claims.iter().filter(|claim| claim.contains_truth()).count();
        let what = format!("bounds contain the truth, speed {speed}");
        ratio::fact("recovery", &what, &format!("{contained} of {} runs", claims.len()));
    }
    if broken.is_empty() { Ok(()) } else { Err(Broken::Otherwise(broken.join("\n          "))) }
}

fn words(claim: &Claim) -> String {
    let Claim { measured, low, high, truth, .. } = *claim;
    let (error, verdict) =
        (claim.error(), if claim.contains_truth() { "contained" } else { "NOT CONTAINED" });
    format!(
        "truth {truth:.3} s, measured {measured:.3} in [{low:.3}, {high:.3}] {verdict}; off by {error:.3} s: {:.1} \
         site looks, {:.2} write looks",
        error / claim.site_interval,
        error / claim.write_interval,
    )
}
