use std::time::Duration;

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
};
use proptest::prelude::*;

use super::{model::DAY, *};

fn calendar(zone: &str, windows: &[(&str, &str, &str)], blackout: &[&str]) -> Calendar {
    let window = |(on, from, to): &(&str, &str, &str)| Window {
        days: days(on).unwrap(),
        from: time_of_day(from).unwrap(),
        to: time_of_day(to).unwrap(),
    };
    Calendar {
        time_zone: zone.to_owned(),
        windows: windows.iter().map(window).collect(),
        blackout: blackout.iter().map(|text| dates(text).unwrap()).collect(),
    }
}

fn asked(calendar: &Calendar, now: &str, minutes: u64) -> Result<(), Closed> {
    let zone = calendar.zone().expect("a zone that is known here");
    calendar.admits(&zone, now.parse().unwrap(), Duration::from_secs(minutes * 60))
}

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

#[test]
fn the_whole_time_must_fit_into_the_window() {
    let office = calendar("Asia/Seoul", &[("Mon-Fri", "09:00", "17:00")], &[]);
    // Monday, 09:00 in Seoul.
    assert_eq!(asked(&office, "2026-11-23T00:00:00Z", 480), Ok(()));
    let too_long = asked(&office, "2026-11-23T00:00:01Z", 480).unwrap_err();
    assert_eq!((too_long.until, too_long.next), (at("2026-11-23T08:00:00Z"), at("2026-11-24T00:00:00Z")));
    let early = asked(&office, "2026-11-22T23:59:59Z", 60).unwrap_err();
    assert_eq!((early.until, early.next), (None, at("2026-11-23T00:00:00Z")));
    // Friday, 16:30 in Seoul: an hour fits next on Monday.
    let late = asked(&office, "2026-11-27T07:30:00Z", 60).unwrap_err();
    assert_eq!((late.until, late.next), (at("2026-11-27T08:00:00Z"), at("2026-11-30T00:00:00Z")));
}

#[test]
fn a_window_may_end_on_the_next_day_and_two_that_touch_are_one() {
    let night = calendar(
        "UTC",
        &[("Fri", "22:00", "02:00"), ("Sat", "02:00", "24:00"), ("Sun", "00:00", "06:00")],
        &[],
    );
    assert_eq!(asked(&night, "2026-11-27T22:00:00Z", 32 * 60), Ok(()));
    assert!(asked(&night, "2026-11-27T22:00:00Z", 32 * 60 + 1).is_err());
    assert_eq!(night.longest(), Some(Duration::from_secs(32 * 3600)));
    assert_eq!(calendar("UTC", &[("Mon-Sun", "00:00", "24:00")], &[]).longest(), None);
    assert_eq!(
        calendar("UTC", &[("Sun", "12:00", "24:00"), ("Mon", "00:00", "12:00")], &[]).longest(),
        Some(Duration::from_secs(86_400))
    );
}

#[test]
fn a_blackout_is_all_of_its_days_there() {
    let quiet = calendar("Asia/Seoul", &[], &["2026-12-20..2027-01-05"]);
    assert_eq!(asked(&quiet, "2026-12-19T14:00:00Z", 60), Ok(()), "23:00 to midnight on the day before");
    let over = asked(&quiet, "2026-12-19T14:00:01Z", 60).unwrap_err();
    assert_eq!((over.blackout, over.next), (None, at("2027-01-05T15:00:00Z")));
    let inside = asked(&quiet, "2027-01-05T14:59:59Z", 60).unwrap_err();
    assert_eq!(inside.blackout.map(|dates| dates.to_string()).as_deref(), Some("2026-12-20..2027-01-05"));
    assert_eq!(asked(&quiet, "2027-01-05T15:00:00Z", 60), Ok(()));
}

#[test]
fn what_never_fits_has_no_next_time() {
    let short = calendar("UTC", &[("Mon", "09:00", "09:30")], &[]);
    assert_eq!(asked(&short, "2026-11-23T09:00:00Z", 31).unwrap_err().next, None);
    let ever = calendar("UTC", &[], &["2026-01-01..9999-12-31"]);
    assert_eq!(asked(&ever, "2026-11-23T09:00:00Z", 1).unwrap_err().next, None);
}

/// New York, 2026: at 02:00 on 8 March the clock goes to 03:00; at 02:00 on 1 November it goes back to 01:00.
#[test]
fn a_clock_change_never_widens_a_window() {
    let spring = calendar("America/New_York", &[("Sun", "01:00", "02:30")], &[]);
    assert_eq!(asked(&spring, "2026-03-08T06:00:00Z", 30), Ok(()));
    assert!(asked(&spring, "2026-03-08T06:00:00Z", 60).is_err(), "02:00 is 03:00 there");
    let autumn = calendar("America/New_York", &[("Sun", "01:30", "03:00")], &[]);
    assert!(asked(&autumn, "2026-11-01T05:45:00Z", 1).is_err(), "the first 01:45 may not be meant");
    assert_eq!(asked(&autumn, "2026-11-01T06:30:00Z", 90), Ok(()), "the second 01:30 is");
    let inside = calendar("America/New_York", &[("Sun", "01:15", "01:45")], &[]);
    let next = asked(&inside, "2026-11-01T05:15:00Z", 10).unwrap_err().next;
    assert_eq!(next, at("2026-11-08T06:15:00Z"), "on that day it is open by no reading");
}

