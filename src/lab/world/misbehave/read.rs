//! Read: rules from text, one a line, with the place of whatever is wrong.
//! Invariant: a rule that names an operation which the lab does not have, or a word it does not know, is refused.
//! Not here: what rules do (see `decide`).
//! Used by: `misbehave`; cli; the control door.
//!
//! `ec2:RevokeSecurityGroupIngress@ap-northeast-2 reply-lost-after count=1 p=0.5 seed=3`

use std::time::Duration;

use jiff::SignedDuration;

use super::rule::{CERTAIN, GLOBAL_REGION, KINDS, Kind, Rule, Turns};
use crate::{
    diagnostic::{Diagnostic, FileId, Place, Problems, SourceFile, Span},
    lab::world::{World, call::Service},
    text,
};

/// What can follow the kind.
const OPTIONS: [&str; 4] = ["count", "every", "p", "seed"];

/// Why a text is no rule; the span is of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wrong {
    code: &'static str,
    message: String,
    span: Span,
    label: String,
    help: Option<String>,
}

/// A word of a text, with its place.
#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    start: usize,
}

impl<'a> Word<'a> {
    fn span(self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }

    /// The parts around a sign; the second is `None` without it.
    fn split(self, sign: char) -> (Word<'a>, Option<Word<'a>>) {
        match self.text.split_once(sign) {
            None => (self, None),
            Some((first, second)) => {
                let start = self.start + first.len() + sign.len_utf8();
                (Word { text: first, ..self }, Some(Word { text: second, start }))
            }
        }
    }

    fn wrong(self, code: &'static str, message: String, label: &str) -> Wrong {
        Wrong { code, message, span: self.span(), label: label.to_owned(), help: None }
    }
}

impl Wrong {
    fn help(self, help: impl Into<String>) -> Wrong {
        Wrong { help: Some(help.into()), ..self }
    }

    fn nearest<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Wrong {
        match text::nearest(word, known) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

fn kinds() -> [&'static str; KINDS.len()] {
    KINDS.each_ref().map(|kind| kind.name)
}

/// The rules of a file: one a line; what follows `#`, and empty lines, say nothing. What is wrong goes to `problems`.
pub fn read_file(problems: &mut Problems, file: SourceFile) -> Vec<Rule> {
    let text = file.text.clone();
    let file = problems.add_file(file);
    let mut rules = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let said = line.split('#').next().unwrap_or_default();
        if !said.trim().is_empty() {
            match read(said, start) {
                Ok(rule) => rules.push(rule),
                Err(wrong) => problems.push(diagnostic(wrong, file)),
            }
        }
        start += line.len();
    }
    rules
}

/// The rule that a text is; `name` says where the text is from, as `--misbehave`.
pub fn read_rule(name: &str, text: &str) -> Result<Rule, Problems> {
    read(text, 0).map_err(|wrong| {
        let mut problems = Problems::new();
        let file = problems.add_file(SourceFile { path: name.to_owned(), text: text.to_owned() });
        problems.push(diagnostic(wrong, file));
        problems
    })
}

fn diagnostic(wrong: Wrong, file: FileId) -> Diagnostic {
    let place = Place { file, span: wrong.span };
    Diagnostic::error(wrong.code, wrong.message).at(place, wrong.label).maybe_help(wrong.help)
}

/// `start` is where the text stands in its file.
fn read(text: &str, start: usize) -> Result<Rule, Wrong> {
    let mut words = words(text, start);
    let whole = Word { text: text.trim_end(), start };
    let which =
        words.next().ok_or_else(|| whole.wrong("misbehave::empty", "the rule is empty".into(), ""))?;
    let what = words.next().ok_or_else(|| {
        let kinds = kinds().join(", ");
        which
            .wrong("misbehave::no-kind", "the rule does not say what happens".into(), "to these calls")
            .help(format!("write one of {kinds} after it"))
    })?;
    let mut rule = Rule::always(kind(what)?);
    calls(which, &mut rule)?;
    for word in words {
        option(word, &mut rule)?;
    }
    Ok(rule)
}

/// The words of a text; `start` is where the text stands in its file.
fn words(text: &str, start: usize) -> impl Iterator<Item = Word<'_>> {
    let mut at = start;
    text.split([' ', '\t', '\r', '\n']).filter_map(move |word| {
        let here = at;
        at += word.len() + 1;
        (!word.is_empty()).then_some(Word { text: word, start: here })
    })
}

