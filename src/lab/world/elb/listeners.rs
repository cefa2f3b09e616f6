//! Listeners: reading, creating, changing and deleting them.
//! Invariant: a port has one listener; one that speaks TLS has a certificate.
//! Used by: `elb_operate`.

use super::{
    State,
    build::NewListener,
    certificates,
    describe::{balancer, balancer_of_call, int, invalid, listener, nothing, required},
    limits,
    model::{Balancer, Health, Listener},
    names,
    rule::Action,
    rule_text::actions,
    tag_set,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    page::{self, page},
};

/// The TLS policy of listeners that name none (AWS: CreateListener API reference).
const POLICY: &str = "ELBSecurityPolicy-2016-08";

/// `DescribeListeners`.
pub(super) fn describe(world: &World, call: &Call) -> Reply {
    let state = &world.elb;
    let arns = call.params.texts("ListenerArns");
    let found: Vec<(&Balancer, &Listener)> = match call.params.text("LoadBalancerArn") {
        Some(_) if !arns.is_empty() => {
            return Err(invalid("You cannot specify both listener ARNs and a load balancer ARN"));
        }
        Some(arn) => {
            let own = balancer(state, call, arn)?;
            own.listeners.values().map(|listener| (own, listener)).collect()
        }
        None if arns.is_empty() => {
            return Err(invalid("You must specify either listener ARNs or a load balancer ARN"));
        }
        None => arns.iter().map(|arn| listener(state, call, arn)).collect::<Result<_, _>>()?,
    };
    let (part, next) = page(found, &call.params, page::ELB)?;
    let trees = part.into_iter().map(|(balancer, listener)| tree(balancer, listener));
    Ok(Tree::map([("Listeners", Tree::list("member", trees)), ("NextMarker", next.map(Tree::Text))]))
}

fn tree(balancer: &Balancer, listener: &Listener) -> Tree {
    let certificate = |arn: &String| Tree::map([("CertificateArn", Tree::text(arn))]);
    let certificates = listener.certificates.first().map(certificate);
    let mutual = Tree::map([("Mode", Tree::text("off"))]);
    Tree::map([
        ("ListenerArn", Tree::text(&listener.arn)),
        ("LoadBalancerArn", Tree::text(&balancer.arn)),
        ("Port", int(listener.port.into())),
        ("Protocol", Tree::text(listener.protocol())),
        ("Certificates", certificates.and_then(|own| Tree::list("member", [own]))),
        ("SslPolicy", listener.policy.clone().map(Tree::Text)),
        ("DefaultActions", Tree::list("member", listener.default.iter().map(Action::tree))),
        ("MutualAuthentication", listener.speaks_tls().then_some(mutual)),
    ])
}

fn one(world: &World, arn: &str) -> Reply {
    let balancer = world.elb.balancers.get(&names::balancer_of(arn));
    let found = balancer.and_then(|own| Some((own, own.listeners.values().find(|own| own.arn == arn)?)));
    let trees = found.into_iter().map(|(balancer, listener)| tree(balancer, listener));
    Ok(Tree::map([("Listeners", Tree::list("member", trees))]))
}

/// What a call says of TLS.
struct Tls {
    certificates: Vec<String>,
    policy: Option<String>,
}

fn tls(world: &World, call: &Call, protocol: &str, before: Option<&Listener>) -> Result<Tls, AwsFault> {
    let mut certificates = certificates::of_call(world, call)?;
    let policy = call.params.text("SslPolicy");
    if let Some(name) = policy {
        limits::policy(name)?;
    }
    match protocol {
        "HTTP" if !certificates.is_empty() || policy.is_some() => {
            let message = "Certificates and an SSL policy cannot be specified for HTTP listeners";
            Err(AwsFault::new(400, "InvalidConfigurationRequest", message))
        }
        "HTTP" => Ok(Tls { certificates, policy: None }),
        "HTTPS" => {
            let kept = before.map(|own| own.certificates.as_slice()).unwrap_or_default();
            match certificates.is_empty() {
                true => certificates = kept.to_vec(),
                false => certificates.extend(kept.iter().skip(1).cloned()),
            }
            if certificates.is_empty() {
                return Err(invalid("A certificate must be specified for HTTPS listeners"));
            }
            let kept = before.and_then(|own| own.policy.as_deref()).unwrap_or(POLICY);
            Ok(Tls { certificates, policy: Some(policy.unwrap_or(kept).to_owned()) })
        }
        other => {
            let message =
                format!("Protocol '{other}' is not supported for listeners of application load balancers");
            Err(AwsFault::new(400, "UnsupportedProtocol", message))
        }
    }
}

