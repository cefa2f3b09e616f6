//! Site: the zone, its records of the site's name, and where each of them leads.
//! Invariant: names are followed inside their own zone alone, and no further than `FARTHEST`.
//! Used by: `read`.

use std::net::IpAddr;

use crate::{
    aws::{Aws, AwsError, HostedZone, RecordSet, plain},
    discover::{
        facts::{Goal, Lead, RecordFacts, SiteFacts},
        find::Find,
        leads::{self, Known},
    },
    drill::model::{PerSide, Side},
};

/// From the site's name to a load balancer it is one step for most, two or three for some.
const FARTHEST: usize = 4;

/// The zone of the site's host, and the records of that name that answer for addresses.
pub(super) async fn records(aws: &Aws, host: &str) -> Find<(HostedZone, Vec<RecordSet>)> {
    if host.parse::<IpAddr>().is_ok() {
        return Find::NotFound(format!("{host} is an address: users move to another region by name alone"));
    }
    let zone = match aws.zone_of(host).await {
        Ok(Some(zone)) => zone,
        Ok(None) => {
            return Find::NotFound(format!(
                "no public hosted zone of this account holds {host}: it is another account's, or another provider's"
            ));
        }
        Err(error) => return Find::Unknown(error.to_string()),
    };
    match aws.records(&zone.id, host).await {
        Ok(records) => Find::Found((zone, records.into_iter().filter(leads::answers).collect())),
        Err(error) => Find::Unknown(error.to_string()),
    }
}

/// Each record, and where it leads. Load balancers are listed only where environments alone do not tell.
pub(super) async fn follow(
    aws: &Aws,
    zone: HostedZone,
    records: Vec<RecordSet>,
    known: &mut PerSide<Known>,
) -> SiteFacts {
    let leads = Box::pin(followed(aws, &zone, &records, known)).await;
    if leads.iter().all(|lead| lead.goal.found().is_some()) {
        return SiteFacts { zone, leads };
    }
    let unlisted = Box::pin(list_balancers(aws, known)).await.err();
    let mut leads = Box::pin(followed(aws, &zone, &records, known)).await;
    if let Some(error) = unlisted {
        for lead in leads.iter_mut().filter(|lead| matches!(lead.goal, Find::NotFound(_))) {
            lead.goal = Find::Unknown(error.to_string());
        }
    }
    SiteFacts { zone, leads }
}

async fn list_balancers(aws: &Aws, known: &mut PerSide<Known>) -> Result<(), AwsError> {
    let (primary, standby) = futures_util::join!(
        Box::pin(aws.balancers_in_region(Side::Primary)),
        Box::pin(aws.balancers_in_region(Side::Standby)),
    );
    known.primary.balancers = primary?;
    known.standby.balancers = standby?;
    Ok(())
}

async fn followed(
    aws: &Aws,
    zone: &HostedZone,
    records: &[RecordSet],
    known: &mut PerSide<Known>,
) -> Vec<Lead> {
    let mut found = Vec::new();
    for record in records {
        let goal = Box::pin(goal(aws, zone, record, known)).await;
        found.push(Lead { record: record.clone(), goal });
    }
    found
}

async fn goal(aws: &Aws, zone: &HostedZone, record: &RecordSet, known: &mut PerSide<Known>) -> Find<Goal> {
    let nothing = || Find::NotFound("nothing known in the two regions".to_owned());
    let mut names: Vec<String> = record.leads_to().map(plain).collect();
    let mut seen = vec![plain(&record.name)];
    for _ in 0..FARTHEST {
        if let Some(goal) = leads::common(names.iter().filter_map(|name| leads::goal(name, known))) {
            return Find::Found(goal);
        }
        let addresses: Vec<String> =
            names.iter().filter(|name| name.parse::<IpAddr>().is_ok()).cloned().collect();
        if !addresses.is_empty() {
            return match of_addresses(aws, &addresses, known).await {
                Ok(goal) => goal.map_or_else(nothing, Find::Found),
                Err(error) => Find::Unknown(error.to_string()),
            };
        }
        let inside = format!(".{}", plain(&zone.name));
        let Some(next) = names.into_iter().find(|name| name.ends_with(&inside) && !seen.contains(name))
        else {
            return nothing();
        };
        let records = match aws.records(&zone.id, &next).await {
            Ok(records) => records,
            Err(error) => return Find::Unknown(error.to_string()),
        };
        seen.push(next);
        let answering = records.iter().filter(|one| leads::answers(one));
        names = answering.flat_map(RecordSet::leads_to).map(plain).collect();
    }
    nothing()
}

/// Addresses belong to whoever has the interface: elastic addresses, and those of a load balancer's own.
async fn of_addresses(
    aws: &Aws,
    addresses: &[String],
    known: &mut PerSide<Known>,
) -> Result<Option<Goal>, AwsError> {
    known.primary.interfaces = aws.interfaces_at(Side::Primary, addresses).await?;
    known.standby.interfaces = aws.interfaces_at(Side::Standby, addresses).await?;
    Ok(leads::goal_of_interfaces(known))
}

/// The record that leads to a region, and how that was told.
pub(super) fn lead(site: &Find<SiteFacts>, side: Side, region: &str) -> Find<(Lead, Option<String>)> {
    let site = match site {
        Find::Found(site) => site,
        Find::NotFound(why) => return Find::NotFound(why.clone()),
        Find::Unknown(why) => return Find::Unknown(why.clone()),
    };
    match leads::of_side(&site.leads, side, region) {
        Some(found) => Find::Found(found),
        None => Find::NotFound(format!("no record of the site's name leads to {region}")),
    }
}

/// The record with its health check.
pub(super) async fn record(aws: &Aws, lead: Find<(Lead, Option<String>)>) -> Find<RecordFacts> {
    let (lead, how) = match lead {
        Find::Found(found) => found,
        Find::NotFound(why) => return Find::NotFound(why),
        Find::Unknown(why) => return Find::Unknown(why),
    };
    let record = lead.record;
    let health_check = match &record.health_check {
        Some(id) => Find::of(aws.health_check(id).await),
        None => Find::NotFound("the record has none".to_owned()),
    };
    Find::Found(RecordFacts { record, how, health_check })
}
