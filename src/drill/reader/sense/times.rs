//! Times: whether the times of a drill fit into each other.
//! Invariant: what can only fail is an error; what may is a warning.
//! Not here: units (see `grammar::scalar`).
//! Used by: sense.

use std::time::Duration;

use super::{super::lower, Case, Purpose};
use crate::{
    diagnostic::Diagnostic,
    grammar::record::{Item, Record, Value},
    text,
};

pub(super) fn check(case: &mut Case<'_>) {
    for (purpose, conditions) in case.conditions() {
        if let Purpose::Await(step) = purpose {
            hold(case, step);
            conditions.iter().for_each(|condition| lasting(case, step, condition));
        }
    }
    limit(case);
    window(case);
}

/// A run is refused unless its whole time limit fits into the deployment's windows.
fn window(case: &mut Case<'_>) {
    let Some(limit) = case.given.drill.got("time_limit") else { return };
    let (Value::Time(most), Some(deployment)) = (&limit.item.value, case.given.deployment) else { return };
    let longest = lower::calendar(deployment).and_then(|calendar| calendar.longest());
    if let Some(longest) = longest.filter(|longest| longest < most) {
        let message = format!(
            "this drill can never start: `time_limit` is {}, and no window of the deployment is longer than {}",
            text::duration(*most),
            text::duration(longest)
        );
        case.push(
            Diagnostic::error("drill::no-window", message)
                .at(case.at(limit.item.span), "")
                .help("lower `time_limit`, or widen `windows` in the deployment's file"),
        );
    }
}

/// The conditions must go on holding for `hold`, all of it before `within` is over.
fn hold(case: &mut Case<'_>, step: &Record) {
    let (Some(hold), Some(within)) = (step.time("hold"), step.time("within")) else { return };
    let (Some(item), Some(limit)) = (step.item("hold"), step.item("within")) else { return };
    if hold >= within {
        case.push(too_long(case, "hold", item, limit));
    }
}

fn lasting(case: &mut Case<'_>, step: &Record, condition: &Record) {
    let Some(body) = condition.record(condition.head()) else { return };
    let (Some(lasting), Some(within)) = (body.time("for"), step.time("within")) else { return };
    let (Some(item), Some(limit)) = (body.item("for"), step.item("within")) else { return };
    if lasting >= within {
        case.push(too_long(case, "for", item, limit));
    }
}

fn too_long(case: &Case<'_>, key: &str, item: &Item, limit: &Item) -> Diagnostic {
    Diagnostic::error(
        "drill::never-in-time",
        format!("this step can only fail: `{key}` is not shorter than `within`"),
    )
    .at(case.at(item.span), "")
    .also(case.at(limit.span), "over by then")
    .help(format!("shorten `{key}` or lengthen `within`"))
}

/// The longest that a step may take, itself.
fn longest(step: &Record) -> Option<&Item> {
    match (step.head(), step.item("approve").map(|item| &item.value)) {
        ("approve", Some(Value::Record(approval))) => approval.item("within"),
        ("hold", _) => step.item("hold"),
        _ => step.item("within"),
    }
}

fn limit(case: &mut Case<'_>) {
    let Some(limit) = case.given.drill.got("time_limit") else { return };
    let Value::Time(most) = limit.item.value else { return };
    let (mut sum, mut count) = (Duration::ZERO, 0);
    for step in case.steps {
        let Some((item, Value::Time(time))) = longest(step.record).map(|item| (item, &item.value)) else {
            continue;
        };
        if *time > most {
            let message = format!(
                "this step may take longer than the whole run: `time_limit` is {}",
                text::duration(most)
            );
            let mut problem = Diagnostic::error("drill::time-limit", message).at(case.at(item.span), "");
            if limit.written {
                problem = problem.also(case.at(limit.item.span), "the run ends by then");
            }
            return case.push(problem.help("raise `time_limit`"));
        }
        // Steps that run at the same time take as long as the longest; counting them all would warn for nothing.
        if step.inside.is_none() {
            sum += *time;
            count += 1;
        }
    }
    if sum > most {
        let message = format!(
            "the run may end in the middle: {} may take {} in all, and `time_limit` is {}",
            text::plural(count, "step"),
            text::duration(sum),
            text::duration(most)
        );
        case.push(
            Diagnostic::warning("drill::time-limit", message)
                .at(case.at(limit.item.span), "")
                .help("raise `time_limit`, or shorten what the steps may take"),
        );
    }
}
