//! Service: which AWS service speaks which protocol under which name.
//! Invariant: every service of the world has exactly one row.
//! Not here: the protocols themselves.
//! Used by: `envelope`.

use crate::lab::world::call::{AwsFault, Service};

/// A protocol, as it shows on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// EC2's own: form in, XML without a result wrapper out, lists as `item`.
    Ec2,
    /// The query protocol: form in, XML with a result wrapper out.
    Query,
    /// Route 53's: methods, paths and XML.
    RestXml,
    /// Smithy RPC v2 with CBOR.
    Cbor,
    /// JSON 1.0 or 1.1: the operation in a header.
    Json,
}

/// One service: its name in signatures and its XML namespace.
pub(super) struct Row {
    /// The service.
    pub(super) service: Service,
    /// The name in the scope of a signature.
    pub(super) scope: &'static str,
    /// The namespace of its XML.
    pub(super) namespace: &'static str,
}

const ROWS: [Row; 14] = [
    row(Service::Sts, "sts", "https://sts.amazonaws.com/doc/2011-06-15/"),
    row(Service::Ec2, "ec2", "http://ec2.amazonaws.com/doc/2016-11-15/"),
    row(Service::Beanstalk, "elasticbeanstalk", "http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/"),
    row(Service::Elb, "elasticloadbalancing", "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"),
    row(Service::Rds, "rds", "http://rds.amazonaws.com/doc/2014-10-31/"),
    row(Service::Route53, "route53", "https://route53.amazonaws.com/doc/2013-04-01/"),
    row(Service::CloudWatch, "monitoring", "http://monitoring.amazonaws.com/doc/2010-08-01/"),
    row(Service::AutoScaling, "autoscaling", "http://autoscaling.amazonaws.com/doc/2011-01-01/"),
    row(Service::Iam, "iam", "https://iam.amazonaws.com/doc/2010-05-08/"),
    row(Service::Acm, "acm", ""),
    row(Service::Waf, "wafv2", ""),
    row(Service::CodeCommit, "codecommit", ""),
    row(Service::CodePipeline, "codepipeline", ""),
    row(Service::Ssm, "ssm", ""),
];

const fn row(service: Service, scope: &'static str, namespace: &'static str) -> Row {
    Row { service, scope, namespace }
}

/// The row of the service that signatures call `scope`.
pub(super) fn of_scope(scope: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.scope == scope)
}

/// The namespace of a service's XML.
pub(super) fn namespace(service: Service) -> &'static str {
    ROWS.iter().find(|row| row.service == service).map_or("", |row| row.namespace)
}

/// The error for a service that the lab has not got: loud, and naming what it has.
pub(super) fn unrouted(scope: &str) -> AwsFault {
    let known = ROWS.map(|row| row.scope).join(", ");
    AwsFault::new(
        501,
        "UnroutedService",
        format!("the firedrill lab has no service \"{scope}\"; it has {known}"),
    )
}
