//! Error: what went wrong with a call to AWS, sorted by what can be done about it.
//! Invariant: the only place where AWS's error codes are spelled; a code nobody knows is `Unknown`, never guessed.
//! Not here: whether a failure matters (each change and probe decides that).
//! Used by: every operation of this floor; change and probe read the class.

use std::error::Error;

use aws_smithy_runtime_api::{
    client::{orchestrator::HttpResponse, result::SdkError},
    http::StatusCode,
};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::journal::event::FailureClass;

/// A call that did not succeed, or whose answer never came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation} failed ({class}){}: {message}", .code.as_ref().map(|c| format!(" with {c}")).unwrap_or_default())]
pub struct AwsError {
    /// What can be done about it.
    pub class: FailureClass,
    /// Service and operation, as IAM spells them: `ec2:DescribeInstances`.
    pub operation: &'static str,
    /// AWS's code, if the answer carried one.
    pub code: Option<String>,
    /// AWS's words, or what the transport said.
    pub message: String,
    /// The HTTP status, if an answer came.
    pub status: Option<u16>,
}

impl AwsError {
    /// From what the SDK says about a call of `operation`.
    pub(super) fn of<E>(operation: &'static str, error: SdkError<E, HttpResponse>) -> AwsError
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let status = error.raw_response().map(|answer| StatusCode::as_u16(answer.status()));
        let code = error.code().map(str::to_owned);
        let class = match (&error, &code) {
            (_, Some(code)) => class_of(code, status),
            (SdkError::TimeoutError(_) | SdkError::DispatchFailure(_), None) => transport_class(&error),
            (SdkError::ConstructionFailure(_), None) => FailureClass::Invalid,
            _ => class_of_status(status),
        };
        let message = match error.message() {
            Some(words) if !words.is_empty() => without_code(words).to_owned(),
            _ => described(&error),
        };
        AwsError { class, operation, code, message, status }
    }

    /// An answer that came but does not hold what it must.
    pub(super) fn incomplete(operation: &'static str, message: impl Into<String>) -> AwsError {
        AwsError {
            class: FailureClass::Unknown,
            operation,
            code: None,
            message: message.into(),
            status: None,
        }
    }

    /// An answer that came and says that what was asked for does not exist.
    pub(super) fn absent(operation: &'static str, message: impl Into<String>) -> AwsError {
        AwsError { class: FailureClass::Absent, operation, code: None, message: message.into(), status: None }
    }

    /// True if the call may have had its effect all the same: the answer was lost, or tells of a state that the call
    /// itself may have brought about. Only the world can tell.
    pub(crate) fn may_have_happened(&self) -> bool {
        matches!(
            self.class,
            FailureClass::Transient | FailureClass::Unknown | FailureClass::Conflict | FailureClass::Absent
        )
    }
}

/// The class of a code. Codes end in `Fault` or `Exception` for some services and not for others.
fn class_of(code: &str, status: Option<u16>) -> FailureClass {
    let bare = code.strip_suffix("Exception").or_else(|| code.strip_suffix("Fault")).unwrap_or(code);
    match bare {
        "Throttling"
        | "Throttled"
        | "RequestThrottled"
        | "RequestLimitExceeded"
        | "TooManyRequests"
        | "SlowDown"
        | "BandwidthLimitExceeded"
        | "PriorRequestNotComplete"
        | "TooManyUpdates"
        | "EC2Throttled" => FailureClass::Throttled,
        "UnauthorizedOperation"
        | "AccessDenied"
        | "InsufficientPrivileges"
        | "OptInRequired"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "InvalidSignature"
        | "MissingAuthenticationToken" => FailureClass::Denied,
        // A key that was deleted or replaced meanwhile is no longer valid, just as a session that is over.
        "ExpiredToken"
        | "RequestExpired"
        | "RequestTimeTooSkewed"
        | "InvalidClientTokenId"
        | "UnrecognizedClient"
        | "AuthFailure" => FailureClass::Expired,
        "InvalidPermission.Duplicate"
        | "ParameterAlreadyExists"
        | "InvalidGlobalClusterState"
        | "InvalidDBClusterState"
        | "InvalidDBInstanceState"
        | "HealthCheckVersionMismatch"
        | "IncorrectState"
        | "ResourceContention"
        | "OperationInProgress"
        | "DependencyViolation" => FailureClass::Conflict,
        "InternalError"
        | "InternalFailure"
        | "InternalServiceError"
        | "ServiceUnavailable"
        | "Unavailable"
        | "RequestTimeout" => FailureClass::Transient,
        "LoadBalancerNotFound"
        | "TargetGroupNotFound"
        | "ListenerNotFound"
        | "RuleNotFound"
        | "GlobalClusterNotFound"
        | "DBClusterNotFound"
        | "DBInstanceNotFound"
        | "NoSuchHealthCheck"
        | "NoSuchHostedZone"
        | "NoSuchEntity"
        | "ParameterNotFound"
        | "DBParameterGroupNotFound"
        | "PipelineNotFound"
        | "BranchDoesNotExist"
        | "RepositoryDoesNotExist"
        | "WAFNonexistentItem"
        | "ResourceNotFound" => FailureClass::Absent,
        _ if bare.ends_with(".NotFound") => FailureClass::Absent,
        "ValidationError"
        | "MissingParameter"
        | "InvalidInput"
        | "InvalidParameterCombination"
        | "MalformedQueryString"
        | "InvalidAction"
        | "UnknownOperation"
        | "MissingRequiredParameter"
        | "RulesPerSecurityGroupLimitExceeded" => FailureClass::Invalid,
        _ if bare.starts_with("InvalidParameter") || bare.ends_with(".Malformed") => FailureClass::Invalid,
        _ => class_of_status(status),
    }
}

