//! Clients: one handle to both regions.
//! Invariant: made once per side and shared by everyone, until AWS says that the credentials are no longer valid; a client named `_once` sends each call a single time.
//! Not here: the operations (one file per service beside this one).
//! Used by: every operation; `Aws` is what the floors above hold.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use aws_smithy_runtime_api::client::{http::SharedHttpClient, orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::sync::RwLock;

use super::{
    budget::{self, Budget, RegionalBudgets},
    config::{self, AwsSettings},
    credentials::Noted,
    error::AwsError,
    renewal::{self, Renewal},
};
use crate::{
    clock::Clock,
    drill::model::{PerSide, Side},
    journal::event::FailureClass,
};

/// AWS, as one deployment's two regions; cheap to clone.
#[derive(Clone)]
pub struct Aws {
    inner: Arc<Inner>,
    urgent: bool,
}

struct Inner {
    settings: AwsSettings,
    http: SharedHttpClient,
    sides: PerSide<RwLock<Option<Arc<Clients>>>>,
    renewal: Renewal,
    budgets: PerSide<RegionalBudgets>,
    route53: Budget,
}

/// The clients of one side.
pub(super) struct Clients {
    pub(super) credentials: Noted,
    pub(super) acm: aws_sdk_acm::Client,
    pub(super) autoscaling: aws_sdk_autoscaling::Client,
    pub(super) beanstalk: aws_sdk_elasticbeanstalk::Client,
    pub(super) cloudwatch: aws_sdk_cloudwatch::Client,
    pub(super) codecommit: aws_sdk_codecommit::Client,
    pub(super) codepipeline: aws_sdk_codepipeline::Client,
    pub(super) ec2: aws_sdk_ec2::Client,
    pub(super) ec2_once: aws_sdk_ec2::Client,
    pub(super) elb: aws_sdk_elasticloadbalancingv2::Client,
    pub(super) iam: aws_sdk_iam::Client,
    pub(super) rds: aws_sdk_rds::Client,
    pub(super) rds_once: aws_sdk_rds::Client,
    pub(super) route53: aws_sdk_route53::Client,
    pub(super) route53_once: aws_sdk_route53::Client,
    pub(super) ssm: aws_sdk_ssm::Client,
    pub(super) ssm_once: aws_sdk_ssm::Client,
    pub(super) sts: aws_sdk_sts::Client,
    pub(super) waf: aws_sdk_wafv2::Client,
}

/// Route 53 has no region. It is called with the standby's credentials, which the outage does not touch.
pub(super) const ROUTE53_SIDE: Side = Side::Standby;

/// Seconds before a call that was turned away for its rate is sent again.
const TURNED_AWAY: [u64; 5] = [1, 2, 4, 8, 16];

impl Aws {
    /// Whose credentials Route 53 is called with: it has no region, and the outage does not touch these.
    pub const ROUTE53: Side = ROUTE53_SIDE;

    /// Nothing is called and no credentials are looked up before the first operation.
    pub fn new(settings: AwsSettings) -> Aws {
        let http = config::http_client(&settings);
        let route53 = if settings.remembers { budget::route53_of_a_look() } else { budget::route53() };
        let inner = Inner {
            settings,
            http,
            sides: PerSide { primary: RwLock::new(None), standby: RwLock::new(None) },
            renewal: Renewal::default(),
            budgets: PerSide { primary: RegionalBudgets::default(), standby: RegionalBudgets::default() },
            route53,
        };
        Aws { inner: Arc::new(inner), urgent: false }
    }

    /// The same AWS for calls that must not wait behind probes: those of a change.
    pub fn urgent(&self) -> Aws {
        Aws { inner: Arc::clone(&self.inner), urgent: true }
    }

