//! Capacity: the Auto Scaling groups of the two environments.

use std::collections::BTreeSet;

use crate::{
    aws::ScalingGroup,
    drill::model::{PerSide, Side},
    ready::case::{Case, Judged, both, fail, known, listed, pass, warn},
    survey::{Known, Unknown},
};

fn scaling<'a>(case: &Case<'a>) -> Known<PerSide<&'a Vec<ScalingGroup>>> {
    both(|side| known(&case.of(side).scaling))
}

/// All groups of an environment, taken together.
#[derive(Debug, Clone, Copy)]
struct Size {
    most: i64,
    desired: i64,
    serving: i64,
}

fn size(groups: &[ScalingGroup]) -> Size {
    Size {
        most: groups.iter().map(|group| i64::from(group.max)).sum(),
        desired: groups.iter().map(|group| i64::from(group.desired)).sum(),
        serving: groups.iter().map(|group| i64::try_from(group.in_service).unwrap_or(i64::MAX)).sum(),
    }
}

pub(in crate::ready) fn capacity(case: &Case<'_>) -> Judged {
    let groups = scaling(case)?;
    let (own, its) = (size(groups.primary), size(groups.standby));
    let said = |size: Size| format!("{} of {} in service, at most {}", size.serving, size.desired, size.most);
    let found = format!("{} in the primary; {} in the standby", said(own), said(its));
    let mend = "raise MinSize and MaxSize of the standby's environment to the primary's";
    match () {
        () if its.serving == 0 => fail(found, "bring an instance of the standby into service"),
        () if its.most < own.desired => fail(found, mend),
        () if its.serving < own.desired || its.most < own.most => warn(found, mend),
        () => pass(found),
    }
}

pub(in crate::ready) fn instance_type(case: &Case<'_>) -> Judged {
    let groups = scaling(case)?;
    let classes = both(|side| {
        let classes: BTreeSet<&String> = groups.of(side).iter().flat_map(|group| &group.classes).collect();
        match classes.is_empty() {
            true => Err(Unknown::because(format!("the {side} has no instance whose type could be told"))),
            false => Ok(classes),
        }
    })?;
    match classes.primary == classes.standby {
        true => pass(listed(classes.primary)),
        false => warn(
            format!("{} in the primary, {} in the standby", listed(classes.primary), listed(classes.standby)),
            "set InstanceTypes of the standby's environment to the primary's, or its size to what carries as much",
        ),
    }
}

/// Those that a drill suspends so that a closed port replaces no instance; see the check `replacement`.
const REPLACING: [&str; 2] = ["HealthCheck", "ReplaceUnhealthy"];

/// Processes without which a group neither grows nor heals, nor serves what it made.
const VITAL: [&str; 4] = ["Launch", "AddToLoadBalancer", "HealthCheck", "ReplaceUnhealthy"];

pub(in crate::ready) fn processes(case: &Case<'_>) -> Judged {
    let groups = scaling(case)?;
    let (mut vital, mut other, mut held) = (Vec::new(), Vec::new(), false);
    for side in Side::BOTH {
        for group in groups.of(side).iter() {
            for process in &group.suspended {
                let found = format!("{process} of {} in the {side}", group.name);
                let meant = REPLACING.contains(&process.as_str()) && group.health_check.contains("ELB");
                match VITAL.contains(&process.as_str()) && !meant {
                    true => vital.push(found),
                    false => other.push(found),
                }
                held |= meant;
            }
        }
    }
    let mend = "aws autoscaling resume-processes --auto-scaling-group-name GROUP";
    match (vital.is_empty(), other.is_empty()) {
        (true, true) => pass("nothing is suspended"),
        (false, _) => fail(format!("suspended: {}", listed(vital.iter().chain(&other))), mend),
        (true, false) => {
            let when = if held { "resume them after the drill: " } else { "" };
            warn(format!("suspended: {}", listed(&other)), format!("{when}{mend}"))
        }
    }
}

pub(in crate::ready) fn replacement(case: &Case<'_>) -> Judged {
    let groups = scaling(case)?;
    for side in Side::BOTH {
        let replaces = |group: &&ScalingGroup| {
            group.health_check.contains("ELB") && !group.suspended.contains("ReplaceUnhealthy")
        };
        if let Some(group) = groups.of(side).iter().find(replaces) {
            return warn(
                format!("{} in the {side} replaces what the balancer finds unhealthy", group.name),
                "for a drill that closes a port: suspend ReplaceUnhealthy and HealthCheck of the group meanwhile, or \
                 expect its instances to be terminated",
            );
        }
    }
    pass("a closed port alone replaces no instance")
}