#[test]
fn what_is_written_reads_back() {
    for text in ["Mon", "Mon-Fri", "Sat-Sun"] {
        let window = Window { days: days(text).unwrap(), from: 9 * 60, to: DAY };
        assert_eq!(window.to_string(), format!("{text} 09:00-24:00"));
    }
    assert_eq!(
        Window { days: days("Sat-Mon").unwrap(), from: 0, to: 30 }.to_string(),
        "Mon, Sat-Sun 00:00-00:30"
    );
    for bad in ["Monday", "mon", "Mon-", "Mon-Fri-Sun", ""] {
        assert_eq!(days(bad), None, "{bad}");
    }
    for bad in ["9:00", "09:60", "24:01", "0900", "09:00:00", "-1:00"] {
        assert_eq!(time_of_day(bad), None, "{bad}");
    }
    for bad in ["2026-13-01", "2026-12-31..2026-12-01", "2026-12-01..", "12-01", "2026-12-01T00:00"] {
        assert_eq!(dates(bad), None, "{bad}");
    }
}

const ZONES: [&str; 6] =
    ["America/New_York", "Europe/Berlin", "Asia/Seoul", "Australia/Lord_Howe", "America/Santiago", "UTC"];

/// The days around clock changes of those zones, and some others.
fn moment() -> impl Strategy<Value = Timestamp> {
    let days = prop_oneof![
        Just("2026-03-08"),
        Just("2026-03-29"),
        Just("2026-04-05"),
        Just("2026-09-06"),
        Just("2026-10-04"),
        Just("2026-10-25"),
        Just("2026-11-01"),
        Just("2026-12-31"),
        Just("2028-02-29"),
    ];
    (days, 0_i32..48 * 60 * 60).prop_map(|(day, second)| {
        let midnight: Timestamp = format!("{day}T00:00:00Z").parse().unwrap();
        midnight - jiff::SignedDuration::from_secs(i64::from(second) - 24 * 3600)
    })
}

fn window() -> impl Strategy<Value = Window> {
    (proptest::collection::vec(0_i8..7, 1..4), 0_u16..DAY, 1_u16..=DAY)
        .prop_filter("a window has a length", |(_, from, to)| from != to)
        .prop_map(|(days, from, to)| Window { days, from, to })
}

/// By the clock on the wall alone.
fn reads_as_open(window: &Window, local: DateTime) -> bool {
    let minutes = local.time().duration_since(Time::midnight()).as_secs();
    let (from, to) = (i64::from(window.from) * 60, i64::from(window.to) * 60);
    let opens_on = |day: Date| window.days.contains(&day.weekday().to_monday_zero_offset());
    let yesterday = local.date().yesterday().unwrap();
    match window.to > window.from {
        true => opens_on(local.date()) && from <= minutes && minutes < to,
        false => opens_on(local.date()) && from <= minutes || opens_on(yesterday) && minutes < to,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever is admitted reads as open on the wall at every moment of it, and the next time told is one.
    #[test]
    fn what_is_admitted_is_open_at_every_moment(
        zone in proptest::sample::select(&ZONES[..]),
        windows in proptest::collection::vec(window(), 0..3),
        blackout in proptest::option::of(Just("2026-10-25..2026-11-01")),
        now in moment(),
        minutes in 1_u64..300,
    ) {
        let calendar = Calendar {
            time_zone: zone.to_owned(),
            windows,
            blackout: blackout.map(|text| dates(text).unwrap()).into_iter().collect(),
        };
        let zone = calendar.zone().unwrap();
        let takes = Duration::from_secs(minutes * 60);
        let admitted = match calendar.admits(&zone, now, takes) {
            Ok(()) => Some(now),
            Err(closed) => {
                prop_assert!(closed.next.is_none_or(|next| next >= now));
                closed.next
            }
        };
        if let Some(start) = admitted {
            prop_assert_eq!(calendar.admits(&zone, start, takes), Ok(()));
            for minute in 0..minutes {
                let local = zone.to_datetime(start + jiff::SignedDuration::from_secs((minute * 60).cast_signed()));
                prop_assert!(calendar.windows.is_empty() || calendar.windows.iter().any(|w| reads_as_open(w, local)), "{local}");
                prop_assert!(!calendar.blackout.iter().any(|d| d.first <= local.date() && local.date() <= d.last), "{local}");
            }
        }
    }

    /// Away from clock changes, what reads as open is admitted.
    #[test]
    fn what_reads_as_open_is_admitted(window in window(), second in 0_i64..14 * 86_400) {
        let calendar = Calendar { time_zone: "Asia/Seoul".to_owned(), windows: vec![window.clone()], blackout: vec![] };
        let zone = calendar.zone().unwrap();
        let start: Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
        let now = start + jiff::SignedDuration::from_secs(second);
        let open = reads_as_open(&window, zone.to_datetime(now));
        prop_assert_eq!(calendar.admits(&zone, now, Duration::from_secs(1)).is_ok(), open);
    }
}
