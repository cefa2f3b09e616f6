//! Check operation: health checks, as the API shows and changes them.
//! Invariant: changes `config` and its version at once, and what checkers go by only through the agenda.
//! Not here: fields and their rules (see `check`), probing (see `checker`).
//! Used by: `route53`.

use std::collections::BTreeMap;

use super::{
    Due, State,
    check::{Checker, HealthCheck, Observation},
    config::Config,
    invalid, page_size, timing,
    zone::either,
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
            live: config.clone(),
            config,
            generation: 0,
            checkers,
            healthy,
            published: healthy,
            settles: jiff::Timestamp::UNIX_EPOCH,
            tags,
        };
        self.checks.insert(id.clone(), check);
        id
    }
}

impl World {
    /// AWS: CreateHealthCheck: the same caller reference with the same settings gives the check that it made before.
    pub(super) fn create_check(&mut self, params: &Params) -> Reply {
        let reference = params.text("CallerReference").filter(|text| (1..=64).contains(&text.len()));
        let reference = reference.ok_or_else(|| invalid("CallerReference must have 1 to 64 characters"))?;
        let config = Config::parse(&params.below("HealthCheckConfig"))?;
        for child in &config.children {
            self.route53.check(child)?;
        }
        let held = self.route53.checks.values().find(|check| check.caller_reference == reference);
        match held {
            Some(held) if held.config == config => return Ok(one(held)),
            Some(_) => {
                let message = format!(
                    "A health check with caller reference {reference} and other settings already exists."
                );
                return Err(AwsFault::new(409, "HealthCheckAlreadyExists", message));
            }
            None => {}
        }
        let id = self.route53.add_check(reference, config, BTreeMap::new());
        self.start_checkers(&id);
        self.judge_check(&id);
        self.route53.check(&id).map(one)
    }

    pub(super) fn delete_check(&mut self, params: &Params) -> Reply {
        let id = self.asked_check(params)?.id.clone();
        self.route53.checks.remove(&id);
        self.note_answers();
        Ok(Tree::Map(Vec::new()))
    }

    pub(super) fn get_check(&self, params: &Params) -> Reply {
        self.asked_check(params).map(one)
    }

    pub(super) fn count_checks(&self) -> Reply {
        let count = i64::try_from(self.route53.checks.len()).unwrap_or(i64::MAX);
        Ok(Tree::map([("HealthCheckCount", Some(Tree::Int(count)))]))
    }

    pub(super) fn list_checks(&self, params: &Params) -> Reply {
        let size = page_size(either(params, "MaxItems", "maxitems"), 1000)?;
        let from = either(params, "Marker", "marker").unwrap_or_default();
        let mut checks = self.route53.checks.values().skip_while(|check| check.id.as_str() < from);
        let page: Vec<Tree> = checks.by_ref().take(size).map(HealthCheck::tree).collect();
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
        self.observations(params, |checker| checker.last.as_ref())
    }

    /// AWS: GetHealthCheckLastFailureReason: the last failure also of a checker that is well again.
    pub(super) fn get_check_failures(&self, params: &Params) -> Reply {
        self.observations(params, |checker| checker.last_failure.as_ref())
    }

    fn observations(&self, params: &Params, seen: impl Fn(&Checker) -> Option<&Observation>) -> Reply {
        let check = self.asked_check(params)?;
        if !check.config.kind.is_probed() {
            return Err(invalid(
                "This health check has no checkers: it follows other health checks or an alarm",
            ));
        }
        let observation = |checker: &Checker| {
            let seen = seen(checker)?;
            let report =
                Tree::map([("Status", Tree::text(&seen.status)), ("CheckedTime", Some(Tree::Time(seen.at)))]);
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
                let message =
                    format!("The health check version {given} does not match the current version {version}.");
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
        for child in &config.children {
            self.route53.check(child)?;
        }
        let (low, high) = timing::CONFIGURED;
        let takes = self.route53.rng.between(low, high);
        let Some(check) = self.route53.checks.get_mut(&id) else { return self.get_check(params) };
        check.config = config;
        check.version += 1;
        let (version, answer) = (check.version, one(check));
        self.after(takes, agenda::Due::Route53(Due::Configured { check: id, version }));
        Ok(answer)
    }

    fn asked_check(&self, params: &Params) -> Result<&HealthCheck, AwsFault> {
        let id = either(params, "HealthCheckId", "Id").unwrap_or_default();
        self.route53.check(id.trim_start_matches("/healthcheck/"))
    }
}

fn one(check: &HealthCheck) -> Tree {
    Tree::map([("HealthCheck", Some(check.tree()))])
}
