//! Start: the reference deployment's balancers.
//! Invariant: as Beanstalk makes them: one per environment, two nodes, ports 80 and 443 both forwarded, and the process
//! defaults for health checks. A redirect from 80 to 443 would hide a fault behind it from checks of port 80.
//! Used by: `World::reference`.

use std::{collections::BTreeMap, net::Ipv4Addr, time::Duration};

use super::{
    build::{NewBalancer, NewListener, NewNode, NewTargetGroup, Tags},
    matcher::Matcher,
    model::{Check, Health},
    rule::{Action, Weighted},
};
use crate::lab::world::{
    World,
    ec2::{Role, group_of},
    reference::{ACCOUNT, ALLOW_KEY, ALLOW_VALUE, REGIONS, Region, environment_id},
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

impl World {
    /// Sets the service up as the reference deployment has it, and puts its first entries on the agenda.
    pub(in crate::lab) fn elb_start(&mut self) {
        self.elb.rng = Rng::stream(self.seed, "elb");
        ACCOUNT.clone_into(&mut self.elb.account);
        for region in &REGIONS {
            self.start_balancer(region);
        }
    }

    fn start_balancer(&mut self, region: &Region) {
        let name = format!("awseb--AWSEB-{}", letters(&mut self.elb.rng, 12));
        let nodes = self.start_nodes(region);
        let network = self.ec2.network(region.code);
        let vpc = network.vpcs.keys().next().cloned().unwrap_or_default();
        let tags = own_tags(self.seed, region);
        let balancer = NewBalancer {
            region: region.code.to_owned(),
            account: ACCOUNT.to_owned(),
            name,
            scheme: "internet-facing".to_owned(),
            vpc: vpc.clone(),
            groups: group_of(network, Role::Balancer).into_iter().collect(),
            nodes,
            age: Duration::from_secs(200 * 86_400),
            attributes: BTreeMap::from([("routing.http2.enabled".to_owned(), "false".to_owned())]),
            tags: tags.clone(),
        };
        let members = network.instances_tagged("elasticbeanstalk:environment-name", region.environment);
        let instances: Vec<(String, String)> =
            members.filter_map(|id| Some((id.clone(), network.instances.get(id)?.zone.clone()))).collect();
        let balancer = self.make_balancer(balancer);
        let group = self.start_target_group(region, vpc, tags);
        for (instance, zone) in instances {
            self.make_target(&group, (instance, 80), &zone, Health::Healthy);
        }
        self.start_listeners(region, &balancer, &group);
    }

    fn start_nodes(&mut self, region: &Region) -> Vec<NewNode> {
        let places = region.zones.into_iter().zip(region.balancer).enumerate();
        let mut nodes = Vec::new();
        for (index, (zone, public)) in places {
            let third = u8::try_from(index).unwrap_or(0);
            let last = 20 + u8::try_from(self.elb.rng.below(200)).unwrap_or(0);
            let subnets = &self.ec2.network(region.code).subnets;
            let mut fits = subnets.iter().filter(|(_, subnet)| subnet.zone == zone && subnet.public);
            let subnet = fits.next().map(|(id, _)| id.clone()).unwrap_or_default();
            let private = Ipv4Addr::new(10, region.octet, third, last);
            nodes.push(NewNode { zone: zone.to_owned(), subnet, private, public: Some(public) });
        }
        nodes
    }

    fn start_target_group(&mut self, region: &Region, vpc: String, tags: Tags) -> String {
        let name = format!("awseb-AWSEB-{}", letters(&mut self.elb.rng, 12));
        // AWS: Beanstalk sets the deregistration delay to 20 s.
        let delay = ("deregistration_delay.timeout_seconds".to_owned(), "20".to_owned());
        self.make_target_group(NewTargetGroup {
            region: region.code.to_owned(),
            account: ACCOUNT.to_owned(),
            name,
            vpc,
            protocol: "HTTP".to_owned(),
            port: 80,
            kind: "instance".to_owned(),
            check: process_defaults(),
            attributes: BTreeMap::from([delay]),
            tags,
        })
    }

    fn start_listeners(&mut self, region: &Region, balancer: &str, group: &str) {
        let certificate = self.start_certificate(region);
        for (port, certificate) in [(80, None), (443, Some(certificate))] {
            let listener = NewListener {
                port,
                policy: certificate.as_ref().map(|_| "ELBSecurityPolicy-TLS13-1-2-2021-06".to_owned()),
                certificates: certificate.into_iter().collect(),
                default: vec![Action::Forward(vec![Weighted { group: group.to_owned(), weight: 1 }])],
                tags: Tags::new(),
            };
            self.make_listener(balancer, listener, Health::Healthy);
        }
    }

    /// The ARN of the region's certificate.
    fn start_certificate(&mut self, region: &Region) -> String {
        if let Some(arn) = self.named(region.code, crate::lab::world::named::Thing::Certificate, "www") {
            return arn.to_owned();
        }
        let rng = &mut self.elb.rng;
        let id = [8, 4, 4, 4, 12].map(|length| rng.hex(length)).join("-");
        format!("arn:aws:acm:{}:{ACCOUNT}:certificate/{id}", region.code)
    }
}

fn own_tags(seed: u64, region: &Region) -> Tags {
    let environment = environment_id(seed, region);
    [
        ("Name", region.environment),
        ("deployment", "wordpress"),
        (ALLOW_KEY, ALLOW_VALUE),
        ("elasticbeanstalk:environment-id", environment.as_str()),
        ("elasticbeanstalk:environment-name", region.environment),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into()
}

/// Upper-case letters and digits, as CloudFormation ends names.
fn letters(rng: &mut Rng, length: usize) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    (0..length).map(|_| char::from(letters[rng.below(36) as usize])).collect()
}