fn port(call: &Call) -> Result<Option<u16>, AwsFault> {
    let Some(text) = call.params.text("Port") else { return Ok(None) };
    let port = text.parse().ok().filter(|port| *port > 0);
    port.map(Some).ok_or_else(|| invalid(format!("Port '{text}' must be between 1 and 65535")))
}

fn duplicate(balancer: &Balancer, port: u16) -> Result<(), AwsFault> {
    let message = "A listener already exists on this port for this load balancer";
    match balancer.listeners.contains_key(&port) {
        true => Err(AwsFault::new(400, "DuplicateListener", format!("{message} '{}'", balancer.arn))),
        false => Ok(()),
    }
}

/// AWS: a target group belongs to one balancer at most (CreateListener API reference, `TargetGroupAssociationLimit`).
pub(super) fn free_groups(state: &State, balancer: &str, actions: &[Action]) -> Result<(), AwsFault> {
    let foreign = |arn: &&str| {
        let owner = state.target_groups.get(*arn).and_then(|group| group.balancer.as_deref());
        owner.is_some_and(|owner| owner != balancer)
    };
    match actions.iter().flat_map(Action::target_groups).find(foreign) {
        Some(arn) => {
            let message = format!(
                "The following target groups cannot be associated with more than one load balancer: {arn}"
            );
            Err(AwsFault::new(400, "TargetGroupAssociationLimit", message))
        }
        None => Ok(()),
    }
}

/// `CreateListener`.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let balancer = balancer_of_call(&world.elb, call)?;
    let arn = balancer.arn.clone();
    let port = port(call)?.ok_or_else(|| invalid("A listener port must be specified"))?;
    let protocol = required(call, "Protocol")?;
    duplicate(balancer, port)?;
    if balancer.listeners.len() >= limits::LISTENERS {
        return Err(AwsFault::new(
            400,
            "TooManyListeners",
            "The maximum number of listeners has been reached",
        ));
    }
    let tls = tls(world, call, protocol, None)?;
    let default = actions(&world.elb, call, "DefaultActions")?;
    free_groups(&world.elb, &arn, &default)?;
    let tags = tag_set::of_call(call)?;
    let new = NewListener { port, certificates: tls.certificates, policy: tls.policy, default, tags };
    let arn = world.make_listener(&arn, new, Health::Initial);
    one(world, &arn)
}

/// `ModifyListener`: what is not named stays as it is.
pub(super) fn modify(world: &mut World, call: &Call) -> Reply {
    let arn = required(call, "ListenerArn")?;
    let (balancer, before) = listener(&world.elb, call, arn)?;
    let owner = balancer.arn.clone();
    let port = port(call)?.unwrap_or(before.port);
    if port != before.port {
        duplicate(balancer, port)?;
    }
    let tls = tls(world, call, call.params.text("Protocol").unwrap_or(before.protocol()), Some(before))?;
    let default = match call.params.has("DefaultActions") {
        true => actions(&world.elb, call, "DefaultActions")?,
        false => before.default.clone(),
    };
    free_groups(&world.elb, &owner, &default)?;
    let mut new = before.clone();
    let old_port = before.port;
    (new.port, new.certificates, new.policy, new.default) = (port, tls.certificates, tls.policy, default);
    world.rewire(&owner, Health::Initial, |balancer| {
        balancer.listeners.remove(&old_port);
        balancer.listeners.insert(port, new);
    });
    one(world, arn)
}

/// `DeleteListener`.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let arn = required(call, "ListenerArn")?;
    let (balancer, own) = listener(&world.elb, call, arn)?;
    let (owner, port) = (balancer.arn.clone(), own.port);
    let rules: Vec<String> = own.rules.values().map(|rule| rule.arn.clone()).collect();
    world.elb.forget_tags(rules.iter().map(String::as_str).chain([arn]));
    world.rewire(&owner, Health::Initial, |balancer| {
        balancer.listeners.remove(&port);
        balancer.noted.remove(&port);
    });
    nothing()
}
