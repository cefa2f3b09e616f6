//! Build: makes balancers, target groups, listeners, rules and registrations from plain values.
//! Invariant: each function makes one kind of thing, whole, and leaves the indices right; nothing is looked up in a
//! particular deployment.
//! Not here: which things a deployment has (see `start`), what calls may ask for (see `create`).
//! Used by: `start`, and the operations that create.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
    time::Duration,
};

use super::{
    model::{Balancer, Check, Health, Key, Listener, Node, Target, TargetGroup},
    names,
    rule::{Action, Condition, Rule},
};
use crate::lab::world::{
    World,
    ec2::{attach, interface_at, model::Owner},
};

/// Tags by key.
pub(in crate::lab) type Tags = BTreeMap<String, String>;

/// A balancer to be made.
#[derive(Debug, Clone)]
pub(in crate::lab) struct NewBalancer {
    pub(in crate::lab) region: String,
    pub(in crate::lab) account: String,
    pub(in crate::lab) name: String,
    /// `internet-facing` or `internal`.
    pub(in crate::lab) scheme: String,
    pub(in crate::lab) vpc: String,
    /// Its security groups, by id.
    pub(in crate::lab) groups: Vec<String>,
    pub(in crate::lab) nodes: Vec<NewNode>,
    /// For how long it has been there.
    pub(in crate::lab) age: Duration,
    pub(in crate::lab) attributes: BTreeMap<String, String>,
    pub(in crate::lab) tags: Tags,
}

/// A balancer's presence in a zone, to be made.
#[derive(Debug, Clone)]
pub(in crate::lab) struct NewNode {
    pub(in crate::lab) zone: String,
    pub(in crate::lab) subnet: String,
    pub(in crate::lab) private: Ipv4Addr,
    /// `None` for an internal balancer.
    pub(in crate::lab) public: Option<Ipv4Addr>,
}

/// A target group to be made.
#[derive(Debug, Clone)]
pub(in crate::lab) struct NewTargetGroup {
    pub(in crate::lab) region: String,
    pub(in crate::lab) account: String,
    pub(in crate::lab) name: String,
    pub(in crate::lab) vpc: String,
    /// `HTTP` or `HTTPS`.
    pub(in crate::lab) protocol: String,
    pub(in crate::lab) port: u16,
    /// `instance` or `ip`.
    pub(in crate::lab) kind: String,
    pub(in crate::lab) check: Check,
    pub(in crate::lab) attributes: BTreeMap<String, String>,
    pub(in crate::lab) tags: Tags,
}

/// A listener to be made.
#[derive(Debug, Clone)]
pub(in crate::lab) struct NewListener {
    pub(in crate::lab) port: u16,
    /// The default certificate first.
    pub(in crate::lab) certificates: Vec<String>,
    /// `None` for plain HTTP.
    pub(in crate::lab) policy: Option<String>,
    pub(in crate::lab) default: Vec<Action>,
    pub(in crate::lab) tags: Tags,
}

impl World {
    /// Makes a balancer with its interfaces; it listens to nothing yet. Gives its ARN.
    pub(in crate::lab) fn make_balancer(&mut self, new: NewBalancer) -> String {
        let rng = &mut self.elb.rng;
        let number = 100_000_000 + rng.below(1_900_000_000);
        let dns_name = names::dns_name(&new.name, number, &new.region, new.scheme == "internal");
        let path = format!("app/{}/{}", new.name, rng.hex(16));
        let arn = names::arn(&new.region, &new.account, "loadbalancer", &path);
        let age = jiff::SignedDuration::try_from(new.age).unwrap_or_default();
        let created = self.now.saturating_sub(age).unwrap_or(self.now);
        let balancer = Balancer {
            arn: arn.clone(),
            zone_id: names::hosted_zone(&new.region).to_owned(),
            region: new.region,
            name: new.name,
            dns_name,
            vpc: new.vpc,
            scheme: new.scheme,
            groups: new.groups,
            created,
            ready: created,
            nodes: Vec::new(),
            listeners: BTreeMap::new(),
            attributes: new.attributes,
            noted: BTreeMap::new(),
        };
        self.elb.by_name.insert(balancer.dns_name.to_lowercase(), arn.clone());
        self.elb.tags.insert(arn.clone(), new.tags);
        self.elb.balancers.insert(arn.clone(), balancer);
        for node in new.nodes {
            self.make_node(&arn, node);
        }
        arn
    }

    /// Gives a balancer a node in one more zone.
    pub(in crate::lab) fn make_node(&mut self, arn: &str, new: NewNode) {
        let Some(balancer) = self.elb.balancers.get_mut(arn) else { return };
        let Some(network) = self.ec2.networks.get_mut(&balancer.region) else { return };
        let owner = Owner::Balancer(balancer.path().to_owned());
        let addresses = (new.private, new.public);
        let groups = balancer.groups.clone();
        let interface = interface_at(network, &mut self.elb.rng, &new.subnet, addresses, groups, owner);
        attach(network, &interface, balancer.created);
        let public = new.public.unwrap_or(new.private);
        let zone = new.zone;
        self.elb.by_address.insert(public, (arn.to_owned(), zone.clone()));
        balancer.nodes.push(Node { zone, subnet: new.subnet, interface, public });
    }

