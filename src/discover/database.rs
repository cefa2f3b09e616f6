//! Database: which global cluster is the deployment's.
//! Invariant: a host that an environment names goes before what is the only one; a host that no member answers to is never
//! passed over in silence for another database.
//! Not here: reading variables and clusters (see `read::database`).
//! Used by: `read`.

use super::{
    ask::{Ask, Question, settle},
    facts::{DatabaseFacts, Wanted},
    find::Find,
};
use crate::{
    aws::{Cluster, DatabaseHost, GlobalCluster, GlobalMember},
    drill::model::{PerSide, Side},
    text::{nearest, plural},
};

/// What is known about the database.
pub(super) struct Case<'a> {
    /// Every global cluster.
    pub(super) all: &'a [GlobalCluster],
    /// The regional clusters, where they had to be read.
    pub(super) clusters: PerSide<&'a [Cluster]>,
    /// Why they could not be.
    pub(super) clusters_unread: Option<String>,
    /// The regions' names.
    pub(super) regions: PerSide<&'a str>,
    /// The hosts that each environment names, with its own name.
    pub(super) hosts: &'a [(String, DatabaseHost)],
    /// True if the variables of an environment could not be read.
    pub(super) hosts_unknown: bool,
}

/// The database; `None` if a person says that there is none.
pub(super) fn find(case: &Case<'_>, wanted: &Wanted, ask: &dyn Ask) -> Option<Find<DatabaseFacts>> {
    match wanted {
        Wanted::Nothing => None,
        Wanted::Named(id) => Some(named(case, id)),
        Wanted::Find => Some(match case.hosts {
            [] => only(case, ask),
            hosts => by_hosts(case, hosts, ask),
        }),
    }
}

/// True if no global cluster answers to the host, as far as clusters were read.
pub(super) fn is_strange(case: &Case<'_>, host: &str) -> bool {
    !case.all.iter().any(|global| answers_to(case, global, host))
}

fn named(case: &Case<'_>, id: &str) -> Find<DatabaseFacts> {
    let Some(global) = case.all.iter().find(|one| one.id.eq_ignore_ascii_case(id)) else {
        let ids: Vec<&str> = case.all.iter().map(|one| one.id.as_str()).collect();
        let there = match (nearest(id, ids.iter().copied()), ids.len()) {
            (Some(near), _) => format!("did you mean {near}?"),
            (None, 0) => "there is none at all".to_owned(),
            (None, _) => format!("there are {}", ids.join(", ")),
        };
        return Find::NotFound(format!("no global cluster is called {id}; {there}"));
    };
    fits(case, global, "as told".to_owned())
}

fn by_hosts(case: &Case<'_>, hosts: &[(String, DatabaseHost)], ask: &dyn Ask) -> Find<DatabaseFacts> {
    let told = |global: &&GlobalCluster| hosts.iter().any(|(_, named)| answers_to(case, global, &named.host));
    let fit: Vec<GlobalCluster> = case.all.iter().filter(told).cloned().collect();
    let Some((environment, first)) = hosts.first() else { return only(case, ask) };
    if let (false, Some(why)) = (strange(case).is_empty(), &case.clusters_unread) {
        return Find::Unknown(why.clone());
    }
    if fit.is_empty() {
        return Find::NotFound(format!(
            "{} of {environment} names {}, which is no member of a global cluster; say --global-cluster ID if it is one \
             by another name, or --no-database",
            first.variable, first.host
        ));
    }
    let how = match fit.as_slice() {
        [one] => {
            let by = hosts.iter().find(|(_, named)| answers_to(case, one, &named.host));
            by.map_or_else(String::new, |(environment, named)| {
                format!("{} of {environment} names it", named.variable)
            })
        }
        all => format!("chosen among {} that variables name", plural(all.len(), "global cluster")),
    };
    among(case, fit, how, ask)
}

