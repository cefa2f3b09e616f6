//! Forecast: how long users will be down, before anything is broken.
//! Invariant: only reads; what was read and what is assumed are told apart, and a step that is not known is refused by
//! name, never guessed.
//! Not here: the model (see `forecast`), how it looks (see `shown`).
//! Used by: cli; `run`, which keeps a forecast in its plan.

mod json;
mod of_lab;
mod past;
mod shown;

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use crate::{
    aws::{Aws, Topology, discover},
    drill::model::{Drill, StepKind},
    forecast::{self, Assumed, Distribution, Durations, Forecast, Setting, WhatIf, history, live},
    journal::{
        Store,
        event::LabFacts,
        expectation::{Expectation, FORECAST},
    },
    measure::history::Place,
    plan::Plan,
};

use super::{
    ReportsArgs,
    error::CliError,
    exit, prepared,
    surroundings::{Surroundings, WorldArgs},
};

/// Runs of the model for a run's own plan: a tenth of a second in a build for use.
const RUNS_OF_A_PLAN: usize = 500;

/// The exit codes of this verb.
const CODES: &str = "\
Exit codes:
   0  forecast, whatever the chances are
   3  not everything was found, or a step's time is unknown: --assume says it
  64  bad usage, or a bad drill file";

/// What `forecast` takes.
#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub(crate) struct ForecastArgs {
    /// The drill file
    drill: PathBuf,
    /// How many runs of the model
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = runs)]
    runs: usize,
    /// The first run's draw; equal draws make equal forecasts
    #[arg(long, value_name = "N", default_value_t = 1)]
    from: u64,
    /// Say what a setting would buy, as `ttl=10s` or `health_check.interval=10s`; several are also tried together
    /// [default: the settings that are worth a try]
    #[arg(long, value_name = "KEY=VALUE")]
    what_if: Vec<String>,
    /// Say how long a step takes whose time the forecast does not know, as `go=5m`
    #[arg(long, value_name = "STEP=TIME")]
    assume: Vec<String>,
    /// Do not let earlier runs of the deployment say how long AWS takes
    #[arg(long)]
    no_history: bool,
    /// Show each number with where it comes from
    #[arg(long)]
    verbose: bool,
    /// As JSON, with every number and its source
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    world: WorldArgs,
    #[command(flatten)]
    reports: ReportsArgs,
}

fn runs(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(runs) if (20..=1_000_000).contains(&runs) => Ok(runs),
        _ => Err("a forecast takes from 20 to 1000000 runs".to_owned()),
    }
}

/// A forecast, ready to be shown.
struct Told<'a> {
    drill: &'a Drill,
    forecast: Forecast<'a>,
    all: Distribution,
    what_if: Vec<WhatIf>,
    from: u64,
    lab: Option<&'a LabFacts>,
    /// How many earlier runs were asked.
    past: usize,
}

/// Forecasts; the exit code.
pub(crate) async fn forecast(args: &ForecastArgs) -> Result<u8, CliError> {
    let settings = settings(&args.what_if)?;
    let instead = ": forecast one of its drills";
    let Some(loaded) = prepared::drill_of(&args.drill, instead)? else { return Ok(exit::USAGE) };
    let assumed = assumed(&args.assume, &loaded.drill)?;
    let surroundings = args.world.open(&loaded.drill.deployment).await?;
    let told = Box::pin(tell(args, &loaded.drill, &settings, &assumed, &surroundings)).await;
    let shown = told.map(|told| match args.json {
        true => json::show(&told),
        false => shown::show(&told, args.verbose),
    });
    let closed = surroundings.close().await;
    shown?;
    closed.map(|()| exit::PASSED)
}

async fn tell<'a>(
    args: &ForecastArgs,
    drill: &'a Drill,
    settings: &[Setting],
    assumed: &Assumed,
    surroundings: &'a Surroundings,
) -> Result<Told<'a>, CliError> {
    let aws = Aws::new(surroundings.aws.clone());
    let topology = discover(&aws, &drill.deployment).await.map_err(|problems| {
        let each: Vec<String> = problems.iter().map(ToString::to_string).collect();
        CliError::Refused(format!(
            "nothing was forecast: not everything was found:\n  - {}",
            each.join("\n  - ")
        ))
    })?;
    let store = Store::new(&args.reports.reports);
    let past = if args.no_history { Vec::new() } else { past::runs(&store, drill, place(surroundings))? };
    let forecast = made(drill, &topology, surroundings, &past, assumed)?;
    forecast.with(settings).map_err(|why| CliError::Usage(format!("--what-if: {why}")))?;
    let all = forecast.runs(args.from, args.runs);
    let tried = if settings.is_empty() && all.recovery.is_some() {
        Setting::useful(forecast.numbers())
    } else {
        settings.to_vec()
    };
    let what_if = forecast.what_if(&tried, !settings.is_empty(), args.from, args.runs);
    Ok(Told {
        drill,
        all,
        what_if,
        forecast,
        from: args.from,
        lab: surroundings.lab.as_ref(),
        past: past.len(),
    })
}

