//! Groups: what guards a region: prefix lists, security groups, network ACLs.
//! Invariant: a rule may name a group that comes later in the file, as every group has its id before any has rules.
//! Not here: how a rule is read (see `rules`).
//! Used by: `start`.

use std::collections::BTreeSet;

use super::{
    plot::Plot,
    range,
    rules::{Wanted, acl_entry},
};
use crate::lab::world::{
    blueprint::{environment::Environment, network::SecurityGroup},
    cidr::Cidr,
    ec2::{
        build,
        model::{AclEntries, Peer, Rule},
    },
    named::{Ground, Thing, environment_tags, stack_of},
};

impl<'a> Plot<'a> {
    /// The region's prefix lists.
    pub(super) fn prefix_lists(&mut self) {
        for list in &self.region.prefix_lists {
            let entries: BTreeSet<Cidr> = list.entries.iter().map(|entry| range(entry)).collect();
            let most = usize::try_from(list.max_entries).unwrap_or(usize::MAX);
            let words = (list.name.as_str(), self.blueprint.account.as_str());
            let id = build::prefix_list(&mut self.network, self.ids, words, entries, most);
            self.has_become(Thing::PrefixList, &list.name, &id);
            self.tag(&id, &list.name, &list.tags);
        }
    }

    /// The region's security groups: a person's, and those that Beanstalk makes for its environments.
    pub(super) fn groups(&mut self) {
        let region = self.region;
        for group in &region.security_groups {
            let id = build::id(self.ids, "sg");
            self.has_become(Thing::Group, &group.name, &id);
        }
        for environment in &region.environments {
            let balancer_group = match &environment.balancer.group {
                Some(name) => self.named(Thing::Group, name),
                None => build::id(self.ids, "sg"),
            };
            let group = build::id(self.ids, "sg");
            self.has_become(Thing::Group, &environment.name, &group);
            let ground = Ground { balancer_group, group, instances: Vec::new() };
            self.grounds.insert(&environment.name, ground);
        }
        for group in &region.security_groups {
            self.own_group(group);
        }
        for environment in &region.environments {
            self.environment_groups(environment);
        }
    }

    fn own_group(&mut self, group: &'a SecurityGroup) {
        let mut rules: Vec<Rule> = group.ingress.iter().flat_map(|rule| self.rules(&rule.into())).collect();
        match group.egress.is_empty() {
            true => rules.extend(build::new_groups_egress(self.has_ipv6(&group.vpc))),
            false => rules.extend(group.egress.iter().flat_map(|rule| self.rules(&rule.into()))),
        }
        let id = self.named(Thing::Group, &group.name);
        let vpc = self.named(Thing::Vpc, &group.vpc);
        // AWS wants a description of every group (CreateSecurityGroup API reference).
        let words = (group.name.as_str(), group.description.as_deref().unwrap_or(&group.name));
        build::group(&mut self.network, self.ids, (&id, &vpc), words, rules);
        self.tag(&id, &group.name, &group.tags);
    }

    /// The balancer's group, open to the world, unless the environment uses another; and the instances', which the
    /// balancer's may enter.
    fn environment_groups(&mut self, environment: &'a Environment) {
        let Some(ground) = self.grounds.get(environment.name.as_str()).cloned() else { return };
        let id = self.environment_id(&environment.name);
        let stack = stack_of(&id);
        let vpc = self.named(Thing::Vpc, &environment.vpc);
        let tags = environment_tags(self.blueprint, environment, &id);
        let out = build::new_groups_egress(self.has_ipv6(&environment.vpc));
        if environment.balancer.group.is_none() {
            let web = |port| {
                [Cidr::WORLD, Cidr::WORLD_V6].map(|world| build::ingress(port, Peer::Range(world), None))
            };
            let rules = web(80).into_iter().chain(web(443)).chain(out.clone()).collect();
            let name = format!("{stack}-AWSEBLoadBalancerSecurityGroup");
            let group = (ground.balancer_group.as_str(), vpc.as_str());
            build::group(&mut self.network, self.ids, group, (&name, "Load Balancer Security Group"), rules);
            self.network.tags.insert(ground.balancer_group.clone(), tags.clone());
        }
        let peer = Peer::Group(ground.balancer_group);
        let mut from_balancer = build::ingress(80, peer, Some("HTTP from the load balancer"));
        from_balancer.tags = environment.instances.rule_tags.clone();
        let more = environment.instances.ingress.iter().flat_map(|rule| self.rules(&Wanted::from(rule)));
        let rules = std::iter::once(from_balancer).chain(more).chain(out).collect();
        let name = format!("{stack}-AWSEBSecurityGroup");
        let group = (ground.group.as_str(), vpc.as_str());
        build::group(&mut self.network, self.ids, group, (&name, "VPC Security Group"), rules);
        self.network.tags.insert(ground.group, tags);
    }

    /// The region's network ACLs besides the default ones.
    pub(super) fn network_acls(&mut self) {
        for acl in &self.region.network_acls {
            let number = |rule: u64| u16::try_from(rule).unwrap_or(u16::MAX);
            let directions = [(false, &acl.ingress), (true, &acl.egress)];
            let entries: AclEntries = directions
                .into_iter()
                .flat_map(|(egress, own)| own.iter().map(move |entry| (egress, entry)))
                .map(|(egress, entry)| ((egress, number(entry.rule)), acl_entry(entry)))
                .collect();
            let vpc = self.named(Thing::Vpc, &acl.vpc);
            let id = build::acl(&mut self.network, self.ids, &vpc, false, entries);
            for subnet in self.all_named(Thing::Subnet, &acl.subnets) {
                build::bind_acl(&mut self.network, self.ids, &subnet, &id);
            }
            self.tag(&id, &acl.name, &acl.tags);
        }
    }

    fn has_ipv6(&self, vpc: &str) -> bool {
        self.region.vpcs.iter().any(|own| own.name == vpc && own.ipv6.is_some())
    }
}
