//! Guard: why a run must not start, and what a person should know before it does.
//! Invariant: pure; every refusal says what was found and what to do.
//! Used by: resolve.

use super::Ingredients;
use crate::drill::model::{Side, StepKind};

/// Why the run must not start.
pub(super) fn refusals(from: &Ingredients<'_>) -> Vec<String> {
    let mut all = Vec::new();
    all.extend(other_account(from));
    all.extend(Side::BOTH.iter().filter_map(|side| environment_at_work(from, *side)));
    all.extend(writer_not_in_primary(from));
    all
}

/// What a person should know.
pub(super) fn warnings(from: &Ingredients<'_>) -> Vec<String> {
    let mut all = Vec::new();
    all.extend(Side::BOTH.iter().filter_map(|side| no_health_check(from, *side)));
    all.extend(nothing_holds_traffic(from));
    all
}

fn other_account(from: &Ingredients<'_>) -> Option<String> {
    let (wanted, actual) = (&from.drill.deployment.account, &from.caller.account);
    (wanted != actual).then(|| {
        format!(
            "the credentials belong to account {actual} ({}), the deployment lives in {wanted}: \
             use credentials of {wanted}, or correct `account` in the deployment file",
            from.caller.arn
        )
    })
}

/// A drill may start only while both environments are at rest (Elastic Beanstalk API reference, EnvironmentStatus).
fn environment_at_work(from: &Ingredients<'_>, side: Side) -> Option<String> {
    let environment = &from.topology.regions.of(side).environment;
    let at_rest = environment.status == "Ready" && !environment.busy;
    (!at_rest).then(|| {
        format!(
            "environment {} of {side} is {}: wait until it is Ready, and freeze deployments for the drill",
            environment.name, environment.status
        )
    })
}

fn writer_not_in_primary(from: &Ingredients<'_>) -> Option<String> {
    let database =
        from.topology.database.as_ref().filter(|_| kinds(from).any(|kind| kind.starts_with("rds.")))?;
    if let Some(operation) = &database.global.operation {
        return Some(format!(
            "global cluster {} is {operation}: wait until nothing runs",
            database.global.id
        ));
    }
    (database.writer != Some(Side::Primary)).then(|| {
        let place = database.writer.map_or("neither region", Side::as_str);
        format!(
            "the writer of {} is in {place}, not in primary: fail back first, or turn the deployment file round",
            database.global.id
        )
    })
}

fn no_health_check(from: &Ingredients<'_>, side: Side) -> Option<String> {
    let site = from.topology.site.as_ref()?;
    site.failover.of(side).as_ref()?;
    site.health_checks.of(side).is_none().then(|| {
        format!(
            "the DNS record of {side} has no health check of its own: Route 53 decides by target health alone"
        )
    })
}

/// Route 53 returns users the moment the primary is healthy, with no hold-down (developer guide, failover records).
fn nothing_holds_traffic(from: &Ingredients<'_>) -> Option<String> {
    let moves_writer = kinds(from).any(|kind| kind.starts_with("rds."));
    let holds = kinds(from).any(|kind| kind == "route53.hold-traffic");
    (moves_writer && !holds && from.topology.site.is_some()).then(|| {
        "the drill moves the writer but does not hold traffic: users will be back in primary before the writer is; \
         add `recover: route53.hold-traffic`"
            .to_owned()
    })
}

/// The kind of every change of the drill.
fn kinds<'a>(from: &Ingredients<'a>) -> impl Iterator<Item = &'a str> {
    from.drill.all_steps().into_iter().filter_map(|step| match &step.kind {
        StepKind::Fault(spec) | StepKind::Recover(spec) => Some(spec.kind.as_str()),
        _ => None,
    })
}
