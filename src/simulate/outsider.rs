//! Outsider: somebody who works on the same account during a drill, and knows nothing of it.
//! Invariant: what they set is theirs: it is remembered, so that nobody can overwrite it unseen.
//! Not here: when they come (see `fate`), whether their work survived (see `checks`).
//! Used by: `trial`.

use std::{collections::BTreeSet, fmt};

use crate::{
    drill::model::Deployment,
    lab::world::{
        World,
        call::{Call, Params, Service, Tree},
        reference::ACCESS_KEY,
    },
};

/// One thing that somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Lets an office in on another port, in the group of the primary's instances.
    AnotherPort,
    /// Lets an office in on port 80, in the same group.
    SamePort,
    /// Takes away a rule of the group that has nothing to do with port 80.
    ForeignRule,
    /// Gives the group another tag.
    GroupTag,
    /// Describes every rule of the group anew.
    Descriptions,
    /// Raises the threshold of the primary's health check.
    CheckThreshold,
    /// Disables the primary's health check.
    CheckDisabled,
    /// Moves the database's writer to the other region.
    Writer,
}

impl Deed {
    /// All of them.
    pub const ALL: [Deed; 8] = [
        Deed::AnotherPort,
        Deed::SamePort,
        Deed::ForeignRule,
        Deed::GroupTag,
        Deed::Descriptions,
        Deed::CheckThreshold,
        Deed::CheckDisabled,
        Deed::Writer,
    ];
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Deed::AnotherPort => "lets an office in on port 8443",
            Deed::SamePort => "lets an office in on port 80",
            Deed::ForeignRule => "takes a rule away that is not of port 80",
            Deed::GroupTag => "tags the instances' group",
            Deed::Descriptions => "describes the group's rules anew",
            Deed::CheckThreshold => "raises the health check's threshold",
            Deed::CheckDisabled => "disables the health check",
            Deed::Writer => "moves the writer",
        })
    }
}

/// What the outsider has done so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Footprints {
    /// Settings that came by their hand and have not gone by it since.
    pub(super) added: BTreeSet<String>,
    /// Settings that went by their hand and have not come back by it since.
    pub(super) removed: BTreeSet<String>,
    /// What begins so may have changed later by their hand.
    pub(super) unsettled: Vec<&'static str>,
    /// In words.
    pub(super) deeds: Vec<String>,
}

/// Does it, and notes what it changed.
pub(super) fn act(world: &mut World, deployment: &Deployment, deed: Deed, prints: &mut Footprints) {
    // What they set is theirs at once, however long AWS's answers lag behind it.
    world.set_prompt_reads(true);
    let before = world.configuration();
    let done = Hands { world, deployment }.perform(deed);
    world.advance(world.now());
    let after = world.configuration();
    world.set_prompt_reads(false);
    if done.is_some() && deed == Deed::Writer {
        // A move takes its time, and nobody knows now where it will end.
        prints.unsettled.push("DescribeGlobalClusters");
    }
    for line in after.difference(&before) {
        prints.removed.remove(line);
        prints.added.insert(line.clone());
    }
    for line in before.difference(&after) {
        prints.added.remove(line);
        prints.removed.insert(line.clone());
    }
    let now = world.now();
    let ending = if done.is_some() { "" } else { ", in vain" };
    prints.deeds.push(format!("{now:.0}: somebody {deed}{ending}"));
}

struct Hands<'a> {
    world: &'a mut World,
    deployment: &'a Deployment,
}

