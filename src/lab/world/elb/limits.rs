//! Limits: quotas, names and TLS policies.
//! Invariant: the numbers are AWS's defaults; those that the lab enforces are constants here.
//! Used by: `elb_operate`, and the operations that create.

use super::describe::{invalid, texts};
use crate::lab::world::{
    call::{AwsFault, Call, Reply, Tree},
    page::{self, page},
};

/// Listeners of a balancer.
pub(super) const LISTENERS: usize = 50;
/// Rules of a balancer, without the default ones.
pub(super) const RULES: usize = 100;
/// Targets of a target group.
pub(super) const TARGETS: usize = 1_000;
/// Certificates of a listener, without the default one.
pub(super) const CERTIFICATES: usize = 25;

/// AWS: DescribeAccountLimits API reference; Elastic Load Balancing quotas, defaults.
const QUOTAS: &[(&str, &str)] = &[
    ("application-load-balancers", "50"),
    ("target-groups", "3000"),
    ("targets-per-application-load-balancer", "1000"),
    ("listeners-per-application-load-balancer", "50"),
    ("rules-per-application-load-balancer", "100"),
    ("network-load-balancers", "50"),
    ("targets-per-network-load-balancer", "3000"),
    ("targets-per-availability-zone-per-network-load-balancer", "500"),
    ("listeners-per-network-load-balancer", "50"),
    ("condition-values-per-alb-rule", "5"),
    ("condition-wildcards-per-alb-rule", "6"),
    ("target-groups-per-action-on-application-load-balancer", "5"),
    ("target-groups-per-action-on-network-load-balancer", "1"),
    ("certificates-per-application-load-balancer", "25"),
    ("certificates-per-network-load-balancer", "25"),
    ("target-groups-per-application-load-balancer", "100"),
    ("target-id-registrations-per-application-load-balancer", "1000"),
    ("gateway-load-balancers", "100"),
    ("gateway-load-balancers-per-vpc", "100"),
    ("geneve-target-groups", "100"),
    ("targets-per-availability-zone-per-gateway-load-balancer", "300"),
];

/// `DescribeAccountLimits`.
pub(super) fn describe(call: &Call) -> Reply {
    let (part, next) = page(QUOTAS.to_vec(), &call.params, page::ELB)?;
    let tree = |(name, max)| Tree::map([("Name", Tree::text(name)), ("Max", Tree::text(max))]);
    let limits = Tree::list("member", part.into_iter().map(tree));
    Ok(Tree::map([("Limits", limits), ("NextMarker", next.map(Tree::Text))]))
}

/// Refuses a name that AWS does not take: at most 32 letters, digits and hyphens, none of those at either end.
pub(super) fn name(name: &str, what: &str) -> Result<(), AwsFault> {
    if name.is_empty() || name.len() > 32 {
        let message = format!("{what} name '{name}' cannot be longer than '32' characters");
        return Err(invalid(message));
    }
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        let message = format!(
            "{what} name '{name}' can only contain characters that are alphanumeric characters and hyphens(-)"
        );
        return Err(invalid(message));
    }
    if name.starts_with('-') || name.ends_with('-') {
        return Err(invalid(format!("{what} name '{name}' cannot begin or end with '-'")));
    }
    if name.starts_with("internal-") && what == "Load balancer" {
        return Err(invalid(format!("{what} name '{name}' cannot begin with 'internal-'")));
    }
    Ok(())
}

/// A TLS policy: its name, its protocols, its ciphers.
type Policy = (&'static str, &'static [&'static str], &'static [&'static str]);

const TLS_13: &[&str] = &["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];
const TLS_13_12: &[&str] = &[
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES128-SHA256",
    "ECDHE-RSA-AES128-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-RSA-AES256-SHA384",
];
const CLASSIC: &[&str] = &[
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES128-SHA256",
    "ECDHE-RSA-AES128-SHA256",
    "ECDHE-ECDSA-AES128-SHA",
    "ECDHE-RSA-AES128-SHA",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-RSA-AES256-SHA384",
    "ECDHE-RSA-AES256-SHA",
    "ECDHE-ECDSA-AES256-SHA",
    "AES128-GCM-SHA256",
    "AES128-SHA256",
    "AES128-SHA",
    "AES256-GCM-SHA384",
    "AES256-SHA256",
    "AES256-SHA",
];
const TLS_12: &[&str] = &[
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES128-SHA256",
    "ECDHE-RSA-AES128-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-RSA-AES256-SHA384",
    "AES128-GCM-SHA256",
    "AES128-SHA256",
    "AES256-GCM-SHA384",
    "AES256-SHA256",
];

/// AWS: ELB user guide, security policies for Application Load Balancers; the common ones.
const POLICIES: &[Policy] = &[
    ("ELBSecurityPolicy-TLS13-1-2-2021-06", &["TLSv1.2", "TLSv1.3"], TLS_13_12),
    ("ELBSecurityPolicy-TLS13-1-3-2021-06", &["TLSv1.3"], TLS_13),
    ("ELBSecurityPolicy-2016-08", &["TLSv1", "TLSv1.1", "TLSv1.2"], CLASSIC),
    ("ELBSecurityPolicy-TLS-1-2-2017-01", &["TLSv1.2"], TLS_12),
];

/// Refuses a TLS policy that does not exist.
pub(super) fn policy(name: &str) -> Result<(), AwsFault> {
    match POLICIES.iter().any(|(own, ..)| *own == name) {
        true => Ok(()),
        false => Err(AwsFault::new(400, "SSLPolicyNotFound", format!("SSL policy '{name}' not found"))),
    }
}

/// `DescribeSSLPolicies`.
pub(super) fn policies(call: &Call) -> Reply {
    let names = call.params.texts("Names");
    for name in &names {
        policy(name)?;
    }
    let asked = |(name, ..): &&Policy| names.is_empty() || names.iter().any(|own| own == name);
    let found: Vec<&Policy> = POLICIES.iter().filter(asked).collect();
    let (part, next) = page(found, &call.params, page::ELB)?;
    let tree = |(name, protocols, ciphers): &Policy| {
        let cipher = |(place, name): (usize, &&str)| {
            let priority = i64::try_from(place + 1).unwrap_or(i64::MAX);
            Tree::map([("Name", Tree::text(*name)), ("Priority", Some(Tree::Int(priority)))])
        };
        Tree::map([
            ("SslProtocols", texts(protocols.iter().copied())),
            ("Ciphers", Tree::list("member", ciphers.iter().enumerate().map(cipher))),
            ("Name", Tree::text(*name)),
            ("SupportedLoadBalancerTypes", texts(["application", "network"])),
        ])
    };
    let policies = Tree::list("member", part.into_iter().map(tree));
    Ok(Tree::map([("SslPolicies", policies), ("NextMarker", next.map(Tree::Text))]))
}
