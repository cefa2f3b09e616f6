//! Arn: how AWS names the resources that statements are about.
//! Invariant: in the caller's own partition and in the deployment's account.
//! Not here: which of them (see `gather`).
//! Used by: gather, scope, rights.
//!
//! Source: Service Authorization Reference, "Resource types defined by" each service.

use crate::change::{Target, TargetKind};

/// What every name here begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) struct Arns {
    partition: String,
    account: String,
}

impl Arns {
    /// In the partition of the caller's ARN.
    pub(in crate::plan) fn new(caller: &str, account: &str) -> Arns {
        let partition = caller.strip_prefix("arn:").and_then(|rest| rest.split(':').next());
        let partition = partition.filter(|name| name.starts_with("aws")).unwrap_or("aws");
        Arns { partition: partition.to_owned(), account: account.to_owned() }
    }

    /// Of a service that names regions.
    pub(super) fn regional(&self, service: &str, region: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{region}:{}:{resource}", self.partition, self.account)
    }

    pub(super) fn environment(&self, region: &str, application: &str, name: &str) -> String {
        self.regional("elasticbeanstalk", region, &format!("environment/{application}/{name}"))
    }

    pub(super) fn alarm(&self, region: &str, name: &str) -> String {
        self.regional("cloudwatch", region, &format!("alarm:{name}"))
    }

    /// A parameter's name may begin with a slash, which its ARN does not repeat.
    pub(super) fn parameter(&self, region: &str, name: &str) -> String {
        self.regional("ssm", region, &format!("parameter/{}", name.trim_start_matches('/')))
    }

    pub(super) fn zone(&self, id: &str) -> String {
        format!("arn:{}:route53:::hostedzone/{id}", self.partition)
    }

    pub(super) fn health_check(&self, id: &str) -> String {
        format!("arn:{}:route53:::healthcheck/{id}", self.partition)
    }

    /// A role of the account whose path is not known: most have none.
    pub(in crate::plan) fn role(&self, name: &str) -> String {
        format!("arn:{}:iam::{}:role/{name}", self.partition, self.account)
    }

    /// A prefix list, which is the account's own or AWS's: nothing but its owner tells which.
    pub(super) fn prefix_list(&self, region: &str, id: &str) -> Vec<String> {
        let of_aws = format!("arn:{}:ec2:{region}:aws:prefix-list/{id}", self.partition);
        vec![self.regional("ec2", region, &format!("prefix-list/{id}")), of_aws]
    }

    /// What a change acts on.
    pub(super) fn target(&self, region: &str, target: &Target) -> Vec<String> {
        let id = &target.id;
        let ec2 = |kind: &str| vec![self.regional("ec2", region, &format!("{kind}/{id}"))];
        match target.kind {
            TargetKind::SecurityGroup => ec2("security-group"),
            TargetKind::Rule => ec2("security-group-rule"),
            TargetKind::NewRules => vec![self.regional("ec2", region, "security-group-rule/*")],
            TargetKind::Named if id.starts_with("pl-") => self.prefix_list(region, id),
            TargetKind::Named => ec2("security-group"),
            TargetKind::HealthCheck => vec![self.health_check(id)],
            TargetKind::Cluster => vec![id.clone()],
        }
    }
}
