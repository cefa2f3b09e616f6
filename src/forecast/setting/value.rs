//! Value: what a setting is set to, as a person types it.
//! Invariant: a value is in the units of drill files, and within what AWS takes.
//! Used by: `setting`.

use std::time::Duration;

use jiff::SignedDuration;

/// What a setting is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    Time(Duration),
    Count(u32),
    Flag(bool),
}

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Whole seconds within these.
    Seconds(u64, u64),
    /// Milliseconds within these.
    Millis(u64, u64),
    /// One of these seconds.
    OneOf(&'static [u64]),
    /// A number within these.
    Count(u32, u32),
    /// Yes or no.
    Flag,
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
    /// Reads a value.
    ///
    /// # Errors
    /// Says what is taken.
    pub(super) fn read(self, text: &str) -> Result<Value, String> {
        match self {
            Takes::Seconds(low, high) => time(text)
                .filter(|time| time.subsec_nanos() == 0 && (low..=high).contains(&time.as_secs()))
                .map(Value::Time)
                .ok_or_else(|| format!("whole seconds from {low}s to {high}s")),
            Takes::Millis(low, high) => {
                let (low, high) = (Duration::from_millis(low), Duration::from_millis(high));
                time(text)
                    .filter(|time| (low..=high).contains(time))
                    .map(Value::Time)
                    .ok_or_else(|| format!("a time from {} to {}", Value::Time(low), Value::Time(high)))
            }
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
