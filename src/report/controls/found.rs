//! Found: whether a run has a kind of evidence: what it shows and by which records, or why it does not.
//! Invariant: found in the report alone; what was not measured, or not by a person, is not found.
//! Not here: which control asks for which kind (see the files).
//! Used by: map.

use super::Kind;
use crate::{
    drill::model::Side,
    id::Seq,
    measure::summary::{ChangeState, Judged, PhaseName, Tone},
    report::model::{
        Report,
        change::Change,
        moment::Evidence,
        result::Objective,
        step::{Outcome, Steady},
    },
    words::{Phrase, Value},
};

/// What is shown, with its evidence; or why it is not.
pub(super) type Look = Result<(Phrase, Evidence), Phrase>;

/// Looks for it.
pub(super) fn look(kind: Kind, report: &Report) -> Look {
    match kind {
        Kind::Plan => plan(report),
        Kind::Objectives => objectives(report),
        Kind::ImpactAnalysis => impact_analysis(report),
        Kind::Approval => approval(report),
        Kind::Participants => participants(report),
        Kind::Identity => {
            Ok((Phrase::new("controls.shows.identity").with("by", &report.made_by.by), first()))
        }
        Kind::SteadyState => steady(report.steady_state.before.as_ref(), false),
        Kind::SteadyStateAfter => steady(report.steady_state.after.as_ref(), true),
        Kind::FaultEffective => fault(report),
        Kind::Detection => measured(&report.detection, Phrase::new("controls.shows.detection")),
        Kind::Decision => decision(report),
        Kind::RoleChange => role(report, |change| change.applied.is_some())
            .map(|change| (titled("controls.shows.role_change", change), change.evidence()))
            .ok_or_else(|| Phrase::new("controls.lacks.role_change")),
        Kind::Failback => role(report, |change| change.verified.is_some())
            .map(|change| (titled("controls.shows.failback", change), change.evidence()))
            .ok_or_else(|| Phrase::new("controls.lacks.failback")),
        Kind::StandbyServed => standby(report),
        Kind::RecoveryTime => measured(&report.recovery_time, Phrase::new("controls.shows.recovery_time")),
        Kind::DataLoss => data_loss(report),
        Kind::Soak => soak(report),
        Kind::RestorationVerified => restoration(report),
        Kind::Deviations => deviations(report),
        Kind::FollowUp => follow_up(report),
        Kind::Timeline => Ok((counted("controls.shows.timeline", report.chain.records), all(report))),
        Kind::Clock => clock(report),
        Kind::Chain => Ok((
            counted("controls.shows.chain", report.chain.records).with("head", &report.chain.head),
            all(report),
        )),
        Kind::RawData => match report.chain.samples {
            0 => Err(Phrase::new("controls.lacks.raw_data")),
            count => Ok((counted("controls.shows.raw_data", count), Evidence::default())),
        },
        Kind::Automation => {
            Ok((Phrase::new("controls.shows.automation").with("program", &report.made_by.program), first()))
        }
        Kind::BackupRestored => Err(Phrase::new("controls.lacks.backup_restored")),
        Kind::IncidentExercise => Err(Phrase::new("controls.lacks.incident_exercise")),
    }
}

/// The record that every journal begins with: the drill, the caller, the program.
fn first() -> Evidence {
    Evidence::of_records([Seq(0)])
}

/// From the first record to the last.
fn all(report: &Report) -> Evidence {
    let last = report.records.last().map(|told| told.record);
    Evidence::of_records([Some(Seq(0)), last.filter(|last| *last > Seq(0))].into_iter().flatten())
}

fn counted(id: &'static str, count: usize) -> Phrase {
    Phrase::new(id).with("count", count)
}

fn plan(report: &Report) -> Look {
    let Some(digest) = &report.drill.plan_sha256 else { return Err(Phrase::new("controls.lacks.plan")) };
    let planned = report.records.iter().find(|told| told.what.id() == "record.planned");
    let records = [Some(Seq(0)), planned.map(|told| told.record)];
    let what = Phrase::new("controls.shows.plan").with("drill", &report.drill.sha256).with("plan", digest);
    Ok((what, Evidence::of_records(records.into_iter().flatten())))
}

