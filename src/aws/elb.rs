//! Elb: load balancers, their listeners, target groups and targets.
//! Invariant: health-check settings are AWS's numbers, in seconds, as told; nothing is assumed where it is silent.
//! Not here: Classic balancers, which have another API.
//! Used by: topology; probes of targets.

use aws_sdk_elasticloadbalancingv2::types as sdk;
use serde::{Deserialize, Serialize};

use super::{Aws, AwsError, pages, text};
use crate::drill::model::Side;

/// One load balancer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balancer {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its DNS name, as AWS spells it.
    pub dns_name: String,
    /// The hosted zone to which alias records must point.
    pub zone: Option<String>,
    /// `internet-facing` or `internal`.
    pub scheme: String,
    /// `application`, `network`, `gateway`.
    pub kind: String,
    /// `active`, `provisioning` …
    pub state: String,
    /// Its VPC.
    pub vpc: Option<String>,
    /// Its security groups.
    pub security_groups: Vec<String>,
}

/// One port that a balancer listens on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// Its ARN.
    pub arn: String,
    /// The port.
    pub port: Option<i32>,
    /// `HTTP`, `HTTPS`, `TCP` …
    pub protocol: String,
    /// ARNs of its certificates.
    pub certificates: Vec<String>,
    /// What it does by default: `forward`, `redirect` …
    pub default_actions: Vec<String>,
}

/// Where a balancer sends requests, and how it checks that they arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `HTTP`, `HTTPS` …
    pub protocol: String,
    /// The targets' port, unless a target has its own.
    pub port: Option<i32>,
    /// The check's protocol.
    pub check_protocol: String,
    /// The check's port, or `traffic-port`.
    pub check_port: String,
    /// The check's path.
    pub check_path: Option<String>,
    /// Seconds between two checks.
    pub interval_s: Option<i32>,
    /// Seconds a check may take.
    pub timeout_s: Option<i32>,
    /// Good checks in a row that make a target healthy.
    pub healthy_after: Option<i32>,
    /// Bad checks in a row that make it unhealthy.
    pub unhealthy_after: Option<i32>,
    /// Status codes that count as good.
    pub matcher: Option<String>,
}

/// One target and its health.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Instance id or address.
    pub id: String,
    /// Its port.
    pub port: Option<i32>,
    /// `healthy`, `unhealthy`, `initial`, `draining` …
    pub state: String,
    /// `Target.Timeout` …; empty when healthy.
    pub reason: String,
    /// AWS's words.
    pub description: String,
}

