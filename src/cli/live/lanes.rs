//! Lanes: what each part of the deployment looks like now, from the samples alone.
//! Invariant: pure; the same samples give the same lines.
//! Not here: drawing (see `screen` and `plain`).
//! Used by: the live views.

use std::collections::BTreeMap;

use crate::{
    cli::words::Tone,
    clock::Stamp,
    drill::model::Side,
    journal::sample::{Outcome, Sample, Seen, WatchName},
};

/// How one part looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Look {
    /// Its feeling.
    pub(crate) tone: Tone,
    /// In words, without numbers that change at each look.
    pub(crate) text: String,
}

/// One line of the live view.
#[derive(Debug, Clone)]
pub(crate) struct Lane {
    /// Its title.
    pub(crate) title: String,
    /// How it looks.
    pub(crate) look: Look,
    /// Since when.
    pub(crate) since: Stamp,
    /// A number beside it that changes at each look: a latency, a count.
    pub(crate) detail: String,
    /// The last seconds with the worst of each, oldest first; only for lanes of clients.
    pub(crate) trail: Vec<(u64, Tone)>,
}

/// Every lane, by watch.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    lanes: BTreeMap<(u8, WatchName), Lane>,
    places: BTreeMap<&'static str, String>,
}

/// Seconds of history that a client's lane shows.
const TRAIL: usize = 24;

/// True if the two say the same but for their numbers: a wait that was cut off a little later is no news.
fn alike(a: &Look, b: &Look) -> bool {
    let words =
        |look: &Look| look.text.chars().filter(|c| !c.is_ascii_digit() && *c != '.').collect::<String>();
    let answers = a.text.starts_with("answers ") || b.text.starts_with("answers ");
    a.tone == b.tone && if answers { a.text == b.text } else { words(a) == words(b) }
}

impl Lanes {
    /// With the names of the two regions, for titles.
    pub(crate) fn new(primary: &str, standby: &str) -> Lanes {
        let places = BTreeMap::from([("primary", primary.to_owned()), ("standby", standby.to_owned())]);
        Lanes { lanes: BTreeMap::new(), places }
    }

    /// Takes a sample in; the lane, if its look has changed.
    pub(crate) fn take(&mut self, sample: &Sample) -> Option<&Lane> {
        let order = order_of(&sample.watch)?;
        let (look, detail) = look_of(sample);
        let title = self.title_of(&sample.watch);
        let key = (order, sample.watch.clone());
        let fresh =
            Lane { title, look: look.clone(), since: sample.finished, detail: String::new(), trail: vec![] };
        let known = self.lanes.contains_key(&key);
        let lane = self.lanes.entry(key).or_insert(fresh);
        let changed = !known || !alike(&lane.look, &look);
        if changed {
            lane.since = sample.started;
            lane.look = look;
        }
        lane.detail = detail;
        if keeps_trail(&sample.watch) {
            extend_trail(&mut lane.trail, sample);
        }
        changed.then_some(&*lane)
    }

    /// All lanes, in the order of the view.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Lane> {
        self.lanes.values()
    }

    fn title_of(&self, watch: &WatchName) -> String {
        let (what, side) = watch.0.split_once('.').unwrap_or((&watch.0, ""));
        let place = self.places.get(side).map_or(side, String::as_str);
        match (what, side) {
            ("site", "") => "site".to_owned(),
            ("dns", "resolver") => "DNS".to_owned(),
            ("dns", "authoritative") => "DNS, zone".to_owned(),
            ("health_check", _) => format!("{place} health check"),
            ("environment" | "targets", _) => format!("{place} {what}"),
            ("database", _) => "database".to_owned(),
            ("write", _) => "writes".to_owned(),
            _ => watch.0.replace('.', " "),
        }
    }
}

