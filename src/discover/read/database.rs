//! Database: the global cluster, by the hosts that environments name or by listing.
//! Used by: `read`.

use crate::{
    aws::{Aws, AwsError, Cluster, DatabaseHost, GlobalCluster},
    discover::{
        ask::Ask,
        database::{self, Case},
        facts::{Asked, DatabaseFacts, Wanted},
        find::Find,
    },
    drill::model::{PerSide, Side},
};

/// What an environment says of databases.
pub(super) struct Hosts {
    /// The environment.
    pub(super) environment: String,
    /// The hosts, or why they could not be read.
    pub(super) named: Result<Vec<DatabaseHost>, String>,
}

impl Default for Hosts {
    fn default() -> Hosts {
        Hosts { environment: String::new(), named: Ok(Vec::new()) }
    }
}

/// The database; `None` if a person says that there is none.
pub(super) async fn find(
    aws: &Aws,
    asked: &Asked,
    globals: Result<Vec<GlobalCluster>, AwsError>,
    hosts: PerSide<Hosts>,
    ask: &dyn Ask,
) -> Option<Find<DatabaseFacts>> {
    if asked.database == Wanted::Nothing {
        return None;
    }
    let all = match globals {
        Ok(all) => all,
        Err(error) => return Some(Find::Unknown(error.to_string())),
    };
    let mut named = Vec::new();
    let mut hosts_unknown = false;
    for side in Side::BOTH {
        let of = hosts.of(side);
        match &of.named {
            Ok(found) => named.extend(found.iter().map(|host| (of.environment.clone(), host.clone()))),
            Err(_) => hosts_unknown = true,
        }
    }
    let mut case = Case {
        all: &all,
        clusters: PerSide::default(),
        clusters_unread: None,
        regions: PerSide {
            primary: asked.regions.primary.region.as_str(),
            standby: asked.regions.standby.region.as_str(),
        },
        hosts: &named,
        hosts_unknown,
    };
    let strange = named.iter().any(|(_, host)| database::is_strange(&case, &host.host));
    let mut clusters = PerSide::<Vec<Cluster>>::default();
    if strange && asked.database == Wanted::Find && !all.is_empty() {
        // A host by another name: an instance's, or one of the custom kind.
        let (primary, standby) = futures_util::join!(
            Box::pin(aws.clusters_in_region(Side::Primary)),
            Box::pin(aws.clusters_in_region(Side::Standby)),
        );
        for (own, read) in [(&mut clusters.primary, primary), (&mut clusters.standby, standby)] {
            match read {
                Ok(read) => *own = read,
                Err(error) => case.clusters_unread = Some(error.to_string()),
            }
        }
    }
    case.clusters = PerSide { primary: &clusters.primary, standby: &clusters.standby };
    database::find(&case, &asked.database, ask)
}
