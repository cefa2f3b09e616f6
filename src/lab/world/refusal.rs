//! Refusal: the errors that any operation of a service may give, in that service's own words.
//! Invariant: codes and statuses are those on the wire, which often differ from the names in AWS's models.
//! Not here: when they are given (see `rates`, `misbehave`), how they look on a wire (see `wire::envelope`).
//! Used by: `rates`, `misbehave`, `iam`, `sts`, `page`; services word refusals of values by it.

use super::call::{AwsFault, Service};

/// True for the services that speak one of AWS's JSON protocols only.
fn is_json(service: Service) -> bool {
    matches!(
        service,
        Service::Acm | Service::Waf | Service::CodeCommit | Service::CodePipeline | Service::Ssm
    )
}

/// What every service whose front is AWS's own framework says of a value that its model excludes.
pub(in crate::lab) fn constraint(value: &str, path: &str, rule: &str) -> String {
    format!("1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: {rule}")
}

/// The same of a value that is none of those that the model lists.
pub(in crate::lab) fn not_listed(value: &str, path: &str, listed: &[&str]) -> String {
    constraint(value, path, &format!("Member must satisfy enum value set: [{}]", listed.join(", ")))
}

/// Too many calls. AWS: EC2's "Request throttling", Elastic Load Balancing's "API throttling"; the query services and
/// Route 53 say `Throttling`, the JSON ones `ThrottlingException`.
pub(in crate::lab) fn throttled(service: Service) -> AwsFault {
    match service {
        Service::Ec2 => AwsFault::new(503, "RequestLimitExceeded", "Request limit exceeded."),
        Service::Elb => AwsFault::new(400, "ThrottlingException", "Rate exceeded"),
        _ if is_json(service) => AwsFault::new(400, "ThrottlingException", "Rate exceeded"),
        _ => AwsFault::new(400, "Throttling", "Rate exceeded"),
    }
}

/// Something broke inside of the service. AWS: "Common Error Types" of each API reference.
pub(in crate::lab) fn internal(service: Service) -> AwsFault {
    let unknown = "The request processing has failed because of an unknown error, exception or failure.";
    match service {
        Service::Ec2 => AwsFault::new(500, "InternalError", "An internal error has occurred"),
        Service::CloudWatch => AwsFault::new(500, "InternalServiceError", unknown),
        Service::Iam => AwsFault::new(500, "ServiceFailure", unknown),
        Service::Ssm => AwsFault::new(500, "InternalServerError", "An error occurred on the server side."),
        Service::Waf => AwsFault::new(
            500,
            "WAFInternalErrorException",
            "AWS WAF couldn\u{2019}t perform the operation because of a system problem. Retry your request.",
        ),
        _ => AwsFault::new(500, "InternalFailure", unknown),
    }
}

/// The service cannot answer for now.
pub(in crate::lab) fn unavailable(service: Service) -> AwsFault {
    match service {
        Service::Ec2 => {
            AwsFault::new(503, "Unavailable", "The server is overloaded and can't handle the request.")
        }
        _ => AwsFault::new(
            503,
            "ServiceUnavailable",
            "The request has failed due to a temporary failure of the server.",
        ),
    }
}

/// The caller may not do this, for want of a policy that allows it. AWS: IAM user guide, "Troubleshoot access denied
/// error messages".
pub(in crate::lab) fn denied(service: Service, operation: &str, caller: &str) -> AwsFault {
    let action = format!("{}:{operation}", action_prefix(service));
    not_authorized(
        service,
        format!(
            "User: {caller} is not authorized to perform: {action} because no identity-based policy allows the {action} \
             action"
        ),
    )
}

/// The caller may not do this, as `message` says.
pub(in crate::lab) fn not_authorized(service: Service, message: String) -> AwsFault {
    match service {
        Service::Ec2 => AwsFault::new(
            403,
            "UnauthorizedOperation",
            format!("You are not authorized to perform this operation. {message}"),
        ),
        _ if is_json(service) => AwsFault::new(400, "AccessDeniedException", message),
        _ => AwsFault::new(403, "AccessDenied", message),
    }
}

/// The caller's session is over.
pub(in crate::lab) fn expired_token(service: Service) -> AwsFault {
    let message = "The security token included in the request is expired";
    match service {
        Service::Ec2 => AwsFault::new(400, "RequestExpired", "Request has expired."),
        _ if is_json(service) => AwsFault::new(400, "ExpiredTokenException", message),
        _ => AwsFault::new(403, "ExpiredToken", message),
    }
}

/// AWS has no such operation either. AWS: "Common Error Types" of each API reference.
pub(in crate::lab) fn unknown_operation(service: Service, operation: &str) -> AwsFault {
    match service {
        Service::Ec2 => AwsFault::new(
            400,
            "InvalidAction",
            format!("The action {operation} is not valid for this web service."),
        ),
        _ if is_json(service) => {
            AwsFault::new(400, "UnknownOperationException", format!("Unknown operation {operation}"))
        }
        _ => AwsFault::new(
            400,
            "InvalidAction",
            format!("Could not find operation {operation} for this version of the API"),
        ),
    }
}

/// How policies call a service: `cloudwatch` for what signatures call `monitoring`.
pub(in crate::lab) fn action_prefix(service: Service) -> &'static str {
    match service {
        Service::CloudWatch => "cloudwatch",
        other => other.scope(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "EC2 `RequestLimitExceeded` (HTTP 503 …); EB, Route 53, RDS, ASG, CloudWatch-query style, IAM, STS `Throttling`
    /// 400; ELBv2 `ThrottlingException` (documented) …; JSON services `ThrottlingException` 400".
    #[test]
    fn every_service_throttles_in_its_own_words() {
        for service in Service::all() {
            let fault = throttled(service);
            let expected = match service {
                Service::Ec2 => (503, "RequestLimitExceeded"),
                Service::Elb
                | Service::Acm
                | Service::Waf
                | Service::CodeCommit
                | Service::CodePipeline
                | Service::Ssm => (400, "ThrottlingException"),
                _ => (400, "Throttling"),
            };
            assert_eq!((fault.status, fault.code), expected, "{service:?}");
        }
    }
}
