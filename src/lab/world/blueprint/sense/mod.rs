//! Sense: whether the parts of a world file fit together.
//! Invariant: every name that a part refers to is there, and every name is there once; each problem has its place.
//! Not here: kinds and keys (see `grammar::walk`).
//! Used by: read.

mod balancer;
mod settings;

use std::collections::BTreeMap;

use crate::{
    diagnostic::{Diagnostic, FileId, Place, Problems, Span},
    grammar::record::{Item, Record, Value},
    lab::world::cidr::Cidr,
    text::nearest,
};

/// Checks a world as a whole.
pub(super) fn check(world: &Record, file: FileId, problems: &mut Problems) {
    let mut check = Check { file, problems };
    check.settings(world);
    let regions: Vec<&Record> = world.records("regions").collect();
    if world.has_unknown || regions.iter().any(|region| region.has_unknown) {
        // What stands under a wrong key only seems to be missing elsewhere.
        return;
    }
    check.unique(&regions, "region", "region");
    for region in &regions {
        check.region(world, region);
    }
    check.given_addresses(&regions);
    check.peerings(world, &regions);
    check.databases(world, &regions);
    check.dns(world, &regions);
}

struct Check<'a> {
    file: FileId,
    problems: &'a mut Problems,
}

/// The items of the lists `list` of these records, by the text at `key`.
fn named<'r>(records: &[&'r Record], list: &str, key: &str) -> BTreeMap<&'r str, &'r Record> {
    let all = records.iter().flat_map(|record| record.items(list));
    all.filter_map(|item| item.value.record())
        .filter_map(|record| Some((record.text(key)?, record)))
        .collect()
}

/// The texts of one or many.
fn texts(item: &Item) -> Vec<(&str, Span)> {
    match &item.value {
        Value::List(items) => items.iter().filter_map(|item| Some((item.value.text()?, item.span))).collect(),
        value => value.text().map(|text| (text, item.span)).into_iter().collect(),
    }
}

