use super::*;
use crate::{
    measure::{assess, fixture::seed::SeedRun},
    report::{Extras, Report, Source, report},
};

fn of(month: &str, lab: bool) -> Report {
    let run = SeedRun::new();
    let assessed = assess(&run.records, &run.samples).unwrap();
    let source = Source { run: &assessed, records: &run.records, samples: &run.samples, head: "" };
    let mut made = report(&source, Extras::default()).unwrap();
    made.started = format!("2026-{month}-01T00:00:00Z").parse().unwrap();
    if !lab {
        made.made_by.lab = None;
    }
    made
}

fn period() -> Period {
    Period { since: "2026-01-01".parse().unwrap(), until: "2026-12-31".parse().unwrap(), deployment: None }
}

#[test]
fn drills_are_counted_rehearsals_are_not_and_what_cannot_be_read_is_named() {
    let broken =
        Unreadable { run: crate::id::RunId::from_text("20260301T000000Z-x-0000"), why: "line 3".into() };
    let year = summary(period(), &[of("09", false), of("02", false), of("03", true)], vec![broken]);
    assert_eq!((year.drills, year.met, year.restored, year.rehearsals), (2, 2, 2, 1));
    assert_eq!(year.longest_pause.unwrap().as_secs(), 212 * 86_400);
    assert!(year.runs.windows(2).all(|pair| pair[0].started < pair[1].started));
    let files = files(&year, &Lang::ALL);
    let text = |end: &str| {
        let found = files.iter().find(|(name, _)| *name == end).unwrap();
        String::from_utf8(found.1.clone()).unwrap()
    };
    assert!(text(".md").contains("2 of 2 drills met their objectives"));
    assert!(text(".ko.md").contains("훈련 2회 중 2회 목표 충족"));
    assert!(text(".md").contains("20260301T000000Z-x-0000: line 3"));
    assert_eq!(serde_json::from_str::<Year>(&text(".json")).unwrap(), year);
}

#[test]
fn a_time_without_drills_says_so() {
    let year = summary(period(), &[], Vec::new());
    assert_eq!((year.drills, year.median_recovery), (0, None));
    let page = files(&year, &[Lang::En]).into_iter().find(|(name, _)| *name == ".md").unwrap().1;
    assert!(String::from_utf8(page).unwrap().contains("No drill was run"));
}
