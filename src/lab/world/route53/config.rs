//! Config: what can be set in a health check, and the rules for it.
//! Invariant: a `Config` keeps AWS's rules for its fields, alone and together.
//! Not here: when a new one takes effect (see `checker`).
//! Used by: `check`, `check_operation`, `checker`.

use std::net::Ipv4Addr;

use super::invalid;
use crate::lab::world::{
    call::{AwsFault, Params, Tree},
    refusal::{constraint, not_listed},
};

/// AWS: HealthCheckRegion: the regions that have checkers. Seoul is not one, Tokyo is.
pub(super) const CHECKER_REGIONS: [&str; 8] = [
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "sa-east-1",
];

/// AWS: InsufficientDataHealthStatus.
const INSUFFICIENT: [&str; 3] = ["Healthy", "Unhealthy", "LastKnownStatus"];

/// AWS: ResettableElementName.
const RESETTABLE: [&str; 4] = ["FullyQualifiedDomainName", "Regions", "ResourcePath", "ChildHealthChecks"];

/// What a health check looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Http,
    Https,
    HttpMatch,
    HttpsMatch,
    Tcp,
    Calculated,
    Metric,
}

const KINDS: [(&str, Kind); 7] = [
    ("HTTP", Kind::Http),
    ("HTTPS", Kind::Https),
    ("HTTP_STR_MATCH", Kind::HttpMatch),
    ("HTTPS_STR_MATCH", Kind::HttpsMatch),
    ("TCP", Kind::Tcp),
    ("CALCULATED", Kind::Calculated),
    ("CLOUDWATCH_METRIC", Kind::Metric),
];

impl Kind {
    fn parse(text: &str) -> Option<Kind> {
        KINDS.iter().find(|(name, _)| *name == text).map(|(_, kind)| *kind)
    }

    fn text(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// True if checkers probe an endpoint for it.
    pub(super) fn is_probed(self) -> bool {
        !matches!(self, Kind::Calculated | Kind::Metric)
    }

    pub(super) fn is_tls(self) -> bool {
        matches!(self, Kind::Https | Kind::HttpsMatch)
    }

    pub(super) fn is_match(self) -> bool {
        matches!(self, Kind::HttpMatch | Kind::HttpsMatch)
    }
}

/// What can be set in a health check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Config {
    pub(super) kind: Kind,
    pub(super) address: Option<Ipv4Addr>,
    pub(super) port: Option<u16>,
    pub(super) path: Option<String>,
    pub(super) host: Option<String>,
    pub(super) search: Option<String>,
    pub(super) interval: u32,
    pub(super) threshold: u32,
    pub(super) measure_latency: bool,
    pub(super) inverted: bool,
    pub(super) disabled: bool,
    pub(super) health_threshold: Option<u32>,
    pub(super) children: Vec<String>,
    pub(super) sni: Option<bool>,
    /// As asked for; none means all.
    pub(super) regions: Vec<String>,
    pub(super) alarm: Option<(String, String)>,
    pub(super) insufficient: Option<String>,
}

impl Config {
    /// A check of `http://host/`, every 10 seconds, three times.
    pub(super) fn http(host: &str) -> Config {
        Config {
            kind: Kind::Http,
            address: None,
            port: Some(80),
            path: Some("/".to_owned()),
            host: Some(host.to_owned()),
            search: None,
            interval: 10,
            threshold: 3,
            measure_latency: false,
            inverted: false,
            disabled: false,
            health_threshold: None,
            children: Vec::new(),
            sni: Some(false),
            regions: Vec::new(),
            alarm: None,
            insufficient: None,
        }
    }

    /// Read from a `CreateHealthCheck`'s `HealthCheckConfig`.
    pub(super) fn parse(from: &Params) -> Result<Config, AwsFault> {
        let kind = from.text("Type").unwrap_or_default();
        if kind == "RECOVERY_CONTROL" {
            return Err(invalid(
                "firedrill's lab has no routing controls, and so no health checks of type RECOVERY_CONTROL",
            ));
        }
        let kind = Kind::parse(kind).ok_or_else(|| {
            let listed: Vec<&str> = KINDS.iter().map(|(name, _)| *name).chain(["RECOVERY_CONTROL"]).collect();
            invalid(not_listed(kind, "healthCheckConfig.type", &listed))
        })?;
        let probed = kind.is_probed();
        let interval =
            from.text("RequestInterval").map_or(Ok(30), str::parse).map_err(|_| interval_error())?;
        let mut config = Config {
            kind,
            interval,
            measure_latency: from.text("MeasureLatency") == Some("true"),
            sni: probed.then_some(kind.is_tls()),
            port: None,
            path: None,
            host: None,
            threshold: 3,
            ..Config::http("")
        };
        config.update(from)?;
        if probed && config.port.is_none() {
            config.port = match kind {
                Kind::Http | Kind::HttpMatch => Some(80),
                Kind::Https | Kind::HttpsMatch => Some(443),
                _ => return Err(invalid("Missing field 'Port' in HealthCheckConfig")),
            };
        }
        config.check().map(|()| config)
    }

