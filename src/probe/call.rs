//! Call: what every probe of AWS does with a call: bounds it and puts its failure into words.
//! Invariant: a call that fails says nothing about the deployment, so it is never `Bad`.
//! Not here: retries and budgets (see `aws`).
//! Used by: the probes of AWS.

use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::{
    aws::{Aws, AwsError},
    text,
};

/// A look ends after this, waiting for the budget included.
const PATIENCE: Duration = Duration::from_secs(20);

/// The call's answer, or why there is none. The call is boxed at once: what the SDK makes of one is 30 KB.
pub(super) fn bounded<'a, T: 'a>(
    aws: &'a Aws,
    call: impl Future<Output = Result<T, AwsError>> + Send + 'a,
) -> impl Future<Output = Result<T, String>> + Send {
    let call: BoxFuture<'a, Result<T, AwsError>> = Box::pin(call);
    async move {
        match aws.clock().timeout(PATIENCE, call).await {
            Some(answer) => answer.map_err(|error| error.to_string()),
            None => Err(format!("AWS gave no answer within {}", text::duration(PATIENCE))),
        }
    }
}

/// `Severe: first cause; second cause`.
pub(super) fn with_reasons(word: &str, reasons: &[String]) -> String {
    match reasons.is_empty() {
        true => word.to_owned(),
        false => format!("{word}: {}", reasons.join("; ")),
    }
}
