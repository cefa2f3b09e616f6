//! Spread: how a write becomes visible to reads and felt by packets.
//! Invariant: every write draws its two delays when it is made; what arrives is noted in the truth at that instant.
//! Not here: which writes are allowed (see the operations).
//! Used by: the mutating operations and `ec2_due`.

use std::collections::BTreeSet;

use super::{
    due::{Due, Thing},
    model::{AclEntries, Bond, Network, Route, Rules, Tags},
};
use crate::lab::world::{World, agenda, timings::Span};

impl World {
    /// Sends the news of a write: to reads after one delay, to packets after another.
    fn spread(&mut self, region: &str, thing: Thing, write: u64, effective: Span) {
        let stale = self.ec2.settings.describe_stale.draw(&mut self.ec2.rng);
        let stale = self.described_after(stale);
        let effective = effective.draw(&mut self.ec2.rng);
        if self.prompt_reads()
            && let Some(network) = self.ec2.networks.get_mut(region)
        {
            network.show(&thing, write);
        }
        let described = Due::Described { region: region.to_owned(), thing: thing.clone(), write };
        self.after(stale, agenda::Due::Ec2(described));
        let effective_due = Due::Effective { region: region.to_owned(), thing, write };
        self.after(effective, agenda::Due::Ec2(effective_due));
    }

    /// Writes a group's rules.
    pub(in crate::lab) fn write_rules(&mut self, region: &str, id: &str, rules: Rules) {
        let Some(network) = self.ec2.networks.get_mut(region) else { return };
        let Some(group) = network.groups.get_mut(id) else { return };
        network.rule_groups.extend(rules.keys().map(|rule| (rule.clone(), id.to_owned())));
        let write = group.rules.write(rules);
        self.spread(region, Thing::Group(id.to_owned()), write, self.ec2.settings.rule_effective);
    }

    /// Writes an ACL's entries.
    pub(super) fn write_acl(&mut self, region: &str, id: &str, entries: AclEntries) {
        let Some(network) = self.ec2.networks.get_mut(region) else { return };
        let Some(acl) = network.acls.get_mut(id) else { return };
        let write = acl.entries.write(entries);
        self.spread(region, Thing::Acl(id.to_owned()), write, self.ec2.settings.acl_effective);
    }

    /// Writes a table's routes.
    pub(super) fn write_routes(&mut self, region: &str, id: &str, routes: Vec<Route>) {
        let Some(network) = self.ec2.networks.get_mut(region) else { return };
        let Some(table) = network.route_tables.get_mut(id) else { return };
        let write = table.routes.write(routes);
        self.spread(region, Thing::Table(id.to_owned()), write, self.ec2.settings.route_effective);
    }

    /// Binds a subnet to another ACL.
    pub(super) fn write_subnet_acl(&mut self, region: &str, id: &str, bond: Bond) {
        let Some(network) = self.ec2.networks.get_mut(region) else { return };
        let Some(subnet) = network.subnets.get_mut(id) else { return };
        let write = subnet.acl.write(bond);
        self.spread(region, Thing::SubnetAcl(id.to_owned()), write, self.ec2.settings.acl_effective);
    }

    /// Binds a subnet to a route table, or to none of its own.
    pub(super) fn write_subnet_table(&mut self, region: &str, id: &str, bond: Option<Bond>) {
        let Some(network) = self.ec2.networks.get_mut(region) else { return };
        let Some(subnet) = network.subnets.get_mut(id) else { return };
        let write = subnet.table.write(bond);
        self.spread(region, Thing::SubnetTable(id.to_owned()), write, self.ec2.settings.route_effective);
    }