    /// Takes over the fields that a request gives; the others stay.
    pub(super) fn update(&mut self, from: &Params) -> Result<(), AwsFault> {
        for reset in from.texts("ResetElements") {
            match reset.as_str() {
                "ChildHealthChecks" => self.children.clear(),
                "FullyQualifiedDomainName" => self.host = None,
                "Regions" => self.regions = Vec::new(),
                "ResourcePath" => self.path = None,
                other => {
                    return Err(invalid(not_listed(other, "resetElements", &RESETTABLE)));
                }
            }
        }
        let text = |name: &str| from.text(name).map(str::to_owned);
        let flag = |name: &str, held: bool| from.text(name).map_or(held, |value| value == "true");
        self.address = number(from, "IPAddress")?.or(self.address);
        self.port = number(from, "Port")?.or(self.port);
        self.path = text("ResourcePath").or_else(|| self.path.take());
        self.host = text("FullyQualifiedDomainName").or_else(|| self.host.take());
        self.search = text("SearchString").or_else(|| self.search.take());
        self.threshold = number(from, "FailureThreshold")?.unwrap_or(self.threshold);
        self.inverted = flag("Inverted", self.inverted);
        self.disabled = flag("Disabled", self.disabled);
        self.health_threshold = number(from, "HealthThreshold")?.or(self.health_threshold);
        self.sni = from.text("EnableSNI").map(|value| value == "true").or(self.sni);
        if from.has("ChildHealthChecks") {
            self.children = from.texts("ChildHealthChecks");
        }
        if from.has("Regions") {
            self.regions = from.texts("Regions");
        }
        if let (Some(region), Some(name)) = (text("AlarmIdentifier.Region"), text("AlarmIdentifier.Name")) {
            self.alarm = Some((region, name));
        }
        self.insufficient = text("InsufficientDataHealthStatus").or_else(|| self.insufficient.take());
        self.check()
    }

    /// AWS: HealthCheckConfig: what the fields may be, alone and together.
    fn check(&self) -> Result<(), AwsFault> {
        let probed = self.kind.is_probed();
        let unknown = self.regions.iter().any(|region| !CHECKER_REGIONS.contains(&region.as_str()));
        within(self.threshold, "failureThreshold", (1, 10))?;
        within(self.interval, "requestInterval", (10, 30))?;
        if !matches!(self.interval, 10 | 30) {
            return Err(interval_error());
        }
        // AWS: HealthCheckConfig: no health checks of local, private, nonroutable or multicast addresses.
        let inner = self.address.is_some_and(|own| {
            own.is_private()
                || own.is_loopback()
                || own.is_link_local()
                || own.is_multicast()
                || own.is_unspecified()
        });
        let rules = [
            (inner, "Route 53 cannot check the health of a private, local or multicast address."),
            (unknown, "Regions must be regions that have health checkers."),
            (matches!(self.regions.len(), 1 | 2), "Regions must have at least three entries."),
            (self.regions.len() > 64, "Regions must have at most 64 entries."),
            (
                probed && self.address.is_none() && self.host.is_none(),
                "Basic health checks must have an IP address or a fully qualified domain name specified.",
            ),
            (
                self.host.as_ref().is_some_and(|host| host.len() > 255),
                "FullyQualifiedDomainName is too long.",
            ),
            (self.path.as_ref().is_some_and(|path| path.len() > 255), "ResourcePath is too long."),
            (
                self.kind == Kind::Tcp && self.path.is_some(),
                "TCP health checks must not have a resource path specified.",
            ),
            (
                self.kind.is_match() && self.search.is_none(),
                "String match health checks must have a search string specified.",
            ),
            (
                self.search.is_some() && !self.kind.is_match(),
                "Only string match health checks can have a search string specified.",
            ),
            (
                self.search.as_ref().is_some_and(|search| search.is_empty() || search.len() > 255),
                "SearchString must have 1 to 255 characters.",
            ),
            (probed && self.alarm.is_some(), "Basic health checks must not have an metric region specified."),
            (
                probed && self.health_threshold.is_some(),
                "Basic health checks must not have a health threshold specified.",
            ),
            (
                probed && !self.children.is_empty(),
                "Basic health checks must not have child health checks specified.",
            ),
            (
                self.kind == Kind::Calculated && self.health_threshold.is_none(),
                "Calculated health checks must have a health threshold specified.",
            ),
            (self.health_threshold.is_some_and(|own| own > 256), "HealthThreshold must be from 0 to 256."),
            (self.children.len() > 256, "Calculated health checks can have at most 256 child health checks."),
            (
                self.kind == Kind::Metric && self.alarm.is_none(),
                "CloudWatch metric health checks must have an alarm identifier specified.",
            ),
            (
                self.insufficient.as_deref().is_some_and(|own| !INSUFFICIENT.contains(&own)),
                "InsufficientDataHealthStatus must be Healthy, Unhealthy or LastKnownStatus.",
            ),
        ];
        match rules.into_iter().find(|(broken, _)| *broken) {
            Some((_, rule)) => Err(invalid(format!("Invalid parameter : {rule}"))),
            None => Ok(()),
        }
    }

