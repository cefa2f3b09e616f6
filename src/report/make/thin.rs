//! Thin: few enough looks of a client to draw, without losing what counts.
//! Invariant: every bad and unknown look, every edge, and the first and last look stay; of the good looks between, each stretch
//! keeps its slowest.
//! Used by: series.

use super::{
    times::{Times, micros},
    watches::tone,
};
use crate::{
    drill::model::Side,
    journal::sample::{Sample, Seen},
    measure::summary::Tone,
    report::model::series::{Client, Point},
};

/// So many good looks that are no edge stay, about.
const PLAIN: usize = 400;

/// The looks of one client, in the order in which they began.
pub(super) fn client(watch: &str, looks: &[&Sample], times: Times) -> Client {
    let shown: Vec<_> = looks.iter().map(|sample| (tone(sample), served_by(sample))).collect();
    let is_plain = |place: usize| {
        let inside = place > 0 && place + 1 < looks.len();
        inside
            && shown[place].0 == Tone::Good
            && shown[place - 1] == shown[place]
            && shown[place + 1] == shown[place]
    };
    let plain = (0..looks.len()).filter(|place| is_plain(*place)).count();
    let stride = plain.div_ceil(PLAIN).max(1);
    let mut kept = Vec::new();
    let mut stretch: Vec<usize> = Vec::new();
    let slowest = |stretch: &[usize]| stretch.iter().copied().max_by_key(|place| looks[*place].took());
    for place in 0..looks.len() {
        if !is_plain(place) {
            kept.extend(slowest(&std::mem::take(&mut stretch)));
            kept.push(place);
            continue;
        }
        stretch.push(place);
        if stretch.len() == stride {
            kept.extend(slowest(&std::mem::take(&mut stretch)));
        }
    }
    let point = |place: usize| {
        let sample = looks[place];
        Point(times.since(sample.started), micros(sample.took()), shown[place].0)
    };
    Client { watch: watch.to_owned(), looks: looks.len(), points: kept.into_iter().map(point).collect() }
}

fn served_by(sample: &Sample) -> Option<Side> {
    match &sample.seen {
        Some(Seen::Site { from, .. }) => *from,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        journal::sample::WatchName,
        measure::fixture::{at, bad, good},
    };

    #[test]
    fn what_failed_and_every_edge_stays_and_the_rest_is_bounded_and_counted() {
        let failed = |tick: usize| (5_000..5_030).contains(&tick) || tick == 8_000;
        let all: Vec<Sample> = (0..10_000_usize)
            .map(|tick| {
                let second = tick as f64 * 0.2;
                let side = if tick > 6_000 { Side::Standby } else { Side::Primary };
                let slow = if tick == 7_777 { 0.9 } else { 0.05 };
                match failed(tick) {
                    true => bad(WatchName::site(), second, 0.1),
                    false => good(WatchName::site(), second, slow, side),
                }
            })
            .collect();
        let looks: Vec<&Sample> = all.iter().collect();
        let thin = client("site", &looks, Times(at(0.0)));
        let has = |tick: usize| thin.points.iter().any(|point| point.0 == all[tick].started.mono);
        assert_eq!(thin.looks, 10_000);
        assert!((0..10_000).filter(|tick| failed(*tick)).all(has));
        assert!([0, 4_999, 5_030, 6_000, 6_001, 7_777, 7_999, 8_001, 9_999].into_iter().all(has));
        assert!(thin.points.len() < 600, "{}", thin.points.len());
    }
}
