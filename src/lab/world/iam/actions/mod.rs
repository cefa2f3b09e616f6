//! Actions: which action, on which resources, each operation of each service needs.
//! Invariant: one row for every operation that is not a plain read of everything; an operation without a row needs the
//! action of its own name on `*`.
//! Not here: what a policy says of it (see `iam::policy`), values of condition keys (see `iam::known`).
//! Used by: `iam::enforce`.
//!
//! AWS: Service Authorization Reference, "Actions, resources, and condition keys for AWS services".

mod code;
mod deployment;
mod ec2;
mod global;
mod identity;
mod rds;

use crate::lab::world::call::{Params, Service};

/// One operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// Its name.
    pub(super) operation: &'static str,
    /// The resources that it must be allowed on, all of them.
    pub(super) resources: &'static [Resource],
    /// What else it needs.
    pub(super) also: &'static [Also],
}

/// How a call names a resource.
#[derive(Debug, Clone, Copy)]
pub(super) enum Resource {
    /// It names none: `*`.
    Any,
    /// An ARN with the parameters' texts in place of `{}`, the region for `{r}` and the account for `{a}`. A parameter
    /// may be a list, and `*` in its path stands for each index. A text that is an ARN already stays.
    Named(&'static str, &'static [&'static str]),
    /// Ids of EC2, which tell their kind.
    Ec2(&'static [&'static str]),
    /// The environment that a call names, by name or id, under these parameters.
    Environment(&'static [&'static str]),
    /// The clusters of the global cluster that a call names.
    GlobalMembers,
    /// What a call about tags of Route 53 names by type and id.
    Route53Tagged,
}

/// Another action that a call needs if it has a parameter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Also {
    /// The action.
    pub(super) action: &'static str,
    /// The parameter.
    pub(super) with: &'static str,
    /// The resource.
    pub(super) resource: Resource,
}

const fn row(operation: &'static str, resources: &'static [Resource]) -> Row {
    Row { operation, resources, also: &[] }
}

fn rows(service: Service) -> &'static [Row] {
    match service {
        Service::Ec2 => ec2::ROWS,
        Service::Beanstalk => deployment::BEANSTALK,
        Service::Elb => deployment::ELB,
        Service::AutoScaling => deployment::AUTO_SCALING,
        Service::CloudWatch => deployment::CLOUDWATCH,
        Service::Rds => rds::ROWS,
        Service::Route53 => global::ROUTE53,
        Service::Acm => global::ACM,
        Service::Waf => global::WAF,
        Service::Ssm => global::SSM,
        Service::CodeCommit => code::COMMIT,
        Service::CodePipeline => code::PIPELINE,
        Service::Iam => identity::IAM,
        Service::Sts => identity::STS,
    }
}

/// The row of an operation.
pub(super) fn find(service: Service, operation: &str) -> Option<&'static Row> {
    rows(service).iter().find(|row| row.operation == operation)
}

/// The texts that a call has at a path, in which `*` stands for each index.
pub(super) fn texts(params: &Params, path: &str) -> Vec<String> {
    match path.split_once(".*.") {
        Some((list, rest)) => params.list(list).iter().flat_map(|item| texts(item, rest)).collect(),
        None => params.text(path).map_or_else(|| params.texts(path), |text| vec![text.to_owned()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::world::World;

    #[test]
    fn each_operation_has_one_row_at_most() {
        for service in World::routes().into_iter().map(|(service, _)| service) {
            let mut names: Vec<_> = rows(service).iter().map(|row| row.operation).collect();
            names.sort_unstable();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{service:?} {names:?}");
        }
    }

    /// A change that anybody could make who may make any is not to be forgotten here.
    #[test]
    fn every_change_has_a_row() {
        let read = |name: &str| {
            [
                "Describe", "List", "Get", "Test", "Check", "Validate", "Simulate", "Request", "Retrieve",
                "Decode",
            ]
            .iter()
            .any(|verb| name.starts_with(verb))
        };
        for (service, operation) in World::routes() {
            let known = read(operation.name) || find(service, operation.name).is_some();
            assert!(known, "{service:?} {} has no row", operation.name);
        }
    }

    #[test]
    fn a_path_finds_lists_within_lists() {
        let pairs = [("Rule.1.Id", "a"), ("Rule.2.Id", "b"), ("Id.1", "c"), ("One", "d")];
        let params = Params::new(pairs.map(|(k, v)| (k.to_owned(), v.to_owned())));
        assert_eq!(texts(&params, "Rule.*.Id"), ["a", "b"]);
        assert_eq!(
            (texts(&params, "Id"), texts(&params, "One")),
            (vec!["c".to_owned()], vec!["d".to_owned()])
        );
    }
}
