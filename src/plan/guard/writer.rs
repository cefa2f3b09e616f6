//! Writer: the database's writer is where a drill that moves it begins, and nothing moves it already.
//! Used by: guard.

use super::{Case, Finding};
use crate::drill::model::Side;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    if case.from.topology.database.is_none() || !case.aim.moves_writer {
        return vec![Finding::Idle("the drill moves no writer")];
    }
    not_in_primary(case).into_iter().collect()
}

fn not_in_primary(case: &Case<'_>) -> Option<Finding> {
    let database = case.from.topology.database.as_ref().filter(|_| case.aim.moves_writer)?;
    if let Some(operation) = &database.global.operation {
        return Some(Finding::Refused(format!(
            "global cluster {} is {operation}: wait until nothing runs",
            database.global.id
        )));
    }
    (database.writer != Some(Side::Primary)).then(|| {
        let place = database.writer.map_or("neither region", Side::as_str);
        Finding::Refused(format!(
            "the writer of {} is in {place}, not in primary: fail back first, or turn the deployment file round",
            database.global.id
        ))
    })
}
