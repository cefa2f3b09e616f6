//! Scalar: one written value to a value of its kind.
//! Invariant: pure; a refusal says what is wrong and what to write instead.
//! Not here: lists and maps (see `walk`).
//! Used by: walk; schema, for defaults.

use std::time::Duration;

use super::{Kind, record::Value};
use crate::text::nearest;

/// Why a written value is not of its kind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The problem's stable name.
    pub code: &'static str,
    /// What was wanted, if a few words say it: `a time is wanted here, not ...`.
    pub wants: Option<String>,
    /// What to write instead.
    pub help: String,
}

/// A text as it stands in a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written<'a> {
    pub text: &'a str,
    /// In quotes: then it is text and neither number nor boolean.
    pub quoted: bool,
}

/// The value of a kind that has no parts.
pub(crate) fn read(kind: &Kind, written: Written<'_>) -> Result<Value, Refusal> {
    let text = written.text;
    match kind {
        Kind::Text => match text.trim().is_empty() {
            true => Err(refusal("file::empty", "a text", "write something between the quotes")),
            false => Ok(Value::Text(text.to_owned())),
        },
        Kind::Plain => Ok(plain(written)),
        Kind::Bool => boolean(written),
        Kind::Whole(min, max) => whole(written, *min, *max),
        Kind::Time(min) => time(text, *min),
        Kind::Words(words) => word(text, words),
        Kind::WordsOrWhole(words) => match text.parse::<u64>() {
            Ok(_) => whole(written, 1, u64::from(u32::MAX)),
            Err(_) => word(text, words)
                .map_err(|refusal| Refusal { help: format!("{}, or a number", refusal.help), ..refusal }),
        },
        Kind::Exactly(only) => word(text, &[only]),
        Kind::Rule(rule) => match (rule.check)(text) {
            Ok(()) => Ok(Value::Text(text.to_owned())),
            Err(help) => Err(refusal("file::form", rule.wants, help)),
        },
        Kind::OneOrMany(inner) | Kind::Either(inner, _) => read(inner, written),
        Kind::List(_) => Err(refusal("file::type", "a list", "write it as `[one, two]`")),
        Kind::Map(..) | Kind::Record(_) | Kind::Choice(_) => {
            Err(refusal("file::type", "a map", "write it as `{ key: value }`"))
        }
    }
}

/// A single value as YAML reads it: quotes make a text.
fn plain(Written { text, quoted }: Written<'_>) -> Value {
    let number = || text.parse::<f64>().ok().filter(|number| number.is_finite());
    match text {
        _ if quoted => Value::Text(text.to_owned()),
        "true" | "false" => Value::Bool(text == "true"),
        _ if text.bytes().all(|b| b.is_ascii_digit()) => {
            text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Whole)
        }
        _ => number().map_or_else(|| Value::Text(text.to_owned()), Value::Number),
    }
}

fn refusal(code: &'static str, wants: impl Into<String>, help: impl Into<String>) -> Refusal {
    Refusal { code, wants: Some(wants.into()), help: help.into() }
}

fn boolean(written: Written<'_>) -> Result<Value, Refusal> {
    let meant = match written.text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" => "true",
        "false" | "no" | "off" | "n" | "0" => "false",
        _ => return Err(refusal("file::boolean", "`true` or `false`", "write `true` or `false`")),
    };
    if written.text == meant && !written.quoted {
        return Ok(Value::Bool(meant == "true"));
    }
    let why =
        if written.quoted { "without quotes" } else { "in small letters: no other word is a boolean here" };
    Err(refusal("file::boolean", "`true` or `false`", format!("write `{meant}`, {why}")))
}

fn whole(written: Written<'_>, min: u64, max: u64) -> Result<Value, Refusal> {
    let wants = if max >= u64::from(u32::MAX) {
        format!("a whole number from {min}")
    } else {
        format!("a whole number from {min} to {max}")
    };
    let digits = !written.text.is_empty() && written.text.bytes().all(|b| b.is_ascii_digit());
    let zeros = written.text.len() > 1 && written.text.starts_with('0');
    match written.text.parse::<u64>() {
        // Other readers of YAML take it for an octal number.
        Ok(number) if digits && zeros => {
            Err(refusal("file::number", wants, format!("write {number}, without the zero before it")))
        }
        Ok(number) if digits && !written.quoted && (min..=max).contains(&number) => Ok(Value::Whole(number)),
        Ok(number) if digits && (min..=max).contains(&number) => {
            Err(refusal("file::number", wants, format!("write {number} without quotes")))
        }
        Ok(_) if digits => Err(refusal("file::range", wants, "choose a number in that range")),
        _ => Err(refusal("file::number", wants, "write digits only")),
    }
}

fn word(text: &str, words: &[&str]) -> Result<Value, Refusal> {
    if words.contains(&text) {
        return Ok(Value::Text(text.to_owned()));
    }
    let help = match nearest(text, words.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write one of: {}", words.join(", ")),
    };
    Err(Refusal { code: "file::word", wants: None, help })
}

