//! Pages: whole pages as they were when somebody last looked at them. `FIREDRILL_BLESS=1 cargo test --lib pages` writes
//! them anew in `tests/reports`: read the difference, and look at the pages. `tests/it/pages.rs` opens them in a browser.

use std::{fs, path::Path};

use super::*;
use crate::{journal::sample::WatchName, measure::fixture};

/// What somebody may call a thing who means no good.
const HOSTILE: &str =
    "\"'><script>window.harmed=1</script><img src=x onerror=harmed()>\n\u{202e}&amp;`]]>--></style></title>";

/// A run in which everything that has a name has a hostile one.
fn hostile() -> SeedRun {
    let mut run = SeedRun::new();
    let Event::RunStarted(start) = &mut run.records[0].event else { unreachable!() };
    let deployment = &mut start.drill.deployment;
    deployment.name = HOSTILE.into();
    deployment.global_cluster = Some(HOSTILE.into());
    deployment.regions.primary.region = HOSTILE.into();
    deployment.regions.standby.environment = HOSTILE.into();
    start.drill.name = HOSTILE.into();
    start.drill.title = HOSTILE.into();
    start.by.user = HOSTILE.into();
    start.command_line.push(HOSTILE.into());
    start.drill.steps.iter_mut().for_each(|step| step.title = HOSTILE.into());
    for record in &mut run.records {
        match &mut record.event {
            Event::Change { event: ChangeEvent::Captured { title, by_hand, .. }, .. } => {
                *title = HOSTILE.into();
                by_hand.push(HOSTILE.into());
            }
            Event::StepStarted { title, .. } => *title = HOSTILE.into(),
            Event::WatchingStarted { watches } => {
                watches.iter_mut().for_each(|watch| watch.title = HOSTILE.into());
            }
            _ => {}
        }
    }
    for sample in &mut run.samples {
        if let Outcome::Bad { why } = &mut sample.outcome {
            *why = HOSTILE.into();
        }
    }
    let alarm = WatchName::alarm(crate::drill::model::Side::Primary, HOSTILE);
    run.samples.push(fixture::unknown(alarm, 70.0, 0.1));
    run
}

/// The summary of a year with a drill that passed, one with a finding, a rehearsal, and one that means no good.
fn of_a_year(end: &str) -> String {
    let dated = |report: Report, month: &str, on_aws: bool| {
        let mut report = report;
        report.started = format!("2026-{month}-01T03:00:00Z").parse().unwrap();
        if on_aws {
            report.made_by.lab = None;
        }
        report
    };
    let reports = [
        dated(made(&SeedRun::new()), "02", true),
        dated(people::followed(), "08", true),
        dated(made(&SeedRun::new()), "09", false),
        dated(made(&hostile()), "10", true),
    ];
    let period = year::Period {
        since: "2026-01-01".parse().unwrap(),
        until: "2026-12-31".parse().unwrap(),
        deployment: Some("wordpress".into()),
    };
    let files = year::files(&year::summary(period, &reports, Vec::new()), &Lang::ALL);
    String::from_utf8(files.into_iter().find(|(name, _)| *name == end).unwrap().1).unwrap()
}

#[test]
fn pages_are_as_they_were_looked_at() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports");
    let bless = std::env::var_os("FIREDRILL_BLESS").is_some();
    let wanted = [
        (text(&SeedRun::new(), "report.html"), "seed.html"),
        (text(&SeedRun::new(), "report.ko.html"), "seed.ko.html"),
        (text(&troubled(), "report.html"), "troubled.html"),
        (text(&hostile(), "report.html"), "hostile.html"),
        (of_a_year(".html"), "summary.html"),
        (of_a_year(".ko.html"), "summary.ko.html"),
    ];
    let mut differ = Vec::new();
    for (page, golden) in wanted {
        let path = folder.join(golden);
        if bless {
            fs::create_dir_all(&folder).and_then(|()| fs::write(&path, &page)).unwrap();
        }
        if fs::read_to_string(&path).unwrap_or_default() != page {
            differ.push(golden);
        }
    }
    assert!(differ.is_empty(), "{differ:?} differ; FIREDRILL_BLESS=1 writes them anew");
}

#[test]
fn a_long_run_has_a_small_page() {
    let mut run = SeedRun::new();
    // 45 minutes at five looks a second of six clients, a third of them failed and scattered as badly as can be.
    let clients = [
        WatchName::site(),
        WatchName::write(),
        WatchName::site_ttl(),
        WatchName::site_sticky(),
        WatchName::site_fixed(crate::drill::model::Side::Primary),
        WatchName::site_fixed(crate::drill::model::Side::Standby),
    ];
    run.samples.clear();
    for tick in 0..13_500_u32 {
        for client in &clients {
            let (at, client) = (f64::from(tick) / 5.0, client.clone());
            run.samples.push(match tick % 6 < 2 {
                true => fixture::bad(client, at, 0.1),
                false => fixture::good(client, at, 0.1, crate::drill::model::Side::Primary),
            });
        }
    }
    assert_eq!(run.samples.len(), 81_000);
    for name in ["report.html", "report.ko.html"] {
        let page = text(&run, name).len();
        assert!(page <= 1_500_000, "{name} has {page} bytes");
    }
}
