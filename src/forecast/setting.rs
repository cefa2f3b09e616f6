//! Setting: what a what-if can change, by the name that a person types.
//! Invariant: an unknown name is refused with the nearest; a value is in the units of drill files, and within what AWS
//! takes.
//! Not here: what a changed setting buys (see `what_if`).
//! Used by: `what_if`, cli.

mod value;

pub use self::value::time;
use self::value::{Takes, Value};
use super::numbers::{CheckNumbers, Numbers, SideNumbers};
use crate::{drill::model::Side, text};

/// One setting with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    key: &'static Key,
    value: Value,
}

/// A setting that can be changed.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// What a person types.
    pub name: &'static str,
    /// In one sentence, with where it is set.
    pub doc: &'static str,
    takes: Takes,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Ttl,
    CheckInterval,
    CheckThreshold,
    EvaluateTargets,
    TargetInterval,
    TargetTimeout,
    Unhealthy,
    Healthy,
    AwaitEnvironment,
    ProbeInterval,
}

const fn key(name: &'static str, takes: Takes, what: What, doc: &'static str) -> Key {
    Key { name, doc, takes, what }
}

/// Every one.
pub static KEYS: [Key; 10] = [
    key(
        "ttl",
        Takes::Seconds(0, 86_400),
        What::Ttl,
        "How long resolvers keep the site's record; an alias to a balancer always has 60s.",
    ),
    key(
        "health_check.interval",
        Takes::OneOf(&[10, 30]),
        What::CheckInterval,
        "Between two looks of one Route 53 checker; set when the check is made.",
    ),
    key(
        "health_check.threshold",
        Takes::Count(1, 10),
        What::CheckThreshold,
        "Failures in a row that turn a Route 53 checker.",
    ),
    key(
        "evaluate_target_health",
        Takes::Flag,
        What::EvaluateTargets,
        "Whether the alias evaluates its target's health.",
    ),
    key("targets.interval", Takes::Seconds(5, 300), What::TargetInterval, "Between two checks of a target."),
    key(
        "targets.timeout",
        Takes::Seconds(2, 120),
        What::TargetTimeout,
        "How long a check of a target waits.",
    ),
    key(
        "targets.unhealthy_after",
        Takes::Count(2, 10),
        What::Unhealthy,
        "Failures in a row that make a target unhealthy.",
    ),
    key(
        "targets.healthy_after",
        Takes::Count(2, 10),
        What::Healthy,
        "Passes in a row that make a target healthy.",
    ),
    key(
        "await.environment",
        Takes::Flag,
        What::AwaitEnvironment,
        "Whether the drill's awaits wait for Beanstalk environments.",
    ),
    key("probe_interval", Takes::Millis(50, 60_000), What::ProbeInterval, "How often the site is looked at."),
];

impl Setting {
    /// Reads `KEY=VALUE`.
    ///
    /// # Errors
    /// Says what is wrong, and what to type.
    pub fn read(text: &str) -> Result<Setting, String> {
        let Some((name, value)) = text.split_once('=') else {
            return Err(format!("`{text}` is no setting: write KEY=VALUE, for example ttl=10s"));
        };
        let name = name.trim();
        let Some(key) = KEYS.iter().find(|key| key.name == name) else {
            let names = || KEYS.iter().map(|key| key.name);
            let hint = text::nearest(name, names()).map_or_else(
                || format!("there are {}", names().collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(format!("no setting is called `{name}`; {hint}"));
        };
        let value = key
            .takes
            .read(value.trim())
            .map_err(|wants| format!("`{}` is no value of {name}: it takes {wants}", value.trim()))?;
        Ok(Setting { key, value })
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.key.name
    }

    /// Its value, in words.
    pub fn value(&self) -> String {
        self.value.to_string()
    }

    /// What it is now, in words; `None`: the deployment has nothing of the kind.
    pub fn now(&self, numbers: &Numbers) -> Option<String> {
        Some(self.key.what.of(numbers)?.to_string())
    }

    /// The numbers with this setting; the same where nothing of the kind is there.
    pub fn set(&self, numbers: &Numbers) -> Numbers {
        let mut changed = numbers.clone();
        self.key.what.set(&mut changed, self.value);
        changed
    }

    /// Why the deployment has nothing of the kind, where it has not.
    pub fn missing(&self) -> &'static str {
        match self.key.what {
            What::Ttl => "the record is an alias, and has its balancer's",
            What::EvaluateTargets => "the record is no alias",
            _ => "no checker of a health check looks",
        }
    }

    /// The settings that are worth a try, as far as they would change something and AWS would take them.
    pub fn useful(numbers: &Numbers) -> Vec<Setting> {
        let tries = [
            "ttl=10s",
            "health_check.interval=10s",
            "health_check.interval=30s",
            "health_check.threshold=1",
            "health_check.threshold=2",
            "evaluate_target_health=yes",
            "targets.interval=5s",
            "targets.interval=10s",
            "targets.unhealthy_after=2",
            "await.environment=no",
        ];
        let all = tries.into_iter().filter_map(|text| Setting::read(text).ok());
        let changes = all.filter(|own| own.now(numbers).is_some_and(|now| now != own.value()));
        changes.filter(|own| numbers.refused().is_some() || own.set(numbers).refused().is_none()).collect()
    }
}

impl What {
    fn of(self, numbers: &Numbers) -> Option<Value> {
        // Without a failover pair health moves nobody, but targets are checked and a name is kept all the same.
        let first = numbers.side(numbers.first.unwrap_or(Side::Primary));
        let check = first.looking();
        Some(match self {
            What::Ttl if first.is_alias => return None,
            What::Ttl => Value::Time(numbers.ttl),
            What::EvaluateTargets if !first.is_alias => return None,
            What::CheckInterval => Value::Time(check?.interval),
            What::CheckThreshold => Value::Count(check?.threshold),
            What::EvaluateTargets => Value::Flag(first.evaluates_targets),
            What::TargetInterval => Value::Time(first.targets.interval),
            What::TargetTimeout => Value::Time(first.targets.timeout),
            What::Unhealthy => Value::Count(first.targets.unhealthy_after),
            What::Healthy => Value::Count(first.targets.healthy_after),
            What::AwaitEnvironment => Value::Flag(numbers.awaits_environment),
            What::ProbeInterval => Value::Time(numbers.probe_interval),
        })
    }

