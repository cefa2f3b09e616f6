//! Tests of whole simulated runs.

mod forecast;
mod rights;

use std::{fs, path::Path, sync::Arc, time::Duration};

use super::{
    fate::{Hazards, Level},
    life::Sent,
    matrix::{Cell, Matrix, Reply, Restored},
    outcome::Conclusion,
    play::{self, Place, Played},
    stage::{Ended, Stage},
    trial::{self, Trial},
};
use crate::{
    change::Call,
    drill::{model::LoadedDrill, reader},
    journal::{self, event::Event},
    lab::world::{World, blueprint::Blueprint},
    plan::Plan,
};

const WILD: Hazards = Hazards { kill: true, misbehave: Level::High };

fn drill(name: &str) -> Arc<LoadedDrill> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("drills/{name}.yaml"));
    Arc::new(reader::load(&path).unwrap_or_else(|problems| panic!("{problems}")))
}

fn trial(seed: u64, name: &str, hazards: Hazards, folder: &Path) -> Trial {
    let folder = folder.join(seed.to_string());
    fs::create_dir_all(&folder).unwrap();
    let (drill, blueprint) = (drill(name), Blueprint::reference());
    Trial { seed, drill, blueprint, hazards, bare: false, folder, command: vec!["again".into()] }
}

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            // What the lock says of its holder is no part of the run.
            false if path.extension().is_some_and(|end| end == "jsonl") => {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                found.push((name, fs::read(&path).unwrap()));
            }
            false => {}
        }
    }
    found.sort();
    found
}

#[test]
fn a_whole_drill_passes_without_sockets() {
    let folder = tempfile::tempdir().unwrap();
    let start = "2026-11-22T03:00:00Z".parse().unwrap();
    let stage = Stage::new(World::reference(1, start), 1);
    let place = Place { reports: folder.path().to_owned(), command: vec![], salt: 1, bare: false };
    let run = |around| play::run(around, drill("seoul-outage"), place);
    let (_, life, ended) = stage.live(None, None, run).unwrap();
    let Ended::OfItself(Played::Ended(ending)) = ended else { panic!("{ended:?}") };
    assert_eq!(ending.state.finished().unwrap().exit_code, 0, "{ending:?}");
    assert!(life.sent().iter().any(|sent| sent.operation == "ec2 RevokeSecurityGroupIngress"));
}

#[test]
fn equal_seeds_give_equal_bytes() {
    let play = |seed| {
        let folder = tempfile::tempdir().unwrap();
        let outcome = trial::play(&trial(seed, "rehearsal", WILD, folder.path())).unwrap();
        (files(folder.path()), outcome.story)
    };
    for seed in 0..6 {
        let (once, twice) = (play(seed), play(seed));
        assert_eq!(once.1, twice.1, "seed {seed}: another story");
        assert!(once.0 == twice.0, "seed {seed}: other bytes");
    }
    assert_ne!(play(0).1, play(1).1);
}

#[test]
fn whatever_happens_the_world_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut conclusions = Vec::new();
    for (seed, name) in (0..8).zip(["seoul-outage", "rehearsal"].into_iter().cycle()) {
        let outcome = trial::play(&trial(seed, name, WILD, folder.path())).unwrap();
        assert!(
            outcome.violations.is_empty(),
            "seed {seed}, {name}: {:#?}",
            (outcome.violations, outcome.story)
        );
        conclusions.push(outcome.conclusion);
    }
    assert!(conclusions.contains(&Conclusion::Restored), "nothing was ever killed: {conclusions:?}");
}

#[test]
fn a_cell_of_the_matrix_is_killed_where_it_says_and_restored() {
    let folder = tempfile::tempdir().unwrap();
    let matrix = Matrix::of(&trial(0, "rehearsal", Hazards::default(), folder.path())).unwrap();
    let late = |cell: &&Cell| matches!(cell, Cell::Killed(_, Restored::Twice, Reply::LostAfter));
    let cell = matrix.cells.iter().filter(late).nth(matrix.cells.len() / 18).unwrap();
    let own = folder.path().join("cell");
    fs::create_dir(&own).unwrap();
    let outcome = matrix.play(cell, &own).unwrap();
    assert_eq!((outcome.violations, outcome.conclusion), (vec![], Conclusion::Restored), "{cell}");
}