fn made<'a>(
    drill: &'a Drill,
    topology: &Topology,
    surroundings: &Surroundings,
    past: &[(Drill, crate::measure::Assessment)],
    assumed: &Assumed,
) -> Result<Forecast<'a>, CliError> {
    let mut durations = match (&surroundings.world, &surroundings.lab) {
        (Some(world), _) => of_lab::durations(&world.settings),
        (None, Some(_)) => Durations::lab(),
        (None, None) => Durations::aws(),
    };
    history::learn(&mut durations, past);
    Forecast::new(drill, live::numbers(drill, topology), durations, assumed).map_err(|unknown| {
        let each: Vec<String> = unknown.iter().map(ToString::to_string).collect();
        CliError::Refused(format!("nothing was forecast:\n  - {}", each.join("\n  - ")))
    })
}

fn place(surroundings: &Surroundings) -> Place {
    if surroundings.lab.is_some() { Place::Lab } else { Place::Aws }
}

/// Reads each `KEY=VALUE`; a key that is there twice would have two values at once.
fn settings(texts: &[String]) -> Result<Vec<Setting>, CliError> {
    let wrong = |why: String| CliError::Usage(format!("--what-if: {why}"));
    let mut read: Vec<Setting> = Vec::new();
    for text in texts {
        let setting = Setting::read(text).map_err(wrong)?;
        if read.iter().any(|own| own.name() == setting.name()) {
            return Err(wrong(format!("{} is there twice", setting.name())));
        }
        read.push(setting);
    }
    Ok(read)
}

/// Reads `STEP=TIME` of steps that the drill has, and whose time is not known.
fn assumed(texts: &[String], drill: &Drill) -> Result<Assumed, CliError> {
    let read = |text: &String| {
        let wrong = |why: String| CliError::Usage(format!("--assume: {why}"));
        let (step, time) =
            text.split_once('=').ok_or_else(|| wrong(format!("`{text}` is not STEP=TIME, as `go=5m`")))?;
        let steps = drill.all_steps();
        let Some(known) = steps.iter().find(|own| own.id.0 == step.trim()) else {
            let names: Vec<&str> = steps.iter().map(|own| own.id.0.as_str()).collect();
            let hint = crate::text::nearest(step, names.iter().copied()).map_or_else(
                || format!("there are {}", names.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(wrong(format!("the drill has no step `{step}`; {hint}")));
        };
        if forecast::knows_time(known) {
            return Err(wrong(format!("the forecast knows how long `{}` takes", known.id)));
        }
        let time = forecast::time(time.trim())
            .ok_or_else(|| wrong(format!("`{}` is no time, as `30s` or `5m`", time.trim())))?;
        Ok((known.id.clone(), time))
    };
    let all = texts.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let assumed: Assumed = all.iter().cloned().collect();
    match assumed.len() == all.len() {
        true => Ok(assumed),
        false => Err(CliError::Usage("--assume: a step is there twice".to_owned())),
    }
}

/// A plan as the journal keeps it, with what was forecast. The plan's digest is of the plan alone.
pub(super) fn beside(plan: &Plan, forecast: Option<Expectation>) -> Value {
    let mut kept = serde_json::to_value(plan).unwrap_or_default();
    if let (Some(forecast), Some(kept)) = (forecast, kept.as_object_mut()) {
        kept.insert(FORECAST.to_owned(), serde_json::to_value(forecast).unwrap_or_default());
    }
    kept
}

/// What a run is expected to come to, from what its plan found; `None` where that is not known. Never holds a run up: it
/// calls nobody.
pub(super) fn expected(
    drill: &Drill,
    plan: &Plan,
    surroundings: &Surroundings,
    store: &Store,
    asks: bool,
) -> Option<Expectation> {
    let topology: Topology = serde_json::from_value(plan.found.clone()).ok()?;
    // With --yes nobody is waited for.
    let steps = drill.all_steps();
    let said = steps.iter().filter(|step| !asks && matches!(step.kind, StepKind::Approve { .. }));
    let assumed: Assumed = said.map(|step| (step.id.clone(), std::time::Duration::ZERO)).collect();
    // A lab is as it always is; of AWS earlier runs know more.
    let past = match place(surroundings) {
        Place::Lab => Vec::new(),
        Place::Aws => past::runs(store, drill, Place::Aws).unwrap_or_default(),
    };
    let forecast = made(drill, &topology, surroundings, &past, &assumed).ok()?;
    forecast.runs(1, RUNS_OF_A_PLAN).expectation()
}
