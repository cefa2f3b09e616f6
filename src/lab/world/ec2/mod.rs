//! Ec2: networks, security groups and machines.
//! Invariant: a write is true at once for every other write, visible to reads after `DESCRIBE_STALE`, and felt by
//! packets after `RULE_EFFECTIVE`; later writes never arrive before earlier ones.
//! Not here: balancers (see `elb`).
//! Used by: `World`.

mod build;
pub mod cidr;
mod describe;
pub(super) mod due;
mod filter;
mod groups;
mod ingress;
mod machines;
pub mod model;
mod modify;
mod paths;
mod permission;
mod reach;
mod tags;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub(in crate::lab) use self::{
    build::{Role, add_interface, group_of},
    reach::Side,
};
use self::{
    due::Due,
    model::{Network, Rules, Tags},
};
use super::{
    World, agenda,
    call::{AwsFault, Call, Operation, Reply, Service},
    rng::Rng,
    timings,
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::real("AuthorizeSecurityGroupIngress"),
    Operation::real("CreateTags"),
    Operation::real("DeleteTags"),
    Operation::real("DescribeAvailabilityZones"),
    Operation::real("DescribeInstances"),
    Operation::real("DescribeManagedPrefixLists"),
    Operation::real("DescribeNetworkAcls"),
    Operation::real("DescribeNetworkInterfaces"),
    Operation::real("DescribeRegions"),
    Operation::real("DescribeRouteTables"),
    Operation::real("DescribeSecurityGroupRules"),
    Operation::real("DescribeSecurityGroups"),
    Operation::real("DescribeSubnets"),
    Operation::real("DescribeTags"),
    Operation::real("DescribeVpcPeeringConnections"),
    Operation::real("DescribeVpcs"),
    Operation::real("ModifySecurityGroupRules"),
    Operation::real("RevokeSecurityGroupIngress"),
    Operation::real("UpdateSecurityGroupRuleDescriptionsIngress"),
];

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    pub(in crate::lab) networks: BTreeMap<String, Network>,
    pub(in crate::lab) rng: Rng,
    nowhere: Network,
    prompt_reads: bool,
}

impl State {
    /// A region's network; an empty one for a region that the deployment does not use.
    pub(in crate::lab) fn network(&self, region: &str) -> &Network {
        self.networks.get(region).unwrap_or(&self.nowhere)
    }
}

impl Network {
    /// The tags on a resource.
    pub fn tags_on(&self, id: &str) -> Option<&Tags> {
        let of_rule =
            || self.groups.values().find_map(|group| group.configured.get(id)).map(|rule| &rule.tags);
        self.tags.get(id).or_else(of_rule)
    }
}

impl World {
    /// Sets the service up as the reference deployment has it.
    pub(in crate::lab) fn ec2_start(&mut self) {
        let mut rng = Rng::stream(self.seed, "ec2");
        self.ec2.networks = build::networks(self.seed, &mut rng, self.now);
        self.ec2.rng = rng;
    }

    /// Lets every read show every write at once, or (as at the start) up to two seconds late.
    pub fn set_prompt_reads(&mut self, prompt: bool) {
        self.ec2.prompt_reads = prompt;
    }

    /// Does what is due now.
    pub(in crate::lab) fn ec2_due(&mut self, due: Due) {
        match due {
            Due::Described { region, group: id, version, rules } => {
                let networks = &mut self.ec2.networks;
                if let Some(group) = networks.get_mut(&region).and_then(|network| network.groups.get_mut(&id))
                    && version > group.described_version
                {
                    group.described_version = version;
                    group.described = rules;
                    self.note("rule.described", [("region", region), ("group", id)]);
                }
            }
            Due::Effective { region, group, version, rules } => {
                self.take_effect(&region, &group, version, rules)
            }
            Due::Attached { region, interface } => {
                let networks = &mut self.ec2.networks;
                let interfaces = networks.get_mut(&region).map(|network| &mut network.interfaces);
                if let Some(interface) = interfaces.and_then(|interfaces| interfaces.get_mut(&interface)) {
                    interface.effective_groups = interface.groups.clone();
                }
                self.paths_changed(&region);
            }
        }
    }

    fn take_effect(&mut self, region: &str, id: &str, version: u64, rules: Rules) {
        let networks = &mut self.ec2.networks;
        let Some(group) = networks.get_mut(region).and_then(|network| network.groups.get_mut(id)) else {
            return;
        };
        if version <= group.effective_version {
            return;
        }
        group.effective_version = version;
        let keys = |rules: &Rules| rules.values().map(|rule| rule.key.clone()).collect::<BTreeSet<_>>();
        let same = keys(&group.effective) == keys(&rules);
        group.effective = rules;
        if same {
            // Descriptions and tags are nothing to packets.
            return;
        }
        let state = |port| {
            let open = group.effective.values().any(|rule| !rule.key.egress && rule.key.admits_tcp(port));
            if open { "open" } else { "closed" }.to_owned()
        };
        let (port_80, port_443) = (state(80), state(443));
        let (region_, group) = (region.to_owned(), id.to_owned());
        let with = [("region", region_), ("group", group), ("port_80", port_80), ("port_443", port_443)];
        self.note("rule.effective", with);
        self.security_group_changed(region, id);
    }