fn objectives(report: &Report) -> Look {
    let limit = |(name, objective): (Phrase, &Objective)| {
        let limit = objective.limit?;
        Some(Phrase::new("controls.limit").with("objective", name).with("limit", limit))
    };
    let limits: Vec<Phrase> = report.objectives().into_iter().filter_map(limit).collect();
    match limits.is_empty() {
        true => Err(Phrase::new("controls.lacks.objectives")),
        false => {
            let limits = limits.into_iter().collect::<Value>();
            Ok((Phrase::new("controls.shows.objectives").with("limits", limits), first()))
        }
    }
}

fn impact_analysis(report: &Report) -> Look {
    let named = report.references.iter().find(|reference| reference.kind.id() == "people.ref.bia");
    match named {
        Some(reference) => {
            Ok((Phrase::new("controls.shows.impact_analysis").with("is", &reference.is), first()))
        }
        None => Err(Phrase::new("controls.lacks.impact_analysis")),
    }
}

/// `--yes` is nobody's decision.
fn approval(report: &Report) -> Look {
    let people: Vec<_> = report.approvals.iter().filter(|approval| !approval.by.ends_with("--yes")).collect();
    match people.as_slice() {
        [] if report.approvals.is_empty() => Err(Phrase::new("controls.lacks.approval")),
        [] => Err(Phrase::new("controls.lacks.approval_by_person")),
        people => {
            let by: Value = people.iter().map(|approval| approval.by.as_str()).collect();
            let records = people.iter().map(|approval| approval.record);
            Ok((Phrase::new("controls.shows.approval").with("by", by), Evidence::of_records(records)))
        }
    }
}

fn participants(report: &Report) -> Look {
    match report.people.len() {
        0 => Err(Phrase::new("controls.lacks.participants")),
        count => Ok((counted("controls.shows.participants", count), first())),
    }
}

fn steady(steady: Option<&Steady>, after: bool) -> Look {
    let Some(steady) = steady else {
        return Err(Phrase::new(match after {
            false => "measure.reason.steady_unseen_before",
            true => "measure.reason.steady_unseen_after",
        }));
    };
    let said = match (steady.held, after) {
        (Some(true), false) => return Ok((Phrase::new("controls.shows.steady_before"), looked(steady))),
        (Some(true), true) => return Ok((Phrase::new("controls.shows.steady_after"), looked(steady))),
        (Some(false), false) => "measure.reason.steady_failed_before",
        (Some(false), true) => "measure.reason.steady_failed_after",
        (None, false) => "measure.reason.steady_untold_before",
        (None, true) => "measure.reason.steady_untold_after",
    };
    Err(Phrase::new(said))
}

fn looked(steady: &Steady) -> Evidence {
    Evidence::of_records([steady.looked.record])
}

fn fault(report: &Report) -> Look {
    let effect = &report.fault_effect;
    match effect.effective {
        Some(true) => Ok((
            Phrase::new("controls.shows.fault_effective").with("why", effect.why.clone()),
            effect.evidence.clone(),
        )),
        _ => Err(effect.why.clone()),
    }
}

fn decision(report: &Report) -> Look {
    let mark = report.mark("C1").ok_or_else(|| Phrase::new("controls.lacks.decision"))?;
    Ok((Phrase::new("controls.shows.decision").with("what", mark.title.clone()), mark.evidence.clone()))
}

/// A number with its bound, and the limit that it was held against.
fn measured(objective: &Objective, what: Phrase) -> Look {
    let Some(measured) = objective.measured else { return Err(objective.method.clone()) };
    let high = match objective.high {
        Some(high) => Phrase::new("controls.at_most").with("high", high),
        None => Phrase::new("controls.no_upper_bound"),
    };
    let against = match objective.limit {
        Some(limit) => {
            Phrase::new("controls.against").with("limit", limit).with("verdict", judged(objective))
        }
        None => Phrase::new("controls.no_limit"),
    };
    Ok((
        what.with("measured", measured).with("high", high).with("against", against),
        objective.evidence.clone(),
    ))
}

