//! Route53_hold_traffic: keeps the site's users in one region, whatever the other's health.
//!
//! Effect: the health check of the other region's failover record is disabled and inverted, which Route 53 counts as
//! unhealthy (AWS: UpdateHealthCheck API reference). Without it Route 53 sends users back the moment the region
//! answers again, with no delay, and the writer may still be elsewhere. It proves nothing about detection: nothing
//! is checked meanwhile. Nearest AWS FIS action: aws:arc:start-zonal-autoshift, which stays inside one region.
//! Rights: see `rights`.
//! Before holds: the health check's id, version, both flags and every other field.
//! Restore cannot bring back: the version number, which grows with each update.
//!
//! Invariant: only the two flags are ever sent; a check whose other fields changed meanwhile is a conflict.
//! Not here: what users are answered (see `probe`).
//! Used by: registry.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Altered, Call, Captured, Change, ChangeError, Conflict, Intent, Resource, ResourceKind, Right, Target,
    TargetKind, Verification,
    before::{self, Version},
    context::ChangeContext,
    failure, resource, wait,
};
use crate::{
    aws::{Aws, HealthCheck, SiteTopology},
    drill::model::{Facts, Side, Tag},
    journal::event::Reversibility,
};

/// How long the API may take to show an update; AWS names no number.
const VISIBLE_WITHIN: Duration = Duration::from_secs(120);

/// What the drill says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Params {
    /// Where users are kept.
    to: Side,
}

/// What `capture` read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Before {
    version: Version<1>,
    /// The side whose record is held off.
    off: Side,
    /// Its health check, whole.
    check: HealthCheck,
}

/// The two flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Flags {
    disabled: bool,
    inverted: bool,
}

/// Not checked, and counted as unhealthy.
const HELD: Flags = Flags { disabled: true, inverted: true };

struct HoldTraffic {
    params: Params,
    aws: Aws,
    site: Option<SiteTopology>,
    has_topology: bool,
    host: String,
    allow: Option<Tag>,
}

/// Builds it; without a topology it can restore and verify, not capture.
pub(super) fn build(params: Params, cx: &ChangeContext) -> Box<dyn Change> {
    Box::new(HoldTraffic {
        params,
        aws: cx.aws.urgent(),
        site: cx.topology.as_ref().and_then(|topology| topology.site.clone()),
        has_topology: cx.topology.is_some(),
        host: cx.deployment.site.host.clone(),
        allow: cx.deployment.allow.clone(),
    })
}

#[async_trait]
impl Change for HoldTraffic {
    fn title(&self) -> String {
        let off = self.params.to.other();
        format!(
            "keep the users of {} in the {}: the {off}'s health check is made to say unhealthy",
            self.host, self.params.to
        )
    }

    fn reversibility(&self) -> Reversibility {
        Reversibility::Exact
    }

    fn apply_time(&self) -> Duration {
        VISIBLE_WITHIN + Duration::from_secs(60)
    }

    fn rights(&self, captured: Option<&Captured>) -> Vec<Right> {
        let resources = captured.map(|captured| captured.resources.as_slice()).unwrap_or_default();
        let check = |one: &Resource| Target::new(TargetKind::HealthCheck, one.id.clone());
        let right = |action| Right::new(action, &[Aws::ROUTE53]).on(resources.iter().map(check));
        let tags = captured.is_none() || self.allow.is_some();
        let mut all = vec![right("route53:GetHealthCheck"), right("route53:UpdateHealthCheck")];
        all.extend(tags.then(|| right("route53:ListTagsForResource")));
        all
    }

    async fn capture(&self) -> Result<Captured, ChangeError> {
        let off = self.params.to.other();
        let id = self.check_to_hold().map_err(ChangeError::Refused)?;
        let check = self.read(&id).await?;
        if let Some(service) = &check.managed_by {
            let words = format!("health check {id} is managed by {service}; it is not ours to change");
            return Err(ChangeError::Refused(words));
        }
        if flags(&check) == HELD {
            let words =
                format!("health check {id} is disabled and inverted already: users are held off the {off}");
            return Err(ChangeError::Refused(words));
        }
        let what =
            format!("health check of the {off}'s record for {}: disabled and inverted, and back", self.host);
        let tags = match &self.allow {
            Some(_) => {
                self.aws.health_check_tags(&id).await.map_err(failure::of("read the health check's tags"))?
            }
            None => BTreeMap::new(),
        };
        let resources = vec![Resource { kind: ResourceKind::HealthCheck, id: id.clone(), side: None, tags }];
        resource::allowed(self.allow.as_ref(), &resources)?;
        let before = Before { version: Version, off, check };
        let by_hand = commands(&before);
        Ok(Captured {
            before: before::write(&before)?,
            by_hand,
            touches: Facts::from([(id, what)]),
            resources,
            intent: intent(&before),
            ..Captured::default()
        })
    }

