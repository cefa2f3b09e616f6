//! Evaluate: alarms look at their metrics: so many of the last periods, whatever is missing treated as told.
//! Invariant: an alarm looks when something about its metric changed, until it says what it will go on saying; on a
//! metric that moves by itself it looks ahead. An alarm at rest has nothing on the agenda, or one entry in many periods.
//! Not here: rules over alarms (see `composite`).
//! Used by: `cloudwatch`.

use jiff::Timestamp;

use super::{
    Due,
    alarm::{Alarm, AlarmState, COMPARISONS, Watch},
    history::Item,
    series::Key,
    window::Looker,
};
use crate::{
    clock::later,
    lab::world::{World, agenda, rng::Rng},
};

/// AWS: an alarm asks for somewhat more than its periods, to find enough where some are missing ("evaluation range").
const MORE: i64 = 2;
/// So many periods ahead an alarm looks on a metric that moves by itself.
const AHEAD: i64 = 360;

/// What an alarm saw: the periods that had data, newest first, by age in periods.
pub(super) type Seen = Vec<(i64, f64)>;

/// What an alarm is to say. AWS: CloudWatch user guide, how alarms treat missing data: with too few datapoints, an
/// alarm on `ignore` keeps its state; on `missing` it says ALARM only once the oldest of nothing but breaching ones is
/// as old as there must be of them, and INSUFFICIENT_DATA where there is nothing at all.
pub(super) fn verdict(watch: &Watch, seen: &Seen) -> Option<AlarmState> {
    let (periods, needed) = (watch.periods, watch.needed());
    let used: Vec<&(i64, f64)> = seen.iter().take(usize::try_from(periods).unwrap_or(usize::MAX)).collect();
    let breaching = used.iter().filter(|(_, value)| watch.breaches(*value)).count() as i64;
    let lacking = periods - used.len() as i64;
    let says = |in_alarm: bool| Some(if in_alarm { AlarmState::Alarm } else { AlarmState::Ok });
    if lacking <= 0 || breaching >= needed {
        return says(breaching >= needed);
    }
    let all_breach = breaching == used.len() as i64;
    match watch.missing.unwrap_or("missing") {
        "breaching" => says(breaching + lacking >= needed),
        "notBreaching" => says(false),
        "ignore" if all_breach => None,
        "ignore" => says(false),
        _ if used.is_empty() => Some(AlarmState::Insufficient),
        _ if all_breach => match used.last().is_some_and(|(age, _)| age + 1 >= needed) {
            true => says(true),
            false => None,
        },
        _ => says(false),
    }
}

impl World {
    /// Something about a metric changed: its alarms plan anew.
    pub(super) fn wake_alarms(&mut self, key: &Key) {
        let names: Vec<(String, String)> =
            self.cloudwatch.watchers.get(key).into_iter().flatten().cloned().collect();
        for (region, name) in names {
            self.plan_alarm(&region, &name);
        }
    }

    /// Puts on the agenda the next look at which an alarm will say something else than now.
    pub(super) fn plan_alarm(&mut self, region: &str, name: &str) {
        let id = (region.to_owned(), name.to_owned());
        let now = self.now();
        let Some(alarm) = self.cloudwatch.alarms.get_mut(&id) else { return };
        alarm.plan += 1;
        let Some(alarm) = self.cloudwatch.alarms.get(&id) else { return };
        let series = self.cloudwatch.series.get(&alarm.key);
        let moves = series.is_some_and(super::series::Series::moves);
        let plan = alarm.plan;
        let period = alarm.watch.period;
        let first = now.as_second().div_euclid(period) * period - period;
        // What a caller put may become visible a little later than it happened.
        let settled = alarm.watch.periods + MORE + 3 + 120 / period;
        let ahead = if moves { AHEAD } else { settled };
        let ends = (0..=ahead).map(|turn| first + turn * period);
        let mut looks = ends.map(|end| (end, self.look_time(alarm, end))).filter(|(_, at)| *at > now);
        let next = looks.find(|(end, at)| self.would_change(alarm, *end, *at));
        let (at, due) = match next {
            Some((end, at)) => {
                (at, Due::Evaluate { region: region.to_owned(), alarm: name.to_owned(), plan, end })
            }
            None if moves => {
                let at = self.look_time(alarm, first + ahead * period);
                (at, Due::LookAhead { region: region.to_owned(), alarm: name.to_owned(), plan })
            }
            None => return,
        };
        self.at(at, agenda::Due::CloudWatch(due));
    }