fn judged(objective: &Objective) -> Phrase {
    Phrase::new(match objective.verdict {
        Some(Judged::Pass) => "controls.met",
        Some(Judged::Fail) => "controls.not_met",
        Some(Judged::Unknown) | None => "controls.untold",
    })
}

/// What a switchover shows is that it waits: nothing about loss.
fn data_loss(report: &Report) -> Look {
    match report.data_loss.method.id() == "measure.method.switchover" {
        true => Err(Phrase::new("controls.lacks.data_loss_switchover")),
        false => measured(&report.data_loss, Phrase::new("controls.shows.data_loss")),
    }
}

fn role(report: &Report, is: fn(&Change) -> bool) -> Option<&Change> {
    report.changes.iter().find(|change| change.kind.starts_with("rds.") && is(change))
}

fn titled(id: &'static str, change: &Change) -> Phrase {
    Phrase::new(id).with("title", &change.title)
}

fn standby(report: &Report) -> Look {
    let seen = report.watches.iter().find(|watch| watch.watch == "site");
    let served = seen.is_some_and(|watch| {
        watch.spans.iter().any(|span| span.side == Some(Side::Standby) && span.tone == Tone::Good)
    });
    match served {
        true => {
            let evidence = report.mark("R1").map(|mark| mark.evidence.clone()).unwrap_or_default();
            let region = &report.deployment.regions.standby;
            Ok((Phrase::new("controls.shows.standby_served").with("region", region), evidence))
        }
        false => Err(Phrase::new("controls.lacks.standby_served")),
    }
}

fn soak(report: &Report) -> Look {
    let phase = report.phases.iter().find(|phase| phase.name == PhaseName::Soak);
    let (phase, took) = phase
        .and_then(|phase| Some((phase, phase.took?)))
        .ok_or_else(|| Phrase::new("controls.lacks.soak"))?;
    Ok((Phrase::new("controls.shows.soak").with("took", took.measured), phase.evidence.clone()))
}

fn restoration(report: &Report) -> Look {
    let made: Vec<&Change> = report.changes.iter().filter(|change| change.apply_started.is_some()).collect();
    let verified = made.iter().filter(|change| change.state == ChangeState::Verified).count();
    match (made.len(), verified) {
        (0, _) => Err(Phrase::new("controls.lacks.restoration_nothing")),
        (all, verified) if verified < all => {
            Err(Phrase::new("controls.lacks.restoration").with("verified", verified).with("all", all))
        }
        (all, _) => {
            let records = made.iter().filter_map(|change| change.verified).map(|noted| noted.record);
            Ok((counted("controls.shows.restoration", all), Evidence::of_records(records)))
        }
    }
}

fn deviations(report: &Report) -> Look {
    let done = report.steps.iter().filter(|step| step.outcome == Outcome::Done).count();
    let steps = Phrase::new("controls.shows.deviations").with("done", done).with("steps", report.steps.len());
    Ok((steps.with("count", report.deviations.len()), all(report)))
}

fn follow_up(report: &Report) -> Look {
    let open = report.findings.iter().filter(|finding| finding.closed.is_none()).count();
    match report.findings.len() {
        0 => Err(Phrase::new("controls.lacks.follow_up")),
        count => Ok((counted("controls.shows.follow_up", count).with("open", open), Evidence::default())),
    }
}

fn clock(report: &Report) -> Look {
    let (offset, error) =
        report.made_by.clock_offset_ms.ok_or_else(|| Phrase::new("controls.lacks.clock"))?;
    let what = Phrase::new("controls.shows.clock").with("offset", offset.to_string());
    Ok((what.with("error", error.to_string()), first()))
}