    /// The regions whose checkers look: all, unless some were asked for (AWS: HealthCheckConfig).
    pub(super) fn regions(&self) -> Vec<&str> {
        match (self.kind.is_probed(), self.regions.is_empty()) {
            (true, true) => CHECKER_REGIONS.to_vec(),
            (true, false) => self.regions.iter().map(String::as_str).collect(),
            (false, _) => Vec::new(),
        }
    }

    pub(super) fn tree(&self) -> Tree {
        let probed = self.kind.is_probed();
        let int = |value: u32| Some(Tree::Int(i64::from(value)));
        let texts = |element, values: &[String]| {
            (!values.is_empty())
                .then(|| Tree::List(element, values.iter().cloned().map(Tree::Text).collect()))
        };
        let alarm = |(region, name): &(String, String)| {
            Tree::map([("Region", Tree::text(region)), ("Name", Tree::text(name))])
        };
        Tree::map([
            ("IPAddress", self.address.and_then(|address| Tree::text(address.to_string()))),
            ("Port", self.port.map(|port| Tree::Int(i64::from(port)))),
            ("Type", Tree::text(self.kind.text())),
            ("ResourcePath", self.path.as_ref().and_then(Tree::text)),
            ("FullyQualifiedDomainName", self.host.as_ref().and_then(Tree::text)),
            ("SearchString", self.search.as_ref().and_then(Tree::text)),
            ("RequestInterval", int(self.interval).filter(|_| probed)),
            ("FailureThreshold", int(self.threshold).filter(|_| probed)),
            ("MeasureLatency", Some(Tree::Bool(self.measure_latency)).filter(|_| probed)),
            ("Inverted", Some(Tree::Bool(self.inverted))),
            ("Disabled", Some(Tree::Bool(self.disabled))),
            ("HealthThreshold", self.health_threshold.and_then(int)),
            ("ChildHealthChecks", texts("ChildHealthCheck", &self.children)),
            ("EnableSNI", self.sni.map(Tree::Bool)),
            ("Regions", texts("Region", &self.regions)),
            ("AlarmIdentifier", self.alarm.as_ref().map(alarm)),
            ("InsufficientDataHealthStatus", self.insufficient.as_ref().and_then(Tree::text)),
        ])
    }
}

/// AWS: HealthCheckConfig: the ranges of its numbers.
fn within(value: u32, name: &str, (low, high): (u32, u32)) -> Result<(), AwsFault> {
    let rule = match value {
        small if small < low => format!("Member must have value greater than or equal to {low}"),
        large if large > high => format!("Member must have value less than or equal to {high}"),
        _ => return Ok(()),
    };
    Err(invalid(constraint(&value.to_string(), &format!("healthCheckConfig.{name}"), &rule)))
}

fn interval_error() -> AwsFault {
    invalid("Invalid parameter : RequestInterval must be 10 or 30.")
}

/// A parameter that has a form of its own; an error where it has another.
fn number<T: std::str::FromStr>(from: &Params, name: &str) -> Result<Option<T>, AwsFault> {
    let value =
        from.text(name).map(|text| text.parse().map_err(|_| invalid(format!("Invalid {name} '{text}'"))));
    value.transpose()
}
