//! Route53: zones, records and health checks.
//! Invariant: names are lower case and end in a dot; ids carry no `/hostedzone/` or `/healthcheck/` in front.
//! Not here: who is answered when (Route 53 decides, `probe` looks).
//! Used by: topology, change, probes.

use std::collections::BTreeMap;

use aws_sdk_route53::types as sdk;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Aws, AwsError, clients::ROUTE53_SIDE, pages, text, time};

/// One public hosted zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostedZone {
    /// Its id, `Z…`.
    pub id: String,
    /// Its name, ending in a dot.
    pub name: String,
    /// Its name servers.
    pub name_servers: Vec<String>,
}

/// One record set of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSet {
    /// Its name, ending in a dot.
    pub name: String,
    /// `A`, `AAAA`, `CNAME` …
    pub kind: String,
    /// What keeps it apart from others of the same name and type.
    pub set_identifier: Option<String>,
    /// `PRIMARY` or `SECONDARY`.
    pub failover: Option<String>,
    /// Seconds; an alias has its target's.
    pub ttl: Option<i64>,
    /// Its values; none for an alias.
    pub values: Vec<String>,
    /// Where it points, for an alias.
    pub alias: Option<Alias>,
    /// Its health check.
    pub health_check: Option<String>,
}

/// Where an alias record points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    /// The target's zone.
    pub zone: String,
    /// The target's name, ending in a dot.
    pub name: String,
    /// True if the target's own health counts.
    pub evaluates_target_health: bool,
}

/// One health check: its whole configuration and version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// Its id.
    pub id: String,
    /// Grows by one with each update.
    pub version: i64,
    /// The service that manages it, if one does: then no one else should touch it.
    pub managed_by: Option<String>,
    /// True if it does not check; healthy then, unless `inverted`.
    pub disabled: bool,
    /// True if its verdict is turned round.
    pub inverted: bool,
    /// `HTTP`, `HTTPS`, `TCP`, `CALCULATED` …
    pub kind: String,
    /// Seconds between two requests of one checker.
    pub interval_s: Option<i32>,
    /// Failures in a row that make a checker say unhealthy.
    pub failure_threshold: Option<i32>,
    /// What it asks, on which port.
    pub port: Option<i32>,
    /// Every other field that a user can set, by AWS's name.
    pub fields: BTreeMap<String, String>,
}

/// What one checker saw last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The checker's region, if told.
    pub region: String,
    /// The checker's address.
    pub address: String,
    /// `Success: …` or `Failure: …`.
    pub status: String,
    /// When.
    pub checked_at: Option<Timestamp>,
}

impl Observation {
    /// True for a success. Only the word before the first colon is AWS's promise.
    pub fn is_success(&self) -> bool {
        self.status.trim_start().to_ascii_lowercase().starts_with("success")
    }
}

impl HealthCheck {
    /// True if checkers report on it. Others count checks, or follow an alarm or a control, and AWS does not tell how they
    /// stand (Route 53 API reference, GetHealthCheckStatus).
    pub fn has_checkers(&self) -> bool {
        !matches!(self.kind.as_str(), "CALCULATED" | "CLOUDWATCH_METRIC" | "RECOVERY_CONTROL")
    }

    /// The name that it looks up and asks, lower case and without a last dot; `None` if it asks an address, or nothing.
    pub fn name_asked(&self) -> Option<String> {
        if self.fields.contains_key("IPAddress") {
            return None;
        }
        let name = self.fields.get("FullyQualifiedDomainName")?;
        Some(name.trim_end_matches('.').to_ascii_lowercase())
    }
}

impl RecordSet {
    /// The names it leads to: the alias's target, or its values.
    pub fn leads_to(&self) -> impl Iterator<Item = &str> {
        self.alias.iter().map(|alias| alias.name.as_str()).chain(self.values.iter().map(String::as_str))
    }
}

