//! Access: a bastion, or Session Manager, in both regions.

use crate::{
    aws::Instance,
    drill::model::{PerSide, Side},
    ready::case::{Case, Judged, both, fail, known, listed, part, pass, warn},
    survey::{self, Known},
};

/// How a person reaches a side's instances.
enum Way<'a> {
    Bastion(Vec<&'a Instance>),
    SessionManager,
    None,
}

pub(in crate::ready) fn access(case: &Case<'_>) -> Judged {
    let PerSide { primary, standby } = both(|side| way(case, side))?;
    let mend = "start a bastion and let its group in to the instances, or give the instances' role \
                AmazonSSMManagedInstanceCore";
    match (&primary, &standby) {
        (Way::None, Way::None) => warn("neither a bastion nor Session Manager reaches the instances", mend),
        (_, Way::None) => {
            fail(format!("{} in the primary, and nothing in the standby", said(&primary)), mend)
        }
        (Way::None, _) => {
            warn(format!("{} in the standby, and nothing in the primary", said(&standby)), mend)
        }
        _ => pass(format!("{} in the primary, {} in the standby", said(&primary), said(&standby))),
    }
}

fn way<'a>(case: &Case<'a>, side: Side) -> Known<Way<'a>> {
    let own = part(&case.survey.found.regions.of(side).instances)?;
    let region = case.of(side);
    let bastions = survey::bastions(known(&region.neighbours)?, own, known(&region.rules)?);
    if !bastions.is_empty() {
        return Ok(Way::Bastion(bastions));
    }
    let Some(managed) = &region.managed else { return Ok(Way::None) };
    let managed = known(managed)?;
    Ok(match own.iter().any(|instance| managed.contains(&instance.id)) {
        true => Way::SessionManager,
        false => Way::None,
    })
}

fn said(way: &Way<'_>) -> String {
    match way {
        Way::Bastion(instances) => format!("bastion {}", listed(instances.iter().map(|one| &one.id))),
        Way::SessionManager => "Session Manager".to_owned(),
        Way::None => "nothing".to_owned(),
    }
}
