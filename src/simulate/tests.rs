//! Tests of whole simulated runs.

use std::{path::Path, sync::Arc};

use super::{
    play::{self, Place, Played},
    stage::{Ended, Stage},
};
use crate::{drill::reader, lab::world::World};

fn start() -> jiff::Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

#[test]
fn the_seed_drill_passes_without_sockets() {
    let folder = tempfile::tempdir().unwrap();
    let drill = Path::new(env!("CARGO_MANIFEST_DIR")).join("drills/seoul-outage.yaml");
    let loaded = Arc::new(reader::load(&drill).unwrap());
    let stage = Stage::new(World::reference(1, start()), 1);
    let place = Place { reports: folder.path().to_owned(), command: vec![], salt: 1, bare: false };
    let (_, life, ended) = stage.live(None, None, |around| play::run(around, loaded, place)).unwrap();
    let Ended::OfItself(Played::Ended(ending)) = ended else { panic!("{ended:?}") };
    let calls = life.sent();
    println!("{} calls, {} records", calls.len(), life.records());
    assert_eq!(ending.state.finished().unwrap().exit_code, 0, "{ending:?}");
}

#[test]
#[ignore = "profile"]
fn profile() {
    let folder = tempfile::tempdir_in("/dev/shm").unwrap();
    let drill = Path::new(env!("CARGO_MANIFEST_DIR")).join("drills/seoul-outage.yaml");
    let loaded = Arc::new(reader::load(&drill).unwrap());
    let began = std::time::Instant::now();
    for seed in 0..10 {
        let stage = Stage::new(World::reference(seed, start()), 1);
        let place =
            Place { reports: folder.path().join(seed.to_string()), command: vec![], salt: 1, bare: false };
        std::fs::create_dir_all(&place.reports).unwrap();
        let (mut stage, life, _) =
            stage.live(None, None, |around| play::run(around, loaded.clone(), place)).unwrap();
        println!(
            "{} calls, {} records {:?} {}",
            life.sent().len(),
            life.records(),
            began.elapsed(),
            stage.world().now()
        );
    }
}

#[test]
fn many_trials_leave_no_mess() {
    let count: u64 = std::env::var("FIREDRILL_SEEDS").map_or(6, |n| n.parse().unwrap());
    let from: u64 = std::env::var("FIREDRILL_FROM").map_or(0, |n| n.parse().unwrap());
    let folder = tempfile::tempdir_in("/dev/shm").unwrap();
    let names = ["seoul-outage", "seoul-lost", "rehearsal"];
    let drills: Vec<_> = names
        .iter()
        .map(|name| {
            let drill = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("drills/{name}.yaml"));
            Arc::new(reader::load(&drill).unwrap())
        })
        .collect();
    let began = std::time::Instant::now();
    let mut bad = 0;
    for seed in from..from + count {
        let own = folder.path().join(seed.to_string());
        std::fs::create_dir_all(&own).unwrap();
        let trial = super::trial::Trial {
            seed,
            drill: drills[seed as usize % 3].clone(),
            blueprint: crate::lab::world::blueprint::Blueprint::reference(),
            hazards: super::fate::Hazards { kill: true, misbehave: super::fate::Level::High },
            bare: false,
            folder: own.clone(),
            command: vec![],
        };
        let outcome = super::trial::play(&trial).unwrap();
        println!(
            "{seed} {} {:?} exit {:?} kills {} calls {} {:?} ({:?})",
            outcome.drill,
            outcome.conclusion,
            outcome.exit_code,
            outcome.kills,
            outcome.calls,
            outcome.lasted,
            began.elapsed()
        );
        if !outcome.violations.is_empty() {
            bad += 1;
            println!("  VIOLATIONS {:#?}\n  STORY {:#?}", outcome.violations, outcome.story);
        }
        std::fs::remove_dir_all(&own).unwrap();
    }
    assert_eq!(bad, 0);
}