    async fn apply(&self, before: &Value) -> Result<Facts, ChangeError> {
        let before: Before = before::read(before)?;
        let now = self.read(&before.check.id).await?;
        let differences = differences(&before.check, &now, flags(&before.check));
        if !differences.is_empty() {
            return Err(ChangeError::Conflict(Conflict { differences, commands: Vec::new() }));
        }
        self.set(&before, &now, HELD).await
    }

    async fn restore(&self, before: &Value) -> Result<Facts, ChangeError> {
        let before: Before = before::read(before)?;
        let mut now = self.read(&before.check.id).await?;
        if flags(&now) == flags(&before.check) {
            // An update made a moment ago may not show yet: "as before" is believed only if it is said twice.
            self.aws.clock().sleep(Duration::from_secs(5)).await;
            now = self.read(&before.check.id).await?;
        }
        match judge(&before, &now) {
            State::AsBefore => Ok(Facts::from([("version".to_owned(), now.version.to_string())])),
            State::Held => self.set(&before, &now, flags(&before.check)).await,
            State::Disputed(differences) => {
                Err(ChangeError::Conflict(Conflict { differences, commands: commands(&before) }))
            }
        }
    }

    async fn verify(&self, before: &Value) -> Result<Verification, ChangeError> {
        let before: Before = before::read(before)?;
        let now = self.read(&before.check.id).await?;
        Ok(match judge(&before, &now) {
            State::AsBefore => {
                let compared = format!("Disabled, Inverted and {} other fields", before.check.fields.len());
                let version = format!("{} -> {}", before.check.version, now.version);
                Verification::Equal(Facts::from([("compared".into(), compared), ("version".into(), version)]))
            }
            State::Held => Verification::Different(vec![format!("health check {} is still held", now.id)]),
            State::Disputed(differences) => {
                Verification::Conflict(Conflict { differences, commands: commands(&before) })
            }
        })
    }
}

impl HoldTraffic {
    /// The id of the check that decides over the other region's record, and over nothing else of the site.
    fn check_to_hold(&self) -> Result<String, String> {
        let (to, off) = (self.params.to, self.params.to.other());
        let host = &self.host;
        if !self.has_topology {
            return Err("the deployment has not been looked up: nothing to capture".into());
        }
        let Some(site) = &self.site else {
            return Err(format!(
                "no public hosted zone of this account holds {host}: its traffic cannot be held here"
            ));
        };
        let Some(record) = site.failover.of(off) else {
            return Err(format!("no record of {host} leads to the {off}: there is nothing to hold"));
        };
        if record.failover.is_none() {
            return Err(format!(
                "the {off}'s record of {host} is not a failover record: a health check would not move users"
            ));
        }
        let Some(id) = record.health_check.clone() else {
            return Err(format!(
                "the {off}'s record of {host} has no health check of its own, only its alias target's health: give it \
                 one, or leave out route53.hold-traffic and expect users back in the {off} as soon as it answers"
            ));
        };
        let others = site.failover.of(to).as_ref().and_then(|record| record.health_check.as_ref());
        match others == Some(&id) {
            true => {
                Err(format!("both records of {host} share health check {id}: holding one would hold both"))
            }
            false => Ok(id),
        }
    }

    async fn read(&self, id: &str) -> Result<HealthCheck, ChangeError> {
        self.aws.health_check(id).await.map_err(failure::of("read the health check"))
    }

    /// Sends the flags once and waits until the API shows them.
    async fn set(&self, before: &Before, now: &HealthCheck, to: Flags) -> Result<Facts, ChangeError> {
        let sent = self.aws.set_health_check_flags(&now.id, now.version, to.disabled, to.inverted).await;
        let lost: Vec<String> = failure::unless_lost("update the health check", sent)?.into_iter().collect();
        let judge = |now: HealthCheck| {
            Ok(if flags(&now) == to { Ok(now) } else { Err(format!("{} is {}", now.id, said(flags(&now)))) })
        };
        let seen = wait::until(self.aws.clock(), VISIBLE_WITHIN, || self.read(&before.check.id), judge);
        let seen = seen.await.map_err(|why| why.into_error("see the health check updated", &lost))?;
        let mut facts = Facts::from([
            (seen.id.clone(), said(to)),
            ("version".to_owned(), format!("{} -> {}", now.version, seen.version)),
        ]);
        facts.extend(lost.into_iter().map(|words| ("answer lost".to_owned(), words)));
        Ok(facts)
    }
}

