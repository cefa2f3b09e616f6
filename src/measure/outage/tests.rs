use proptest::prelude::*;

use super::*;
use crate::{
    drill::model::Side,
    measure::fixture::{at, bad, good, unknown},
};

fn site() -> WatchName {
    WatchName::site()
}

fn seen_by_site(samples: &[Sample]) -> Experience {
    experience(samples, &site(), Rules::default())
}

/// `g` good, `b` bad, `?` could not tell, `-` never looked; one a fifth of a second.
fn pattern(text: &str) -> Vec<Sample> {
    let look = |(place, kind): (usize, char)| {
        let start = place as f64 * 0.2;
        match kind {
            'g' => Some(good(site(), start, 0.05, Side::Primary)),
            'b' => Some(bad(site(), start, 1.0)),
            '?' => Some(unknown(site(), start, 0.05)),
            _ => None,
        }
    };
    text.chars().enumerate().filter_map(look).collect()
}

#[test]
fn the_worked_example_of_two_looks_a_second() {
    // Last success starts 00.120, first failure 01.120, first success 61.980 to 62.240; all in seconds.
    let mut samples = vec![good(site(), 0.120, 0.2, Side::Primary)];
    samples.extend((0..61).map(|n| bad(site(), 1.120 + f64::from(n), 2.0)));
    samples.push(good(site(), 121.980 - 60.0, 0.260, Side::Standby));
    samples.extend((1..5).map(|n| good(site(), 61.980 + f64::from(n), 0.260, Side::Standby)));
    let outage = seen_by_site(&samples).outages.remove(0);
    let lasted = outage.lasted.unwrap();
    assert_eq!(lasted.measured, Duration::from_millis(60_860));
    assert_eq!(lasted.high, Some(Duration::from_millis(62_120)));
    assert_eq!(outage.trace.samples, [0, 1, 61, 62]);
}

#[test]
fn one_or_two_failed_looks_are_counted_and_are_no_outage() {
    let seen = seen_by_site(&pattern("ggggbgggggbbggggg"));
    assert_eq!((seen.outages.len(), seen.stray_bad), (0, 3));
}

#[test]
fn two_failed_looks_far_apart_are_an_outage_of_a_slow_watch() {
    let looks = [(0.0, true), (5.0, false), (10.0, false), (15.0, true), (20.0, true)];
    let samples: Vec<Sample> = looks
        .iter()
        .map(|(start, works)| match works {
            true => good(site(), *start, 0.1, Side::Primary),
            false => bad(site(), *start, 0.1),
        })
        .collect();
    let outage = seen_by_site(&samples).outages.remove(0);
    assert_eq!((outage.began.low, outage.began.at), (Some(at(0.0)), at(5.0)));
    assert_eq!(outage.ended.map(|end| (end.low, end.high)), Some((Some(at(10.0)), at(15.1))));
}

#[test]
fn a_short_flicker_of_good_does_not_end_an_outage() {
    let text = format!("gggg{}gggg{}{}", "b".repeat(10), "b".repeat(5), "g".repeat(12));
    let seen = seen_by_site(&pattern(&text));
    assert_eq!(seen.outages.len(), 1);
    assert_eq!(seen.outages[0].bad_looks, 15);
    assert_eq!(seen.outages[0].ended.unwrap().at, at(4.6));
}

#[test]
fn what_was_not_known_widens_the_bounds() {
    let sure = seen_by_site(&pattern(&format!("ggggg{}{}", "b".repeat(10), "g".repeat(12))));
    let text = format!("ggg??{}--{}", "b".repeat(8), "g".repeat(12));
    let blurred = seen_by_site(&pattern(&text));
    let width = |seen: &Experience| {
        let lasted = seen.outages[0].lasted.unwrap();
        lasted.high.unwrap() - lasted.low
    };
    assert!(width(&blurred) > width(&sure));
    assert_eq!(blurred.outages[0].began.low, Some(at(0.4)));
}

#[test]
fn an_outage_without_a_look_before_it_has_no_beginning_and_one_at_the_end_no_end() {
    let seen = seen_by_site(&pattern(&format!("{}{}{}", "b".repeat(5), "g".repeat(12), "b".repeat(5))));
    assert_eq!(seen.outages.len(), 2);
    assert_eq!(seen.outages[0].began.low, None);
    assert_eq!(seen.outages[0].lasted.unwrap().high, None);
    assert_eq!((seen.outages[1].ended, seen.outages[1].lasted), (None, None));
}

#[test]
fn a_gap_is_what_was_not_known_for_more_than_two_intervals() {
    let interval = Duration::from_millis(200);
    let found = |text: &str| gaps(&pattern(text), &site(), interval, Rules::default());
    assert!(found("gggg-gggg?ggg").is_empty());
    let last_known = pattern("ggg---gg??gg")[2].finished;
    let two = found("ggg---gg??gg");
    assert_eq!(two.len(), 2);
    assert_eq!((two[0].from, two[0].to, two[0].unknown_looks), (last_known, at(1.2), 0));
    assert_eq!(two[1].unknown_looks, 2);
}

