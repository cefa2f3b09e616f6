//! Plot: one region while it is being built.
//! Invariant: every name that is given away is found again; no two interfaces of a subnet have one address.
//! Used by: the other files here.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::lab::world::{
    blueprint::{Blueprint, Region, Tags},
    ec2::{
        addresses::{PublicPool, Publics, Taken},
        build,
        model::{Network, Owner},
    },
    named::{self, Ground, Thing},
    rng::Rng,
};

/// What each name of a region has become.
pub(super) type Names<'a> = BTreeMap<(Thing, &'a str), String>;

/// One region while it is being built.
pub(super) struct Plot<'a> {
    /// The whole world.
    pub(super) blueprint: &'a Blueprint,
    /// This region of it.
    pub(super) region: &'a Region,
    /// What there is so far.
    pub(super) network: Network,
    /// Where ids come from.
    pub(super) ids: &'a mut Rng,
    /// What the names have become so far.
    pub(super) names: Names<'a>,
    /// What the environments have so far.
    pub(super) grounds: BTreeMap<&'a str, Ground>,
    /// Public addresses that are left.
    pub(super) publics: Publics,
    seed: u64,
    now: Timestamp,
    taken: Taken,
}

impl<'a> Plot<'a> {
    /// Nothing yet; the region is the blueprint's `place`-th.
    pub(super) fn new(
        (blueprint, region): (&'a Blueprint, &'a Region),
        place: usize,
        (seed, now): (u64, Timestamp),
        ids: &'a mut Rng,
    ) -> Plot<'a> {
        let network = Network {
            account: blueprint.account.clone(),
            public_pool: PublicPool::of(place, blueprint.given_addresses()),
            ..Network::default()
        };
        let publics = Publics::of(&network);
        let (names, grounds, taken) = (Names::new(), BTreeMap::new(), Taken::default());
        Plot { blueprint, region, network, ids, names, grounds, publics, seed, now, taken }
    }

    /// What has been built, with the names and the environments' ground.
    pub(super) fn finished(self) -> (Network, Names<'a>, BTreeMap<&'a str, Ground>) {
        (self.network, self.names, self.grounds)
    }

    /// Notes what a name has become.
    pub(super) fn has_become(&mut self, thing: Thing, name: &'a str, id: &str) {
        self.names.insert((thing, name), id.to_owned());
    }

    /// What a name has become; nothing's id if it has become nothing, which a file that was read cannot ask for.
    pub(super) fn named(&self, thing: Thing, name: &str) -> String {
        self.names.get(&(thing, name)).cloned().unwrap_or_default()
    }

    /// What several names have become.
    pub(super) fn all_named(&self, thing: Thing, names: &[String]) -> Vec<String> {
        names.iter().map(|name| self.named(thing, name)).collect()
    }

    /// Puts a name and tags on something.
    pub(super) fn tag(&mut self, id: &str, name: &str, own: &Tags) {
        let tags = self.blueprint.tags_on(name, own);
        self.network.tags.insert(id.to_owned(), tags);
    }

    /// The id of an environment.
    pub(super) fn environment_id(&self, name: &str) -> String {
        named::environment_id(self.seed, &self.region.region, name)
    }

    /// An interface in a subnet, at an address that is free there.
    pub(super) fn interface(&mut self, subnet: &str, groups: Vec<String>, owner: Owner) -> String {
        let private = self.taken.take(&self.network, subnet, self.ids);
        build::interface_at(&mut self.network, self.ids, subnet, (private, None), groups, owner)
    }

    /// So many days before the world begins.
    pub(super) fn days_ago(&self, days: i64) -> Timestamp {
        self.now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(self.now)
    }
}
