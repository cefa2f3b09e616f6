//! Network: ranges, the peering between the two networks, and the routes through it.

use crate::{
    aws::{Peering, RouteTable},
    drill::model::{PerSide, Side},
    ready::{
        case::{Case, Judged, both, fail, known, listed, part, pass},
        range::Range,
    },
    survey::{Known, Unknown},
};

pub(in crate::ready) fn ranges(case: &Case<'_>) -> Judged {
    let ranges = both(|side| case.survey.ranges(side))?;
    let read = |side: Side| ranges.of(side).iter().filter_map(|text| Range::parse(text));
    for own in read(Side::Primary) {
        for other in read(Side::Standby) {
            if own.overlaps(other) {
                return fail(
                    format!("{own} of the primary's network and {other} of the standby's overlap"),
                    "give one of the networks another range: a VPC's first range can not be changed, so move to a new VPC",
                );
            }
        }
    }
    pass(format!("{} and {}", listed(&ranges.primary), listed(&ranges.standby)))
}

/// The peerings between the two sides' networks, those that have ended left out.
fn between<'a>(case: &Case<'a>) -> Known<Vec<&'a Peering>> {
    let vpcs = both(|side| known(&case.of(side).vpcs))?;
    let joins = |peering: &&Peering| {
        let ends = [&peering.requester.vpc, &peering.accepter.vpc];
        Side::BOTH.iter().all(|side| ends.iter().any(|end| vpcs.of(*side).contains(end)))
    };
    let lives = |peering: &&Peering| {
        !["deleted", "deleting", "rejected", "expired", "failed"].contains(&peering.status.as_str())
    };
    Ok(known(&case.survey.peerings)?.iter().filter(joins).filter(lives).collect())
}

pub(in crate::ready) fn peering(case: &Case<'_>) -> Judged {
    let peerings = between(case)?;
    let active = peerings.iter().find(|peering| peering.status == "active");
    match (active, peerings.first()) {
        (Some(peering), _) => pass(format!("{} is active", peering.id)),
        (None, Some(peering)) => fail(
            format!("{} is {}", peering.id, peering.status),
            format!(
                "aws ec2 accept-vpc-peering-connection --region {} --vpc-peering-connection-id {}",
                peering.accepter.region, peering.id
            ),
        ),
        (None, None) if case.database()?.is_none() => pass("none, and the deployment names no database"),
        (None, None) => fail(
            "there is no peering between the two networks",
            "make one, accept it, and add its routes on both sides: aws ec2 create-vpc-peering-connection",
        ),
    }
}

/// Both ways, for whatever speaks through a peering: instances here, a database there.
pub(in crate::ready) fn routes(case: &Case<'_>) -> Judged {
    let peerings = between(case)?;
    let Some(peering) = peerings.iter().find(|peering| peering.status == "active") else {
        return match case.database()? {
            None => pass("no peering, and the deployment names no database"),
            Some(_) => fail("there is no active peering to route through", "see the check `peering`"),
        };
    };
    let tables = both(|side| known(&case.of(side).route_tables))?;
    let ranges = both(|side| case.survey.ranges(side))?;
    let subnets = both(|side| subnets(case, side))?;
    let mut missing: Vec<String> = Vec::new();
    for side in Side::BOTH {
        let wanted: Vec<Range> =
            ranges.of(side.other()).iter().filter_map(|text| Range::parse(text)).collect();
        for table in distinct(&subnets, tables.of(side), side)? {
            for range in wanted.iter().filter(|range| !leads(table, &peering.id, **range)) {
                missing.push(format!("{} of the {side} has no active route to {range}", table.id));
            }
        }
    }
    match missing.is_empty() {
        true => pass(format!("both sides route to each other by {}", peering.id)),
        false => fail(
            listed(&missing),
            format!(
                "aws ec2 create-route --route-table-id TABLE --destination-cidr-block RANGE --vpc-peering-connection-id {}",
                peering.id
            ),
        ),
    }
}

/// The tables of the subnets that matter, once each.
fn distinct<'t>(
    subnets: &PerSide<Vec<String>>,
    tables: &'t [RouteTable],
    side: Side,
) -> Known<Vec<&'t RouteTable>> {
    let mut all: Vec<&RouteTable> = Vec::new();
    for subnet in subnets.of(side) {
        let table = Case::table(tables, subnet)
            .ok_or_else(|| Unknown::because(format!("AWS shows no route table for subnet {subnet}")))?;
        if !all.iter().any(|known| known.id == table.id) {
            all.push(table);
        }
    }
    Ok(all)
}

/// True if the most exact route to all of `range` is an active one by the peering; a network's own addresses go before.
fn leads(table: &RouteTable, peering: &str, range: Range) -> bool {
    let holding = table.routes.iter().filter_map(|route| Some((Range::parse(&route.to)?, route)));
    let best =
        holding.filter(|(to, _)| to.holds(range)).max_by_key(|(to, route)| (to.bits(), route.by == "local"));
    best.is_some_and(|(_, route)| route.by == peering && route.state == "active")
}

/// The subnets of the environment's instances and of the database.
fn subnets(case: &Case<'_>, side: Side) -> Known<Vec<String>> {
    let found = case.survey.found.regions.of(side);
    let mut all: Vec<String> =
        part(&found.instances)?.iter().filter_map(|instance| instance.subnet.clone()).collect();
    if let Some(database) = &case.survey.database {
        for instance in known(database.instances.of(side))? {
            all.extend(instance.subnets.iter().cloned());
        }
    }
    all.sort();
    all.dedup();
    match all.is_empty() {
        true => {
            Err(Unknown::because(format!("AWS does not say which subnets the {side}'s instances are in")))
        }
        false => Ok(all),
    }
}
