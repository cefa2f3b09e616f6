//! Certificates: those of listeners that speak TLS.
//! Invariant: the default one comes first and is never removed; the others are chosen by the name that clients ask for.
//! Not here: the certificates themselves (see `acm`).
//! Used by: `elb_operate`, `listeners`.

use std::collections::BTreeSet;

use super::{
    State,
    describe::{invalid, listener, nothing, required},
    limits,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    page::{self, page},
};

impl State {
    /// The certificates that a balancer's listeners show.
    pub(super) fn certificates_of(&self, balancer: &str) -> BTreeSet<String> {
        let own = self.balancers.get(balancer).into_iter().flat_map(|own| own.listeners.values());
        own.flat_map(|listener| listener.certificates.iter().cloned()).collect()
    }

    /// What a balancer shows is no longer what it was before.
    pub(super) fn certificates_changed(&mut self, balancer: &str, before: &BTreeSet<String>) {
        for arn in before {
            if let Some(users) = self.by_certificate.get_mut(arn) {
                users.remove(balancer);
            }
        }
        for arn in self.certificates_of(balancer) {
            self.by_certificate.entry(arn).or_default().insert(balancer.to_owned());
        }
    }
}

impl World {
    /// The balancers, by ARN, that show a certificate.
    pub(in crate::lab) fn certificate_shown_by(&self, arn: &str) -> impl Iterator<Item = &str> {
        self.elb.by_certificate.get(arn).into_iter().flatten().map(String::as_str)
    }
}

/// The certificates that a call names, each of the call's region and there.
pub(super) fn of_call(world: &World, call: &Call) -> Result<Vec<String>, AwsFault> {
    let asked = call.params.list("Certificates");
    let arns = asked.iter().filter_map(|own| own.text("CertificateArn").map(str::to_owned));
    let arns: Vec<String> = arns.collect();
    let here = format!("arn:aws:acm:{}:", call.region);
    // Server certificates of IAM's are taken at their word: the lab has none.
    let there = |arn: &&String| {
        arn.starts_with(&here) && world.certificate_exists(arn)
            || arn.starts_with("arn:aws:iam::") && arn.contains(":server-certificate/")
    };
    match arns.iter().find(|arn| !there(arn)) {
        Some(arn) => {
            let message = format!("Certificate '{arn}' not found");
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
    let before = world.elb.certificates_of(&balancer);
    let owner = world.elb.balancers.get_mut(&balancer);
    if let Some(own) = owner.and_then(|owner| owner.listeners.get_mut(&port)) {
        change(&mut own.certificates);
    }
    world.elb.certificates_changed(&balancer, &before);
    Ok(())
}

/// `AddListenerCertificates`. AWS: one that is there already is no error.
pub(super) fn add(world: &mut World, call: &Call) -> Reply {
    let new = of_call(world, call)?;
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
    let gone = of_call(world, call)?;
    let (_, own) = listener(&world.elb, call, required(call, "ListenerArn")?)?;
    if own.certificates.first().is_some_and(|default| gone.contains(default)) {
        let message = "The default certificate of a listener cannot be removed";
        return Err(AwsFault::new(400, "OperationNotPermitted", message));
    }
    change(world, call, |own| own.retain(|arn| !gone.contains(arn)))?;
    nothing()
}
