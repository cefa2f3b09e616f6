//! Network: ranges, the peering between the two networks, and the routes through it.

use super::route::{self, Road, Way};
use crate::{
    aws::{Peering, RouteTable},
    drill::model::{PerSide, Side},
    ready::{
        case::{Case, Judged, both, fail, known, listed, part, pass, unknown, warn},
        range::Range,
    },
    survey::{Known, Unknown},
};

pub(in crate::ready) fn ranges(case: &Case<'_>) -> Judged {
    let ranges = both(|side| case.survey.ranges(side))?;
    let read = |side: Side| ranges.of(side).iter().filter_map(|text| Range::parse(text));
    let overlapping = || {
        let with =
            |own: Range| read(Side::Standby).find(|other| own.overlaps(*other)).map(|other| (own, other));
        read(Side::Primary).find_map(with)
    };
    let Some((own, other)) = overlapping() else {
        return pass(format!("{} and {}", listed(&ranges.primary), listed(&ranges.standby)));
    };
    let found = format!("{own} of the primary's network and {other} of the standby's overlap");
    // Networks that nothing joins may have the same addresses, as the default networks of all regions have.
    if case.database()?.is_none() && between(case)?.is_empty() {
        return pass(format!("{found}, and nothing joins them"));
    }
    fail(
        found,
        "give one of the networks another range: a VPC's first range can not be changed, so move to a new VPC",
    )
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
        (None, None) => match route::unread(&roads(case, "")?) {
            Some(by) => unknown(format!("there is no peering, and {by}, which is not read")),
            None => fail(
                "there is no peering between the two networks",
                "make one, accept it, and add its routes on both sides: aws ec2 create-vpc-peering-connection",
            ),
        },
    }
}

/// Both ways, for whatever speaks through a peering: instances here, a database there.
pub(in crate::ready) fn routes(case: &Case<'_>) -> Judged {
    let peerings = between(case)?;
    let Some(peering) = peerings.iter().find(|peering| peering.status == "active") else {
        return match case.database()? {
            None => pass("no peering, and the deployment names no database"),
            Some(_) => match route::unread(&roads(case, "")?) {
                Some(by) => unknown(format!("{by}, which is not read")),
                None => fail("there is no active peering to route through", "see the check `peering`"),
            },
        };
    };
    let roads = roads(case, &peering.id)?;
    let said = |wanted: fn(&Way) -> bool| -> Vec<String> {
        roads.iter().filter(|road| wanted(&road.way)).map(ToString::to_string).collect()
    };
    let mend = format!(
        "aws ec2 create-route --route-table-id TABLE --destination-cidr-block RANGE --vpc-peering-connection-id {}",
        peering.id
    );
    let broken = said(|way| matches!(way, Way::Missing | Way::Astray { .. }));
    if !broken.is_empty() {
        return fail(listed(&broken), mend);
    }
    if let Some(by) = route::unread(&roads) {
        return unknown(format!("{by}, which is not read"));
    }
    let parts = said(|way| matches!(way, Way::Parts));
    match parts.is_empty() {
        true => pass(format!("both sides route to each other by {}", peering.id)),
        false => warn(listed(&parts), mend),
    }
}

/// From every table that matters to every range of the other side, both ways.
fn roads(case: &Case<'_>, peering: &str) -> Known<Vec<Road>> {
    let tables = both(|side| known(&case.of(side).route_tables))?;
    let ranges = both(|side| case.survey.ranges(side))?;
    let subnets = both(|side| subnets(case, side))?;
    let mut all = Vec::new();
    for side in Side::BOTH {
        let wanted: Vec<Range> =
            ranges.of(side.other()).iter().filter_map(|text| Range::parse(text)).collect();
        for table in distinct(&subnets, tables.of(side), side)? {
            let road = |range: &Range| Road {
                table: table.id.clone(),
                side,
                range: *range,
                way: route::way(table, peering, *range),
            };
            all.extend(wanted.iter().map(road));
        }
    }
    Ok(all)
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