    /// The name to narrow a listing by; none where every answer is remembered: there the whole listing, which was read
    /// before, answers as well.
    pub(super) fn asked_by<'n>(&self, name: &'n str) -> Option<&'n str> {
        (!self.inner.settings.remembers).then_some(name)
    }

    /// The world's time.
    pub fn clock(&self) -> Clock {
        self.inner.settings.clock
    }

    /// The AWS name of the side's region.
    pub fn region(&self, side: Side) -> &str {
        &self.inner.settings.regions.of(side).region
    }

    /// The side that lives in `region`.
    pub fn side_of(&self, region: &str) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| self.region(*side) == region)
    }

    /// The side's clients, made at the first call and again after the credentials were no longer valid.
    pub(super) async fn clients(&self, side: Side) -> Arc<Clients> {
        let slot = self.inner.sides.of(side);
        if let Some(clients) = &*slot.read().await {
            return clients.clone();
        }
        let mut slot = slot.write().await;
        if let Some(clients) = &*slot {
            return clients.clone();
        }
        let http = self.inner.http.clone();
        // Boxed where it is made: the SDK's own start is large, and is needed seldom.
        let noted = Noted::default();
        let config = Box::pin(config::sdk_config(&self.inner.settings, side, http, &noted)).await;
        slot.insert(Arc::new(Clients::new(&config, noted))).clone()
    }

    /// Credentials that are no longer valid: the next call makes its clients anew and so asks for them again. The SDK reads
    /// a profile once and keeps what it read; whoever renews it would not be heard otherwise.
    async fn ask_for_credentials_again(&self) {
        let settings = &self.inner.settings;
        if settings.credentials.is_none() && self.inner.renewal.is_due(settings.clock.now()) {
            for side in Side::BOTH {
                *self.inner.sides.of(side).write().await = None;
            }
        }
    }

    /// The side's budgets.
    pub(super) fn budgets(&self, side: Side) -> &RegionalBudgets {
        self.inner.budgets.of(side)
    }

    /// Route 53's budget.
    pub(super) fn route53_budget(&self) -> &Budget {
        &self.inner.route53
    }

    /// Sends one call inside `budget` and names it in its error.
    pub(super) async fn send<T, E>(
        &self,
        budget: &Budget,
        operation: &'static str,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
    ) -> Result<T, AwsError>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        budget.take(&self.clock(), self.urgent).await;
        let error = match Box::pin(call).await {
            Ok(answer) => return Ok(answer),
            Err(error) => AwsError::of(operation, error),
        };
        if error.class != FailureClass::Expired {
            return Err(error);
        }
        self.ask_for_credentials_again().await;
        Err(renewal::advised(error, &self.inner.settings))
    }
}

impl Aws {
    /// Sends one call that changes something. It is sent a single time, unless AWS turns it away for its rate: such a call
    /// has done nothing, and is sent again, later and later.
    pub(super) async fn change<T, E, C>(
        &self,
        budget: &Budget,
        operation: &'static str,
        call: impl Fn() -> C + Send + Sync,
    ) -> Result<T, AwsError>
    where
        C: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        for pause in TURNED_AWAY {
            match self.send(budget, operation, call()).await {
                Err(error) if error.class == FailureClass::Throttled => {
                    self.clock().sleep(Duration::from_secs(pause)).await;
                }
                answered => return answered,
            }
        }
        self.send(budget, operation, call()).await
    }
}

impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

impl Clients {
    fn new(config: &aws_config::SdkConfig, credentials: Noted) -> Clients {
        let once = config::sent_once(config);
        Clients {
            credentials,
            acm: aws_sdk_acm::Client::new(config),
            autoscaling: aws_sdk_autoscaling::Client::new(config),
            beanstalk: aws_sdk_elasticbeanstalk::Client::new(config),
            cloudwatch: aws_sdk_cloudwatch::Client::new(config),
            codecommit: aws_sdk_codecommit::Client::new(config),
            codepipeline: aws_sdk_codepipeline::Client::new(config),
            ec2: aws_sdk_ec2::Client::new(config),
            ec2_once: aws_sdk_ec2::Client::new(&once),
            elb: aws_sdk_elasticloadbalancingv2::Client::new(config),
            iam: aws_sdk_iam::Client::new(config),
            rds: aws_sdk_rds::Client::new(config),
            rds_once: aws_sdk_rds::Client::new(&once),
            route53: aws_sdk_route53::Client::new(config),
            route53_once: aws_sdk_route53::Client::new(&once),
            ssm: aws_sdk_ssm::Client::new(config),
            ssm_once: aws_sdk_ssm::Client::new(&once),
            sts: aws_sdk_sts::Client::new(config),
            waf: aws_sdk_wafv2::Client::new(config),
        }
    }
}
