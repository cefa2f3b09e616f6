//! Start: the balancers that a world begins with.
//! Invariant: as Beanstalk makes them: one per environment, a node in each of its subnets, and the process defaults for
//! health checks where the environment says nothing else.
//! Not here: how one resource is made (see `build`).
//! Used by: `World::build`.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{
    build::{NewBalancer, NewListener, NewNode, NewTargetGroup, Tags},
    matcher::Matcher,
    model::{Check, Health},
    rule::{Action, Redirect, Weighted},
};
use crate::lab::world::{
    World,
    blueprint::environment::{Balancer, Environment, TargetCheck},
    ec2::addresses::{Publics, Taken},
    named::{Ground, Thing, Web, environment_id, environment_tags},
    rng::Rng,
};

/// AWS: an environment process checks every 15 s, waits 5 s, and turns after 3 passes or 5 failures (Beanstalk guide,
/// general options, `aws:elasticbeanstalk:environment:process:default`).
pub(in crate::lab) fn process_defaults() -> Check {
    Check {
        protocol: "HTTP".to_owned(),
        port: None,
        interval: Duration::from_secs(15),
        timeout: Duration::from_secs(5),
        healthy_after: 3,
        unhealthy_after: 5,
        path: "/".to_owned(),
        matcher: Matcher::ok(),
    }
}

/// What addresses a region has left.
struct Free {
    publics: Publics,
    privates: Taken,
}

/// What a balancer is made for.
struct Place<'a> {
    region: &'a str,
    environment: &'a Environment,
    vpc: String,
    tags: Tags,
}

impl World {
    /// Sets the service up as the blueprint has it, and puts its first entries on the agenda.
    pub(in crate::lab) fn elb_start(&mut self) {
        self.elb.rng = Rng::stream(self.seed, "elb");
        self.elb.account = self.account().to_owned();
        let blueprint = Arc::clone(self.blueprint());
        for region in &blueprint.regions {
            let network = self.ec2.network(&region.region);
            let mut free = Free { publics: Publics::of(network), privates: Taken::of(network) };
            for environment in &region.environments {
                let id = environment_id(self.seed, &region.region, &environment.name);
                let vpc =
                    self.named(&region.region, Thing::Vpc, &environment.vpc).unwrap_or_default().to_owned();
                let tags = environment_tags(&blueprint, environment, &id);
                self.start_balancer(&Place { region: &region.region, environment, vpc, tags }, &mut free);
            }
        }
    }

    fn start_balancer(&mut self, place: &Place<'_>, free: &mut Free) {
        let (region, environment) = (place.region, place.environment);
        let Some(ground) = self.ground_of(region, &environment.name).cloned() else { return };
        let name = format!("awseb--AWSEB-{}", letters(&mut self.elb.rng, 12));
        let nodes = self.start_nodes(region, &environment.balancer, free);
        let more = environment.balancer.extra_groups.iter();
        let more = more.filter_map(|name| self.named(region, Thing::Group, name).map(str::to_owned));
        let balancer = NewBalancer {
            region: region.to_owned(),
            account: self.account().to_owned(),
            name,
            scheme: "internet-facing".to_owned(),
            vpc: place.vpc.clone(),
            groups: std::iter::once(ground.balancer_group.clone()).chain(more).collect(),
            nodes,
            age: Duration::from_secs(200 * 86_400),
            attributes: BTreeMap::from([("routing.http2.enabled".to_owned(), "false".to_owned())]),
            tags: place.tags.clone(),
        };
        let balancer = self.make_balancer(balancer);
        let target_group = self.start_target_group(place, &ground);
        self.start_listeners(place, &balancer, &target_group);
        let (scaling_group, launch_template) = (String::new(), String::new());
        let web = Web { balancer, target_group, scaling_group, launch_template };
        self.has_web(region, &environment.name, web);
    }

