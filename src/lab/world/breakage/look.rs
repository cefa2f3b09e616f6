//! Look: what there is to break, found as anybody finds it: by AWS's own reads.
//! Invariant: changes nothing, and takes from no rate.
//! Used by: the kinds of `breakage`.

use std::net::IpAddr;

use super::error::BreakError;
use crate::lab::world::{
    World,
    call::{Call, Params, Reply, Service, Tree},
};

/// Who breaks things: nobody of the account's own people.
const OUTSIDER: &str = "AKIAFIREDRILLOUTSIDE";

/// An instance, where it is and what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Machine {
    pub(super) region: String,
    pub(super) zone: String,
    pub(super) instance: String,
    /// The Beanstalk environment, by its tag.
    pub(super) environment: String,
}

/// An address of a balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Front {
    pub(super) zone: String,
    pub(super) address: IpAddr,
}

/// A call of someone else's.
pub(super) fn call(service: Service, operation: &str, region: &str, params: &[(&str, &str)]) -> Call {
    let params = Params::new(params.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
    let (operation, region) = (operation.to_owned(), region.to_owned());
    Call { service, operation, region, access_key: OUTSIDER.to_owned(), params }
}

impl World {
    /// Asks as someone else would.
    pub(super) fn look_as_outsider(
        &mut self,
        operation: &str,
        region: &str,
        params: &[(&str, &str)],
    ) -> Reply {
        self.operate(&call(Service::Ec2, operation, region, params))
    }

    /// Every region that has networks.
    pub(super) fn breakable_regions(&self) -> Vec<String> {
        self.ec2.networks.keys().map(ToString::to_string).collect()
    }

    /// A region that the world has.
    pub(super) fn breakable_region(&self, name: &str) -> Result<String, BreakError> {
        let found = self.breakable_regions().into_iter().find(|region| region == name);
        found.ok_or_else(|| {
            BreakError::Nothing(format!("region {name}; it has {}", self.breakable_regions().join(", ")))
        })
    }

    /// The instances of a region that are there.
    pub(super) fn breakable_machines(&mut self, region: &str) -> Result<Vec<Machine>, BreakError> {
        let reply = self.look_as_outsider("DescribeInstances", region, &[]).map_err(BreakError::Refused)?;
        let reservations = items(&reply, "reservationSet").iter();
        let instances = reservations.flat_map(|reservation| items(reservation, "instancesSet"));
        let machine = |tree: &Tree| Machine {
            region: region.to_owned(),
            zone: text(tree, "placement.availabilityZone"),
            instance: text(tree, "instanceId"),
            environment: tag(tree, "elasticbeanstalk:environment-name"),
        };
        let there = |tree: &&Tree| text(tree, "instanceState.name") != "terminated";
        Ok(instances.filter(there).map(machine).collect())
    }

    /// The public addresses of a region's balancers.
    pub(super) fn breakable_fronts(&mut self, region: &str) -> Result<Vec<Front>, BreakError> {
        let reply =
            self.look_as_outsider("DescribeNetworkInterfaces", region, &[]).map_err(BreakError::Refused)?;
        let interfaces = items(&reply, "networkInterfaceSet").iter();
        let balancers = interfaces.filter(|tree| text(tree, "description").starts_with("ELB "));
        let front = |tree: &Tree| {
            let address = text(tree, "association.publicIp").parse().ok()?;
            Some(Front { zone: text(tree, "availabilityZone"), address })
        };
        Ok(balancers.filter_map(front).collect())
    }
}

/// The member at a dotted path.
pub(super) fn member<'a>(tree: &'a Tree, path: &str) -> Option<&'a Tree> {
    path.split('.').try_fold(tree, |tree, part| match tree {
        Tree::Map(members) => members.iter().find(|(name, _)| *name == part).map(|(_, tree)| tree),
        _ => None,
    })
}

/// The text at a path; empty if there is none.
pub(super) fn text(tree: &Tree, path: &str) -> String {
    match member(tree, path) {
        Some(Tree::Text(text)) => text.clone(),
        Some(Tree::Int(number)) => number.to_string(),
        Some(Tree::Bool(value)) => value.to_string(),
        _ => String::new(),
    }
}

/// The entries of the list at a path.
pub(super) fn items<'a>(tree: &'a Tree, path: &str) -> &'a [Tree] {
    match member(tree, path) {
        Some(Tree::List(_, items)) => items,
        _ => &[],
    }
}

fn tag(tree: &Tree, key: &str) -> String {
    let found = items(tree, "tagSet").iter().find(|tag| text(tag, "key") == key);
    found.map(|tag| text(tag, "value")).unwrap_or_default()
}