    /// Sets it where there is something of the kind.
    fn set(self, numbers: &mut Numbers, value: Value) {
        match (self, value) {
            (What::Ttl, Value::Time(time)) if self.of(numbers).is_some() => numbers.ttl = time,
            (What::AwaitEnvironment, Value::Flag(flag)) => numbers.awaits_environment = flag,
            (What::ProbeInterval, Value::Time(time)) => numbers.probe_interval = time,
            _ => numbers.each_side(|side| self.set_side(side, value)),
        }
    }

    fn set_side(self, side: &mut SideNumbers, value: Value) {
        let check = |side: &mut SideNumbers, change: &dyn Fn(&mut CheckNumbers)| {
            side.check.iter_mut().filter(|check| check.is_observed).for_each(change);
        };
        match (self, value) {
            (What::CheckInterval, Value::Time(time)) => check(side, &|own| own.interval = time),
            (What::CheckThreshold, Value::Count(count)) => check(side, &|own| own.threshold = count),
            (What::EvaluateTargets, Value::Flag(flag)) => side.evaluates_targets = flag && side.is_alias,
            (What::TargetInterval, Value::Time(time)) => side.targets.interval = time,
            (What::TargetTimeout, Value::Time(time)) => side.targets.timeout = time,
            (What::Unhealthy, Value::Count(count)) => side.targets.unhealthy_after = count,
            (What::Healthy, Value::Count(count)) => side.targets.healthy_after = count,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::tests::reference;

    #[test]
    fn a_setting_is_read_with_the_units_of_drill_files() {
        let read = |text| Setting::read(text).map(|own| (own.name(), own.value()));
        assert_eq!(read("ttl=10"), Ok(("ttl", "10s".to_owned())));
        assert_eq!(read("ttl = 1m30s"), Ok(("ttl", "90s".to_owned())));
        assert_eq!(read("probe_interval=500ms"), Ok(("probe_interval", "500ms".to_owned())));
        assert_eq!(read("evaluate_target_health=no"), Ok(("evaluate_target_health", "no".to_owned())));
    }

    #[test]
    fn what_is_no_setting_is_refused_with_what_to_type() {
        let refused = |text| Setting::read(text).unwrap_err();
        assert_eq!(refused("tll=10"), "no setting is called `tll`; did you mean `ttl`?");
        assert!(refused("colour=red").contains("there are ttl, health_check.interval"));
        let interval = "`20` is no value of health_check.interval: it takes 10s or 30s";
        assert_eq!(refused("health_check.interval=20"), interval);
        assert!(refused("ttl").contains("write KEY=VALUE"));
        assert!(refused("targets.unhealthy_after=1").contains("a number from 2 to 10"));
        assert!(refused("targets.interval=5500ms").contains("whole seconds from 5s to 300s"));
        assert!(refused("probe_interval=20ms").contains("a time from 50ms to 60s"));
    }

    fn now(text: &str, numbers: &Numbers) -> Option<String> {
        Setting::read(text).unwrap().now(numbers)
    }

    #[test]
    fn what_a_record_can_not_have_is_neither_tried_nor_set() {
        let alias = reference();
        assert_eq!(now("ttl=10s", &alias), None, "an alias has its balancer's");
        assert_eq!(Setting::read("ttl=10s").unwrap().set(&alias).ttl, alias.ttl);
        assert_eq!(now("evaluate_target_health=no", &alias), Some("yes".to_owned()));
        let mut plain = reference();
        plain.each_side(|side| (side.is_alias, side.evaluates_targets) = (false, false));
        assert_eq!(now("ttl=10s", &plain), Some("60s".to_owned()));
        assert_eq!(now("evaluate_target_health=yes", &plain), None);
        let set = Setting::read("evaluate_target_health=yes").unwrap().set(&plain);
        assert!(!set.sides.primary.evaluates_targets);
        let tried = |numbers: &Numbers| {
            Setting::useful(numbers).iter().map(|own| format!("{}={}", own.name(), own.value())).collect()
        };
        let (of_alias, of_plain): (Vec<String>, Vec<String>) = (tried(&alias), tried(&plain));
        assert!(!of_alias.contains(&"ttl=10s".to_owned()) && of_plain.contains(&"ttl=10s".to_owned()));
        // Its checks wait 5 s.
        assert!(!of_alias.contains(&"targets.interval=5s".to_owned()), "{of_alias:?}");
        assert!(of_alias.contains(&"targets.interval=10s".to_owned()), "{of_alias:?}");
    }

    #[test]
    fn a_check_that_no_checker_looks_at_has_no_interval_and_a_lone_record_has_targets() {
        let mut numbers = reference();
        numbers.each_side(|side| side.check.iter_mut().for_each(|check| check.is_observed = false));
        assert_eq!(now("health_check.interval=30s", &numbers), None);
        assert!(Setting::useful(&numbers).iter().all(|own| !own.name().starts_with("health_check")));
        let alone = Numbers { first: None, ..reference() };
        assert_eq!(now("targets.unhealthy_after=2", &alone), Some("5".to_owned()));
        assert_eq!(now("health_check.interval=30s", &alone), Some("10s".to_owned()));
    }
}
