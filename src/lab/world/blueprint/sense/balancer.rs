//! Balancer: whether what environments and their balancers are given can be together.
//! Used by: sense.

use std::collections::BTreeMap;

use super::Check;
use crate::{
    diagnostic::{Diagnostic, Span},
    grammar::record::Record,
};

impl Check<'_> {
    /// An environment's name stands for the group of its instances: no other group can have it.
    pub(super) fn apart(&mut self, region: &Record, environments: &BTreeMap<&str, &Record>) {
        for item in region.records("security_groups").filter_map(|group| group.item("name")) {
            let Some(name) = item.value.text().filter(|name| environments.contains_key(name)) else {
                continue;
            };
            let message =
                format!("`{name}` is the name of an environment too, and so of its instances' group");
            self.error("world::twice", message, item.span, "give the group another name");
        }
    }

    /// A redirect needs somewhere to lead to.
    pub(super) fn redirect(&mut self, balancer: &Record) {
        let Some(item) = balancer.item("http").filter(|item| item.value.text() == Some("redirect")) else {
            return;
        };
        if !balancer.mentions("certificate") {
            let message = "port 80 redirects to port 443, and this balancer has no such port".to_owned();
            self.error("world::redirect", message, item.span, "give the balancer a `certificate`");
        }
    }

    /// Two balancers cannot have one address.
    pub(super) fn given_addresses(&mut self, regions: &[&Record]) {
        let balancers = regions.iter().flat_map(|region| region.records("environments"));
        let items = balancers.filter_map(|own| own.record("balancer")).flat_map(|own| own.items("addresses"));
        let mut taken: BTreeMap<&str, Span> = BTreeMap::new();
        for item in items {
            let Some(address) = item.value.text() else { continue };
            if let Some(first) = taken.insert(address, item.span) {
                let problem = Diagnostic::error("world::overlap", format!("{address} is given twice"))
                    .at(self.place(item.span), "")
                    .also(self.place(first), "first here");
                self.problems.push(problem.help("give each balancer addresses of its own"));
            }
        }
    }

    pub(super) fn addresses(&mut self, balancer: &Record) {
        let (subnets, addresses) = (balancer.items("subnets").len(), balancer.items("addresses"));
        let Some(first) = addresses.first() else { return };
        if addresses.len() != subnets {
            let message = format!("{} addresses for {subnets} subnets", addresses.len());
            self.error("world::addresses", message, first.span, "give one address a subnet, or none at all");
        }
    }
}