fn only(case: &Case<'_>, ask: &dyn Ask) -> Find<DatabaseFacts> {
    let both = |global: &&GlobalCluster| {
        Side::BOTH.iter().all(|side| global.member(case.regions.of(*side)).is_some())
    };
    let fit: Vec<GlobalCluster> = case.all.iter().filter(both).cloned().collect();
    if fit.is_empty() {
        return Find::NotFound(format!(
            "no Aurora global cluster has a member in both regions{}; say --no-database if there is none",
            if case.all.is_empty() { "" } else { ", though there are others" }
        ));
    }
    let unread = if case.hosts_unknown { "; the environments' variables could not be read" } else { "" };
    let how = match fit.len() {
        1 => format!("the only one with a member in both regions{unread}"),
        count => format!("chosen among {count} with a member in both regions{unread}"),
    };
    among(case, fit, how, ask)
}

fn among(case: &Case<'_>, fit: Vec<GlobalCluster>, how: String, ask: &dyn Ask) -> Find<DatabaseFacts> {
    let question = Question {
        what: "the deployment's global cluster".to_owned(),
        candidates: fit.iter().map(|one| one.id.clone()).collect(),
        option: "--global-cluster ".to_owned(),
    };
    match settle(&fit, &question, ask) {
        Some(global) => fits(case, global, how),
        None => Find::NotFound(question.unanswered()),
    }
}

/// A drill moves the writer from one region to the other: both must have a member.
fn fits(case: &Case<'_>, global: &GlobalCluster, how: String) -> Find<DatabaseFacts> {
    let lacking = Side::BOTH.into_iter().find(|side| global.member(case.regions.of(*side)).is_none());
    match lacking {
        None => Find::Found(DatabaseFacts { global: global.clone(), how, strange: strange(case) }),
        Some(side) => Find::NotFound(format!(
            "global cluster {} ({how}) has no member in {}, the region that you call {side}; say --no-database to drill \
             without it",
            global.id,
            case.regions.of(side)
        )),
    }
}

/// The hosts that no global cluster answers to, each once, with who names it.
fn strange(case: &Case<'_>) -> Vec<String> {
    let mut hosts: Vec<&str> = Vec::new();
    let mut all = Vec::new();
    for (environment, named) in case.hosts.iter().filter(|(_, named)| is_strange(case, &named.host)) {
        if !hosts.contains(&named.host.as_str()) {
            hosts.push(&named.host);
            all.push(format!("{} of {environment} names {}", named.variable, named.host));
        }
    }
    all
}

/// True if the host is one of the cluster's: its own endpoint, or one of a member's.
fn answers_to(case: &Case<'_>, global: &GlobalCluster, host: &str) -> bool {
    let is = |name: &str| name.trim_end_matches('.').eq_ignore_ascii_case(host);
    global.endpoint.as_deref().is_some_and(is)
        || host.starts_with(&format!("{}.global-", global.id.to_ascii_lowercase()))
        || global.members.iter().any(|member| answers_to_member(case, member, host))
}

/// AWS: a cluster's endpoints are `NAME.cluster-…` and `NAME.cluster-ro-…`, and an instance's `NAME.…`, before the region's
/// name (Aurora user guide, connection management); in China `rds` stands before it. A custom endpoint has a name of its own.
fn answers_to_member(case: &Case<'_>, member: &GlobalMember, host: &str) -> bool {
    let id = member.arn.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
    let mut labels = host.split('.');
    let (first, second) = (labels.next(), labels.next().unwrap_or_default());
    let region = labels.find(|label| *label != "rds");
    if region != Some(member.region.as_str()) {
        return false;
    }
    if first == Some(id.as_str()) && second.starts_with("cluster-") {
        return true;
    }
    let sides = Side::BOTH.into_iter().flat_map(|side| case.clusters.of(side).iter());
    let cluster = sides.filter(|cluster| cluster.arn == member.arn);
    let is = |name: &String| name.trim_end_matches('.').eq_ignore_ascii_case(host);
    cluster.into_iter().any(|cluster| {
        cluster.endpoint.iter().chain(&cluster.reader_endpoint).chain(&cluster.custom_endpoints).any(is)
            || cluster
                .instances
                .iter()
                .any(|instance| first == Some(instance.id.to_ascii_lowercase().as_str()))
    })
}