impl Aws {
    /// The public zone that holds `host`: the one with the longest name that `host` ends in. Of several zones with that
    /// name, which Route 53 allows, it is the one that has records of `host`.
    ///
    /// # Errors
    /// As well if several have such records, or none of several: the domain's delegation alone tells which answers.
    pub async fn zone_of(&self, host: &str) -> Result<Option<HostedZone>, AwsError> {
        const OPERATION: &str = "route53:ListHostedZones";
        let client = self.clients(ROUTE53_SIDE).await.route53.clone();
        let zones = pages::all(OPERATION, async |from: Option<String>| {
            let call = client.list_hosted_zones().set_marker(from).send();
            let answer = self.send(self.route53_budget(), OPERATION, call).await?;
            let public =
                answer.hosted_zones().iter().filter(|z| !z.config().is_some_and(|c| c.private_zone()));
            let zones = public.map(|zone| (bare_id(zone.id()), absolute(zone.name()))).collect();
            Ok((zones, pages::marker(answer.next_marker()).filter(|_| answer.is_truncated())))
        })
        .await?;
        let mut zones = longest_suffixes(zones, &absolute(host));
        if zones.len() > 1 {
            zones = Box::pin(self.with_records(zones, host)).await?;
        }
        let Some((id, name)) = zones.pop() else { return Ok(None) };
        const DETAIL: &str = "route53:GetHostedZone";
        let call = client.get_hosted_zone().id(&id).send();
        let answer = self.send(self.route53_budget(), DETAIL, call).await?;
        let name_servers = answer.delegation_set().map(|set| set.name_servers().to_vec()).unwrap_or_default();
        Ok(Some(HostedZone { id, name, name_servers }))
    }

    /// The one of these zones of one name that has records of `host`.
    async fn with_records(
        &self,
        zones: Vec<(String, String)>,
        host: &str,
    ) -> Result<Vec<(String, String)>, AwsError> {
        let mut holding = Vec::new();
        for zone in &zones {
            if !self.records(&zone.0, host).await?.is_empty() {
                holding.push(zone.clone());
            }
        }
        if holding.len() == 1 {
            return Ok(holding);
        }
        let (name, ids) = (&zones[0].1, zones.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>());
        let how = if holding.is_empty() { "none of them has" } else { "more than one of them has" };
        Err(AwsError::incomplete(
            "route53:ListHostedZones",
            format!(
                "{} public zones are called {name} ({}), and {how} records of {host}: which one answers is the domain's \
                 delegation's matter; keep the records in that one alone",
                zones.len(),
                ids.join(", ")
            ),
        ))
    }

    /// The zone's record sets called `name`, of every type.
    pub async fn records(&self, zone: &str, name: &str) -> Result<Vec<RecordSet>, AwsError> {
        const OPERATION: &str = "route53:ListResourceRecordSets";
        let client = self.clients(ROUTE53_SIDE).await.route53.clone();
        let wanted = absolute(name);
        let first = (Some(wanted.clone()), None, None);
        pages::all(OPERATION, async |from: Option<(Option<String>, Option<String>, Option<String>)>| {
            let (start, kind, identifier) = from.unwrap_or_else(|| first.clone());
            let call = client
                .list_resource_record_sets()
                .hosted_zone_id(zone)
                .set_start_record_name(start)
                .set_start_record_type(kind.as_deref().map(sdk::RrType::from))
                .set_start_record_identifier(identifier)
                .send();
            let answer = self.send(self.route53_budget(), OPERATION, call).await?;
            let found = answer.resource_record_sets().iter().map(record_set);
            let found: Vec<_> = found.filter(|record| record.name == wanted).collect();
            let next = pages::marker(answer.next_record_name());
            // Records are sorted by name: once the next page begins elsewhere, there are no more of ours.
            let more = answer.is_truncated() && next.as_deref().is_some_and(|next| absolute(next) == wanted);
            let kind = answer.next_record_type().map(|kind| kind.as_str().to_owned());
            let identifier = pages::marker(answer.next_record_identifier());
            Ok((found, more.then_some((next, kind, identifier))))
        })
        .await
    }