/// `SERVICE:OPERATION@REGION`; each may be `*`, and the last two may be left out.
fn calls(word: Word<'_>, rule: &mut Rule) -> Result<(), Wrong> {
    let (calls, region) = word.split('@');
    let (service, operation) = calls.split(':');
    if service.text != "*" {
        rule.service = Some(Service::named(service.text).ok_or_else(|| {
            let message = format!("the lab has no service `{}`", service.text);
            let wrong = service.wrong("misbehave::unknown-service", message, "not a service");
            wrong
                .help(format!("it has {}", Service::all().map(Service::scope).collect::<Vec<_>>().join(", ")))
                .nearest(service.text, Service::names())
        })?);
    }
    if let Some(operation) = operation.filter(|operation| operation.text != "*") {
        known(operation, rule.service)?;
        rule.operation = Some(operation.text.to_owned());
    }
    if let Some(region) = region.filter(|region| region.text != "*") {
        let is_code = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if region.text.is_empty() || !region.text.chars().all(is_code) {
            let message = format!("`{}` is no region", region.text);
            return Err(region.wrong("misbehave::region", message, "such as ap-northeast-2"));
        }
        if rule.service.is_some_and(Service::is_global) && region.text != GLOBAL_REGION {
            let message = format!("{} is one service for the whole world", service.text);
            let wrong = region.wrong("misbehave::region", message, "it has no such region");
            return Err(wrong.help(format!("leave the region out, or write {GLOBAL_REGION}, where it lives")));
        }
        rule.region = Some(region.text.to_owned());
    }
    Ok(())
}

fn known(operation: Word<'_>, service: Option<Service>) -> Result<(), Wrong> {
    let routes = World::routes().into_iter().filter(|(of, _)| service.is_none_or(|service| *of == service));
    let names: Vec<&str> = routes.map(|(_, operation)| operation.name).collect();
    if names.contains(&operation.text) {
        return Ok(());
    }
    let of = service
        .map_or("no service of the lab".to_owned(), |service| format!("the lab's {}", service.scope()));
    let message = format!("{of} has no operation `{}`", operation.text);
    let wrong = operation.wrong("misbehave::unknown-operation", message, "not answered by the lab");
    Err(wrong.help("`firedrill lab coverage` lists what it answers").nearest(operation.text, names))
}

fn kind(word: Word<'_>) -> Result<Kind, Wrong> {
    let (name, duration) = word.split('=');
    let Some(known) = KINDS.iter().find(|kind| kind.name == name.text) else {
        let message = format!("`{}` is no way to misbehave", name.text);
        let kinds = kinds();
        return Err(name
            .wrong("misbehave::unknown-kind", message, "unknown")
            .help(format!("the lab knows {}", kinds.join(", ")))
            .nearest(name.text, kinds));
    };
    let duration = match (known.duration, duration) {
        (None, Some(duration)) => {
            let message = format!("`{}` takes no value", name.text);
            return Err(duration.wrong("misbehave::value", message, "leave this out"));
        }
        (None, None) => Duration::ZERO,
        (Some(default), None) => default,
        (Some(_), Some(duration)) => duration_of(duration)?,
    };
    Kind::named(name.text, duration).ok_or_else(|| {
        name.wrong("misbehave::unknown-kind", format!("`{}` is no way to misbehave", name.text), "")
    })
}

fn option(word: Word<'_>, rule: &mut Rule) -> Result<(), Wrong> {
    let (name, value) = word.split('=');
    let value = value.ok_or_else(|| {
        let message = format!("`{}` is not an option with a value", name.text);
        name.wrong("misbehave::option", message, "expected NAME=VALUE")
            .help(OPTIONS.map(|name| format!("{name}=…")).join(", "))
    })?;
    match name.text {
        "count" => rule.turns = range(value)?,
        "every" => rule.turns = Turns::Multiple(number(value, 1)?),
        "seed" => rule.seed = Some(number(value, 0)?),
        "p" => rule.millionths = chance(value)?,
        other => {
            let message = format!("a rule has no option `{other}`");
            let wrong = name.wrong("misbehave::option", message, "unknown");
            return Err(wrong.help(format!("it has {}", OPTIONS.join(", "))).nearest(other, OPTIONS));
        }
    }
    Ok(())
}

