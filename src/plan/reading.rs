//! Reading: everything that a plan was made from, value by value: what a saved plan is held against.
//! Invariant: two readings are equal only if the same things are there, and nobody set any of them otherwise; how they are at
//! a moment is left out on purpose, and `LEFT_OUT` says so; the order in which AWS lists things counts for nothing.
//! Not here: the file (see `saved`).
//! Used by: resolve, saved; cli shows what moved.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{beside, digest::sha256, look::Looked};
use crate::{
    aws::{Interface, Topology},
    change::Captured,
    id::StepId,
    survey::Survey,
};

/// Every value that was read, by its path.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reading(BTreeMap<String, String>);

/// One value that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moved {
    /// Its path.
    pub path: String,
    /// What it was; `None`: it was not there.
    pub was: Option<String>,
    /// What it is; `None`: it is gone.
    pub is: Option<String>,
}

/// What stands where a part could not be read: it is compared with nothing.
const UNREAD: &str = "(could not be read)";

/// What is left out, by the end of its path, and why. `*` stands for any one name.
pub(super) const LEFT_OUT: &[(&str, &str)] = &[
    ("environment.health", "how it feels at a moment: the guards and the steady state look anew"),
    ("environment.color", "how it feels at a moment: the guards and the steady state look anew"),
    ("regions.*.*.state", "whether an instance runs at a moment: the guards look anew"),
    ("global.status", "whether something is moving at a moment: the guards look anew"),
    ("clusters.*.status", "whether something is moving at a moment: the guards look anew"),
    ("global.*.synchronization", "how it is at a moment: the guards look anew"),
    ("health_checks.*.version", "AWS counts updates; what an update can set is compared itself"),
    ("check.version", "AWS counts updates; what an update can set is compared itself"),
    ("values of environment variables", "they may be secrets; that they are set is compared"),
    ("what pipelines released when", "the version that runs is compared"),
    ("interfaces of load balancers", "AWS adds and removes them by load"),
    ("health of targets, replication lag", "how it is at a moment: the guards look anew"),
    ("who calls, when, how long credentials last, freezes", "asked anew by the guards"),
];

impl Reading {
    pub(super) fn of(topology: &Topology, looked: &Looked) -> Reading {
        let mut reading = Reading::default();
        reading.take("", &serde_json::to_value(topology).unwrap_or_default());
        for (side, seen) in [("primary", &looked.interfaces.primary), ("standby", &looked.interfaces.standby)]
        {
            // What could not be read is no value: the guards judge that.
            let own: Vec<&Interface> =
                seen.iter().flatten().filter(|one| !one.description.starts_with("ELB ")).collect();
            reading.take(&format!("behind_groups.{side}"), &json!(own));
        }
        reading
    }

    /// What a change captured.
    pub(super) fn add(&mut self, step: &StepId, captured: &Captured) {
        self.take(&format!("changes.{step}.before"), &captured.before);
        self.take(&format!("changes.{step}.read"), &captured.read);
    }

    /// What both regions say beside that.
    pub fn add_survey(&mut self, survey: &Survey) {
        beside::parts(survey).into_iter().for_each(|(path, read)| self.part(&path, read));
    }

    fn part(&mut self, path: &str, read: Option<Value>) {
        match read {
            Some(value) => self.take(path, &value),
            None => drop(self.0.insert(path.to_owned(), UNREAD.to_owned())),
        }
    }

    /// The parts that could not be read, now or then: nobody can tell whether they moved.
    pub fn untold<'a>(&'a self, now: &'a Reading) -> BTreeSet<&'a str> {
        let unread = |reading: &'a Reading| reading.0.iter().filter(|(_, value)| *value == UNREAD);
        unread(self).chain(unread(now)).map(|(path, _)| path.as_str()).collect()
    }

