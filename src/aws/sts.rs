//! Sts: who calls, and how far our clock is from AWS's.
//! Invariant: proves credentials and account, no permission.
//! Not here: whether the account is the deployment's (see `plan`).
//! Used by: plan, cli.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef},
            dyn_dispatch_hint,
        },
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use jiff::{SignedDuration, Timestamp, fmt::rfc2822::DateTimeParser};

use super::{Aws, AwsError, text};
use crate::{
    clock::{Clock, Stamp},
    drill::model::Side,
};

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerIdentity {
    /// The account, twelve digits.
    pub account: String,
    /// The caller's ARN.
    pub arn: String,
    /// What AWS's clock said against ours while answering, if its answer carried a date.
    pub clock: Option<ClockOffset>,
}

/// AWS's clock minus ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockOffset {
    /// Milliseconds; positive: AWS's is ahead.
    pub millis: i64,
    /// The true offset is within this of `millis`.
    pub error_millis: u64,
}

impl Aws {
    /// Who calls, as the side's region says.
    pub async fn caller_identity(&self, side: Side) -> Result<CallerIdentity, AwsError> {
        const OPERATION: &str = "sts:GetCallerIdentity";
        let watch = DateWatch { clock: self.clock(), seen: Arc::default() };
        let call =
            self.clients(side).await.sts.get_caller_identity().customize().interceptor(watch.clone()).send();
        let answer = Box::pin(call).await.map_err(|error| AwsError::of(OPERATION, error))?;
        let seen = *watch.seen.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(CallerIdentity { account: text(answer.account()), arn: text(answer.arn()), clock: seen.offset() })
    }
}

/// Notes when the last attempt was sent, when its answer came, and the date it carried.
#[derive(Debug, Clone)]
struct DateWatch {
    clock: Clock,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    sent: Option<Stamp>,
    answered: Option<Stamp>,
    date: Option<Timestamp>,
}

impl Seen {
    /// AWS made its answer somewhere between sending and receiving, and its date names only the whole second.
    fn offset(self) -> Option<ClockOffset> {
        let (sent, answered, date) = (self.sent?, self.answered?, self.date?);
        let trip = answered.since(sent);
        let half_second = Duration::from_millis(500);
        let ours = sent.plus(trip / 2).wall;
        let theirs = date.checked_add(SignedDuration::from_millis(500)).ok()?;
        let millis = i64::try_from(theirs.duration_since(ours).as_millis()).ok()?;
        let error = u64::try_from((trip / 2 + half_second).as_millis()).ok()?;
        Some(ClockOffset { millis, error_millis: error })
    }
}

#[dyn_dispatch_hint]
impl Intercept for DateWatch {
    fn name(&self) -> &'static str {
        "DateWatch"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).sent = Some(self.clock.now());
        Ok(())
    }

    fn read_after_transmit(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context
            .response()
            .headers()
            .get("date")
            .and_then(|text| DateTimeParser::new().parse_timestamp(text).ok());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        (seen.answered, seen.date) = (Some(self.clock.now()), date);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offset_carries_the_trip_and_the_whole_second_as_its_error() {
        let wall: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let sent = Stamp { mono: Duration::ZERO, wall };
        let answered = sent.plus(Duration::from_millis(200));
        let date = wall.checked_add(SignedDuration::from_secs(3)).ok();
        let offset = Seen { sent: Some(sent), answered: Some(answered), date }.offset().unwrap();
        assert_eq!(offset, ClockOffset { millis: 3_400, error_millis: 600 });
    }
}