    /// A node in each subnet, at the addresses of the file or at free ones.
    fn start_nodes(&mut self, region: &str, balancer: &Balancer, free: &mut Free) -> Vec<NewNode> {
        let network = self.ec2.network(region);
        let mut given = balancer.addresses.iter().filter_map(|address| address.parse().ok());
        let ids = balancer.subnets.iter().filter_map(|name| self.named(region, Thing::Subnet, name));
        let places = ids.filter_map(|id| Some((id.to_owned(), network.subnets.get(id)?.zone.clone())));
        let mut nodes = Vec::new();
        let mut rng = self.elb.rng.clone();
        for (subnet, zone) in places {
            let private = free.privates.take(network, &subnet, &mut rng);
            let public = given.next().or_else(|| free.publics.next());
            nodes.push(NewNode { zone, subnet, private, public });
        }
        self.elb.rng = rng;
        nodes
    }

    /// The group of the environment's instances, all of them found healthy.
    fn start_target_group(&mut self, place: &Place<'_>, ground: &Ground) -> String {
        let name = format!("awseb-AWSEB-{}", letters(&mut self.elb.rng, 12));
        // AWS: Beanstalk sets the deregistration delay to 20 s.
        let delay = ("deregistration_delay.timeout_seconds".to_owned(), "20".to_owned());
        let group = self.make_target_group(NewTargetGroup {
            region: place.region.to_owned(),
            account: self.account().to_owned(),
            name,
            vpc: place.vpc.clone(),
            protocol: "HTTP".to_owned(),
            port: 80,
            kind: "instance".to_owned(),
            check: place.environment.health_check.as_ref().map_or_else(process_defaults, check),
            attributes: BTreeMap::from([delay]),
            tags: place.tags.clone(),
        });
        for instance in &ground.instances {
            let network = self.ec2.network(place.region);
            let zone = network.instances.get(instance).map(|own| own.zone.clone()).unwrap_or_default();
            self.make_target(&group, (instance.clone(), 80), &zone, Health::Healthy);
        }
        group
    }

    /// Port 80, and port 443 if there is a certificate for it.
    fn start_listeners(&mut self, place: &Place<'_>, balancer: &str, group: &str) {
        let own = &place.environment.balancer;
        let forward = || Action::Forward(vec![Weighted { group: group.to_owned(), weight: 1 }]);
        let first = if own.http == "redirect" { Action::Redirect(to_https()) } else { forward() };
        let certificate =
            own.certificate.as_deref().and_then(|name| self.named(place.region, Thing::Certificate, name));
        let tls = certificate.map(|certificate| (443, Some(certificate.to_owned()), forward()));
        for (port, certificate, action) in [(80, None, first)].into_iter().chain(tls) {
            let listener = NewListener {
                port,
                policy: certificate.as_ref().map(|_| "ELBSecurityPolicy-TLS13-1-2-2021-06".to_owned()),
                certificates: certificate.into_iter().collect(),
                default: vec![action],
                tags: Tags::new(),
            };
            self.make_listener(balancer, listener, Health::Healthy);
        }
    }
}

/// The health check of an environment that says what it wants.
fn check(own: &TargetCheck) -> Check {
    let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    Check {
        interval: own.interval.duration(),
        timeout: own.timeout.duration(),
        healthy_after: count(own.healthy),
        unhealthy_after: count(own.unhealthy),
        path: own.path.clone(),
        matcher: Matcher::read(&own.matcher).unwrap_or_else(Matcher::ok),
        ..process_defaults()
    }
}

/// The same address by HTTPS, for good.
fn to_https() -> Redirect {
    let quoted = |part: &str| format!("#{{{part}}}");
    Redirect {
        protocol: "HTTPS".to_owned(),
        host: quoted("host"),
        port: "443".to_owned(),
        path: format!("/{}", quoted("path")),
        query: quoted("query"),
        status: 301,
    }
}

/// Upper-case letters and digits, as CloudFormation ends names.
fn letters(rng: &mut Rng, length: usize) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    (0..length).map(|_| char::from(letters[rng.below(36) as usize])).collect()
}