    /// Makes an empty target group. Gives its ARN.
    pub(in crate::lab) fn make_target_group(&mut self, new: NewTargetGroup) -> String {
        let path = format!("{}/{}", new.name, self.elb.rng.hex(16));
        let arn = names::arn(&new.region, &new.account, "targetgroup", &path);
        let made = TargetGroup {
            arn: arn.clone(),
            region: new.region,
            name: new.name,
            protocol: new.protocol,
            port: new.port,
            vpc: new.vpc,
            kind: new.kind,
            check: new.check,
            attributes: new.attributes,
            balancer: None,
            targets: BTreeMap::new(),
            generation: 0,
            turn: 0,
        };
        self.elb.tags.insert(arn.clone(), new.tags);
        self.elb.target_groups.insert(arn.clone(), made);
        arn
    }

    /// Registers an instance or an address in a zone (`all` for an address outside the network), as found by
    /// `health`: `Healthy` where a world begins, `Initial` otherwise.
    pub(in crate::lab) fn make_target(&mut self, group: &str, key: Key, zone: &str, health: Health) {
        let registering = match health {
            Health::Initial => self.elb.settings.registration.draw(&mut self.elb.rng),
            Health::Healthy | Health::Unhealthy(_) => Duration::ZERO,
        };
        let registering = crate::clock::later(self.now, registering);
        let Some(own) = self.elb.target_groups.get_mut(group) else { return };
        let by_target = self.elb.by_target.entry((own.region.clone(), key.0.clone())).or_default();
        by_target.insert(group.to_owned());
        let target = Target {
            zone: zone.to_owned(),
            lines: BTreeMap::new(),
            reported: health,
            registering,
            draining: None,
            unused: None,
        };
        own.targets.insert(key, target);
        if let Some(balancer) = own.balancer.clone() {
            self.draw_lines(&balancer, health);
        }
    }

    /// Makes a listener. Targets that its groups gain are found as `health` says. Gives its ARN.
    pub(in crate::lab) fn make_listener(
        &mut self,
        balancer: &str,
        new: NewListener,
        health: Health,
    ) -> String {
        let listener = format!("{}/{}", names::tail(balancer, "loadbalancer/"), self.elb.rng.hex(16));
        let rule = format!("{listener}/{}", self.elb.rng.hex(16));
        let arn = names::sibling(balancer, "listener", &listener);
        let made = Listener {
            arn: arn.clone(),
            default_rule: names::sibling(balancer, "listener-rule", &rule),
            port: new.port,
            certificates: new.certificates,
            policy: new.policy,
            rules: BTreeMap::new(),
            default: new.default,
        };
        self.elb.tags.insert(arn.clone(), new.tags);
        self.rewire(balancer, health, |balancer| {
            balancer.listeners.insert(made.port, made);
        });
        arn
    }

    /// Makes a rule of a listener. Gives its ARN.
    pub(in crate::lab) fn make_rule(
        &mut self,
        listener: &str,
        (priority, conditions, actions): (u32, Vec<Condition>, Vec<Action>),
        tags: Tags,
        health: Health,
    ) -> String {
        let path = format!("{}/{}", names::tail(listener, "listener/"), self.elb.rng.hex(16));
        let arn = names::sibling(listener, "listener-rule", &path);
        let rule = Rule { arn: arn.clone(), conditions, actions };
        self.elb.tags.insert(arn.clone(), tags);
        self.rewire(&names::balancer_of(listener), health, |balancer| {
            let mut all = balancer.listeners.values_mut();
            if let Some(own) = all.find(|own| own.arn == listener) {
                own.rules.insert(priority, rule);
            }
        });
        arn
    }

    /// Changes what a balancer's listeners do, and with it which target groups it routes to.
    pub(super) fn rewire(&mut self, arn: &str, health: Health, change: impl FnOnce(&mut Balancer)) {
        let shown = self.elb.certificates_of(arn);
        let Some(balancer) = self.elb.balancers.get_mut(arn) else { return };
        let set = |own: &Balancer| own.target_groups().into_iter().map(str::to_owned).collect();
        let before: BTreeSet<String> = set(balancer);
        change(balancer);
        let after: BTreeSet<String> = set(balancer);
        self.elb.certificates_changed(arn, &shown);
        for gone in before.difference(&after) {
            let Some(group) = self.elb.target_groups.get_mut(gone) else { continue };
            group.balancer = None;
            group.generation += 1;
            for target in group.targets.values_mut() {
                target.lines.clear();
                target.reported = Health::Initial;
            }
        }
        for group in &after {
            if let Some(group) = self.elb.target_groups.get_mut(group) {
                group.balancer = Some(arn.to_owned());
            }
        }
        self.draw_lines(arn, health);
    }

    /// Sees to it that every node of a balancer has a line to every target behind it, and looks at them all.
    pub(super) fn draw_lines(&mut self, arn: &str, health: Health) {
        let Some(balancer) = self.elb.balancers.get(arn) else { return };
        let zones: Vec<String> = balancer.nodes.iter().map(|node| node.zone.clone()).collect();
        for group in balancer.target_groups() {
            let Some(group) = self.elb.target_groups.get_mut(group) else { continue };
            let interval = group.check.interval;
            for target in group.targets.values_mut() {
                target.lines.retain(|zone, _| zones.contains(zone));
                for zone in &zones {
                    let rng = &mut self.elb.rng;
                    let new = || super::model::Line::new(health, rng.between(Duration::ZERO, interval));
                    target.lines.entry(zone.clone()).or_insert_with(new);
                }
            }
        }
        self.balancer_changed(arn);
    }
}