    /// The health check by id.
    ///
    /// # Errors
    /// `Absent` if there is none.
    pub async fn health_check(&self, id: &str) -> Result<HealthCheck, AwsError> {
        const OPERATION: &str = "route53:GetHealthCheck";
        let call = self.clients(ROUTE53_SIDE).await.route53.get_health_check().health_check_id(id).send();
        let answer = self.send(self.route53_budget(), OPERATION, call).await?;
        answer.health_check().map(health_check).ok_or_else(|| {
            AwsError::incomplete(OPERATION, format!("the answer for health check {id} holds no health check"))
        })
    }

    /// The health check's tags.
    pub async fn health_check_tags(&self, id: &str) -> Result<BTreeMap<String, String>, AwsError> {
        const OPERATION: &str = "route53:ListTagsForResource";
        let call = self.clients(ROUTE53_SIDE).await.route53.list_tags_for_resource();
        let call = call.resource_type(sdk::TagResourceType::Healthcheck).resource_id(id).send();
        let answer = self.send(self.route53_budget(), OPERATION, call).await?;
        let tags = answer.resource_tag_set().map(|set| set.tags()).unwrap_or_default();
        Ok(tags.iter().filter_map(|tag| Some((tag.key()?.to_owned(), text(tag.value())))).collect())
    }

    /// What each checker saw last.
    pub async fn health_check_observations(&self, id: &str) -> Result<Vec<Observation>, AwsError> {
        const OPERATION: &str = "route53:GetHealthCheckStatus";
        let call =
            self.clients(ROUTE53_SIDE).await.route53.get_health_check_status().health_check_id(id).send();
        let answer = self.send(self.route53_budget(), OPERATION, call).await?;
        Ok(answer.health_check_observations().iter().map(observation).collect())
    }

    /// Sets the two flags of a health check that is still at `version`; every other field stays.
    pub(crate) async fn set_health_check_flags(
        &self,
        id: &str,
        version: i64,
        disabled: bool,
        inverted: bool,
    ) -> Result<(), AwsError> {
        let call = self.clients(ROUTE53_SIDE).await.route53_once.update_health_check();
        let call =
            call.health_check_id(id).health_check_version(version).disabled(disabled).inverted(inverted);
        self.change(self.route53_budget(), "route53:UpdateHealthCheck", || call.clone().send()).await?;
        Ok(())
    }
}

/// The name as Route 53 lists it: lower case, with its last dot, octal escapes undone.
pub(super) fn absolute(name: &str) -> String {
    let name = name.to_ascii_lowercase().replace("\\052", "*");
    if name.ends_with('.') { name } else { format!("{name}.") }
}

fn bare_id(id: &str) -> String {
    id.rsplit('/').next().unwrap_or(id).to_owned()
}

/// Every zone with the longest of the names that `host` ends in.
fn longest_suffixes(zones: Vec<(String, String)>, host: &str) -> Vec<(String, String)> {
    let holds =
        |zone: &str| host == zone || host.strip_suffix(zone).is_some_and(|front| front.ends_with('.'));
    let longest = zones.iter().map(|(_, name)| name).filter(|name| holds(name)).max_by_key(|name| name.len());
    let longest = longest.cloned();
    zones.into_iter().filter(|(_, name)| Some(name) == longest.as_ref()).collect()
}

fn record_set(from: &sdk::ResourceRecordSet) -> RecordSet {
    RecordSet {
        name: absolute(from.name()),
        kind: from.r#type().as_str().to_owned(),
        set_identifier: from.set_identifier().map(str::to_owned),
        failover: from.failover().map(|f| f.as_str().to_owned()),
        ttl: from.ttl(),
        values: from.resource_records().iter().map(|r| r.value().to_owned()).collect(),
        alias: from.alias_target().map(|alias| Alias {
            zone: alias.hosted_zone_id().to_owned(),
            name: absolute(alias.dns_name()),
            evaluates_target_health: alias.evaluate_target_health(),
        }),
        health_check: from.health_check_id().map(bare_id),
    }
}

