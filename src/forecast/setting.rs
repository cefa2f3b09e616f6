//! Setting: what a what-if can change, by the name that a person types.
//! Invariant: an unknown name is refused with the nearest; a value is in the units of drill files, and within what AWS
//! takes.
//! Not here: what a changed setting buys (see `what_if`).
//! Used by: `what_if`, cli.

use std::time::Duration;

use jiff::SignedDuration;

use super::numbers::Numbers;
use crate::text;

/// One setting with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    key: &'static Key,
    value: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    Time(Duration),
    Count(u32),
    Flag(bool),
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
enum Takes {
    /// A time within these seconds.
    Time(u64, u64),
    /// One of these seconds.
    OneOf(&'static [u64]),
    /// A number within these.
    Count(u32, u32),
    /// Yes or no.
    Flag,
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
        Takes::Time(0, 86_400),
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
    key("targets.interval", Takes::Time(5, 300), What::TargetInterval, "Between two checks of a target."),
    key("targets.timeout", Takes::Time(2, 120), What::TargetTimeout, "How long a check of a target waits."),
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
    key("probe_interval", Takes::Time(0, 60), What::ProbeInterval, "How often the site is looked at."),
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

    /// The settings that are worth a try, as far as they would change something.
    pub fn useful(numbers: &Numbers) -> Vec<Setting> {
        let tries = [
            "ttl=10s",
            "health_check.interval=10s",
            "health_check.interval=30s",
            "health_check.threshold=1",
            "health_check.threshold=2",
            "evaluate_target_health=yes",
            "targets.interval=5s",
            "targets.unhealthy_after=2",
            "await.environment=no",
        ];
        let all = tries.into_iter().filter_map(|text| Setting::read(text).ok());
        all.filter(|own| own.now(numbers).is_some_and(|now| now != own.value())).collect()
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Time(time) if time.subsec_millis() == 0 => write!(f, "{}s", time.as_secs()),
            Value::Time(time) => write!(f, "{}ms", time.as_millis()),
            Value::Count(count) => write!(f, "{count}"),
            Value::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
        }
    }
}

impl Takes {
    fn read(self, text: &str) -> Result<Value, String> {
        match self {
            Takes::Time(low, high) => time(text)
                .filter(|time| (Duration::from_secs(low)..=Duration::from_secs(high)).contains(time))
                .filter(|time| !time.is_zero() || low > 0 || text.starts_with('0'))
                .map(Value::Time)
                .ok_or_else(|| format!("a time from {low}s to {high}s")),
            Takes::OneOf(secs) => {
                let known = |time: &Duration| secs.iter().any(|own| Duration::from_secs(*own) == *time);
                let words: Vec<String> = secs.iter().map(|own| format!("{own}s")).collect();
                time(text).filter(known).map(Value::Time).ok_or_else(|| words.join(" or "))
            }
            Takes::Count(low, high) => text
                .parse()
                .ok()
                .filter(|count| (low..=high).contains(count))
                .map(Value::Count)
                .ok_or_else(|| format!("a number from {low} to {high}")),
            Takes::Flag => match text {
                "yes" | "true" => Ok(Value::Flag(true)),
                "no" | "false" => Ok(Value::Flag(false)),
                _ => Err("yes or no".to_owned()),
            },
        }
    }
}

/// `10s`, `1m30s`, `500ms`; a bare number is seconds, as AWS has them.
pub fn time(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(u64::from(seconds)));
    }
    Duration::try_from(text.parse::<SignedDuration>().ok()?).ok()
}

impl What {
    fn of(self, numbers: &Numbers) -> Option<Value> {
        let first = numbers.side(numbers.first?);
        let check = first.check.as_ref();
        Some(match self {
            What::Ttl => Value::Time(numbers.ttl),
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

    fn set(self, numbers: &mut Numbers, value: Value) {
        match (self, value) {
            (What::Ttl, Value::Time(time)) => numbers.ttl = time,
            (What::CheckInterval, Value::Time(time)) => {
                numbers.each_side(|side| side.check.iter_mut().for_each(|check| check.interval = time));
            }
            (What::CheckThreshold, Value::Count(count)) => {
                numbers.each_side(|side| side.check.iter_mut().for_each(|check| check.threshold = count));
            }
            (What::EvaluateTargets, Value::Flag(flag)) => {
                numbers.each_side(|side| side.evaluates_targets = flag);
            }
            (What::TargetInterval, Value::Time(time)) => {
                numbers.each_side(|side| side.targets.interval = time);
            }
            (What::TargetTimeout, Value::Time(time)) => numbers.each_side(|side| side.targets.timeout = time),
            (What::Unhealthy, Value::Count(count)) => {
                numbers.each_side(|side| side.targets.unhealthy_after = count);
            }
            (What::Healthy, Value::Count(count)) => {
                numbers.each_side(|side| side.targets.healthy_after = count);
            }
            (What::AwaitEnvironment, Value::Flag(flag)) => numbers.awaits_environment = flag,
            (What::ProbeInterval, Value::Time(time)) => numbers.probe_interval = time,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
