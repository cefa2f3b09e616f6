//! Found: what the names of a deployment stand for, each piece found or not, with why.
//! Invariant: plain data; a piece that depends on one that was not found says the same why.
//! Not here: the reading (see `discover`), the shape of a whole (see `topology`).
//! Used by: discover; survey.

use super::{
    Balancer, Cluster, Environment, EnvironmentResources, GlobalCluster, HealthCheck, HostedZone, Instance,
    Listener, RecordSet, SecurityGroup, TargetGroup,
    topology::{BalancerTopology, DatabaseTopology, RegionTopology, SiteTopology, Topology, TopologyProblem},
};
use crate::drill::model::{PerSide, Side};

/// A piece, or why it was not found.
pub type Part<T> = Result<T, TopologyProblem>;

/// Everything that was looked for from a deployment's names.
#[derive(Debug, Clone)]
pub struct Found {
    /// What each region is made of.
    pub regions: PerSide<FoundRegion>,
    /// The site's zone and records; `None` if no public zone of the account holds the site's host.
    pub site: Part<Option<FoundSite>>,
    /// The database; `None` if the deployment names none.
    pub database: Part<Option<FoundDatabase>>,
}

/// What one region is made of.
#[derive(Debug, Clone)]
pub struct FoundRegion {
    /// Its AWS name.
    pub region: String,
    /// The environment.
    pub environment: Part<Environment>,
    /// What the environment runs on.
    pub resources: Part<EnvironmentResources>,
    /// Its instances.
    pub instances: Part<Vec<Instance>>,
    /// Its load balancers.
    pub balancers: Part<Vec<FoundBalancer>>,
    /// The security groups of its instances and balancers.
    pub groups: Part<Vec<SecurityGroup>>,
}

/// One load balancer.
#[derive(Debug, Clone)]
pub struct FoundBalancer {
    /// The balancer.
    pub balancer: Balancer,
    /// What it listens on.
    pub listeners: Part<Vec<Listener>>,
    /// Where it sends requests.
    pub target_groups: Part<Vec<TargetGroup>>,
}

/// The site's name in DNS.
#[derive(Debug, Clone)]
pub struct FoundSite {
    /// The zone.
    pub zone: HostedZone,
    /// Every record set of the site's name.
    pub records: Vec<RecordSet>,
    /// The record that leads users to each region, if one does.
    pub failover: PerSide<Option<RecordSet>>,
    /// That record's health check, if it has one.
    pub health_checks: PerSide<Part<Option<HealthCheck>>>,
}

/// The deployment's database.
#[derive(Debug, Clone)]
pub struct FoundDatabase {
    /// The global cluster.
    pub global: GlobalCluster,
    /// The regional cluster of each side, if that region is a member.
    pub clusters: PerSide<Part<Option<Cluster>>>,
    /// The side of the writer; `None`: in neither region.
    pub writer: Option<Side>,
}

impl Found {
    /// All of it, if nothing is missing.
    ///
    /// # Errors
    /// Every problem that was found, once each.
    pub fn whole(self) -> Result<Topology, Vec<TopologyProblem>> {
        let mut problems: Vec<TopologyProblem> = Vec::new();
        let mut keep = |problem: TopologyProblem| {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        };
        let PerSide { primary, standby } = self.regions;
        let primary = primary.whole().map_err(&mut keep).ok();
        let standby = standby.whole().map_err(&mut keep).ok();
        let site = self.site.and_then(|site| site.map(FoundSite::whole).transpose());
        let site = site.map_err(&mut keep).ok();
        let database = self.database.and_then(|database| database.map(FoundDatabase::whole).transpose());
        let database = database.map_err(&mut keep).ok();
        match (primary, standby, site, database) {
            (Some(primary), Some(standby), Some(site), Some(database)) => {
                Ok(Topology { regions: PerSide { primary, standby }, site, database })
            }
            _ => Err(problems),
        }
    }
}