impl Check<'_> {
    fn region(&mut self, world: &Record, region: &Record) {
        for (list, key) in [
            ("vpcs", "name"),
            ("prefix_lists", "name"),
            ("security_groups", "name"),
            ("network_acls", "name"),
            ("instances", "name"),
            ("certificates", "name"),
            ("environments", "name"),
            ("web_acls", "name"),
            ("alarms", "name"),
            ("repositories", "name"),
            ("pipelines", "name"),
            ("parameters", "name"),
        ] {
            let records: Vec<&Record> = region.records(list).collect();
            self.unique(&records, key, &list.replace('_', " "));
        }
        let here = [region];
        let vpcs = named(&here, "vpcs", "name");
        let vpc_records: Vec<&Record> = vpcs.values().copied().collect();
        let subnets = named(&vpc_records, "subnets", "name");
        let all_subnets: Vec<&Record> = vpc_records.iter().flat_map(|vpc| vpc.records("subnets")).collect();
        self.unique(&all_subnets, "name", "subnets");
        for vpc in &vpc_records {
            self.subnets(vpc);
        }
        let environments = named(&here, "environments", "name");
        self.apart(region, &environments);
        let mut groups: Vec<&str> = named(&here, "security_groups", "name").into_keys().collect();
        groups.extend(environments.keys());
        let lists: Vec<&str> = named(&here, "prefix_lists", "name").into_keys().collect();
        let vpc_names: Vec<&str> = vpcs.keys().copied().collect();
        let subnet_names: Vec<&str> = subnets.keys().copied().collect();
        let environment_names: Vec<&str> = environments.keys().copied().collect();
        for group in region.records("security_groups") {
            self.refers(group, "vpc", &vpc_names, "network");
            self.rules(group, &groups, &lists);
        }
        for acl in region.records("network_acls") {
            self.refers(acl, "vpc", &vpc_names, "network");
            self.refers(acl, "subnets", &subnet_names, "subnet");
        }
        for instance in region.records("instances") {
            self.refers(instance, "subnet", &subnet_names, "subnet");
            self.refers(instance, "groups", &groups, "security group");
        }
        let certificates: Vec<&str> = named(&here, "certificates", "name").into_keys().collect();
        let databases: Vec<&str> = named(&[world], "global_clusters", "name").into_keys().collect();
        for environment in region.records("environments") {
            self.refers(environment, "vpc", &vpc_names, "network");
            self.refers(environment, "database", &databases, "global cluster");
            if let Some(balancer) = environment.record("balancer") {
                self.refers(balancer, "subnets", &subnet_names, "subnet");
                self.refers(balancer, "certificate", &certificates, "certificate");
                self.refers(balancer, "group", &groups, "security group");
                self.refers(balancer, "extra_groups", &groups, "security group");
                self.addresses(balancer);
                self.redirect(balancer);
            }
            if let Some(fleet) = environment.record("instances") {
                self.refers(fleet, "subnets", &subnet_names, "subnet");
                self.refers(fleet, "extra_groups", &groups, "security group");
                self.rules(fleet, &groups, &lists);
            }
        }
        for acl in region.records("web_acls") {
            self.refers(acl, "environments", &environment_names, "environment");
        }
        for alarm in region.records("alarms") {
            self.refers(alarm, "environment", &environment_names, "environment");
        }
        let repositories: Vec<&str> = named(&here, "repositories", "name").into_keys().collect();
        for pipeline in region.records("pipelines") {
            self.refers(pipeline, "repository", &repositories, "repository");
            self.refers(pipeline, "environment", &environment_names, "environment");
        }
    }

    fn subnets(&mut self, vpc: &Record) {
        let range = vpc.text("cidr").and_then(Cidr::parse);
        let mut taken: Vec<(Cidr, Span)> = Vec::new();
        for subnet in vpc.records("subnets") {
            let Some(item) = subnet.item("cidr") else { continue };
            let Some(own) = item.value.text().and_then(Cidr::parse) else { continue };
            if range.is_some_and(|range| !range.holds(own)) {
                let message =
                    format!("{own} is no part of its network, {}", vpc.text("cidr").unwrap_or_default());
                self.error(
                    "world::range",
                    message,
                    item.span,
                    "a subnet's addresses are some of its network's",
                );
            }
            if let Some((other, span)) = taken.iter().find(|(other, _)| other.holds(own) || own.holds(*other))
            {
                let message = format!("{own} and {other} overlap");
                let problem = Diagnostic::error("world::overlap", message)
                    .at(self.place(item.span), "")
                    .also(self.place(*span), "taken here");
                self.problems.push(problem.help("give each subnet addresses of its own"));
            }
            taken.push((own, item.span));
        }
    }

    fn rules(&mut self, holder: &Record, groups: &[&str], lists: &[&str]) {
        for (direction, key) in [("ingress", "from"), ("egress", "to")] {
            for rule in holder.records(direction) {
                let Some(item) = rule.item(key) else { continue };
                for (peer, span) in texts(item) {
                    let known = groups.contains(&peer) || lists.contains(&peer);
                    if known || Cidr::parse(peer).is_some() {
                        continue;
                    }
                    let all = groups.iter().chain(lists).copied();
                    let help = match nearest(peer, all) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "write a range (`0.0.0.0/0`), or the name of a prefix list, a security group or an \
                                 environment of this region"
                            .to_owned(),
                    };
                    let message = format!("`{peer}` is no range, prefix list or security group");
                    self.error("world::unknown-name", message, span, &help);
                }
            }
        }
    }

    fn peerings(&mut self, world: &Record, regions: &[&Record]) {
        for peering in world.records("peerings") {
            for side in ["requester", "accepter"] {
                let Some(side) = peering.record(side) else { continue };
                self.in_region(side, regions, "vpcs", &[("vpc", "network")]);
            }
        }
    }

    fn databases(&mut self, world: &Record, regions: &[&Record]) {
        let records: Vec<&Record> = world.records("global_clusters").collect();
        self.unique(&records, "name", "global clusters");
        for cluster in records.iter().flat_map(|global| global.records("clusters")) {
            self.in_region(cluster, regions, "vpcs", &[("vpc", "network")]);
            self.in_region(cluster, regions, "security_groups", &[("group", "security group")]);
        }
    }

    fn dns(&mut self, world: &Record, regions: &[&Record]) {
        let checks: Vec<&Record> = world.records("health_checks").collect();
        self.unique(&checks, "name", "health checks");
        let check_names: Vec<&str> = checks.iter().filter_map(|check| check.text("name")).collect();
        let environments: Vec<&str> = named(regions, "environments", "name").into_keys().collect();
        for check in &checks {
            self.refers(check, "children", &check_names, "health check");
        }
        for record in
            world.records("zones").flat_map(|zone| zone.items("records")).filter_map(|i| i.value.record())
        {
            self.refers(record, "environment", &environments, "environment");
            self.refers(record, "health_check", &check_names, "health check");
            let ways =
                ["values", "environment", "alias"].into_iter().filter(|key| record.mentions(key)).count();
            if ways != 1 && !record.has_unknown {
                let message =
                    "a record has values, or is an alias of an environment or of another record".to_owned();
                self.error(
                    "world::record",
                    message,
                    record.point,
                    "give exactly one of: values, environment, alias",
                );
            }
        }
    }

    /// Checks names against the things that a region which the record names has.
    fn in_region(&mut self, record: &Record, regions: &[&Record], list: &str, keys: &[(&str, &str)]) {
        let codes: Vec<&str> = regions.iter().filter_map(|region| region.text("region")).collect();
        self.refers(record, "region", &codes, "region of this world");
        let home = regions.iter().find(|region| region.text("region") == record.text("region"));
        let Some(home) = home else { return };
        let names: Vec<&str> = named(&[home], list, "name").into_keys().collect();
        for (key, what) in keys {
            self.refers(record, key, &names, what);
        }
    }

    /// Reports each text of a field that is not among the known names.
    fn refers(&mut self, record: &Record, key: &str, known: &[&str], what: &str) {
        let Some(item) = record.item(key) else { return };
        for (name, span) in texts(item).into_iter().filter(|(name, _)| !known.contains(name)) {
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => format!("there is no {what} to name"),
                None => format!("there are: {}", known.join(", ")),
            };
            self.error("world::unknown-name", format!("there is no {what} called `{name}`"), span, &help);
        }
    }

    fn unique(&mut self, records: &[&Record], key: &str, what: &str) {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for item in records.iter().filter_map(|record| record.item(key)) {
            let Some(name) = item.value.text() else { continue };
            match seen.get(name) {
                Some(first) => {
                    let message = format!("two {what} are called `{name}`");
                    let problem = Diagnostic::error("world::twice", message)
                        .at(self.place(item.span), "")
                        .also(self.place(*first), "first here");
                    self.problems
                        .push(problem.help("give each a name of its own: others refer to it by name"));
                }
                None => drop(seen.insert(name, item.span)),
            }
        }
    }

    fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    fn error(&mut self, code: &'static str, message: String, span: Span, help: &str) {
        let place = self.place(span);
        self.problems.push(Diagnostic::error(code, message).at(place, "").help(help));
    }
}
