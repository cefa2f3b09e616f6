//! Check operation: health checks, as the API shows and changes them.
//! Invariant: changes `config` and its version at once, and what checkers go by only through the agenda.
//! Not here: fields and their rules (see `check`), probing (see `checker`).
//! Used by: `route53`.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Due, State,
    check::{Checker, HealthCheck, Observation},
    checker::checker_range,
    config::{CHECKER_REGIONS, Config},
    invalid, page_size,
    params::either,
};
use crate::lab::world::{
    World, agenda,
    call::{AwsFault, Params, Reply, Tree},
};

impl State {
    /// Adds a health check and gives its id. Its checkers do not look yet.
    pub(super) fn add_check(
        &mut self,
        caller_reference: &str,
        config: Config,
        tags: BTreeMap<String, String>,
    ) -> String {
        let groups = [8, 4, 4, 4, 12].map(|length| self.rng.hex(length));
        let id = groups.join("-");
        let checkers = self.new_checkers(&config);
        // AWS: CreateHealthCheck: considered healthy until there is enough data; inverted, unhealthy.
        let healthy = !config.inverted;
        let check = HealthCheck {
            id: id.clone(),
            caller_reference: caller_reference.to_owned(),
            version: 1,
            made: config.clone(),
            live: config.clone(),
            config,
            generation: 0,
            checkers,
            names: Vec::new(),
            addresses: BTreeSet::new(),
            healthy,
            published: healthy,
            settles: jiff::Timestamp::UNIX_EPOCH,
            tags,
        };
        self.checks.insert(id.clone(), check);
        self.index(&id, false);
        id
    }
}

impl World {
    /// AWS: CreateHealthCheck: the same caller reference with the same settings gives the check that it made before;
    /// with others, or if that check was deleted, it is refused.
    pub(super) fn create_check(&mut self, params: &Params) -> Reply {
        let reference = params.text("CallerReference").filter(|text| (1..=64).contains(&text.len()));
        let reference = reference.ok_or_else(|| invalid("CallerReference must have 1 to 64 characters"))?;
        let config = Config::parse(&params.below("HealthCheckConfig"))?;
        self.children_exist(None, &config)?;
        let held = self.route53.checks.values().find(|check| check.caller_reference == reference);
        if let Some(held) = held.filter(|held| held.made == config) {
            return Ok(self.created(held));
        }
        if held.is_some() || self.route53.spent.contains(reference) {
            let message =
                "A different health check has already been created with the specified caller reference.";
            return Err(AwsFault::new(409, "HealthCheckAlreadyExists", message));
        }
        let limit = usize::try_from(self.route53.settings.health_checks).unwrap_or(usize::MAX);
        if self.route53.checks.len() >= limit {
            let message = "This health check can't be created because the current account has reached the limit on the number of active health checks.";
            return Err(AwsFault::new(400, "TooManyHealthChecks", message));
        }
        let id = self.route53.add_check(reference, config, BTreeMap::new());
        self.wake_check(&id);
        self.judge_check(&id);
        self.route53.check(&id).map(|check| self.created(check))
    }

    /// AWS: DeleteHealthCheck: also one that records or other checks go by.
    pub(super) fn delete_check(&mut self, params: &Params) -> Reply {
        let check = self.asked_check(params)?;
        let (id, reference) = (check.id.clone(), check.caller_reference.clone());
        self.route53.index(&id, true);
        self.route53.checks.remove(&id);
        self.route53.spent.insert(reference);
        let parents: Vec<String> = self
            .route53
            .checks
            .values()
            .filter(|own| own.live.children.contains(&id))
            .map(|own| own.id.clone())
            .collect();
        for parent in parents {
            self.judge_check(&parent);
        }
        let zones = self.route53.zones_with(|set| set.health_check.as_ref() == Some(&id));
        self.names_moved(&zones);
        Ok(Tree::Map(Vec::new()))
    }

    /// The children of a calculated check are there, and none is calculated from it in turn.
    pub(super) fn children_exist(&self, own: Option<&str>, config: &Config) -> Result<(), AwsFault> {
        let mut open = config.children.clone();
        let mut known = BTreeSet::new();
        while let Some(child) = open.pop() {
            if own == Some(child.as_str()) {
                return Err(invalid(
                    "Invalid parameter : A calculated health check must not be calculated from itself.",
                ));
            }
            let held = match known.is_empty() || config.children.contains(&child) {
                true => Some(self.route53.check(&child).map_err(|_| {
                    invalid(format!("Invalid parameter : The child health check {child} does not exist."))
                })?),
                false => self.route53.check(&child).ok(),
            };
            if known.insert(child) {
                open.extend(held.into_iter().flat_map(|held| held.config.children.iter().cloned()));
            }
        }
        Ok(())
    }

    pub(super) fn get_check(&self, params: &Params) -> Reply {
        self.asked_check(params).map(|check| self.one(check))
    }

    pub(super) fn count_checks(&self) -> Reply {
        let count = i64::try_from(self.route53.checks.len()).unwrap_or(i64::MAX);
        Ok(Tree::map([("HealthCheckCount", Some(Tree::Int(count)))]))
    }