/// A site that is up and down by turns, and the looks of a client at it.
#[derive(Debug, Clone)]
struct Truth {
    /// Seconds at which it goes down and comes back.
    downs: Vec<(f64, f64)>,
    samples: Vec<Sample>,
}

fn truth() -> impl Strategy<Value = Truth> {
    let turns = prop::collection::vec((3.0..20.0_f64, 1.5..15.0_f64), 1..4);
    (turns, 0.1..0.7_f64, 0.01..0.15_f64, prop::collection::vec((0..12_u8, 0.0..1.0_f64), 300)).prop_map(
        |(turns, interval, answer, looks)| {
            let mut now = 0.0;
            let downs: Vec<(f64, f64)> = turns
                .into_iter()
                .map(|(up, down)| {
                    let from = now + up;
                    now = from + down;
                    (from, now)
                })
                .collect();
            let ended = now + 5.0;
            let samples = looks.iter().enumerate().filter_map(|(tick, (kind, moment))| {
                let start = tick as f64 * interval;
                let decided = start + moment * answer;
                let down = downs.iter().any(|(from, to)| (*from..*to).contains(&decided));
                match kind {
                    _ if start > ended => None,
                    0 => None,
                    1 => Some(unknown(site(), start, 0.05)),
                    _ if down => Some(bad(site(), start, 3.0)),
                    _ => Some(good(site(), start, answer, Side::Primary)),
                }
            });
            Truth { samples: samples.collect(), downs }
        },
    )
}

/// What the outages are by the definition alone: every pair of looks is asked, nothing is remembered.
fn by_definition(samples: &[Sample]) -> Vec<(Stamp, Option<Stamp>)> {
    let rules = Rules::default();
    let known: Vec<(Stamp, bool)> = samples
        .iter()
        .filter_map(|sample| looks::works(sample).map(|works| (sample.started, works)))
        .collect();
    let run = |from: usize, works: bool| known[from..].iter().take_while(|look| look.1 == works).count();
    let span = |from: usize, count: usize| known[from + count - 1].0.since(known[from].0);
    let opens = |place: usize| {
        let bad = run(place, false);
        let starts = place == 0 || known[place - 1].1;
        starts && (bad >= rules.bad_in_a_row || bad >= 2 && span(place, bad) >= rules.sustained)
    };
    let ends = |place: usize| {
        let good = run(place, true);
        let starts = place > 0 && !known[place - 1].1;
        starts && good >= 2 && span(place, good) >= rules.sustained
    };
    let mut outages: Vec<(Stamp, Option<Stamp>)> = Vec::new();
    for place in (0..known.len()).filter(|place| opens(*place)) {
        let within = outages.last().is_some_and(|(_, end)| end.is_none_or(|end| end > known[place].0));
        if !within {
            let end = (place..known.len()).find(|later| ends(*later)).map(|later| known[later].0);
            outages.push((known[place].0, end));
        }
    }
    outages
}

proptest! {
    #[test]
    fn outages_are_what_the_definition_says(truth in truth()) {
        let found: Vec<(Stamp, Option<Stamp>)> = seen_by_site(&truth.samples)
            .outages
            .iter()
            .map(|outage| (outage.began.at, outage.ended.map(|end| end.at)))
            .collect();
        prop_assert_eq!(found, by_definition(&truth.samples));
    }

    #[test]
    fn the_true_beginning_and_end_lie_within_the_bounds(truth in truth()) {
        for outage in seen_by_site(&truth.samples).outages {
            let inside = |from: Option<Stamp>, moment: f64, to: Stamp| {
                from.is_none_or(|from| from <= at(moment)) && at(moment) <= to
            };
            let began = outage.began;
            prop_assert!(truth.downs.iter().any(|(from, _)| inside(began.low, *from, began.high)), "{outage:?}");
            if let Some(end) = outage.ended {
                prop_assert!(truth.downs.iter().any(|(_, to)| inside(end.low, *to, end.high)), "{outage:?}");
            }
            if let Some(lasted) = outage.lasted {
                prop_assert!(lasted.low <= lasted.measured);
                prop_assert!(lasted.high.is_none_or(|high| lasted.measured <= high));
            }
        }
    }

    #[test]
    fn any_looks_in_any_order_are_survived(kinds in prop::collection::vec((0..3_u8, 0.0..50.0_f64, 0.0..9.0_f64), 0..80)) {
        let samples: Vec<Sample> = kinds
            .iter()
            .map(|(kind, start, took)| match kind {
                0 => good(site(), *start, *took, Side::Primary),
                1 => bad(site(), *start, *took),
                _ => unknown(site(), *start, *took),
            })
            .collect();
        for outage in seen_by_site(&samples).outages {
            prop_assert!(outage.began.low.is_none_or(|low| low <= outage.began.at));
            prop_assert!(outage.began.at <= outage.began.high);
        }
    }
}
