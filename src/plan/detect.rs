//! Detect: who will notice a closed port, and who will not, from the configuration alone.
//! Invariant: pure; "will not notice" is said before the drill, not found out in it.
//! Not here: what was noticed in fact (see `measure`).
//! Used by: resolve.
//!
//! A drill that closes a port which no check looks at detects nothing. The reasoning follows AWS's own: a security
//! group drops without a word, so a check that asks through it times out (Elastic Load Balancing user guide, target
//! group health checks); an alias that evaluates target health looks at targets, not at reachability (Route 53
//! developer guide, alias records).

use super::Detector;
use crate::{
    aws::{HealthCheck, TargetGroup, Topology},
    drill::model::{ChangeSpec, Drill, Side, StepKind},
    id::StepId,
};

/// Every detector of every fault that closes a port.
pub(super) fn detectors(drill: &Drill, topology: &Topology) -> Vec<Detector> {
    let steps = drill.all_steps();
    let faults = steps.iter().filter_map(|step| match &step.kind {
        StepKind::Fault(spec) => closed_port(spec).map(|(side, port)| (&step.id, side, port)),
        _ => None,
    });
    faults.flat_map(|(fault, side, port)| of_closed_port(fault, side, port, topology)).collect()
}

fn closed_port(spec: &ChangeSpec) -> Option<(Side, u16)> {
    if spec.kind != "ec2.revoke-ingress" {
        return None;
    }
    let side = match spec.params.get("of")?.as_str()? {
        "primary" => Side::Primary,
        _ => Side::Standby,
    };
    Some((side, u16::try_from(spec.params.get("port")?.as_u64()?).ok()?))
}

fn of_closed_port(fault: &StepId, side: Side, port: u16, topology: &Topology) -> Vec<Detector> {
    let region = topology.regions.of(side);
    let groups: Vec<&TargetGroup> = region.balancers.iter().flat_map(|b| &b.target_groups).collect();
    let targets_notice = groups.iter().any(|group| asks_on(group, port));
    let mut all: Vec<Detector> = groups.iter().map(|group| target_group(fault, group, port)).collect();
    let Some(site) = &topology.site else { return all };
    if let Some(check) = site.health_checks.of(side) {
        all.push(health_check(fault, check, targets_notice));
    }
    if let Some(alias) = site.failover.of(side).as_ref().and_then(|record| record.alias.as_ref()) {
        let because = match (alias.evaluates_target_health, targets_notice) {
            (true, true) => "the alias evaluates target health, and the targets become unhealthy".to_owned(),
            (true, false) => format!("no target group is checked on port {port}"),
            (false, _) => "the alias does not evaluate target health".to_owned(),
        };
        let notices = Some(alias.evaluates_target_health && targets_notice);
        all.push(Detector {
            fault: fault.clone(),
            detector: format!("DNS record of {side}"),
            notices,
            because,
        });
    }
    all
}

fn asks_on(group: &TargetGroup, port: u16) -> bool {
    match group.check_port.as_str() {
        "" | "traffic-port" => group.port == Some(i32::from(port)),
        fixed => fixed == port.to_string(),
    }
}

fn target_group(fault: &StepId, group: &TargetGroup, port: u16) -> Detector {
    let notices = asks_on(group, port);
    let because = match (notices, group.interval_s, group.unhealthy_after) {
        (true, Some(interval), Some(after)) => {
            format!("asks on port {port} every {interval} s, unhealthy after {after} failures")
        }
        (true, ..) => format!("asks on port {port}"),
        (false, ..) => format!("asks on port {}, not on {port}", group.check_port),
    };
    Detector {
        fault: fault.clone(),
        detector: format!("target group {}", group.name),
        notices: Some(notices),
        because,
    }
}

/// The check asks the balancer; with the instances' port closed the balancer answers 504 or nothing in time.
fn health_check(fault: &StepId, check: &HealthCheck, targets_notice: bool) -> Detector {
    let detector = format!("health check {}", check.id);
    let endpoint = ["HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH"].contains(&check.kind.as_str());
    let (notices, because) = match (check.disabled, endpoint, targets_notice) {
        (true, ..) => (Some(false), "it is disabled".to_owned()),
        (false, true, true) => (Some(true), timing(check)),
        (false, true, false) => (None, "it asks over another port than the targets' own".to_owned()),
        (false, false, _) => (None, format!("a {} check does not ask the application", check.kind)),
    };
    Detector { fault: fault.clone(), detector, notices, because }
}

fn timing(check: &HealthCheck) -> String {
    match (check.interval_s, check.failure_threshold) {
        (Some(interval), Some(after)) => format!("asks every {interval} s, unhealthy after {after} failures"),
        _ => "asks the balancer, which has no answer for it".to_owned(),
    }
}