/// What the check's state means for restoring it.
#[derive(Debug, PartialEq, Eq)]
enum State {
    AsBefore,
    Held,
    Disputed(Vec<String>),
}

fn judge(before: &Before, now: &HealthCheck) -> State {
    let was = flags(&before.check);
    if differences(&before.check, now, was).is_empty() {
        return State::AsBefore;
    }
    let differences = differences(&before.check, now, HELD);
    if differences.is_empty() { State::Held } else { State::Disputed(differences) }
}

/// How `now` differs from `was` with the flags that are expected.
fn differences(was: &HealthCheck, now: &HealthCheck, expected: Flags) -> Vec<String> {
    let mut differences = Vec::new();
    if flags(now) != expected {
        differences.push(format!(
            "health check {} is {}, and should be {}",
            now.id,
            said(flags(now)),
            said(expected)
        ));
    }
    let names = was.fields.keys().chain(now.fields.keys().filter(|name| !was.fields.contains_key(*name)));
    let value = |fields: &BTreeMap<String, String>, name: &String| {
        fields.get(name).cloned().unwrap_or("unset".into())
    };
    for name in names.filter(|name| was.fields.get(*name) != now.fields.get(*name)) {
        let (is, was) = (value(&now.fields, name), value(&was.fields, name));
        differences.push(format!("{name} of health check {} is now {is}, and was {was}", now.id));
    }
    differences
}

fn flags(check: &HealthCheck) -> Flags {
    Flags { disabled: check.disabled, inverted: check.inverted }
}

fn said(flags: Flags) -> String {
    let disabled = if flags.disabled { "disabled" } else { "enabled" };
    let inverted = if flags.inverted { "inverted" } else { "not inverted" };
    format!("{disabled} and {inverted}")
}

fn intent(before: &Before) -> Intent {
    let (id, was) = (&before.check.id, flags(&before.check));
    let call = |to: Flags| Call {
        operation: "route53:UpdateHealthCheck".to_owned(),
        region: None,
        resource: id.clone(),
        with: said(to),
    };
    let altered = Altered { resource: id.clone(), before: said(was), during: said(HELD), after: said(was) };
    Intent {
        calls: vec![call(HELD)],
        back: vec![call(was)],
        altered: vec![altered],
        inexact: vec![format!(
            "AWS counts the updates of health check {id}: its version number grows; and it checks nothing while it is held"
        )],
    }
}

fn commands(before: &Before) -> Vec<String> {
    let disabled = if before.check.disabled { "--disabled" } else { "--no-disabled" };
    let inverted = if before.check.inverted { "--inverted" } else { "--no-inverted" };
    vec![format!(
        "aws route53 update-health-check --health-check-id {} {disabled} {inverted}",
        before.check.id
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(disabled: bool, inverted: bool, path: &str) -> HealthCheck {
        HealthCheck {
            id: "hc-1".into(),
            version: 4,
            managed_by: None,
            disabled,
            inverted,
            kind: "HTTP".into(),
            interval_s: Some(30),
            failure_threshold: Some(3),
            port: Some(80),
            fields: BTreeMap::from([("ResourcePath".into(), path.into())]),
        }
    }

    fn before() -> Before {
        Before { version: Version, off: Side::Primary, check: check(false, false, "/health") }
    }

    #[test]
    fn the_state_is_as_before_held_or_disputed() {
        assert_eq!(judge(&before(), &check(false, false, "/health")), State::AsBefore);
        assert_eq!(judge(&before(), &check(true, true, "/health")), State::Held);
        assert!(matches!(judge(&before(), &check(true, false, "/health")), State::Disputed(_)));
    }

    #[test]
    fn a_field_that_someone_changed_is_told_with_both_values() {
        let State::Disputed(differences) = judge(&before(), &check(true, true, "/other")) else {
            unreachable!("another path is a dispute")
        };
        assert_eq!(differences, ["ResourcePath of health check hc-1 is now /other, and was /health"]);
    }

    #[test]
    fn the_command_for_a_person_sets_both_flags_back() {
        let command = "aws route53 update-health-check --health-check-id hc-1 --no-disabled --no-inverted";
        assert_eq!(commands(&before()), [command]);
    }
}
