//! Facts: drill, deployment, caller and approvals as recorded.
//! Used by: whole.

use crate::{
    drill::model::{Condition, Deployment, Drill, PerSide},
    journal::event::{Event, Record, RunStarted},
    measure::summary::Header,
    report::model::facts::{Approval, DeploymentFacts, DrillFacts, RunFacts},
};

use super::times::micros;

pub(super) fn drill(start: &RunStarted, head: &Header) -> DrillFacts {
    let drill: &Drill = &start.drill;
    let said = |conditions: &[Condition]| conditions.iter().map(ToString::to_string).collect();
    DrillFacts {
        name: drill.name.clone(),
        title: drill.title.clone(),
        sha256: head.drill_digest.clone(),
        plan_sha256: head.plan_digest.clone(),
        files: start.files.iter().map(|file| file.path.clone()).collect(),
        time_limit: micros(drill.time_limit),
        probe_interval: micros(drill.probe_interval),
        steady_state: said(&drill.steady_state),
        stop_when: said(&drill.stop_when),
    }
}

pub(super) fn deployment(deployment: &Deployment) -> DeploymentFacts {
    let each = &deployment.regions;
    DeploymentFacts {
        name: deployment.name.clone(),
        account: deployment.account.clone(),
        site: deployment.site.to_string(),
        regions: PerSide { primary: each.primary.region.clone(), standby: each.standby.region.clone() },
        environments: PerSide {
            primary: each.primary.environment.clone(),
            standby: each.standby.environment.clone(),
        },
        global_cluster: deployment.global_cluster.clone(),
        resolver: deployment.resolver.map(|address| address.to_string()),
        write_check: deployment.write_check.as_ref().map(|check| check.url.to_string()),
        allow: deployment.allow.as_ref().map(|tag| format!("{}={}", tag.key, tag.value)),
    }
}

pub(super) fn made_by(start: &RunStarted, head: &Header) -> RunFacts {
    RunFacts {
        program: head.program.clone(),
        caller: head.caller.clone(),
        by: format!("{}@{}", start.by.user, start.by.host),
        command_line: start.command_line.clone(),
        clock_offset_ms: head.clock_offset_ms,
        lab: head.lab,
    }
}

pub(super) fn approvals(records: &[Record]) -> Vec<Approval> {
    let approval = |record: &Record| match &record.event {
        Event::Approved { step, by } => {
            Some(Approval { step: step.clone(), by: by.clone(), at: record.at.wall, record: record.seq })
        }
        _ => None,
    };
    records.iter().filter_map(approval).collect()
}
