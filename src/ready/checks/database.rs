//! Database: the Aurora global database and its members.
//!
//! Sources: Aurora user guide, "Switchover and failover in Amazon Aurora Global Database": equal engine versions, an
//! instance in the target cluster, both available; parameter groups are regional and are not copied.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    aws::{Cluster, DatabaseInstance, FoundDatabase},
    clock,
    drill::model::{PerSide, Side},
    ready::case::{Case, Judged, both, fail, known, listed, part, pass, unknown, warn},
    survey::{ClusterParameters, DatabaseSurvey, Known, Unknown, can_differ},
    text,
};

const NONE: &str = "the deployment names no database";
/// An older value says nothing about now: CloudWatch is one to two minutes late.
const STALE: Duration = Duration::from_secs(5 * 60);
/// A lag beyond it is not usual: a global database is typically under a second behind.
const UNUSUAL: Duration = Duration::from_secs(5);

/// The clusters of both sides, if both regions are members.
fn clusters(database: &FoundDatabase) -> Known<Option<PerSide<&Cluster>>> {
    let of = both(|side| Ok(part(database.clusters.of(side))?.as_ref()))?;
    Ok(of.primary.zip(of.standby).map(|(primary, standby)| PerSide { primary, standby }))
}

/// The clusters, or what is to be said without them.
fn members<'a>(case: &Case<'a>) -> Known<Result<PerSide<&'a Cluster>, Judged>> {
    let Some(database) = case.database()? else { return Ok(Err(pass(NONE))) };
    Ok(match clusters(database)? {
        Some(clusters) => Ok(clusters),
        None => Err(fail(
            format!("{} has no member in one of the two regions", database.global.id),
            "see the check `database-roles`",
        )),
    })
}

pub(in crate::ready) fn roles(case: &Case<'_>) -> Judged {
    let Some(database) = case.database()? else { return pass(NONE) };
    let global = &database.global;
    let mend = format!("aws rds describe-global-clusters --global-cluster-identifier {}", global.id);
    for side in Side::BOTH {
        if global.member(case.region(side)).is_none() {
            return fail(
                format!("{} has no member in the {side}'s region, {}", global.id, case.region(side)),
                "add one: aws rds create-db-cluster --global-cluster-identifier ...",
            );
        }
    }
    match database.writer {
        Some(Side::Primary) => {}
        Some(Side::Standby) => {
            let mend = "switch it over to the primary, or exchange the two in the deployment file";
            return fail("the writer is in the standby", mend);
        }
        None => return fail("the writer is in neither region", mend),
    }
    if let Some(operation) = &global.operation {
        return fail(format!("{} is {operation}", global.id), format!("wait until it is done: {mend}"));
    }
    if !["available", ""].contains(&global.status.as_str()) {
        return fail(format!("{} is {}", global.id, global.status), mend);
    }
    let behind = global
        .members
        .iter()
        .find(|one| !one.is_writer && !["connected", ""].contains(&one.synchronization.as_str()));
    if let Some(member) = behind {
        return fail(
            format!("{} is {}", member.arn, member.synchronization),
            format!("wait until it is connected: {mend}"),
        );
    }
    if let Some(clusters) = clusters(database)? {
        for side in Side::BOTH {
            let own = clusters.of(side);
            if own.status != "available" {
                return fail(
                    format!("{} of the {side} is {}", own.id, own.status),
                    "wait until it is available",
                );
            }
        }
    }
    pass(format!("{} writes in the primary, and the standby is connected", global.id))
}

/// What was read of the database beside the clusters, and each side's instances.
type Surveyed<'a> = (&'a DatabaseSurvey, PerSide<&'a Vec<DatabaseInstance>>);

fn read<'a>(case: &Case<'a>) -> Known<Option<Surveyed<'a>>> {
    case.database()?;
    let Some(database) = &case.survey.database else { return Ok(None) };
    Ok(Some((database, both(|side| known(database.instances.of(side)))?)))
}

pub(in crate::ready) fn instances(case: &Case<'_>) -> Judged {
    let Some((_, instances)) = read(case)? else { return pass(NONE) };
    let mut asleep = Vec::new();
    for side in Side::BOTH {
        let own = instances.of(side);
        let well = own.iter().filter(|one| one.status == "available").count();
        asleep.extend(
            own.iter()
                .filter(|one| one.status != "available")
                .map(|one| format!("{} is {}", one.id, one.status)),
        );
        if well == 0 {
            return fail(
                format!("the {side}'s cluster has no available instance"),
                "add one: aws rds create-db-instance --engine aurora-mysql --db-cluster-identifier CLUSTER ...",
            );
        }
    }
    let (own, its) = (instances.primary.len(), instances.standby.len());
    let found = format!("{own} in the primary, {its} in the standby");
    match asleep.is_empty() {
        false => warn(listed(asleep), "wait until they are available"),
        true if its < own => warn(found, "give the standby's cluster as many instances as the primary's"),
        true => pass(found),
    }
}

