//! Names: whether the deployment's names lead to something.

use crate::{
    aws::TopologyProblem,
    drill::model::Side,
    journal::event::FailureClass,
    ready::case::{Case, Judged, fail, part, pass},
    survey::Unknown,
};

pub(in crate::ready) fn names(case: &Case<'_>) -> Judged {
    let found = &case.survey.found;
    let mut problems: Vec<&TopologyProblem> = Vec::new();
    for side in Side::BOTH {
        let own = found.regions.of(side);
        problems.extend(own.environment.as_ref().err());
        problems.extend(own.resources.as_ref().err());
        problems.extend(own.instances.as_ref().err());
        problems.extend(own.balancers.as_ref().err());
    }
    problems.extend(found.database.as_ref().err());
    if let Ok(Some(database)) = &found.database {
        problems.extend(Side::BOTH.iter().filter_map(|side| database.clusters.of(*side).as_ref().err()));
    }
    let absent = problems.iter().find(|problem| problem.class == Some(FailureClass::Absent));
    match (absent, problems.first()) {
        (Some(problem), _) => fail(format!("{}: {}", problem.what, problem.why), problem.check.clone()),
        (None, Some(problem)) => Err(Unknown::from(*problem)),
        (None, None) => {
            let of = |side: Side| part(&found.regions.of(side).environment).map(|it| it.name.clone());
            pass(format!("{} and {} are there", of(Side::Primary)?, of(Side::Standby)?))
        }
    }
}