/// `3`: the first three; `2..4`: the second to the fourth; `2..`: all from the second.
fn range(value: Word<'_>) -> Result<Turns, Wrong> {
    let Some((from, to)) = value.text.split_once("..") else {
        return Ok(Turns::Range(1, number(value, 1)?));
    };
    let last = Word { text: to, start: value.start + from.len() + 2 };
    let from = number(Word { text: from, ..value }, 1)?;
    let to = if to.is_empty() { u64::MAX } else { number(last, from)? };
    Ok(Turns::Range(from, to))
}

fn number(value: Word<'_>, least: u64) -> Result<u64, Wrong> {
    value.text.parse().ok().filter(|number| *number >= least).ok_or_else(|| {
        let message = format!("`{}` is no whole number from {least} on", value.text);
        value.wrong("misbehave::number", message, "here")
    })
}

fn chance(value: Word<'_>) -> Result<u32, Wrong> {
    let chance: Option<f64> = value.text.parse().ok().filter(|p| (0.0..=1.0).contains(p));
    let millionths = chance.map(|p| (p * f64::from(CERTAIN)).round() as u32);
    millionths.ok_or_else(|| {
        let message = format!("`{}` is no probability", value.text);
        value.wrong("misbehave::probability", message, "a number from 0 to 1")
    })
}

/// `500ms`, `2.5s`, `3m`, `1h`, in whole milliseconds; a day is longer than any drill.
fn duration_of(value: Word<'_>) -> Result<Duration, Wrong> {
    let read = value.text.parse::<SignedDuration>().ok().and_then(|read| Duration::try_from(read).ok());
    read.filter(|read| *read <= Duration::from_secs(86_400) && read.subsec_nanos() % 1_000_000 == 0)
        .ok_or_else(|| {
            let message = format!("`{}` is no duration", value.text);
            value.wrong("misbehave::duration", message, "such as 500ms, 5s or 2m")
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::render::{self, Paint};

    #[test]
    fn a_rule_reads_and_its_text_reads_back() {
        for text in [
            "ec2:RevokeSecurityGroupIngress@ap-northeast-2 reply-lost-after count=1 p=0.5",
            "*:* throttle",
            "rds:*@ap-northeast-1 slow=2500ms every=3",
            "route53:*@us-east-1 unavailable count=2.. seed=9",
            "elasticloadbalancing:DescribeTargetHealth stale-read=60000ms count=2..4",
        ] {
            let rule =
                read_rule("--misbehave", text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
            assert_eq!(rule.to_string(), text);
            assert_eq!(read_rule("--misbehave", &rule.to_string()).ok(), Some(rule));
        }
        let short = read_rule("--misbehave", "beanstalk mute").unwrap();
        assert_eq!(short.to_string(), "elasticbeanstalk:* mute");
    }

    #[test]
    fn what_is_wrong_is_shown_with_its_place_and_the_nearest_name() {
        let cases = [
            ("ec3:DescribeInstances throttle", 0..3, Some("did you mean `ec2`?")),
            (
                "ec2:RevokeSecurityGroupIngres throttle",
                4..29,
                Some("did you mean `RevokeSecurityGroupIngress`?"),
            ),
            ("ec2:*  throtle", 7..14, Some("did you mean `throttle`?")),
            ("ec2:* slow=soon", 11..15, None),
            ("ec2:* throttle p=2", 17..18, None),
            ("ec2:* throttle cont=2", 15..19, Some("did you mean `count`?")),
            ("ec2:* throttle count=4..2", 24..25, None),
            ("ec2:* throttle=3", 15..16, None),
            (
                "r53:*@ap-northeast-2 mute",
                6..20,
                Some("leave the region out, or write us-east-1, where it lives"),
            ),
            ("ec2:*", 0..5, Some("write one of")),
        ];
        for (text, place, help) in cases {
            let wrong = read(text, 0).unwrap_err();
            assert_eq!((wrong.span.start, wrong.span.end), (place.start, place.end), "{text}: {wrong:?}");
            let said = wrong.help.unwrap_or_default();
            assert!(said.starts_with(help.unwrap_or_default()), "{text}: {said}");
        }
    }

    #[test]
    fn a_file_has_a_rule_a_line_and_points_into_its_lines() {
        let text = "# a lesson\n\nec2:* throttle count=1  # once\n  rds:* mut\n".to_owned();
        let mut problems = Problems::new();
        let rules = read_file(&mut problems, SourceFile { path: "lesson.txt".to_owned(), text });
        assert_eq!(rules.len(), 1);
        let shown = render::text(&problems, Paint::Plain);
        assert!(shown.contains("lesson.txt:4:9"), "{shown}");
        assert!(shown.contains("did you mean `mute`?"), "{shown}");
    }
}