/// The order of a watch in the view; `None` for watches that it leaves to the report.
fn order_of(watch: &WatchName) -> Option<u8> {
    Some(match watch.0.split_once('.').unwrap_or((&watch.0, "")) {
        ("site", "") => 0,
        ("write", _) => 1,
        ("dns", "authoritative") => 2,
        ("dns", _) => 3,
        ("environment" | "targets" | "health_check", "primary") => 4,
        ("environment" | "targets" | "health_check", "standby") => 5,
        ("database", _) => 6,
        ("alarm", _) => 7,
        _ => return None,
    })
}

fn keeps_trail(watch: &WatchName) -> bool {
    *watch == WatchName::site() || *watch == WatchName::write()
}

fn tone_of(sample: &Sample) -> Tone {
    match (&sample.outcome, &sample.seen) {
        (Outcome::Good, _) => Tone::Good,
        (Outcome::Bad { .. }, _) => Tone::Bad,
        (Outcome::Unknown { .. }, _) => Tone::Busy,
    }
}

/// One tone for each second: the worst of the second's looks.
fn extend_trail(trail: &mut Vec<(u64, Tone)>, sample: &Sample) {
    let (second, tone) = (sample.due.mono.as_secs(), tone_of(sample));
    match trail.iter_mut().find(|(at, _)| *at == second) {
        Some((_, worst)) if tone == Tone::Bad => *worst = Tone::Bad,
        Some(_) => {}
        None => trail.push((second, tone)),
    }
    let surplus = trail.len().saturating_sub(TRAIL);
    trail.drain(..surplus);
}

fn look_of(sample: &Sample) -> (Look, String) {
    let took = sample.took();
    let text = match (&sample.outcome, &sample.seen) {
        (Outcome::Unknown { error }, _) => format!("unknown: {error}"),
        (Outcome::Bad { why }, _) if sample.seen.is_none() => why.clone(),
        (_, Some(seen)) => seen_text(seen, &sample.outcome),
        (Outcome::Good, None) => "good".to_owned(),
        (Outcome::Bad { why }, None) => why.clone(),
    };
    let detail = match &sample.seen {
        Some(Seen::Site { .. }) if sample.outcome.is_good() => format!("{} ms", took.as_millis()),
        Some(Seen::HealthCheck { succeeding, checkers, .. }) => {
            format!("{succeeding} of {checkers} checkers")
        }
        _ => String::new(),
    };
    (Look { tone: tone_of(sample), text }, detail)
}

fn seen_text(seen: &Seen, outcome: &Outcome) -> String {
    match (seen, outcome) {
        (Seen::Site { status: Some(status), from, .. }, _) => match from {
            Some(side) => format!("answers {status} from {side}"),
            None => format!("answers {status}"),
        },
        (Seen::Site { status: None, .. }, Outcome::Bad { why }) => why.clone(),
        (Seen::Site { .. }, _) => "no answer".to_owned(),
        (Seen::Dns { side: Some(side), ttl: _, .. }, _) => format!("answers {side}"),
        (Seen::Dns { addresses, .. }, _) => format!("answers {addresses:?}"),
        (Seen::Environment { health, causes, .. }, _) => match causes.first() {
            Some(cause) if health != "Ok" => format!("{health}: {cause}"),
            _ => health.clone(),
        },
        (Seen::Targets { total, healthy, .. }, _) => format!("{healthy} of {total} healthy"),
        (Seen::HealthCheck { healthy, disabled, .. }, _) => {
            let verdict = if *healthy { "healthy" } else { "unhealthy" };
            if *disabled { format!("{verdict} (held)") } else { verdict.to_owned() }
        }
        (Seen::Database { writer, operation, status, .. }, _) => {
            let place = writer.map_or("nowhere", Side::as_str);
            match operation {
                Some(operation) => format!("writer in {place}, {operation}"),
                None if status == "available" => format!("writer in {place}"),
                None => format!("writer in {place}, {status}"),
            }
        }
        (Seen::Lag { millis, .. }, _) => format!("{millis:.0} ms behind"),
        (Seen::Alarm { state, .. }, _) => state.clone(),
    }
}