fn health_check(from: &sdk::HealthCheck) -> HealthCheck {
    let config = from.health_check_config();
    HealthCheck {
        id: from.id().to_owned(),
        version: from.health_check_version(),
        managed_by: from.linked_service().map(|service| text(service.service_principal())),
        disabled: config.and_then(|c| c.disabled()).unwrap_or(false),
        inverted: config.and_then(|c| c.inverted()).unwrap_or(false),
        kind: text(config.map(|c| c.r#type().as_str())),
        interval_s: config.and_then(|c| c.request_interval()),
        failure_threshold: config.and_then(|c| c.failure_threshold()),
        port: config.and_then(|c| c.port()),
        fields: config.map(other_fields).unwrap_or_default(),
    }
}

/// Everything of a health check's configuration that is not one of the two flags.
fn other_fields(config: &sdk::HealthCheckConfig) -> BTreeMap<String, String> {
    let number = |value: Option<i32>| value.map(|v| v.to_string());
    let flag = |value: Option<bool>| value.map(|v| v.to_string());
    let words = |value: Option<&str>| value.map(str::to_owned);
    let mut regions: Vec<_> = config.regions().iter().map(|r| r.as_str()).collect();
    regions.sort_unstable();
    let mut children: Vec<_> = config.child_health_checks().iter().map(String::as_str).collect();
    children.sort_unstable();
    let list = |values: Vec<&str>| (!values.is_empty()).then(|| values.join(" "));
    let alarm = config.alarm_identifier().map(|a| format!("{} {}", a.region().as_str(), a.name()));
    let fields = [
        ("Type", Some(config.r#type().as_str().to_owned())),
        ("IPAddress", words(config.ip_address())),
        ("Port", number(config.port())),
        ("ResourcePath", words(config.resource_path())),
        ("FullyQualifiedDomainName", words(config.fully_qualified_domain_name())),
        ("SearchString", words(config.search_string())),
        ("RequestInterval", number(config.request_interval())),
        ("FailureThreshold", number(config.failure_threshold())),
        ("MeasureLatency", flag(config.measure_latency())),
        ("HealthThreshold", number(config.health_threshold())),
        ("ChildHealthChecks", list(children)),
        ("EnableSNI", flag(config.enable_sni())),
        ("Regions", list(regions)),
        ("AlarmIdentifier", alarm),
        (
            "InsufficientDataHealthStatus",
            config.insufficient_data_health_status().map(|s| s.as_str().to_owned()),
        ),
        ("RoutingControlArn", words(config.routing_control_arn())),
    ];
    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn observation(from: &sdk::HealthCheckObservation) -> Observation {
    let report = from.status_report();
    Observation {
        region: text(from.region().map(|r| r.as_str())),
        address: text(from.ip_address()),
        status: text(report.and_then(|r| r.status())),
        checked_at: time(report.and_then(|r| r.checked_time())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_with_the_longest_name_holds_the_host() {
        let zones = ["com.", "example.com.", "www.example.com.", "ample.com."];
        let zones: Vec<_> = zones.map(|name| (name.to_owned(), name.to_owned())).into();
        let of = |host: &str| {
            longest_suffixes(zones.clone(), &absolute(host)).into_iter().next().map(|(id, _)| id)
        };
        assert_eq!(of("www.example.com").as_deref(), Some("www.example.com."));
        assert_eq!(of("Api.Example.com").as_deref(), Some("example.com."));
        assert_eq!(of("example.org"), None);
    }

    #[test]
    fn only_the_first_word_of_a_status_counts() {
        let says = |status: &str| Observation {
            region: String::new(),
            address: String::new(),
            status: status.into(),
            checked_at: None,
        };
        assert!(says("Success: HTTP Status Code 200, OK").is_success());
        assert!(!says("Failure: the last success was long ago").is_success());
    }
}