/// Without a known code the status is all there is.
fn class_of_status(status: Option<u16>) -> FailureClass {
    match status {
        Some(429) => FailureClass::Throttled,
        Some(500..=599) => FailureClass::Transient,
        Some(401 | 403) => FailureClass::Denied,
        Some(400..=499) => FailureClass::Invalid,
        _ => FailureClass::Unknown,
    }
}

/// No answer at all: credentials that cannot be had are not a network fault.
fn transport_class<E>(error: &SdkError<E, HttpResponse>) -> FailureClass {
    match error {
        SdkError::DispatchFailure(why) if why.is_user() => FailureClass::Invalid,
        SdkError::DispatchFailure(why) if why.is_other() && !why.is_io() && !why.is_timeout() => {
            match why.as_connector_error() {
                Some(inner) if chain(inner).to_lowercase().contains("credential") => FailureClass::Expired,
                _ => FailureClass::Transient,
            }
        }
        _ => FailureClass::Transient,
    }
}

/// The error's own words down to its root, and the start of an answer that could not be read.
fn described<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: Error + Send + Sync + 'static,
{
    let words = chain(error);
    let body = error.raw_response().and_then(|answer| answer.body().bytes());
    match body.map(|bytes| String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned()) {
        Some(start) if !start.trim().is_empty() => format!("{words}; the answer began: {}", start.trim()),
        _ => words,
    }
}

/// Every cause once, joined by `: `.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        cause = inner.source();
    }
    words
}

/// EC2's refusals end in a kilobyte or more that only AWS can read and that says what the words before it say.
fn without_code(words: &str) -> &str {
    words.split(" Encoded authorization failure message:").next().unwrap_or(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_without_its_encoded_part() {
        let words = "You are not authorized to perform this operation.";
        assert_eq!(without_code(&format!("{words} Encoded authorization failure message: 6j4F2E4")), words);
        assert_eq!(without_code(words), words);
    }

    #[test]
    fn codes_are_classed_with_and_without_their_suffix() {
        let cases = [
            ("RequestLimitExceeded", FailureClass::Throttled),
            ("ThrottlingException", FailureClass::Throttled),
            ("InsufficientPrivilegesException", FailureClass::Denied),
            ("InvalidGlobalClusterStateFault", FailureClass::Conflict),
            ("GlobalClusterNotFoundFault", FailureClass::Absent),
            ("InvalidSecurityGroupRuleId.NotFound", FailureClass::Absent),
            ("InvalidGroupId.Malformed", FailureClass::Invalid),
            ("InvalidParameterValue", FailureClass::Invalid),
            ("ExpiredTokenException", FailureClass::Expired),
            ("UnrecognizedClientException", FailureClass::Expired),
        ];
        for (code, class) in cases {
            assert_eq!(class_of(code, Some(400)), class, "{code}");
        }
    }

    #[test]
    fn an_unknown_code_is_judged_by_its_status_alone() {
        assert_eq!(class_of("SomethingNew", Some(503)), FailureClass::Transient);
        assert_eq!(class_of("SomethingNew", None), FailureClass::Unknown);
    }
}