    /// AWS: GetCheckerIpRanges: where the checkers' requests come from.
    pub(super) fn get_checker_ranges(&self) -> Reply {
        let ranges = (0..CHECKER_REGIONS.len()).map(|at| Tree::Text(format!("{}/24", checker_range(at))));
        Ok(Tree::map([("CheckerIpRanges", Tree::list("member", ranges))]))
    }

    pub(super) fn list_checks(&self, params: &Params) -> Reply {
        let size = page_size(params, 1000)?;
        let from = either(params, "Marker", "marker").unwrap_or_default();
        let mut checks = self.route53.checks.values().skip_while(|check| check.id.as_str() < from);
        let page: Vec<Tree> = checks.by_ref().take(size).map(|check| self.check_tree(check)).collect();
        let next = checks.next();
        Ok(Tree::map([
            ("HealthChecks", Tree::list("HealthCheck", page)),
            ("Marker", Tree::text(from)),
            ("IsTruncated", Some(Tree::Bool(next.is_some()))),
            ("NextMarker", next.and_then(|check| Tree::text(&check.id))),
            ("MaxItems", Tree::text(size.to_string())),
        ]))
    }

    pub(super) fn get_check_status(&self, params: &Params) -> Reply {
        self.observations(params, |check, checker| check.seen(checker, self.now))
    }

    /// AWS: GetHealthCheckLastFailureReason: the last failure also of a checker that is well again.
    pub(super) fn get_check_failures(&self, params: &Params) -> Reply {
        // A checker at rest that fails has failed at each of its looks.
        self.observations(params, |check, checker| {
            let seen = check.seen(checker, self.now).filter(|seen| !seen.well);
            seen.or_else(|| checker.last_failure.clone())
        })
    }

    fn observations(
        &self,
        params: &Params,
        seen: impl Fn(&HealthCheck, &Checker) -> Option<Observation>,
    ) -> Reply {
        let check = self.asked_check(params)?;
        if !check.config.kind.is_probed() {
            return Err(invalid(
                "This health check has no checkers: it follows other health checks or an alarm",
            ));
        }
        let inverted = check.live.inverted && self.route53.settings.observations_inverted;
        let observation = |checker: &Checker| {
            let seen = seen(check, checker)?;
            let status = if inverted { turned(&seen.status) } else { seen.status };
            let report =
                Tree::map([("Status", Tree::text(status)), ("CheckedTime", Some(Tree::Time(seen.at)))]);
            Some(Tree::map([
                ("Region", Tree::text(&checker.region)),
                ("IPAddress", Tree::text(checker.address.to_string())),
                ("StatusReport", Some(report)),
            ]))
        };
        let observations = check.checkers.iter().filter_map(observation);
        Ok(Tree::map([("HealthCheckObservations", Tree::list("HealthCheckObservation", observations))]))
    }

    /// AWS: UpdateHealthCheck: refused if the version given is not the current one; each update raises it.
    pub(super) fn update_check(&mut self, params: &Params) -> Reply {
        let check = self.asked_check(params)?;
        let (id, version) = (check.id.clone(), check.version);
        if let Some(given) = params.text("HealthCheckVersion") {
            let given: u64 =
                given.parse().map_err(|_| invalid(format!("Invalid HealthCheckVersion '{given}'")))?;
            if given != version {
                let message = "The value of HealthCheckVersion in the request doesn't match the value of HealthCheckVersion in the health check.";
                return Err(AwsFault::new(409, "HealthCheckVersionMismatch", message));
            }
        }
        let mut config = check.config.clone();
        // AWS: UpdateHealthCheck: an address can be changed, but neither added nor taken away.
        if config.address.is_none() && params.has("IPAddress") {
            return Err(invalid(
                "An IPAddress cannot be added to a health check that was created without one",
            ));
        }
        config.update(params)?;
        self.children_exist(Some(&id), &config)?;
        let takes = self.route53.settings.configured.draw(&mut self.route53.rng);
        let Some(check) = self.route53.checks.get_mut(&id) else { return self.get_check(params) };
        check.config = config;
        check.version += 1;
        let version = check.version;
        self.after(takes, agenda::Due::Route53(Due::Configured { check: id, version }));
        self.get_check(params)
    }

    fn asked_check(&self, params: &Params) -> Result<&HealthCheck, AwsFault> {
        let id = either(params, "HealthCheckId", "Id").unwrap_or_default();
        self.route53.check(id.trim_start_matches("/healthcheck/"))
    }

    /// A check that was created, with the address of its own page, which travels in a header.
    fn created(&self, check: &HealthCheck) -> Tree {
        let location = format!("https://route53.amazonaws.com/2013-04-01/healthcheck/{}", check.id);
        Tree::map([("HealthCheck", Some(self.check_tree(check))), ("Location", Tree::text(location))])
    }

    fn one(&self, check: &HealthCheck) -> Tree {
        Tree::map([("HealthCheck", Some(self.check_tree(check)))])
    }
}

/// An observation with its verdict turned round.
fn turned(status: &str) -> String {
    match status.strip_prefix("Success") {
        Some(rest) => format!("Failure{rest}"),
        None => status.replacen("Failure", "Success", 1),
    }
}