    /// Writes a group's rules: true at once, visible and effective later.
    pub(in crate::lab) fn write_rules(&mut self, region: &str, id: &str, rules: Rules) {
        let stale = timings::DESCRIBE_STALE.draw(&mut self.ec2.rng);
        let stale = self.described_after(stale);
        let effective = timings::RULE_EFFECTIVE.draw(&mut self.ec2.rng);
        let prompt = self.ec2.prompt_reads;
        let networks = &mut self.ec2.networks;
        let Some(group) = networks.get_mut(region).and_then(|network| network.groups.get_mut(id)) else {
            return;
        };
        group.version += 1;
        let version = group.version;
        group.configured.clone_from(&rules);
        if prompt {
            group.described_version = version;
            group.described.clone_from(&rules);
        }
        let (region, group) = (region.to_owned(), id.to_owned());
        let described =
            Due::Described { region: region.clone(), group: group.clone(), version, rules: rules.clone() };
        self.after(stale, agenda::Due::Ec2(described));
        self.after(effective, agenda::Due::Ec2(Due::Effective { region, group, version, rules }));
    }

    /// Changes the tags of a resource: a rule's with the rule, anything else's at once.
    pub(in crate::lab) fn write_tags(&mut self, region: &str, id: &str, change: impl FnOnce(&mut Tags)) {
        let Some(network) = self.ec2.networks.get_mut(region) else { return };
        let holder = network.groups.iter().find(|(_, group)| group.configured.contains_key(id));
        let Some((group, mut rules)) = holder.map(|(name, group)| (name.clone(), group.configured.clone()))
        else {
            return change(network.tags.entry(id.to_owned()).or_default());
        };
        if let Some(rule) = rules.get_mut(id) {
            change(&mut rule.tags);
        }
        self.write_rules(region, &group, rules);
    }

    /// Gives interfaces other groups: true at once, effective later.
    pub(in crate::lab) fn write_interface_groups(
        &mut self,
        region: &str,
        interfaces: &[String],
        groups: &[String],
    ) {
        let after = timings::RULE_EFFECTIVE.draw(&mut self.ec2.rng);
        let Some(network) = self.ec2.networks.get_mut(region) else { return };
        for id in interfaces {
            if let Some(interface) = network.interfaces.get_mut(id) {
                interface.groups = groups.to_vec();
            }
        }
        for interface in interfaces {
            let due = Due::Attached { region: region.to_owned(), interface: interface.clone() };
            self.after(after, agenda::Due::Ec2(due));
        }
    }

    /// Answers a call.
    pub(in crate::lab) fn ec2_operate(&mut self, call: &Call) -> Reply {
        let operation = call.operation.as_str();
        if !OPERATIONS.iter().any(|known| known.name == operation) {
            return Err(World::unrouted(Service::Ec2, operation));
        }
        // AWS: DryRun asks for permission only; parameters are not looked at.
        if call.params.text("DryRun") == Some("true") {
            let message = "Request would have succeeded, but DryRun flag is set.";
            return Err(AwsFault::new(412, "DryRunOperation", message));
        }
        match operation {
            "AuthorizeSecurityGroupIngress" => ingress::authorize(self, call),
            "CreateTags" => tags::create(self, call),
            "DeleteTags" => tags::delete(self, call),
            "DescribeAvailabilityZones" => describe::zones(call),
            "DescribeInstances" => machines::instances(&self.ec2, call),
            "DescribeManagedPrefixLists" => paths::prefix_lists(&self.ec2, call),
            "DescribeNetworkAcls" => paths::acls(&self.ec2, call),
            "DescribeNetworkInterfaces" => machines::interfaces(&self.ec2, call),
            "DescribeRegions" => describe::regions(call),
            "DescribeRouteTables" => paths::route_tables(&self.ec2, call),
            "DescribeSecurityGroupRules" => groups::describe_rules(&self.ec2, call),
            "DescribeSecurityGroups" => groups::describe_groups(&self.ec2, call),
            "DescribeSubnets" => describe::subnets(&self.ec2, call),
            "DescribeTags" => tags::describe(&self.ec2, call),
            "DescribeVpcPeeringConnections" => paths::peerings(&self.ec2, call),
            "DescribeVpcs" => describe::vpcs(&self.ec2, call),
            "ModifySecurityGroupRules" => modify::modify(self, call),
            "RevokeSecurityGroupIngress" => ingress::revoke(self, call),
            "UpdateSecurityGroupRuleDescriptionsIngress" => modify::describe_rules_anew(self, call),
            other => Err(World::unrouted(Service::Ec2, other)),
        }
    }
}