    /// When an alarm looks at the period that ends then.
    fn look_time(&self, alarm: &Alarm, end: i64) -> Timestamp {
        let mut rng = Rng::stream(self.seed() ^ end.unsigned_abs(), &alarm.face.arn);
        let takes = self.cloudwatch.settings.evaluated.draw(&mut rng);
        Timestamp::from_second(end).map_or(Timestamp::MAX, |end| later(end, takes))
    }

    fn would_change(&self, alarm: &Alarm, end: i64, at: Timestamp) -> bool {
        let seen = self.seen(alarm, end, at);
        let by_metric = by_metric(&alarm.watch, &seen);
        let says = verdict(&alarm.watch, &seen).unwrap_or(alarm.face.state);
        says != alarm.face.state || by_metric != alarm.by_metric
    }

    /// The periods that an alarm sees at a moment.
    fn seen(&self, alarm: &Alarm, end: i64, at: Timestamp) -> Seen {
        let Watch { period, periods, statistic, unit, .. } = &alarm.watch;
        let series = self.cloudwatch.series.get(&alarm.key);
        let series = series.filter(|series| unit.as_ref().is_none_or(|unit| *unit == series.unit));
        let Some(series) = series else { return Vec::new() };
        let one = |age: i64| {
            let until = end - age * period;
            let sum = self.total(series, (until - period, until), at, Looker::Alarm)?;
            Some((age, sum.statistic(statistic)?))
        };
        (0..periods + MORE).filter_map(one).collect()
    }

    /// An alarm of the deployment has looked before: it says what its metric has come to.
    pub(super) fn look_back(&mut self, id: &(String, String)) {
        let now = self.now();
        let Some(alarm) = self.cloudwatch.alarms.get(id) else { return };
        let end = now.as_second().div_euclid(alarm.watch.period) * alarm.watch.period;
        let seen = self.seen(alarm, end, now);
        let Some(state) = verdict(&alarm.watch, &seen) else { return };
        let reason = reason(&alarm.watch, &seen, end, alarm.face.state, state);
        let data = reason_data(&alarm.watch, &seen, end, now);
        let metric = by_metric(&alarm.watch, &seen);
        if let Some(alarm) = self.cloudwatch.alarms.get_mut(id) {
            alarm.by_metric = metric;
            alarm.face.enter(now, state, reason, Some(data));
        }
    }

    /// An alarm looks.
    pub(super) fn evaluate(&mut self, region: &str, name: &str, plan: u64, end: i64) {
        let id = (region.to_owned(), name.to_owned());
        let Some(alarm) = self.cloudwatch.alarms.get(&id).filter(|alarm| alarm.plan == plan) else { return };
        let now = self.now();
        let seen = self.seen(alarm, end, now);
        let says = verdict(&alarm.watch, &seen);
        let metric = by_metric(&alarm.watch, &seen);
        let turned = metric != alarm.by_metric;
        let (before, watch) = (alarm.face.state, alarm.watch.clone());
        if let Some(alarm) = self.cloudwatch.alarms.get_mut(&id) {
            alarm.by_metric = metric;
        }
        if let Some(state) = says.filter(|state| *state != before) {
            let reason = reason(&watch, &seen, end, before, state);
            let data = reason_data(&watch, &seen, end, now);
            self.enter_alarm(&id, state, reason, Some(data));
        }
        if turned {
            self.judge_checks_of_alarm(region, name);
        }
        self.plan_alarm(region, name);
    }

