//! Blueprint: a whole two-region AWS as a person describes it, before anything of it exists.
//! Invariant: parts refer to each other by the names that the file gives them, never by ids; every type here is also the
//! shape of its part of a world file.
//! Not here: reading a file (see `lab::file`), what a part becomes (see each service's builder).
//! Used by: `World::build`, `lab::file`.

pub mod database;
pub mod delivery;
pub mod dns;
pub mod environment;
pub mod guard;
pub mod network;
pub mod read;
mod rule;
mod sense;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

use self::{
    database::{GLOBAL_CLUSTER, GlobalCluster},
    delivery::{PIPELINE, Pipeline, REPOSITORY, Repository},
    dns::{HEALTH_CHECK, HOSTED_ZONE, HealthCheck, HostedZone},
    environment::{ENVIRONMENT, Environment},
    guard::{ALARM, Alarm, CERTIFICATE, Certificate, PARAMETER, Parameter, WEB_ACL, WebAcl},
    network::{
        INSTANCE, Instance, NETWORK_ACL, NetworkAcl, PEERING, PREFIX_LIST, Peering, PrefixList,
        SECURITY_GROUP, SecurityGroup, VPC, Vpc,
    },
    rule::TAG_KEY,
};
use crate::{
    grammar::{
        Kind,
        described::{OPTIONAL, REQUIRED, described},
        rule::{ACCOUNT, NAME, REGION},
    },
    lab::world::settings::{SETTINGS, Settings},
};

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// Tags, as files write them.
pub(crate) const TAGS: Kind = Kind::Map(&TAG_KEY, &Kind::Text);

described! {
    /// A two-region AWS for the lab: every system that a drill can meet, by name.
    Blueprint / BLUEPRINT = "world" {
        /// The world's name.
        world: String = REQUIRED, Kind::Rule(&NAME), "wordpress";
        /// The AWS account that everything is in.
        account: String = REQUIRED, Kind::Rule(&ACCOUNT), "\"111122223333\"";
        /// Tags that every resource carries besides its own.
        tags: Tags = OPTIONAL, TAGS, "{ firedrill: allowed }";
        /// What the world decides that AWS does not publish, by service and option.
        settings: Settings = OPTIONAL, Kind::Record(&SETTINGS), "{ ec2: { rule_effective: 500ms..5s } }";
        /// The regions, the one that serves first.
        regions: Vec<Region> = REQUIRED, Kind::List(&Kind::Record(&REGION_PART)), "[ { region: ap-northeast-2, … } ]";
        /// Peerings between networks.
        peerings: Vec<Peering> = OPTIONAL, Kind::List(&Kind::Record(&PEERING)), "[ { name: seoul-tokyo, … } ]";
        /// Aurora global databases.
        global_clusters: Vec<GlobalCluster> = OPTIONAL, Kind::List(&Kind::Record(&GLOBAL_CLUSTER)), "[ { name: wordpress-global, … } ]";
        /// Route 53 health checks.
        health_checks: Vec<HealthCheck> = OPTIONAL, Kind::List(&Kind::Record(&HEALTH_CHECK)), "[ { name: seoul, … } ]";
        /// Route 53 hosted zones.
        zones: Vec<HostedZone> = OPTIONAL, Kind::List(&Kind::Record(&HOSTED_ZONE)), "[ { zone: example.com, … } ]";
    }

    /// One region of a world.
    Region / REGION_PART = "region" {
        /// The region's code.
        region: String = REQUIRED, Kind::Rule(&REGION), "ap-northeast-2";
        /// A short name of the place, for names that AWS would make up: `seoul`; without it the region's code.
        place: Option<String> = OPTIONAL, Kind::Rule(&NAME), "seoul";
        /// Networks.
        vpcs: Vec<Vpc> = OPTIONAL, Kind::List(&Kind::Record(&VPC)), "[ { name: seoul, cidr: 10.10.0.0/16, … } ]";
        /// Lists of ranges that rules can name.
        prefix_lists: Vec<PrefixList> = OPTIONAL, Kind::List(&Kind::Record(&PREFIX_LIST)), "[ { name: office, entries: [203.0.113.0/26] } ]";
        /// Security groups besides those that Beanstalk makes for its environments.
        security_groups: Vec<SecurityGroup> = OPTIONAL, Kind::List(&Kind::Record(&SECURITY_GROUP)), "[ { name: seoul-bastion, … } ]";
        /// Network ACLs besides each network's default one.
        network_acls: Vec<NetworkAcl> = OPTIONAL, Kind::List(&Kind::Record(&NETWORK_ACL)), "[ { name: web, … } ]";
        /// Instances besides those of the environments: a bastion.
        instances: Vec<Instance> = OPTIONAL, Kind::List(&Kind::Record(&INSTANCE)), "[ { name: seoul-bastion, … } ]";
        /// Certificates.
        certificates: Vec<Certificate> = OPTIONAL, Kind::List(&Kind::Record(&CERTIFICATE)), "[ { name: www, domain: www.example.com } ]";
        /// Elastic Beanstalk environments, each with the balancer, groups and instances that Beanstalk makes for it.
        environments: Vec<Environment> = OPTIONAL, Kind::List(&Kind::Record(&ENVIRONMENT)), "[ { name: wordpress-seoul, … } ]";
        /// Web ACLs.
        web_acls: Vec<WebAcl> = OPTIONAL, Kind::List(&Kind::Record(&WEB_ACL)), "[ { name: site, environments: [wordpress-seoul] } ]";
        /// CloudWatch alarms.
        alarms: Vec<Alarm> = OPTIONAL, Kind::List(&Kind::Record(&ALARM)), "[ { name: seoul-unhealthy, … } ]";
        /// CodeCommit repositories.
        repositories: Vec<Repository> = OPTIONAL, Kind::List(&Kind::Record(&REPOSITORY)), "[ { name: wordpress } ]";
        /// CodePipeline pipelines.
        pipelines: Vec<Pipeline> = OPTIONAL, Kind::List(&Kind::Record(&PIPELINE)), "[ { name: wordpress-seoul, … } ]";
        /// Systems Manager parameters.
        parameters: Vec<Parameter> = OPTIONAL, Kind::List(&Kind::Record(&PARAMETER)), "[ { name: /wordpress/mode, value: normal } ]";
    }
}

impl Region {
    /// The place's short name.
    pub fn place(&self) -> &str {
        self.place.as_deref().unwrap_or(&self.region)
    }
}

impl Blueprint {
    /// The region of this code.
    pub fn region(&self, code: &str) -> Option<&Region> {
        self.regions.iter().find(|region| region.region == code)
    }

    /// A resource's tags: its name, those that everything in the world carries, and its own.
    pub fn tags_on(&self, name: &str, own: &Tags) -> Tags {
        let mut tags = Tags::from([("Name".to_owned(), name.to_owned())]);
        tags.extend(self.tags.clone());
        tags.extend(own.clone());
        tags
    }

    /// The public addresses that the file gives to somebody.
    pub(crate) fn given_addresses(&self) -> BTreeSet<Ipv4Addr> {
        let environments = self.regions.iter().flat_map(|region| &region.environments);
        let given = environments.flat_map(|environment| &environment.balancer.addresses);
        given.filter_map(|address| address.parse().ok()).collect()
    }
}

/// First and last port of `80` or `8000-8999`.
pub(crate) fn ports(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests;