impl FoundRegion {
    fn whole(self) -> Part<RegionTopology> {
        let (environment, resources, instances) = (self.environment?, self.resources?, self.instances?);
        let (balancers, groups) = (self.balancers?, self.groups?);
        let of = |wanted: &dyn Fn(&str) -> bool| -> Vec<SecurityGroup> {
            groups.iter().filter(|group| wanted(&group.id)).cloned().collect()
        };
        let instance_groups =
            of(&|id| instances.iter().any(|instance| instance.security_groups.iter().any(|own| own == id)));
        let balancers = balancers.into_iter().map(|found| {
            let groups = of(&|id| found.balancer.security_groups.iter().any(|own| own == id));
            let (listeners, target_groups) = (found.listeners?, found.target_groups?);
            Ok(BalancerTopology { balancer: found.balancer, groups, listeners, target_groups })
        });
        let balancers = balancers.collect::<Part<Vec<BalancerTopology>>>()?;
        let region = self.region;
        Ok(RegionTopology { region, environment, resources, instances, instance_groups, balancers })
    }

    /// The region as far as it is known: enough to tell which records lead to it.
    pub(super) fn as_known(&self, environment: &str) -> RegionTopology {
        let balancers = self.balancers.as_deref().unwrap_or_default().iter();
        let unnamed = || Environment { name: environment.to_owned(), ..Environment::default() };
        RegionTopology {
            region: self.region.clone(),
            environment: self.environment.clone().unwrap_or_else(|_| unnamed()),
            resources: EnvironmentResources::default(),
            instances: Vec::new(),
            instance_groups: Vec::new(),
            balancers: balancers
                .map(|found| BalancerTopology {
                    balancer: found.balancer.clone(),
                    groups: Vec::new(),
                    listeners: Vec::new(),
                    target_groups: Vec::new(),
                })
                .collect(),
        }
    }
}

impl FoundSite {
    fn whole(self) -> Part<SiteTopology> {
        let PerSide { primary, standby } = self.health_checks;
        Ok(SiteTopology {
            zone: self.zone,
            records: self.records,
            failover: self.failover,
            health_checks: PerSide { primary: primary?, standby: standby? },
        })
    }
}

impl FoundDatabase {
    fn whole(self) -> Part<DatabaseTopology> {
        let PerSide { primary, standby } = self.clusters;
        let clusters = PerSide { primary: primary?, standby: standby? };
        Ok(DatabaseTopology { global: self.global, clusters, writer: self.writer })
    }
}

/// A topology that was found whole, in its parts.
impl From<&Topology> for Found {
    fn from(whole: &Topology) -> Found {
        let region = |side: Side| {
            let own = whole.regions.of(side);
            let groups = own.instance_groups.iter().chain(own.balancers.iter().flat_map(|one| &one.groups));
            FoundRegion {
                region: own.region.clone(),
                environment: Ok(own.environment.clone()),
                resources: Ok(own.resources.clone()),
                instances: Ok(own.instances.clone()),
                balancers: Ok(own.balancers.iter().map(FoundBalancer::from).collect()),
                groups: Ok(groups.cloned().collect()),
            }
        };
        let site = whole.site.as_ref().map(|site| FoundSite {
            zone: site.zone.clone(),
            records: site.records.clone(),
            failover: site.failover.clone(),
            health_checks: PerSide {
                primary: Ok(site.health_checks.primary.clone()),
                standby: Ok(site.health_checks.standby.clone()),
            },
        });
        let database = whole.database.as_ref().map(|database| FoundDatabase {
            global: database.global.clone(),
            clusters: PerSide {
                primary: Ok(database.clusters.primary.clone()),
                standby: Ok(database.clusters.standby.clone()),
            },
            writer: database.writer,
        });
        Found {
            regions: PerSide { primary: region(Side::Primary), standby: region(Side::Standby) },
            site: Ok(site),
            database: Ok(database),
        }
    }
}

impl From<&BalancerTopology> for FoundBalancer {
    fn from(whole: &BalancerTopology) -> FoundBalancer {
        FoundBalancer {
            balancer: whole.balancer.clone(),
            listeners: Ok(whole.listeners.clone()),
            target_groups: Ok(whole.target_groups.clone()),
        }
    }
}