pub(in crate::ready) fn classes(case: &Case<'_>) -> Judged {
    let Some((_, instances)) = read(case)? else { return pass(NONE) };
    let of = |side: Side| instances.of(side).iter().map(|one| &one.class).collect::<BTreeSet<&String>>();
    let (own, its) = (of(Side::Primary), of(Side::Standby));
    if its.is_empty() || own.is_empty() {
        return unknown("a cluster without instances has no class: see the check `database-instances`");
    }
    if own != its {
        return warn(
            format!("{} in the primary, {} in the standby", listed(own), listed(its)),
            "aws rds modify-db-instance --db-instance-class CLASS --apply-immediately",
        );
    }
    let found = listed(&own);
    // A serverless instance is as large as its cluster lets it grow.
    if !own.iter().any(|class| *class == "db.serverless") {
        return pass(found);
    }
    let clusters = match members(case)? {
        Ok(clusters) => clusters,
        Err(said) => return said,
    };
    match (&clusters.primary.capacity, &clusters.standby.capacity) {
        (Some(own), Some(its)) if own == its => pass(format!("{found}, {own}")),
        (Some(own), Some(its)) => warn(
            format!("{found}: {own} in the primary, {its} in the standby"),
            "aws rds modify-db-cluster --serverless-v2-scaling-configuration MinCapacity=MIN,MaxCapacity=MAX",
        ),
        _ => unknown(format!("{found}, and AWS does not say between which capacities they scale")),
    }
}

pub(in crate::ready) fn engine(case: &Case<'_>) -> Judged {
    let clusters = match members(case)? {
        Ok(clusters) => clusters,
        Err(said) => return said,
    };
    let (own, its) = (&clusters.primary.engine_version, &clusters.standby.engine_version);
    match own == its {
        true => pass(own.clone()),
        false => fail(
            format!("{own} in the primary, {its} in the standby"),
            "aws rds modify-global-cluster --engine-version VERSION upgrades all members",
        ),
    }
}

pub(in crate::ready) fn parameters(case: &Case<'_>) -> Judged {
    let clusters = match members(case)? {
        Ok(clusters) => clusters,
        Err(said) => return said,
    };
    let Some((database, instances)) = read(case)? else { return pass(NONE) };
    let mend =
        "make them the same (aws rds modify-db-cluster-parameter-group), and restart what waits for it";
    let (own, its) = (&clusters.primary.parameter_group, &clusters.standby.parameter_group);
    let mut found =
        vec![if own == its { own.clone() } else { format!("{own} and {its}, which set the same") }];
    if can_differ([own], [its]) {
        let differ = differing(database.cluster_parameters.as_ref(), own, its)?;
        if !differ.is_empty() {
            return fail(format!("{own} and {its} differ: {}", listed(differ)), mend);
        }
    }
    let groups = |side: Side| -> BTreeSet<&String> {
        instances.of(side).iter().flat_map(|one| one.parameter_groups.keys()).collect()
    };
    let (own, its) = (groups(Side::Primary), groups(Side::Standby));
    if !own.is_empty() && !its.is_empty() && can_differ(own.iter().copied(), its.iter().copied()) {
        let differ = differing(database.instance_parameters.as_ref(), &listed(&own), &listed(&its))?;
        if !differ.is_empty() {
            return fail(format!("{} and {} differ: {}", listed(own), listed(its), listed(differ)), mend);
        }
    }
    found.push(listed(own));
    let waiting = |side: Side| {
        let of_cluster = clusters.of(side).instances.iter();
        let of_cluster =
            of_cluster.filter(|one| !["in-sync", ""].contains(&one.parameters.as_str())).map(|one| &one.id);
        let applied = |status: &String| ["in-sync", ""].contains(&status.as_str());
        let own = instances.of(side).iter();
        of_cluster
            .chain(own.filter(move |one| !one.parameter_groups.values().all(applied)).map(|one| &one.id))
    };
    let waiting: BTreeSet<&String> = Side::BOTH.into_iter().flat_map(waiting).collect();
    match waiting.is_empty() {
        true => pass(listed(found.into_iter().filter(|name| !name.is_empty()))),
        false => warn(format!("not applied yet to {}", listed(waiting)), mend),
    }
}

/// The names of the parameters that two groups set otherwise.
fn differing(read: Option<&ClusterParameters>, own: &str, its: &str) -> Known<Vec<String>> {
    let Some(read) = read else {
        return Err(Unknown::because(format!("what {own} and {its} set was not read")));
    };
    let (own, its) = (known(&read.primary)?, known(&read.standby)?);
    let names: BTreeSet<&String> = own.keys().chain(its.keys()).collect();
    Ok(names.into_iter().filter(|name| own.get(*name) != its.get(*name)).cloned().collect())
}

pub(in crate::ready) fn lag(case: &Case<'_>) -> Judged {
    case.database()?;
    let Some(database) = &case.survey.database else { return pass(NONE) };
    let Some(newest) = known(&database.lag)? else {
        return unknown(
            "neither region holds a value of AuroraGlobalDBReplicationLag of the last ten minutes",
        );
    };
    if clock::later(newest.at, STALE) < case.survey.at {
        return unknown(format!("the newest value is of {}", newest.at));
    }
    let lag = Duration::try_from_secs_f64(newest.value / 1000.0).unwrap_or(Duration::MAX);
    let found = format!("{} behind, as of {}", text::duration(lag), newest.at);
    let mend = "wait until it has caught up; see what the writer is loaded with";
    match case.drill.and_then(|drill| drill.objectives.data_loss) {
        Some(most) if lag > most => {
            fail(format!("{found}; the objective for data loss is {}", text::duration(most)), mend)
        }
        _ if lag > UNUSUAL => warn(found, mend),
        _ => pass(found),
    }
}