/// Units with their milliseconds, the longest first.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// What a time looks like, for JSON Schema.
pub(crate) const TIME_PATTERN: &str = r"^([0-9]+(\.[0-9]+)?(ms|s|m|h) ?)+$";

fn time(text: &str, min: u64) -> Result<Value, Refusal> {
    let wants = "a time with its unit";
    let form = |help: String| refusal("file::time", wants, help);
    let milliseconds = milliseconds(text).map_err(form)?;
    if milliseconds < min {
        return Err(match min {
            0 | 1 => refusal("file::range", "a time longer than zero", "write how long, such as `30s`"),
            _ => refusal(
                "file::range",
                format!("a time of at least {min}ms"),
                format!("write `{min}ms` or more"),
            ),
        });
    }
    Ok(Value::Time(Duration::from_millis(milliseconds)))
}

/// Sums up `1h 30m`, `90s`, `1.5s`; each unit at most once, the longest first.
fn milliseconds(text: &str) -> Result<u64, String> {
    let form = || "write a number and a unit: `500ms`, `30s`, `10m`, `1h30m`".to_owned();
    if text.starts_with('-') {
        return Err("a time cannot be negative".to_owned());
    }
    let mut rest = text.trim();
    let (mut sum, mut next_unit) = (0_f64, 0);
    if rest.is_empty() {
        return Err(form());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let number_is_good = number.starts_with(|c: char| c.is_ascii_digit()) && !number.ends_with('.');
        let value = number.parse::<f64>().ok().filter(|_| number_is_good).ok_or_else(form)?;
        // `10 minutes` is wrong in its unit, not in its blank.
        let word = after.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        if after.starts_with(' ') && !word.is_empty() {
            return Err(wrong_unit(number, word));
        }
        let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let place =
            UNITS.iter().position(|(name, _)| *name == unit).ok_or_else(|| wrong_unit(number, unit))?;
        if place < next_unit {
            return Err("write each unit once, the longest first: `1h30m`".to_owned());
        }
        next_unit = place + 1;
        sum += value * UNITS[place].1 as f64;
        rest = after.trim_start();
    }
    // A year is beyond any drill, and far inside what a number of milliseconds holds.
    if sum > 31_536_000_000.0 {
        return Err("a drill does not take a year".to_owned());
    }
    Ok(sum.round() as u64)
}

fn wrong_unit(number: &str, unit: &str) -> String {
    let meant = match unit.to_ascii_lowercase().as_str() {
        "" => return format!("add a unit: `{number}s` for seconds, `{number}m` for minutes"),
        "sec" | "secs" | "second" | "seconds" => "s",
        "min" | "mins" | "minute" | "minutes" => "m",
        "hr" | "hrs" | "hour" | "hours" => "h",
        "ms" | "s" | "m" | "h" if unit.bytes().all(|b| b.is_ascii_lowercase()) => unit,
        "msec" | "millis" | "millisecond" | "milliseconds" => "ms",
        lower if lower != unit && UNITS.iter().any(|(name, _)| *name == lower) => {
            return format!("units have small letters: `{number}{lower}`");
        }
        _ => return format!("`{unit}` is no unit; the units are ms, s, m and h"),
    };
    format!("write `{number}{meant}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(kind: Kind, text: &str) -> Result<Value, Refusal> {
        read(&kind, Written { text, quoted: false })
    }

    fn millis(text: &str) -> Option<u64> {
        match plain(Kind::Time(1), text) {
            Ok(Value::Time(time)) => u64::try_from(time.as_millis()).ok(),
            _ => None,
        }
    }

    #[test]
    fn times_add_up_and_need_their_units() {
        assert_eq!(millis("500ms"), Some(500));
        assert_eq!(millis("1.5s"), Some(1_500));
        assert_eq!(millis("1h30m"), Some(5_400_000));
        assert_eq!(millis("1h 30m"), Some(5_400_000));
        for bad in
            ["", "5", "-5s", "5 minutes", "0s", "1m1h", "1s1s", "s", ".5s", "5.s", "1d", "99999999h", "nan"]
        {
            assert_eq!(millis(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn only_two_words_are_booleans() {
        assert!(matches!(plain(Kind::Bool, "true"), Ok(Value::Bool(true))));
        for (bad, meant) in [("yes", "true"), ("on", "true"), ("True", "true"), ("off", "false")] {
            assert!(plain(Kind::Bool, bad).is_err_and(|refusal| refusal.help.contains(meant)), "{bad}");
        }
        assert!(read(&Kind::Bool, Written { text: "true", quoted: true }).is_err());
    }

    #[test]
    fn numbers_are_digits_in_their_range() {
        let port = Kind::Whole(1, 65_535);
        assert!(matches!(plain(port, "80"), Ok(Value::Whole(80))));
        for bad in ["0", "65536", "080", "8e1", "0x50", "-80", "+80", "80.0", "99999999999999999999"] {
            assert!(plain(port, bad).is_err(), "{bad}");
        }
    }
}