impl Aws {
    /// The balancers with these ARNs.
    pub async fn balancers(&self, side: Side, arns: &[String]) -> Result<Vec<Balancer>, AwsError> {
        const OPERATION: &str = "elasticloadbalancing:DescribeLoadBalancers";
        // Without a name AWS would answer with every balancer of the region.
        if arns.is_empty() {
            return Ok(Vec::new());
        }
        let client = self.clients(side).await.elb.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_load_balancers().set_load_balancer_arns(Some(arns.to_vec()));
            let call = call.set_marker(from).send();
            let answer = self.send(&self.budgets(side).elb, OPERATION, call).await?;
            let found = answer.load_balancers().iter().map(balancer).collect();
            Ok((found, pages::marker(answer.next_marker())))
        })
        .await
    }

    /// What the balancer listens on.
    pub async fn listeners(&self, side: Side, balancer: &str) -> Result<Vec<Listener>, AwsError> {
        const OPERATION: &str = "elasticloadbalancing:DescribeListeners";
        let client = self.clients(side).await.elb.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_listeners().load_balancer_arn(balancer).set_marker(from).send();
            let answer = self.send(&self.budgets(side).elb, OPERATION, call).await?;
            let found = answer.listeners().iter().map(listener).collect();
            Ok((found, pages::marker(answer.next_marker())))
        })
        .await
    }

    /// Every certificate that a listener may show, by the name that a client asks for. A listener itself tells its default
    /// one alone (Elastic Load Balancing API reference, DescribeListeners).
    pub async fn listener_certificates(&self, side: Side, listener: &str) -> Result<Vec<String>, AwsError> {
        const OPERATION: &str = "elasticloadbalancing:DescribeListenerCertificates";
        let client = self.clients(side).await.elb.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_listener_certificates().listener_arn(listener).set_marker(from).send();
            let answer = self.send(&self.budgets(side).elb, OPERATION, call).await?;
            let arns = answer.certificates().iter().filter_map(|one| one.certificate_arn());
            Ok((arns.map(str::to_owned).collect(), pages::marker(answer.next_marker())))
        })
        .await
    }

    /// Where the balancer sends requests.
    pub async fn target_groups(&self, side: Side, balancer: &str) -> Result<Vec<TargetGroup>, AwsError> {
        const OPERATION: &str = "elasticloadbalancing:DescribeTargetGroups";
        let client = self.clients(side).await.elb.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_target_groups().load_balancer_arn(balancer).set_marker(from).send();
            let answer = self.send(&self.budgets(side).elb, OPERATION, call).await?;
            let found = answer.target_groups().iter().map(target_group).collect();
            Ok((found, pages::marker(answer.next_marker())))
        })
        .await
    }

    /// The targets of the group with this ARN, with their health.
    pub async fn target_health(&self, side: Side, group: &str) -> Result<Vec<Target>, AwsError> {
        const OPERATION: &str = "elasticloadbalancing:DescribeTargetHealth";
        let call = self.clients(side).await.elb.describe_target_health().target_group_arn(group).send();
        let answer = self.send(&self.budgets(side).elb, OPERATION, call).await?;
        Ok(answer.target_health_descriptions().iter().map(target).collect())
    }
}

pub(super) fn balancer(from: &sdk::LoadBalancer) -> Balancer {
    Balancer {
        arn: text(from.load_balancer_arn()),
        name: text(from.load_balancer_name()),
        dns_name: text(from.dns_name()),
        zone: from.canonical_hosted_zone_id().map(str::to_owned),
        scheme: text(from.scheme().map(|s| s.as_str())),
        kind: text(from.r#type().map(|t| t.as_str())),
        state: text(from.state().and_then(|s| s.code()).map(|c| c.as_str())),
        vpc: from.vpc_id().map(str::to_owned),
        security_groups: from.security_groups().to_vec(),
    }
}

fn listener(from: &sdk::Listener) -> Listener {
    let certificates = from.certificates().iter().filter_map(|c| c.certificate_arn());
    Listener {
        arn: text(from.listener_arn()),
        port: from.port(),
        protocol: text(from.protocol().map(|p| p.as_str())),
        certificates: certificates.map(str::to_owned).collect(),
        default_actions: from
            .default_actions()
            .iter()
            .map(|a| text(a.r#type().map(|t| t.as_str())))
            .collect(),
    }
}

fn target_group(from: &sdk::TargetGroup) -> TargetGroup {
    let matcher = from.matcher().and_then(|m| m.http_code().or(m.grpc_code()));
    TargetGroup {
        arn: text(from.target_group_arn()),
        name: text(from.target_group_name()),
        protocol: text(from.protocol().map(|p| p.as_str())),
        port: from.port(),
        check_protocol: text(from.health_check_protocol().map(|p| p.as_str())),
        check_port: text(from.health_check_port()),
        check_path: from.health_check_path().map(str::to_owned),
        interval_s: from.health_check_interval_seconds(),
        timeout_s: from.health_check_timeout_seconds(),
        healthy_after: from.healthy_threshold_count(),
        unhealthy_after: from.unhealthy_threshold_count(),
        matcher: matcher.map(str::to_owned),
    }
}

fn target(from: &sdk::TargetHealthDescription) -> Target {
    let health = from.target_health();
    Target {
        id: text(from.target().and_then(|t| t.id())),
        port: from.target().and_then(|t| t.port()),
        state: text(health.and_then(|h| h.state()).map(|s| s.as_str())),
        reason: text(health.and_then(|h| h.reason()).map(|r| r.as_str())),
        description: text(health.and_then(|h| h.description())),
    }
}
