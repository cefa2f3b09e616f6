//! Registry: which probes a drill needs.
//! Invariant: what the clients see is watched always; of AWS everything that the deployment has.
//! Not here: schedules (see `engine`), conditions (see `measure`).
//! Used by: engine.

use std::sync::Arc;

use http::Method;

use super::{
    Probe,
    dns_authoritative::DnsAtZone,
    dns_resolver::DnsAtResolver,
    reach::{self, Reach},
    site::Site,
    site_fixed::SiteAtAddress,
    site_sticky::StickySite,
    site_ttl::SiteByTtl,
    whose::Whose,
    write::Write,
};
use crate::drill::model::Side;

pub use super::context::{Landmarks, ProbeContext};

/// The IAM actions that the probes of AWS need.
pub const PERMISSIONS: [&str; 8] = [
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
    "elasticbeanstalk:DescribeEnvironmentHealth",
    "elasticloadbalancing:DescribeTargetHealth",
    "rds:DescribeGlobalClusters",
    "route53:GetHealthCheck",
    "route53:GetHealthCheckStatus",
];

/// Every probe that the drill needs, each feeding one watch.
pub fn probes(cx: &ProbeContext) -> Vec<Arc<dyn Probe>> {
    let clients = client_probes(cx);
    #[cfg(feature = "aws")]
    let clients = clients.into_iter().chain(super::aws_registry::probes(cx)).collect();
    clients
}

fn client_probes(cx: &ProbeContext) -> Vec<Arc<dyn Probe>> {
    let deployment = &cx.drill.deployment;
    let (balancers, marker) = (cx.landmarks.balancers.clone(), deployment.marker.clone());
    let whose = Whose::new(cx.net.clone(), cx.clock, cx.resolver(), balancers, marker);
    let site = Reach {
        net: cx.net.clone(),
        clock: cx.clock,
        server: cx.resolver(),
        url: deployment.site.clone(),
        method: Method::GET,
        is_good: reach::page_is_good,
        whose: whose.clone(),
    };
    let mut all: Vec<Arc<dyn Probe>> = vec![Arc::new(Site::new(site.clone(), cx.drill.probe_interval))];
    if let Some(check) = &deployment.write_check {
        // A method that HTTP cannot spell was refused when the deployment was read.
        let method = Method::from_bytes(check.method.as_bytes()).unwrap_or(Method::POST);
        let reach = Reach { url: check.url.clone(), method, is_good: reach::write_is_good, ..site.clone() };
        all.push(Arc::new(Write::new(reach, cx.drill.probe_interval)));
    }
    for side in Side::BOTH.into_iter().filter(|side| !cx.landmarks.balancers.of(*side).is_empty()) {
        all.push(Arc::new(SiteAtAddress::new(site.clone(), side)));
    }
    if !is_address(&deployment.site.host) {
        all.extend(name_probes(cx, site, whose));
    }
    all
}

/// What only a site with a name has.
fn name_probes(cx: &ProbeContext, site: Reach, whose: Arc<Whose>) -> Vec<Arc<dyn Probe>> {
    let (net, clock, server, host) = (cx.net.clone(), cx.clock, cx.resolver(), site.url.host.clone());
    let resolver =
        DnsAtResolver { net: net.clone(), clock, server, host: host.clone(), whose: whose.clone() };
    let mut all: Vec<Arc<dyn Probe>> =
        vec![Arc::new(SiteByTtl::new(site.clone())), Arc::new(StickySite::new(site)), Arc::new(resolver)];
    if !cx.landmarks.name_servers.is_empty() {
        let servers = cx.landmarks.name_servers.clone();
        all.push(Arc::new(DnsAtZone::new(net, clock, server, host, servers, whose)));
    }
    all
}

fn is_address(host: &str) -> bool {
    host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>().is_ok()
}
