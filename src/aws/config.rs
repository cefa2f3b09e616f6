//! Config: how the SDK is told to behave.
//! Invariant: nothing is left to a default that could hang, repeat a change or change with the SDK's version.
//! Not here: which clients exist (see `clients`).
//! Used by: `clients`.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_config::{BehaviorVersion, Region, SdkConfig, sts::AssumeRoleProvider};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_ec2::config::{StalledStreamProtectionConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_smithy_async::{
    rt::sleep::{AsyncSleep, Sleep},
    time::TimeSource,
};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::{
    credentials::Noted,
    remembered,
    transport::{self, Transport},
    whole,
};
use crate::{
    clock::Clock,
    drill::model::{Deployment, PerSide, RegionOf, Side},
};

/// Everything needed to speak to the two regions.
#[derive(Debug, Clone)]
pub struct AwsSettings {
    /// Region, role and profile of each side.
    pub regions: PerSide<RegionOf>,
    /// Where to send every call instead of AWS. `AWS_ENDPOINT_URL` of the environment counts when this is `None`.
    pub endpoint: Option<String>,
    /// Credentials to use instead of the ordinary chain: an embedded lab's own.
    pub credentials: Option<StaticCredentials>,
    /// What carries every call, where that is not this machine's own network.
    pub transport: Option<Arc<dyn Transport>>,
    /// True for a look that changes nothing and is over in seconds: what it asks twice is asked once.
    pub remembers: bool,
    /// The world's time: calls are signed, spaced, bounded and repeated by it.
    pub clock: Clock,
}

impl AwsSettings {
    /// The deployment's regions with the caller's own credentials and AWS's own endpoints.
    pub fn of(deployment: &Deployment, clock: Clock) -> AwsSettings {
        AwsSettings {
            regions: deployment.regions.clone(),
            endpoint: None,
            credentials: None,
            transport: None,
            remembers: false,
            clock,
        }
    }
}

/// An access key that is not looked up anywhere.
#[derive(Clone, PartialEq, Eq)]
pub struct StaticCredentials {
    /// The access key id.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
}

impl StaticCredentials {
    fn key(&self) -> Credentials {
        Credentials::new(&self.access_key_id, &self.secret_access_key, None, None, "firedrill")
    }
}

impl fmt::Debug for StaticCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticCredentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// One HTTP client for every call: ring for TLS, connections shared; or what was brought in its place.
pub(super) fn http_client(settings: &AwsSettings) -> SharedHttpClient {
    let whole = whole::answers(match &settings.transport {
        Some(transport) => transport::http_client(transport.clone(), settings.clock),
        None => {
            let ring = Provider::Rustls(CryptoMode::Ring);
            aws_smithy_http_client::Builder::new().tls_provider(ring).build_https()
        }
    });
    if settings.remembers { remembered::answers(whole) } else { whole }
}

/// The SDK's configuration for one side.
pub(super) async fn sdk_config(
    settings: &AwsSettings,
    side: Side,
    http: SharedHttpClient,
    noted: &Noted,
) -> SdkConfig {
    let of = settings.regions.of(side);
    if let (Some(_), Some(own)) = (&settings.transport, &settings.credentials) {
        return alone(settings, &of.region, own, http);
    }
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(Region::new(of.region.clone()))
        .http_client(http)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .timeout_config(timeouts(settings.clock))
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .sleep_impl(WorldTime(settings.clock))
        .time_source(WorldTime(settings.clock));
    if let Some(profile) = &of.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(endpoint) = &settings.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    if let Some(own) = &settings.credentials {
        loader = loader.credentials_provider(own.key());
    }
    let config = watched(loader.load().await, noted);
    match &of.role_arn {
        None => config,
        Some(role) => assume(config, role, &settings.regions.standby.region).await,
    }
}

/// The configuration of a world that a transport leads to: nothing of this machine's own (files, variables) has a part
/// in it.
fn alone(settings: &AwsSettings, region: &str, own: &StaticCredentials, http: SharedHttpClient) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(region.to_owned()))
        .http_client(http)
        .credentials_provider(SharedCredentialsProvider::new(own.key()))
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .timeout_config(timeouts(settings.clock))
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .sleep_impl(WorldTime(settings.clock))
        .time_source(WorldTime(settings.clock))
        .build()
}

/// The same configuration, with its credentials noted as they are given.
fn watched(config: SdkConfig, noted: &Noted) -> SdkConfig {
    match config.credentials_provider() {
        Some(provider) => config.into_builder().credentials_provider(noted.watch(provider)).build(),
        None => config,
    }
}

/// The same configuration with the role's credentials. The role is assumed in the standby's region, so that the
/// region under drill is not needed for it.
async fn assume(config: SdkConfig, role: &str, region: &str) -> SdkConfig {
    let provider = AssumeRoleProvider::builder(role)
        .session_name("firedrill")
        .region(Region::new(region.to_owned()))
        .configure(&config)
        .build()
        .await;
    config.into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build()
}

/// The same configuration for calls that change something: sent once, whatever happens to the answer.
pub(super) fn sent_once(config: &SdkConfig) -> SdkConfig {
    config.clone().into_builder().retry_config(RetryConfig::disabled()).build()
}

/// Explicit bounds: without them the SDK waits for ever on a server that accepts and says nothing.
///
/// They run in the world's time like every timer of the SDK, but the network and this machine do not get faster
/// with the world: on a fast clock each bound still leaves them a real moment.
fn timeouts(clock: Clock) -> TimeoutConfig {
    let bound = |world: u64, real_ms: u64| {
        Duration::from_secs(world).max(Duration::from_millis(real_ms).mul_f64(clock.speed()))
    };
    TimeoutConfig::builder()
        .connect_timeout(bound(3, 1_000))
        .read_timeout(bound(10, 3_000))
        .operation_attempt_timeout(bound(15, 4_000))
        .operation_timeout(bound(60, 15_000))
        .build()
}

/// The SDK's timers and its idea of now, by the world's clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct WorldTime(pub(super) Clock);

impl AsyncSleep for WorldTime {
    fn sleep(&self, duration: Duration) -> Sleep {
        let clock = self.0;
        Sleep::new(async move { clock.sleep(duration).await })
    }
}

impl TimeSource for WorldTime {
    fn now(&self) -> SystemTime {
        SystemTime::from(self.0.now().wall)
    }
}
