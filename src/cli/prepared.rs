//! Prepared: what stands before a run and a plan alike: the drill read, everything looked up, everything that speaks against
//! starting.
//! Invariant: reads only; what can not be told is told as that.
//! Not here: the lock that a run takes (see `run`), what a plan holds (see `plan`).
//! Used by: `run`, `plan`.

use std::path::Path;

use jiff::tz::TimeZone;

use crate::{
    aws::Aws,
    diagnostic::render::{self, Paint},
    drill::{
        model::{Drill, LoadedDrill},
        reader::{self, Content, Reading},
    },
    evidence::{self, earlier::Earlier},
    journal::Store,
    plan::{self, Answer, Ground, GuardAnswer, Prepared},
};

use super::{account, error::CliError, output::note_exactly, ready::gate::gate, surroundings::Surroundings};

/// The drill in this file; `None`: it has errors, and they were shown. `instead` ends the sentence that refuses a
/// deployment.
pub(super) fn drill_of(path: &Path, instead: &str) -> Result<Option<LoadedDrill>, CliError> {
    let Reading { content, problems } = reader::open(path);
    note_exactly(&render::text(&problems, Paint::Coloured));
    match content {
        Some(Content::Drill(loaded)) => Ok(Some(*loaded)),
        Some(Content::Deployment(_)) => {
            let path = path.display();
            Err(CliError::Usage(format!("{path} is a deployment, not a drill{instead}")))
        }
        None => Ok(None),
    }
}

/// How a verb that goes by the whole plan refuses a deployment.
pub(super) const UNTOUCHED: &str = "; nothing was touched";

/// Whether the deployment is free for a run.
#[derive(Debug, Default)]
pub(super) struct Stands {
    /// What speaks against it.
    pub(super) against: Vec<String>,
    /// Why it can not be told.
    pub(super) untold: Option<String>,
}

impl Stands {
    /// By the account alone.
    pub(super) async fn of_account(drill: &Drill, surroundings: &Surroundings, typed: &str) -> Stands {
        let (against, untold) = account::before_run(drill, surroundings, typed).await;
        Stands { against, untold }
    }

    /// By the runs of this folder too, for whoever takes no lock on it.
    pub(super) async fn of_all(
        store: &Store,
        drill: &Drill,
        surroundings: &Surroundings,
        typed: &str,
    ) -> Stands {
        let mut stands = Stands::of_account(drill, surroundings, typed).await;
        match outstanding(store, drill) {
            Ok(None) => {}
            Ok(Some(what)) => stands.against.insert(0, what),
            Err(why) => stands.untold = Some(why.chain()),
        }
        stands
    }

    fn answer(&self) -> GuardAnswer {
        let answer = match (self.against.is_empty(), &self.untold) {
            (false, _) => Answer::Refused,
            (true, Some(_)) => Answer::Untold,
            (true, None) => Answer::Passed,
        };
        let said = self.against.iter().chain(&self.untold).cloned().collect();
        let asks = "no other run works on it, nothing is outstanding, the account is not halted";
        GuardAnswer { guard: "free".to_owned(), asks: asks.to_owned(), answer, said }
    }
}

/// Looks everything up that a drill needs, and asks for the rights of `principal`, or else of the caller.
pub(super) async fn look(
    aws: &Aws,
    drill: &Drill,
    surroundings: &Surroundings,
    principal: Option<String>,
) -> Result<Prepared, CliError> {
    let ground = Ground {
        aws,
        net: surroundings.net.clone(),
        clock: surroundings.clock,
        on_this_machine: true,
        principal,
    };
    plan::prepare(drill, ground).await.map_err(|why| CliError::Refused(why.to_string()))
}

/// Looks everything up and makes the plan.
pub(super) async fn prepare(
    loaded: &mut LoadedDrill,
    surroundings: &Surroundings,
    store: &Store,
    stands: Stands,
) -> Result<(Prepared, Earlier), CliError> {
    if let Some(resolver) = surroundings.resolver {
        loaded.drill.deployment.resolver = Some(resolver);
    }
    let aws = Aws::new(surroundings.aws.clone());
    let mut prepared = look(&aws, &loaded.drill, surroundings, None).await?;
    let topology = prepared.topology.clone();
    let survey = Box::pin(gate(&aws, &loaded.drill, &topology, &mut prepared.plan)).await;
    prepared.reading.add_survey(&survey);
    let earlier = earlier(store, &loaded.drill, surroundings)?;
    prepared.plan.warnings.extend(earlier.warnings());
    prepared.plan.guards.push(stands.answer());
    prepared.plan.refusals.extend(stands.against);
    prepared.plan.refusals.extend(stands.untold);
    Ok((prepared, earlier))
}

/// What earlier runs of the drill found, and where that stands on this day of the deployment's.
fn earlier(store: &Store, drill: &Drill, surroundings: &Surroundings) -> Result<Earlier, CliError> {
    let zone = drill.deployment.calendar.zone().unwrap_or(TimeZone::UTC);
    let today = surroundings.clock.now().wall.to_zoned(zone).date();
    evidence::earlier::earlier(store, &drill.name, &drill.deployment.name, today)
        .map_err(|why| CliError::broken("nothing was touched: earlier runs can not be read", why))
}

/// What an earlier run of this folder left outstanding on the deployment.
pub(super) fn outstanding(store: &Store, drill: &Drill) -> Result<Option<String>, CliError> {
    let name = &drill.deployment.name;
    let found =
        store.outstanding_for(name).map_err(|why| CliError::broken("earlier runs can not be read", why))?;
    if let Some((run, why)) = found.unreadable.first() {
        return Ok(Some(format!(
            "run {run} may have something outstanding on {name}, but its journal can not be read: {why}"
        )));
    }
    let Some((run, changes)) = found.outstanding.first() else { return Ok(None) };
    let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
    Ok(Some(format!(
        "run {run} on {name} still has {} outstanding\n  put it back first: firedrill restore {run}",
        changes.join(", ")
    )))
}