    /// An alarm says something else: the truth is told, and whoever follows it judges anew.
    pub(super) fn enter_alarm(
        &mut self,
        id: &(String, String),
        state: AlarmState,
        reason: String,
        data: Option<String>,
    ) {
        let now = self.now();
        let Some(alarm) = self.cloudwatch.alarms.get_mut(id) else { return };
        let before = alarm.face.state;
        alarm.face.enter(now, state, reason, data);
        let item = Item::state(&alarm.face, "MetricAlarm", before, now);
        if before == state {
            return;
        }
        self.remember(item);
        let (region, name) = id.clone();
        let with = [("alarm", name.clone()), ("region", region.clone()), ("state", state.word().to_owned())];
        self.note("alarm.state", with);
        self.alarm_turned(&region, &name);
    }
}

/// What the metric says by itself: a period that breaches, or not, or nothing.
fn by_metric(watch: &Watch, seen: &Seen) -> Option<bool> {
    match verdict(watch, seen)? {
        AlarmState::Ok => Some(false),
        AlarmState::Alarm => Some(true),
        AlarmState::Insufficient => None,
    }
}

/// As CloudWatch words it.
fn reason(watch: &Watch, seen: &Seen, end: i64, before: AlarmState, state: AlarmState) -> String {
    let count = |number: i64| format!("{number} datapoint{}", if number == 1 { "" } else { "s" });
    let lacking = watch.periods - seen.len() as i64;
    if state == AlarmState::Insufficient {
        let verb = if lacking == 1 { "was" } else { "were" };
        return format!("Insufficient Data: {} {verb} unknown.", count(watch.periods.max(1)));
    }
    if seen.is_empty() {
        let (treated, word) = match state {
            AlarmState::Alarm => ("Breaching", watch.periods),
            _ => ("NonBreaching", watch.periods),
        };
        let periods = format!("{word} period{}", if word == 1 { "" } else { "s" });
        let missing = format!("{word} missing datapoint{}", if word == 1 { " was" } else { "s were" });
        return format!(
            "Threshold Crossed: no datapoints were received for {periods} and {missing} treated as [{treated}]."
        );
    }
    let in_alarm = state == AlarmState::Alarm;
    let shown: Vec<&(i64, f64)> = seen
        .iter()
        .take(usize::try_from(watch.periods).unwrap_or(1))
        .filter(|(_, value)| watch.breaches(*value) == in_alarm)
        .collect();
    let values: Vec<String> = shown.iter().map(|(age, value)| moment_of(watch, end, *age, *value)).collect();
    let words =
        COMPARISONS.iter().find(|(name, _)| *name == watch.comparison).map_or("", |(_, words)| *words);
    let (verb, needed) = match in_alarm {
        true => (if shown.len() == 1 { "was" } else { "were" }, watch.needed()),
        false => (if shown.len() == 1 { "was not" } else { "were not" }, watch.periods - watch.needed() + 1),
    };
    format!(
        "Threshold Crossed: {} out of the last {} [{}] {verb} {words} the threshold ({:?}) (minimum {} for {} -> {} transition).",
        shown.len(),
        format_args!("{} datapoint{}", watch.periods, "s"),
        values.join(", "),
        watch.threshold,
        count(needed),
        if before == AlarmState::Insufficient {
            if in_alarm { "OK" } else { "ALARM" }
        } else {
            before.word()
        },
        state.word(),
    )
}

fn moment_of(watch: &Watch, end: i64, age: i64, value: f64) -> String {
    let begin = Timestamp::from_second(end - (age + 1) * watch.period).unwrap_or_default();
    format!("{value:?} ({})", begin.strftime("%d/%m/%y %H:%M:%S"))
}

/// As CloudWatch gives it: JSON in text.
fn reason_data(watch: &Watch, seen: &Seen, end: i64, now: Timestamp) -> String {
    let time = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string();
    let recent: Vec<f64> = seen.iter().rev().map(|(_, value)| *value).collect();
    let oldest = seen.last().map_or(end, |(age, _)| end - (age + 1) * watch.period);
    let start = Timestamp::from_second(oldest).map(time).unwrap_or_default();
    serde_json::json!({
        "version": "1.0",
        "queryDate": time(now),
        "startDate": start,
        "statistic": watch.statistic,
        "period": watch.period,
        "recentDatapoints": recent,
        "threshold": watch.threshold,
    })
    .to_string()
}
