//! Create: creating and deleting balancers.
//! Invariant: a balancer has nodes in at least two zones; one that is protected stays.
//! Used by: `elb_operate`.

use std::{collections::BTreeMap, time::Duration};

use super::{
    build::NewBalancer,
    describe::{balancer_of_call, balancer_tree, nothing, required},
    limits,
    model::Health,
    subnets, tag_set,
};
use crate::{
    clock::later,
    lab::world::{
        World,
        call::{AwsFault, Call, Reply, Tree},
    },
};

/// `CreateLoadBalancer`.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let name = required(call, "Name")?;
    limits::name(name, "Load balancer")?;
    if call.params.text("Type").is_some_and(|kind| kind != "application") {
        return Err(World::unrouted(call.service, "CreateLoadBalancer of another type than application"));
    }
    if world.elb.in_region(&call.region).any(|own| own.name == name) {
        let message =
            format!("A load balancer with the same name '{name}' exists, but with different settings");
        return Err(AwsFault::new(400, "DuplicateLoadBalancerName", message));
    }
    let scheme = call.params.text("Scheme").unwrap_or("internet-facing");
    if !["internet-facing", "internal"].contains(&scheme) {
        return Err(AwsFault::new(400, "InvalidScheme", "The requested scheme is not valid"));
    }
    let asked = subnets::of_call(world, call)?;
    let vpc = asked.vpc.clone();
    let groups = call.params.texts("SecurityGroups");
    let groups = match groups.is_empty() {
        true => subnets::default_group(world.ec2.network(&call.region), &vpc),
        false => subnets::groups(world.ec2.network(&call.region), groups)?,
    };
    let mut new = NewBalancer {
        region: call.region.clone(),
        account: world.elb.account.clone(),
        name: name.to_owned(),
        scheme: scheme.to_owned(),
        vpc,
        groups,
        nodes: Vec::new(),
        age: Duration::ZERO,
        attributes: BTreeMap::new(),
        tags: tag_set::of_call(call)?,
    };
    for place in asked.places {
        let taken: Vec<_> = new.nodes.iter().flat_map(subnets::addresses_of).collect();
        new.nodes.push(world.free_node(&call.region, place, scheme == "internal", &taken));
    }
    let arn = world.make_balancer(new);
    let takes = world.elb.settings.provisioning.draw(&mut world.elb.rng);
    let ready = later(world.now(), takes);
    if let Some(balancer) = world.elb.balancers.get_mut(&arn) {
        balancer.ready = ready;
    }
    let made = world.elb.balancers.get(&arn).map(|own| balancer_tree(world, own));
    Ok(Tree::map([("LoadBalancers", Tree::list("member", made))]))
}

/// `DeleteLoadBalancer`. AWS: one that is there no more is deleted all the same.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let arn = required(call, "LoadBalancerArn")?;
    let Ok(own) = balancer_of_call(&world.elb, call) else { return nothing() };
    if own.attribute("deletion_protection.enabled") == "true" {
        let message =
            format!("Load balancer '{arn}' cannot be deleted because deletion protection is enabled");
        return Err(AwsFault::new(400, "OperationNotPermitted", message));
    }
    let zones: Vec<String> = own.nodes.iter().map(|node| node.zone.clone()).collect();
    let listeners: Vec<String> = own.listeners.values().map(|own| own.arn.clone()).collect();
    let (name, region) = (own.dns_name.to_lowercase(), own.region.clone());
    world.elb.forget_tags(listeners.iter().map(String::as_str).chain([arn]));
    world.rewire(arn, Health::Initial, |balancer| balancer.listeners.clear());
    for zone in zones {
        world.remove_node(arn, &zone);
    }
    let shown = world.elb.certificates_of(arn);
    world.elb.balancers.remove(arn);
    world.elb.certificates_changed(arn, &shown);
    world.elb.by_name.remove(&name);
    world.note("balancer.deleted", [("region", region), ("balancer", name)]);
    nothing()
}
