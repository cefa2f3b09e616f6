//! Claims: whether conditions can be seen, and contradict neither each other nor the drill.
//! Invariant: conditions are compared by meaning, not by text.
//! Not here: times within conditions (see `times`).
//! Used by: sense.

use super::{super::lower, Case, Purpose, changes};
use crate::{
    diagnostic::Diagnostic,
    drill::model::{Claim, Condition},
    grammar::record::Record,
};

pub(super) fn check(case: &mut Case<'_>) {
    for (purpose, conditions) in case.conditions() {
        for condition in &conditions {
            visible(case, condition);
        }
        if !matches!(purpose, Purpose::StopWhen) {
            contradictions(case, &conditions);
        }
    }
    stops(case);
    normal(case);
}

/// What a condition asks for must be something that the deployment has.
fn visible(case: &mut Case<'_>, condition: &Record) {
    let (Some(deployment), Some(body)) = (case.given.deployment, condition.record(condition.head())) else {
        return;
    };
    let name = deployment.text("deployment").unwrap_or("this one").to_owned();
    if condition.head() == "database" && !deployment.mentions("database") {
        case.push(
            Diagnostic::error("drill::no-database", format!("the deployment `{name}` has no database"))
                .at(case.at(condition.point), "asks about it")
                .help("add `database: { global_cluster: NAME }` to the deployment's file"),
        );
    }
    if let Some(writes) = body.got("writes")
        && !deployment.mentions("write_check")
    {
        case.push(
            Diagnostic::error("drill::no-write-check", format!("the deployment `{name}` has no write check"))
                .at(case.at(writes.key), "cannot be seen")
                .help("add `write_check: URL` to the deployment's file: a request that succeeds only if writes work"),
        );
    }
}

/// Conditions that must hold at once must be able to.
fn contradictions(case: &mut Case<'_>, conditions: &[&Record]) {
    let claims: Vec<(&Record, Claim)> =
        conditions.iter().filter_map(|record| Some((*record, lower::condition(record)?.claim))).collect();
    for (place, (record, claim)) in claims.iter().enumerate() {
        let Some((earlier, _)) = claims[..place].iter().find(|(_, earlier)| exclude(earlier, claim)) else {
            continue;
        };
        case.push(
            Diagnostic::error("drill::contradiction", "these two can never hold at once")
                .at(case.at(record.head_span()), "")
                .also(case.at(earlier.head_span()), "")
                .help("drop one of them"),
        );
    }
}

/// Whether two claims cannot both be so.
fn exclude(one: &Claim, other: &Claim) -> bool {
    fn differ<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
        matches!((one, other), (Some(one), Some(other)) if one != other)
    }
    match (one, other) {
        (Claim::Site { answers, from, writes }, Claim::Site { answers: a, from: f, writes: w }) => {
            differ(answers, a) || differ(from, f) || differ(writes, w)
        }
        (Claim::Environment { of, health }, Claim::Environment { of: o, health: h }) => {
            of == o && !health.iter().any(|state| h.contains(state))
        }
        (Claim::HealthCheck { of, healthy }, Claim::HealthCheck { of: o, healthy: h }) => {
            of == o && healthy != h
        }
        (Claim::Database { writer, .. }, Claim::Database { writer: w, .. }) => differ(writer, w),
        (Claim::Dns { answers, authoritative }, Claim::Dns { answers: a, authoritative: at }) => {
            authoritative == at && answers != a
        }
        (Claim::Alarm { name, of, is }, Claim::Alarm { name: n, of: o, is: i }) => {
            name == n && of == o && is != i
        }
        _ => false,
    }
}

/// A stop condition that the drill itself brings about would end every run there.
fn stops(case: &mut Case<'_>) {
    let lists = case.conditions();
    let read = |record: &Record| lower::condition(record);
    let stop_when: Vec<(&Record, Condition)> = lists
        .iter()
        .filter(|(purpose, _)| matches!(purpose, Purpose::StopWhen))
        .flat_map(|(_, records)| records.iter().filter_map(|record| Some((*record, read(record)?))))
        .collect();
    for (purpose, records) in &lists {
        for record in records {
            let Some(wanted) = read(record) else { continue };
            let Some((stop, condition)) = stop_when.iter().find(|(_, stop)| stop.claim == wanted.claim)
            else {
                continue;
            };
            let problem = match purpose {
                Purpose::StopWhen => continue,
                Purpose::SteadyState => Diagnostic::error(
                    "drill::stops-at-once",
                    "this stop condition is part of the steady state: every run would stop at once",
                )
                .also(case.at(record.head_span()), "the steady state")
                .help("a stop condition says what must not happen"),
                Purpose::Await(_) if condition.lasting <= wanted.lasting => Diagnostic::error(
                    "drill::stops-at-once",
                    "a step waits for what stops the run: the run would end there",
                )
                .also(case.at(record.head_span()), "awaited here")
                .help("drop this stop condition, or give it a `for` longer than the drill needs it to hold"),
                Purpose::Await(_) => Diagnostic::warning(
                    "drill::may-stop",
                    "a step waits for what stops the run when it lasts",
                )
                .also(case.at(record.head_span()), "awaited here"),
            };
            case.push(problem.at(case.at(stop.head_span()), ""));
        }
    }
}

/// A drill that harms should say what normal is and when to give up.
fn normal(case: &mut Case<'_>) {
    let Some(harm) = changes::first_harm(case) else { return };
    for (key, why, help) in [
        (
            "steady_state",
            "nothing says what normal is: harm is done whatever state the deployment is in",
            "add `steady_state:` with what must hold before the first change, and again at the end",
        ),
        (
            "stop_when",
            "nothing stops this drill early but its time limit",
            "add `stop_when:` with what must never happen, such as the standby becoming unhealthy",
        ),
    ] {
        if !case.given.drill.mentions(key) {
            let code = if key == "stop_when" { "drill::no-stop-condition" } else { "drill::no-steady-state" };
            case.push(Diagnostic::warning(code, why).at(case.at(harm.head_span()), "does harm").help(help));
        }
    }
}