    /// Changes the tags of a resource: a rule's with the rule, anything else's at once.
    pub(in crate::lab) fn write_tags(&mut self, region: &str, id: &str, change: impl FnOnce(&mut Tags)) {
        let Some(network) = self.ec2.networks.get_mut(region) else { return };
        let group = network.rule_groups.get(id).cloned();
        let rules = group.as_ref().and_then(|group| network.groups.get(group));
        let (Some(group), Some(mut rules)) = (group, rules.map(|group| group.rules.configured.clone()))
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
        let after = self.ec2.settings.rule_effective.draw(&mut self.ec2.rng);
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

    /// Reads begin to show a write.
    pub(super) fn take_described(&mut self, region: String, thing: Thing, write: u64) {
        let shown = self.ec2.networks.get_mut(&region).is_some_and(|network| network.show(&thing, write));
        if shown && let Thing::Group(group) = thing {
            self.note("rule.described", [("region", region), ("group", group)]);
        }
    }

    /// Packets begin to feel a write.
    pub(super) fn take_effect(&mut self, region: String, thing: Thing, write: u64) {
        let Some(network) = self.ec2.networks.get_mut(&region) else { return };
        let named = |kind: &'static str, id: String| [("region", region.clone()), (kind, id)];
        match thing {
            Thing::Group(id) => {
                let Some((port_80, port_443)) = network.apply_rules(&id, write) else { return };
                let group = ("group", id);
                let ports = [("port_80", port_80.to_owned()), ("port_443", port_443.to_owned())];
                let [first, second] = ports;
                self.note("rule.effective", [("region", region.clone()), group.clone(), first, second]);
                return self.security_group_changed(&region, &group.1);
            }
            Thing::Acl(id) => {
                let acl = network.acls.get_mut(&id);
                if acl.is_none_or(|acl| acl.entries.apply(write).is_none()) {
                    return;
                }
                self.note("acl.effective", named("acl", id));
            }
            Thing::Table(id) => {
                let table = network.route_tables.get_mut(&id);
                if table.is_none_or(|table| table.routes.apply(write).is_none()) {
                    return;
                }
                self.note("route.effective", named("table", id));
            }
            Thing::SubnetAcl(id) => {
                let subnet = network.subnets.get_mut(&id);
                if subnet.is_none_or(|subnet| subnet.acl.apply(write).is_none()) {
                    return;
                }
                self.note("acl.effective", named("subnet", id));
            }
            Thing::SubnetTable(id) => {
                let subnet = network.subnets.get_mut(&id);
                if subnet.is_none_or(|subnet| subnet.table.apply(write).is_none()) {
                    return;
                }
                self.note("route.effective", named("subnet", id));
            }
        }
        self.paths_changed(&region);
    }

    /// Packets begin to feel an interface's new groups.
    pub(super) fn take_groups(&mut self, region: &str, id: &str) {
        let network = self.ec2.networks.get_mut(region);
        let Some(interface) = network.and_then(|network| network.interfaces.get_mut(id)) else { return };
        if interface.effective_groups != interface.groups {
            interface.effective_groups = interface.groups.clone();
            self.paths_changed(region);
        }
    }
}

impl Network {
    /// Lets reads show a write; false if they show a later one already.
    fn show(&mut self, thing: &Thing, write: u64) -> bool {
        match thing {
            Thing::Group(id) => self.show_rules(id, write),
            Thing::Acl(id) => self.acls.get_mut(id).is_some_and(|acl| acl.entries.show(write)),
            Thing::Table(id) => self.route_tables.get_mut(id).is_some_and(|table| table.routes.show(write)),
            Thing::SubnetAcl(id) => self.subnets.get_mut(id).is_some_and(|subnet| subnet.acl.show(write)),
            Thing::SubnetTable(id) => self.subnets.get_mut(id).is_some_and(|subnet| subnet.table.show(write)),
        }
    }

    fn show_rules(&mut self, id: &str, write: u64) -> bool {
        let Some(group) = self.groups.get_mut(id) else { return false };
        let before = group.rules.described.clone();
        let shown = group.rules.show(write);
        let gone = |rule: &&String| {
            !group.rules.described.contains_key(*rule) && !group.rules.configured.contains_key(*rule)
        };
        for rule in before.keys().filter(gone) {
            self.rule_groups.remove(rule);
        }
        shown
    }

    /// Whether ports 80 and 443 are `open` or `closed` now; `None` if packets cannot tell the difference, as with
    /// descriptions and tags.
    fn apply_rules(&mut self, id: &str, write: u64) -> Option<(&'static str, &'static str)> {
        let group = self.groups.get_mut(id)?;
        let before = group.rules.apply(write)?;
        let keys = |rules: &Rules| rules.values().map(|rule| rule.key.clone()).collect::<BTreeSet<_>>();
        let state = |port| {
            let mut rules = group.rules.effective.values();
            if rules.any(|rule| !rule.key.egress && rule.key.admits_tcp(port)) { "open" } else { "closed" }
        };
        (keys(&before) != keys(&group.rules.effective)).then(|| (state(80), state(443)))
    }
}
