//! Health_check: the checks by which Route 53 decides where users go.
//!
//! Sources: Route 53 developer guide, "How Amazon Route 53 determines whether a health check is healthy" (more than 18 % of
//! the checkers), "Values that you specify when you create or update health checks" (a check must not ask the name of the
//! failover record itself; a disabled one counts as healthy).

use crate::{
    aws::HealthCheck,
    drill::model::{PerSide, Side},
    ready::case::{Case, Judged, both, fail, known, listed, part, pass, unknown, warn},
    survey::Known,
};

fn checks<'a>(case: &Case<'a>) -> Known<PerSide<Option<&'a HealthCheck>>> {
    let site = case.site()?;
    both(|side| Ok(part(site.health_checks.of(side))?.as_ref()))
}

/// The sides that have one.
fn each<'a>(checks: &PerSide<Option<&'a HealthCheck>>) -> Vec<(Side, &'a HealthCheck)> {
    Side::BOTH.into_iter().filter_map(|side| Some((side, (*checks.of(side))?))).collect()
}

const NONE: &str = "no record has a health check: see the check `protected-records`";

pub(in crate::ready) fn wired(case: &Case<'_>) -> Judged {
    let checks = checks(case)?;
    let all = each(&checks);
    if all.is_empty() {
        return fail(NONE, "give each record a health check of its region");
    }
    if let (Some(own), Some(its)) = (checks.primary, checks.standby)
        && own.id == its.id
    {
        return fail(
            format!("both records go by one health check, {}", own.id),
            "give each record a health check of its own region",
        );
    }
    let host = case.deployment.site.host.trim_end_matches('.').to_ascii_lowercase();
    for (side, check) in &all {
        let asked = check
            .fields
            .get("FullyQualifiedDomainName")
            .map(|name| name.trim_end_matches('.').to_ascii_lowercase());
        let addressed = check.fields.contains_key("IPAddress");
        if !addressed && asked.as_deref() == Some(host.as_str()) {
            return fail(
                format!("{} of the {side} asks {host} itself, which it decides about", check.id),
                "let it ask a name of its own region, or the balancer's",
            );
        }
        let plain =
            ["HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP"].contains(&check.kind.as_str());
        let port = check.port.unwrap_or(if check.kind.starts_with("HTTPS") { 443 } else { 80 });
        let heard = case.listeners(*side)?.iter().any(|listener| listener.port == Some(port));
        if plain && !heard {
            return fail(
                format!("{} asks port {port} of the {side}, where nothing listens", check.id),
                "let it ask a port that the balancer listens on",
            );
        }
    }
    pass(listed(all.iter().map(|(side, check)| format!("{} looks at the {side}", check.id))))
}

pub(in crate::ready) fn on(case: &Case<'_>) -> Judged {
    let checks = checks(case)?;
    let off = each(&checks).into_iter().filter_map(|(side, check)| {
        let how = match (check.disabled, check.inverted) {
            (true, true) => "disabled and inverted",
            (true, false) => "disabled",
            (false, true) => "inverted",
            (false, false) => return None,
        };
        Some(format!("{} of the {side} is {how}", check.id))
    });
    let off: Vec<String> = off.collect();
    match off.is_empty() {
        true => pass("neither disabled nor inverted"),
        false => fail(
            listed(off),
            "aws route53 update-health-check --health-check-id ID --no-disabled --no-inverted",
        ),
    }
}

pub(in crate::ready) fn healthy(case: &Case<'_>) -> Judged {
    let checks = checks(case)?;
    let (mut ill, mut well) = (Vec::new(), Vec::new());
    for (side, check) in each(&checks) {
        if check.disabled {
            // It sees nothing: the check `health-checks-on` says so.
            continue;
        }
        let Some(seen) = known(case.survey.observations.of(side))? else { continue };
        if seen.is_empty() {
            return unknown(format!("no checker of {} has said anything yet", check.id));
        }
        let good = seen.iter().filter(|one| one.is_success()).count();
        let said = format!("{good} of {} checkers of the {side}", seen.len());
        let healthy = good * 100 > seen.len() * 18;
        match healthy != check.inverted {
            true => well.push(said),
            false => ill.push((side, said, check)),
        }
    }
    match ill.first() {
        Some((_, said, check)) => fail(
            format!("only {said} are satisfied"),
            format!(
                "see why: aws route53 get-health-check-last-failure-reason --health-check-id {}",
                check.id
            ),
        ),
        None if well.is_empty() => {
            warn("no health check looks", "see the checks `protected-records` and `health-checks-on`")
        }
        None => pass(format!("{} are satisfied", listed(well))),
    }
}