/// The same drill with these words otherwise.
fn edited(name: &str, from: &str, to: &str) -> Arc<LoadedDrill> {
    let mut files = drill(name).files.clone();
    assert!(files[0].text.contains(from), "{name} has no {from}");
    files[0].text = files[0].text.replace(from, to);
    Arc::new(reader::load_text(&files).unwrap_or_else(|problems| panic!("{problems}")))
}

/// A whole run: what it planned, what it sent, and how long it watched.
fn whole(drill: Arc<LoadedDrill>) -> (Plan, Vec<Sent>, Duration) {
    let folder = tempfile::tempdir().unwrap();
    let start = "2026-11-22T03:00:00Z".parse().unwrap();
    let stage = Stage::new(World::reference(1, start), 1);
    let place = Place { reports: folder.path().to_owned(), command: vec![], salt: 1, bare: false };
    let (_, life, ended) = stage.live(None, None, |around| play::run(around, drill, place)).unwrap();
    let Ended::OfItself(Played::Ended(ending)) = ended else { panic!("{ended:?}") };
    assert_eq!(ending.state.finished().unwrap().exit_code, 0, "{ending:?}");
    let run = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    let records = journal::read(&run).unwrap().records;
    let at = |wanted: fn(&Event) -> bool| records.iter().find(|record| wanted(&record.event)).unwrap().at;
    let Event::Planned { plan, .. } = &records[1].event else { panic!("{:?}", records[1]) };
    let watched = at(|event| matches!(event, Event::RunFinished { .. }))
        .since(at(|event| matches!(event, Event::WatchingStarted { .. })));
    (serde_json::from_value(plan.clone()).unwrap(), life.sent(), watched)
}

/// As the line tells it.
fn on_the_line(call: &Call) -> String {
    match call.operation.as_str() {
        "route53:UpdateHealthCheck" => format!("route53 POST /2013-04-01/healthcheck/{}", call.resource),
        action => action.replacen(':', " ", 1),
    }
}

#[test]
fn a_plan_names_every_call_that_changes_something_in_the_order_of_the_run() {
    let narrowed = edited("seoul-outage", "method: revoke", "method: narrow");
    for drill in [drill("seoul-outage"), narrowed, drill("rehearsal"), drill("seoul-lost")] {
        let name = drill.drill.name.clone();
        let (plan, sent, _) = whole(drill);
        let planned: Vec<String> = plan.calls.iter().map(|planned| on_the_line(&planned.call)).collect();
        let seen: Vec<&str> =
            sent.iter().filter(|sent| sent.writes).map(|sent| sent.operation.as_str()).collect();
        assert_eq!(planned, seen, "{name}");
        assert!(!planned.is_empty(), "{name}");
    }
}

#[test]
fn watching_makes_the_calls_that_the_plan_counted() {
    let (plan, sent, watched) = whole(drill("seoul-outage"));
    let count = |operation: &str| sent.iter().filter(|sent| sent.operation == operation).count() as f64;
    let hours = watched.as_secs_f64() / 3600.0;
    let planned = |operation: &str| {
        let all = plan.quota.iter().filter_map(|it| it.operations.get(operation));
        all.sum::<u64>() as f64 * hours
    };
    for operation in
        ["elasticbeanstalk:DescribeEnvironmentHealth", "elasticloadbalancing:DescribeTargetHealth"]
    {
        let (seen, planned) = (count(&operation.replacen(':', " ", 1)), planned(operation));
        assert!(
            seen > 10.0 && (seen - planned).abs() <= planned * 0.1 + 4.0,
            "{operation}: {seen}, {planned}"
        );
    }
    let route53 = sent.iter().filter(|sent| sent.operation.starts_with("route53 GET ")).count() as f64;
    let wanted = planned("route53:GetHealthCheck") + planned("route53:GetHealthCheckStatus");
    assert!((route53 - wanted).abs() <= wanted * 0.1 + 20.0, "{route53} of Route 53, planned {wanted}");
    for it in &plan.quota {
        assert!(it.taken_an_hour.is_none_or(|taken| it.an_hour < taken), "{it:?}");
    }
}
