//! Forecast: how long a forecast of 2,000 runs takes, on one core.
//! Used by: `main`.

use std::{path::Path, time::Duration};

use firedrill::{
    clock::Clock,
    drill::{
        model::{PerSide, Side},
        reader,
    },
    forecast::{Assumed, CheckNumbers, Durations, Forecast, Numbers, Setting, SideNumbers, TargetNumbers},
};

use super::{broken::Broken, ratio};

const RUNS: usize = 2_000;
const BOUND_MS: f64 = 2_000.0;

/// Prints how long the runs of the seed drill take, and those of everything that is tried with them.
pub(crate) fn measure() -> Result<(), Broken> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("drills/seoul-outage.yaml");
    let loaded = reader::load(&path).map_err(|problems| Broken::Otherwise(problems.to_string()))?;
    let forecast = Forecast::new(&loaded.drill, reference(), Durations::aws(), &Assumed::new());
    let forecast = forecast.map_err(|unknown| Broken::Otherwise(format!("{unknown:?}")))?;
    let clock = Clock::real_time();
    let began = clock.now();
    let all = forecast.runs(1, RUNS);
    let took = clock.now().since(began);
    if all.recovered != RUNS {
        return Err(Broken::Otherwise(format!("users recover in {} of {RUNS} runs", all.recovered)));
    }
    ratio::line("forecast", "2,000 runs of the seed drill", millis(took), BOUND_MS, "ms");
    let began = clock.now();
    let settings = Setting::useful(forecast.numbers());
    let tried = forecast.what_if(&settings, false, 1, RUNS).len();
    let took = clock.now().since(began);
    ratio::fact(
        "forecast",
        &format!("{tried} settings tried, 2,000 runs each"),
        &format!("{:>9.3} ms", millis(took)),
    );
    Ok(())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The reference deployment.
fn reference() -> Numbers {
    let side = || SideNumbers {
        is_alias: true,
        check: Some(CheckNumbers {
            interval: Duration::from_secs(10),
            threshold: 3,
            checkers: 16,
            meets_application: true,
            is_observed: true,
            disabled: false,
            inverted: false,
        }),
        evaluates_targets: true,
        targets: TargetNumbers::default(),
    };
    Numbers {
        probe_interval: Duration::from_millis(200),
        write_check: true,
        ttl: Duration::from_secs(60),
        first: Some(Side::Primary),
        writer: Some(Side::Primary),
        awaits_environment: true,
        sides: PerSide { primary: side(), standby: side() },
        facts: Vec::new(),
    }
}
