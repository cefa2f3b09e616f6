//! Association: which web ACL a balancer has.
//! Invariant: a resource has one at most.
//! Used by: `waf_operate`.

use super::{
    acl::whole,
    model::{absent, invalid, need},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Service, Tree},
    iam::{lagged::Lagged, look::items},
};

/// Checks that a resource is there. The lab has balancers alone.
fn resource(world: &mut World, call: &Call) -> Result<String, AwsFault> {
    let arn = need(&call.params, "ResourceArn")?;
    let is_balancer = arn.starts_with("arn:") && arn.contains(":loadbalancer/app/");
    if !is_balancer {
        return Err(invalid(
            "The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes.",
            "RESOURCE_ARN",
            arn,
        ));
    }
    let found =
        world.look(Service::Elb, "DescribeLoadBalancers", &call.region, &[("LoadBalancerArns.1", arn)]);
    match found {
        Ok(found) if !items(&found, "LoadBalancers").is_empty() => Ok(arn.to_owned()),
        _ => Err(absent()),
    }
}

/// `AssociateWebACL`. AWS: the web ACL that the resource had before is replaced.
pub(super) fn associate(world: &mut World, call: &Call) -> Reply {
    let acl = need(&call.params, "WebACLArn")?.to_owned();
    let resource = resource(world, call)?;
    let known = world.waf.acls.get(&acl).filter(|own| own.head.region == call.region);
    known.filter(|own| own.head.scope == "REGIONAL").ok_or_else(absent)?;
    write(world, &resource, Some(acl));
    Ok(Tree::Map(Vec::new()))
}

/// `DisassociateWebACL`.
pub(super) fn disassociate(world: &mut World, call: &Call) -> Reply {
    let resource = resource(world, call)?;
    if world.waf.associations.get(&resource).is_some_and(|own| own.written().is_some()) {
        write(world, &resource, None);
    }
    Ok(Tree::Map(Vec::new()))
}

fn write(world: &mut World, resource: &str, acl: Option<String>) {
    let (now, effective) = (world.now(), world.waf_effective());
    let own = world.waf.associations.entry(resource.to_owned()).or_insert_with(|| Lagged::new(None));
    own.write(now, effective, acl.clone());
    let with = [
        ("resource", resource.to_owned()),
        ("web_acl", acl.unwrap_or_default()),
        ("effective", effective.to_string()),
    ];
    world.note("web_acl.associated", with);
}

/// `GetWebACLForResource`. AWS: without a web ACL the answer is empty.
pub(super) fn get(world: &mut World, call: &Call) -> Reply {
    let resource = resource(world, call)?;
    let acl = world.waf.associations.get(&resource).and_then(|own| own.written().as_ref());
    let acl = acl.and_then(|arn| world.waf.acls.get(arn));
    Ok(Tree::map([("WebACL", acl.map(whole))]))
}

/// `ListResourcesForWebACL`.
pub(super) fn list(world: &World, call: &Call) -> Reply {
    let arn = need(&call.params, "WebACLArn")?;
    if !world.waf.acls.contains_key(arn) {
        return Err(absent());
    }
    // AWS: application load balancers unless another type is asked for.
    let balancers = call.params.text("ResourceType").is_none_or(|kind| kind == "APPLICATION_LOAD_BALANCER");
    let own =
        world.waf.associations.iter().filter(|(_, own)| balancers && own.written().as_deref() == Some(arn));
    Ok(Tree::map([("ResourceArns", Tree::list("member", own.map(|(arn, _)| Tree::Text(arn.clone()))))]))
}
