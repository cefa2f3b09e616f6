//! Balancer: listeners, target groups and targets.

use std::collections::BTreeSet;

use crate::{
    drill::model::{PerSide, Side},
    ready::case::{Case, Judged, both, fail, known, listed, pass, warn},
};

pub(in crate::ready) fn listeners(case: &Case<'_>) -> Judged {
    for side in Side::BOTH {
        let balancers = case.balancers(side)?;
        if balancers.is_empty() {
            return fail(
                format!("the {side}'s environment has no application or network load balancer"),
                "give it one: aws:elasticbeanstalk:environment LoadBalancerType application",
            );
        }
        let asleep = balancers.iter().find(|one| !["active", ""].contains(&one.balancer.state.as_str()));
        if let Some(one) = asleep {
            return fail(
                format!("{} of the {side} is {}", one.balancer.name, one.balancer.state),
                "wait until it is active",
            );
        }
    }
    let ports = both(|side| {
        let all = case.listeners(side)?.into_iter().map(|listener| {
            let port = listener.port.unwrap_or_default();
            format!("{} {port} ({})", listener.protocol, listener.default_actions.join(", "))
        });
        Ok(all.collect::<BTreeSet<String>>())
    })?;
    let site = &case.deployment.site;
    for side in Side::BOTH {
        let answered = case.listeners(side)?.iter().any(|one| one.port == Some(i32::from(site.port)));
        // The port that users see can be another than the balancer's: behind a CDN, or on a machine that maps ports.
        let usual = [80, 443].contains(&site.port);
        if usual && !answered {
            return fail(
                format!("nothing of the {side} listens on port {}, where users reach the site", site.port),
                "add the listener in the environment's configuration (aws:elbv2:listener:PORT)",
            );
        }
    }
    match ports.primary == ports.standby {
        true => pass(listed(&ports.primary)),
        false => {
            let only = |side: Side| listed(ports.of(side).difference(ports.of(side.other())));
            fail(
                format!(
                    "only the primary: {}; only the standby: {}",
                    none(only(Side::Primary)),
                    none(only(Side::Standby))
                ),
                "make the listeners the same in both environments' configuration (aws:elbv2:listener:PORT)",
            )
        }
    }
}

fn none(text: String) -> String {
    if text.is_empty() { "nothing".to_owned() } else { text }
}

pub(in crate::ready) fn target_checks(case: &Case<'_>) -> Judged {
    let checks = both(|side| {
        let groups = case.target_groups(side)?;
        let said = groups.into_iter().map(|group| {
            let number = |value: Option<i32>| value.map_or("?".to_owned(), |value| value.to_string());
            format!(
                "{} {} on {}, every {} s for {} s, {} good, {} bad, expecting {}",
                group.check_protocol,
                group.check_path.as_deref().unwrap_or("/"),
                group.check_port,
                number(group.interval_s),
                number(group.timeout_s),
                number(group.healthy_after),
                number(group.unhealthy_after),
                group.matcher.as_deref().unwrap_or("?")
            )
        });
        Ok(said.collect::<BTreeSet<String>>())
    })?;
    let PerSide { primary, standby } = &checks;
    match primary == standby {
        true => pass(listed(primary)),
        false => warn(
            format!("{} in the primary; {} in the standby", listed(primary), listed(standby)),
            "make aws:elasticbeanstalk:environment:process:default the same in both environments",
        ),
    }
}

pub(in crate::ready) fn targets(case: &Case<'_>) -> Judged {
    let (mut without, mut some, mut healthy) = (Vec::new(), Vec::new(), Vec::new());
    for side in Side::BOTH {
        let all = known(&case.of(side).targets)?;
        let own = case.target_groups(side)?;
        for (group, targets) in all.iter().filter(|(name, _)| own.iter().any(|group| group.name == **name)) {
            let well = targets.iter().filter(|target| target.state == "healthy").count();
            let ill = targets
                .iter()
                .find(|target| !["healthy", "draining", "unused"].contains(&target.state.as_str()));
            let said = format!("{well} of {} healthy in the {side}", targets.len());
            match ill {
                _ if well == 0 => without.push(format!("{group}: {said}")),
                Some(ill) => {
                    some.push(format!("{group}: {said}; {} is {} {}", ill.id, ill.state, ill.reason))
                }
                None => healthy.push(said),
            }
        }
    }
    let mend = "see why: aws elbv2 describe-target-health --target-group-arn ARN";
    match (without.is_empty(), some.is_empty()) {
        (false, _) => fail(listed(without), mend),
        (true, false) => warn(listed(some), mend),
        (true, true) if healthy.is_empty() => fail("no balancer has a target group", mend),
        (true, true) => pass(listed(healthy)),
    }
}
