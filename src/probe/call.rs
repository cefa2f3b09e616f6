//! Call: what every probe of AWS does with a call: bounds it and puts its failure into words.
//! Invariant: a call that fails says nothing about the deployment, so it is never `Bad`.
//! Not here: retries and budgets (see `aws`).
//! Used by: the probes of AWS.

use std::time::Duration;

use crate::{
    aws::{Aws, AwsError},
    text,
};

/// A look ends after this, waiting for the budget included.
const PATIENCE: Duration = Duration::from_secs(20);

/// The call's answer, or why there is none.
pub(super) async fn bounded<T>(
    aws: &Aws,
    call: impl Future<Output = Result<T, AwsError>> + Send,
) -> Result<T, String> {
    match aws.clock().timeout(PATIENCE, Box::pin(call)).await {
        Some(answer) => answer.map_err(|error| error.to_string()),
        None => Err(format!("AWS gave no answer within {}", text::duration(PATIENCE))),
    }
}

/// `Severe: first cause; second cause`.
pub(super) fn with_reasons(word: &str, reasons: &[String]) -> String {
    match reasons.is_empty() {
        true => word.to_owned(),
        false => format!("{word}: {}", reasons.join("; ")),
    }
}
