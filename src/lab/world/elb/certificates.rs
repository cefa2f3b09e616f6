//! Certificates: those of listeners that speak TLS.
//! Invariant: the default one comes first and is never removed; the others are chosen by the name that clients ask for.
//! Not here: the certificates themselves (see `acm`).
//! Used by: `elb_operate`, `listeners`.

use super::{
    describe::{invalid, listener, nothing, required},
    limits,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    page::{self, page},
};

/// The certificates that a call names, each of the call's region.
pub(super) fn of_call(call: &Call) -> Result<Vec<String>, AwsFault> {
    let asked = call.params.list("Certificates");
    let arns = asked.iter().filter_map(|own| own.text("CertificateArn").map(str::to_owned));
    let arns: Vec<String> = arns.collect();
    let here = format!("arn:aws:acm:{}:", call.region);
    let there = |arn: &&String| {
        arn.starts_with(&here) && arn.contains(":certificate/") || arn.starts_with("arn:aws:iam::")
    };
    match arns.iter().find(|arn| !there(arn)) {
        Some(arn) => {
            let message = format!("Certificate ARN '{arn}' is not valid");
            Err(AwsFault::new(400, "CertificateNotFound", message))
        }
        None => Ok(arns),
    }
}

fn tree(place: usize, arn: &str) -> Tree {
    Tree::map([("CertificateArn", Tree::text(arn)), ("IsDefault", Some(Tree::Bool(place == 0)))])
}

/// `DescribeListenerCertificates`.
pub(super) fn describe(world: &World, call: &Call) -> Reply {
    let (_, own) = listener(&world.elb, call, required(call, "ListenerArn")?)?;
    let trees = own.certificates.iter().enumerate().map(|(place, arn)| tree(place, arn)).collect();
    let (part, next) = page(trees, &call.params, page::ELB)?;
    Ok(Tree::map([("Certificates", Tree::list("member", part)), ("NextMarker", next.map(Tree::Text))]))
}

/// Changes a listener's certificates.
fn change(world: &mut World, call: &Call, change: impl FnOnce(&mut Vec<String>)) -> Result<(), AwsFault> {
    let arn = required(call, "ListenerArn")?;
    let (balancer, own) = listener(&world.elb, call, arn)?;
    let (balancer, port) = (balancer.arn.clone(), own.port);
    if !own.speaks_tls() {
        let message = "Certificates can be specified for HTTPS listeners only";
        return Err(AwsFault::new(400, "InvalidConfigurationRequest", message));
    }
    let balancer = world.elb.balancers.get_mut(&balancer);
    if let Some(own) = balancer.and_then(|balancer| balancer.listeners.get_mut(&port)) {
        change(&mut own.certificates);
    }
    Ok(())
}

/// `AddListenerCertificates`. AWS: one that is there already is no error.
pub(super) fn add(world: &mut World, call: &Call) -> Reply {
    let new = of_call(call)?;
    if new.is_empty() {
        return Err(invalid("A certificate must be specified"));
    }
    let (_, own) = listener(&world.elb, call, required(call, "ListenerArn")?)?;
    let added: Vec<String> = new.iter().filter(|arn| !own.certificates.contains(*arn)).cloned().collect();
    if own.certificates.len() + added.len() > limits::CERTIFICATES + 1 {
        let message = "The maximum number of certificates has been reached";
        return Err(AwsFault::new(400, "TooManyCertificates", message));
    }
    change(world, call, |own| own.extend(added))?;
    let trees = new
        .iter()
        .map(|arn| Tree::map([("CertificateArn", Tree::text(arn)), ("IsDefault", Some(Tree::Bool(false)))]));
    Ok(Tree::map([("Certificates", Tree::list("member", trees))]))
}

/// `RemoveListenerCertificates`.
pub(super) fn remove(world: &mut World, call: &Call) -> Reply {
    let gone = of_call(call)?;
    let (_, own) = listener(&world.elb, call, required(call, "ListenerArn")?)?;
    if own.certificates.first().is_some_and(|default| gone.contains(default)) {
        let message = "The default certificate of a listener cannot be removed";
        return Err(AwsFault::new(400, "OperationNotPermitted", message));
    }
    change(world, call, |own| own.retain(|arn| !gone.contains(arn)))?;
    nothing()
}
