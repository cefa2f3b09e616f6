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
    let place = Place { reports: folder.path().to_owned(), command: vec![], salt: 1 };
    let (_, life, ended) = stage.live(None, None, |around| play::run(around, loaded, place)).unwrap();
    let Ended::OfItself(Played::Ended(ending)) = ended else { panic!("{ended:?}") };
    let calls = life.sent();
    println!("{} calls, {} records", calls.len(), life.records());
    assert_eq!(ending.state.finished().unwrap().exit_code, 0, "{ending:?}");
}