impl Hands<'_> {
    /// `None` if AWS refuses, or there is nothing to do it to.
    fn perform(&mut self, deed: Deed) -> Option<()> {
        match deed {
            Deed::AnotherPort => self.let_in("8443"),
            Deed::SamePort => self.let_in("80"),
            Deed::ForeignRule => {
                let group = self.group()?;
                let foreign = |rule: &Thing| {
                    rule.number("fromPort").is_some_and(|port| port != 80) && rule.text("isEgress") == "false"
                };
                let rule = self.rules(&group)?.into_iter().find(foreign)?.text("securityGroupRuleId");
                let region = self.region();
                self.ec2(
                    &region,
                    "RevokeSecurityGroupIngress",
                    &[("GroupId", &group), ("SecurityGroupRuleId.1", &rule)],
                )?;
                Some(())
            }
            Deed::GroupTag => {
                let (group, region) = (self.group()?, self.region());
                let params =
                    [("ResourceId.1", group.as_str()), ("Tag.1.Key", "seen"), ("Tag.1.Value", "yes")];
                self.ec2(&region, "CreateTags", &params).map(drop)
            }
            Deed::Descriptions => {
                let (group, region) = (self.group()?, self.region());
                for rule in self.rules(&group)?.into_iter().filter(|rule| rule.text("isEgress") == "false") {
                    let id = rule.text("securityGroupRuleId");
                    self.ec2(
                        &region,
                        "UpdateSecurityGroupRuleDescriptionsIngress",
                        &[
                            ("GroupId", &group),
                            ("SecurityGroupRuleDescription.1.SecurityGroupRuleId", &id),
                            ("SecurityGroupRuleDescription.1.Description", "looked at by the network team"),
                        ],
                    )?;
                }
                Some(())
            }
            Deed::CheckThreshold => self.update_check("FailureThreshold", "5"),
            Deed::CheckDisabled => self.update_check("Disabled", "true"),
            Deed::Writer => self.move_writer(),
        }
    }

    fn let_in(&mut self, port: &str) -> Option<()> {
        let (group, region) = (self.group()?, self.region());
        let params = [
            ("GroupId", group.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", port),
            ("IpPermissions.1.ToPort", port),
            ("IpPermissions.1.IpRanges.1.CidrIp", "198.51.100.0/28"),
            ("IpPermissions.1.IpRanges.1.Description", "the office"),
        ];
        self.ec2(&region, "AuthorizeSecurityGroupIngress", &params).map(drop)
    }

    /// The group of the primary's instances: the one that its environment's machines have.
    fn group(&mut self) -> Option<String> {
        let (region, environment) = (self.region(), self.deployment.regions.primary.environment.clone());
        let params = [
            ("Filter.1.Name", "tag:elasticbeanstalk:environment-name"),
            ("Filter.1.Value.1", environment.as_str()),
        ];
        let answer = self.ec2(&region, "DescribeInstances", &params)?;
        let reservation = answer.things("reservationSet").into_iter().next()?;
        let instance = reservation.things("instancesSet").into_iter().next()?;
        Some(instance.things("groupSet").into_iter().next()?.text("groupId"))
    }

    fn rules(&mut self, group: &str) -> Option<Vec<Thing>> {
        let region = self.region();
        let params = [("Filter.1.Name", "group-id"), ("Filter.1.Value.1", group)];
        Some(self.ec2(&region, "DescribeSecurityGroupRules", &params)?.things("securityGroupRuleSet"))
    }

    fn update_check(&mut self, member: &str, value: &str) -> Option<()> {
        let region = self.region();
        let checks = self.call(Service::Route53, "ListHealthChecks", &region, &[])?.things("HealthChecks");
        // The one that the record of the primary names is the first that was made.
        let check = checks.first()?;
        let (id, version) = (check.text("Id"), check.text("HealthCheckVersion"));
        let params =
            [("HealthCheckId", id.as_str()), ("HealthCheckVersion", version.as_str()), (member, value)];
        self.call(Service::Route53, "UpdateHealthCheck", &region, &params).map(drop)
    }

    fn move_writer(&mut self) -> Option<()> {
        let global = self.deployment.global_cluster.clone()?;
        let region = self.region();
        let asked = [("GlobalClusterIdentifier", global.as_str())];
        let answer = self.call(Service::Rds, "DescribeGlobalClusters", &region, &asked)?;
        let members = answer.things("GlobalClusters").into_iter().next()?.things("GlobalClusterMembers");
        let writer = members.iter().find(|member| member.text("IsWriter") == "true")?.text("DBClusterArn");
        let other = members.iter().find(|member| member.text("IsWriter") != "true")?.text("DBClusterArn");
        let region = writer.split(':').nth(3)?.to_owned();
        let params =
            [("GlobalClusterIdentifier", global.as_str()), ("TargetDbClusterIdentifier", other.as_str())];
        self.call(Service::Rds, "SwitchoverGlobalCluster", &region, &params).map(drop)
    }

    fn region(&self) -> String {
        self.deployment.regions.primary.region.clone()
    }

    fn ec2(&mut self, region: &str, operation: &str, params: &[(&str, &str)]) -> Option<Thing> {
        self.call(Service::Ec2, operation, region, params)
    }

    fn call(
        &mut self,
        service: Service,
        operation: &str,
        region: &str,
        params: &[(&str, &str)],
    ) -> Option<Thing> {
        let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let call = Call {
            service,
            operation: operation.to_owned(),
            region: region.to_owned(),
            access_key: ACCESS_KEY.to_owned(),
            params: Params::new(params),
        };
        let now = self.world.now();
        self.world.handle(now, &call).ok().map(Thing)
    }
}

/// A part of an answer.
struct Thing(Tree);

impl Thing {
    fn member(&self, name: &str) -> Option<&Tree> {
        let Tree::Map(members) = &self.0 else { return None };
        members.iter().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    fn things(&self, name: &str) -> Vec<Thing> {
        match self.member(name) {
            Some(Tree::List(_, items)) => items.iter().cloned().map(Thing).collect(),
            _ => Vec::new(),
        }
    }

    fn number(&self, name: &str) -> Option<i64> {
        match self.member(name)? {
            Tree::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// Whatever it is, as text.
    fn text(&self, name: &str) -> String {
        match self.member(name) {
            Some(Tree::Text(text)) => text.clone(),
            Some(Tree::Bool(flag)) => flag.to_string(),
            Some(Tree::Int(number)) => number.to_string(),
            _ => String::new(),
        }
    }
}