    fn take(&mut self, path: &str, value: &Value) {
        if is_left_out(path) {
            return;
        }
        let below = |name: &str| match path {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        match value {
            Value::Null => {}
            Value::Object(fields) => fields.iter().for_each(|(name, value)| self.take(&below(name), value)),
            Value::Array(all) if all.iter().all(|one| !one.is_object()) => {
                let mut words: Vec<String> = all.iter().map(plain).collect();
                words.sort_unstable();
                if !words.is_empty() {
                    self.0.insert(path.to_owned(), words.join(", "));
                }
            }
            Value::Array(all) => {
                let mut met: BTreeMap<String, usize> = BTreeMap::new();
                for one in all {
                    let name = name_of(one);
                    let times = met.entry(name.clone()).or_default();
                    *times += 1;
                    let again = if *times > 1 { format!("#{times}") } else { String::new() };
                    self.take(&format!("{path}[{name}{again}]"), one);
                }
            }
            other => drop(self.0.insert(path.to_owned(), plain(other))),
        }
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if nothing was read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One number for all of it.
    pub fn fingerprint(&self) -> String {
        sha256(&serde_json::to_vec(&self.0).unwrap_or_default())
    }

    /// What is otherwise in `now`. A thing that came or went is told once, whole.
    pub fn moved(&self, now: &Reading) -> Vec<Moved> {
        let untold = self.untold(now);
        let told = |path: &&String| !untold.iter().any(|part| path.starts_with(part));
        let paths: BTreeSet<&String> = self.0.keys().chain(now.0.keys()).filter(told).collect();
        let mut things: BTreeSet<&str> = BTreeSet::new();
        let mut all: Vec<Moved> = Vec::new();
        for path in paths.into_iter().filter(|path| self.0.get(*path) != now.0.get(*path)) {
            match things_of(path).find(|thing| self.has(thing) != now.has(thing)) {
                Some(thing) => drop(things.insert(thing)),
                None => {
                    let (was, is) = (self.0.get(path).cloned(), now.0.get(path).cloned());
                    all.push(Moved { path: path.clone(), was, is });
                }
            }
        }
        all.extend(things.into_iter().map(|thing| Moved {
            path: thing.to_owned(),
            was: self.whole(thing),
            is: now.whole(thing),
        }));
        all.sort();
        without_echoes(all)
    }

    fn below<'a>(&'a self, thing: &'a str) -> impl Iterator<Item = (&'a str, &'a String)> {
        let from = self.0.range(thing.to_owned()..);
        from.map_while(move |(path, value)| Some((path.strip_prefix(thing)?, value)))
    }

    fn has(&self, thing: &str) -> bool {
        self.below(thing).next().is_some()
    }

    /// A thing in one line.
    fn whole(&self, thing: &str) -> Option<String> {
        let said = |(end, value): (&str, &String)| match end.trim_start_matches('.') {
            "" => value.clone(),
            name => format!("{name} {value}"),
        };
        let words: Vec<String> = self.below(thing).map(said).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}

/// The things in lists that the path leads through, from the outside in.
fn things_of(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices(']').map(move |(end, _)| &path[..=end])
}

/// Some values are read by several ways: a health check by the site's record and by the change that holds it. Whoever edited
/// it edited it once, and it is told once: as found before as captured, as read before as kept, by its name before by AWS's.
fn without_echoes(all: Vec<Moved>) -> Vec<Moved> {
    let is_echo = |one: &Moved| {
        let echoes = |other: &&Moved| other.path != one.path && other.echo() == one.echo();
        let said_by =
            |origin: &dyn Fn(&str) -> bool| all.iter().filter(echoes).any(|other| origin(&other.path));
        let captured = |path: &str| path.starts_with("changes.");
        let step = |path: &str| path.split('.').nth(1).map(str::to_owned);
        let kept = |path: &str| captured(path) && path.split('.').nth(2) == Some("before");
        match one.path.split_once(".fields.") {
            Some((check, _))
                if said_by(&|path| path.rsplit_once('.').is_some_and(|(own, _)| own == check)) =>
            {
                true
            }
            _ if captured(&one.path) && said_by(&|path| !captured(path)) => true,
            _ => {
                kept(&one.path)
                    && said_by(&|path| captured(path) && !kept(path) && step(path) == step(&one.path))
            }
        }
    };
    all.iter().filter(|one| !is_echo(one)).cloned().collect()
}

impl Moved {
    /// The same for two tellings of one edit: the last name of the path, and what became of it. Of a thing that came or went
    /// only that.
    fn echo(&self) -> (String, Option<&str>, Option<&str>) {
        let last = self.path.rsplit(['.', '[']).next().unwrap_or_default();
        let name = last.to_ascii_lowercase().replace('_', "");
        match self.path.ends_with(']') {
            true => (name, self.was.as_ref().map(|_| ""), self.is.as_ref().map(|_| "")),
            false => (name, self.was.as_deref(), self.is.as_deref()),
        }
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.was, &self.is) {
            (Some(was), Some(is)) => write!(f, "{}: was {was}, is {is}", self.path),
            (None, Some(is)) => write!(f, "{}: is new: {is}", self.path),
            (Some(was), None) => write!(f, "{}: is gone; it was: {was}", self.path),
            (None, None) => f.write_str(&self.path),
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What tells a thing in a list from the others there.
fn name_of(value: &Value) -> String {
    let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned);
    let own = |value: &Value| text(value, "id").or_else(|| text(value, "arn"));
    if let Some(name) = own(value).or_else(|| own(&value["rule"])).or_else(|| own(&value["balancer"])) {
        return name;
    }
    let parts = ["name", "kind", "set_identifier"].into_iter().filter_map(|part| text(value, part));
    parts.collect::<Vec<_>>().join(" ")
}

fn is_left_out(path: &str) -> bool {
    LEFT_OUT.iter().any(|(end, _)| {
        let (mut path, mut end) = (path.rsplit('.'), end.rsplit('.'));
        loop {
            match (end.next(), path.next()) {
                (None, _) => return true,
                (Some("*"), Some(_)) => {}
                (Some(wanted), Some(name)) if wanted == name => {}
                _ => return false,
            }
        }
    })
}
