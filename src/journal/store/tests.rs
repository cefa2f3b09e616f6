use tempfile::TempDir;

use super::*;
use crate::{
    clock::Anchor,
    journal::{
        Journal,
        event::{ChangeEvent, Reversibility, RunStarted},
        testing::{actor, at, captured, change, run_started},
    },
};

const RUNS: [&str; 3] =
    ["20261120T100000Z-alpha-00aa", "20261121T100000Z-beta-00bb", "20261122T100000Z-alpha-00cc"];

fn store() -> (TempDir, Store) {
    let root = tempfile::tempdir().unwrap();
    let store = Store::new(root.path().join("reports"));
    (root, store)
}

fn begin(store: &Store, run: &str, deployment: &str) -> Journal {
    let mut first: RunStarted = run_started(run);
    first.drill.deployment.name = deployment.into();
    let dir = store.run_dir(&RunId::from_text(run)).unwrap();
    Journal::create(&dir, first, at(0)).unwrap().0
}

fn leave_outstanding(journal: &mut Journal) {
    journal.append(at(1), change("port", captured(Reversibility::Exact))).unwrap();
    journal.append(at(2), change("port", ChangeEvent::ApplyStarted)).unwrap();
}

fn damage(dir: &Path) {
    let path = dir.join(JOURNAL_FILE);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("close port 80", "close port 81", 1)).unwrap();
}

#[test]
fn a_run_is_found_by_nothing_by_latest_by_any_part_only_it_has_and_by_its_path() {
    let (_root, store) = store();
    RUNS.iter().for_each(|run| drop(begin(&store, run, "wordpress")));
    let found = |selector| store.find(selector).unwrap().file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(found(None), RUNS[2]);
    assert_eq!(found(Some("latest")), RUNS[2]);
    assert_eq!(found(Some(RUNS[0])), RUNS[0]);
    assert_eq!(found(Some("20261121")), RUNS[1]);
    assert_eq!(found(Some("beta")), RUNS[1]);
    assert_eq!(found(Some("00aa")), RUNS[0]);
    assert_eq!(found(Some(store.root().join(RUNS[0]).to_str().unwrap())), RUNS[0]);
}

#[test]
fn a_part_that_none_or_several_have_is_refused_with_those_to_choose_from() {
    let (_root, store) = store();
    assert!(matches!(store.find(None), Err(JournalError::NoRuns { .. })));
    RUNS.iter().for_each(|run| drop(begin(&store, run, "wordpress")));
    let unknown = store.find(Some("gamma")).unwrap_err().to_string();
    assert!(RUNS.iter().all(|run| unknown.contains(run)), "{unknown}");
    let ambiguous = store.find(Some("alpha")).unwrap_err().to_string();
    assert!(ambiguous.contains(RUNS[0]) && !ambiguous.contains(RUNS[1]), "{ambiguous}");
}

#[test]
fn a_run_with_something_outstanding_stands_in_the_way_of_its_deployment_only() {
    let (_root, store) = store();
    leave_outstanding(&mut begin(&store, RUNS[0], "wordpress"));
    drop(begin(&store, RUNS[1], "wordpress"));
    let obstacles = store.outstanding_for("wordpress").unwrap();
    assert_eq!(obstacles.outstanding, [(RunId::from_text(RUNS[0]), vec!["port".into()])]);
    assert!(obstacles.unreadable.is_empty());
    assert!(store.outstanding_for("another").unwrap().is_empty());
}

#[test]
fn a_run_whose_lab_ended_with_it_stands_in_no_ones_way_and_one_on_a_lab_of_its_own_does() {
    let (_root, store) = store();
    for (run, embedded) in [(RUNS[0], true), (RUNS[1], false)] {
        let wall = at(0).wall;
        let mut first = run_started(run);
        first.lab =
            Some(LabFacts { seed: 7, anchor: Anchor { real: wall, world: wall, speed: 20.0 }, embedded });
        let dir = store.run_dir(&first.run).unwrap();
        leave_outstanding(&mut Journal::create(&dir, first, at(0)).unwrap().0);
    }
    let obstacles = store.outstanding_for("wordpress").unwrap();
    assert_eq!(obstacles.outstanding, [(RunId::from_text(RUNS[1]), vec!["port".into()])]);
}

#[test]
fn a_damaged_journal_stands_in_the_way_and_is_listed_with_its_error() {
    let (_root, store) = store();
    let mut journal = begin(&store, RUNS[0], "wordpress");
    leave_outstanding(&mut journal);
    journal.append(at(3), change("port", ChangeEvent::RestoreStarted { attempt: 1 })).unwrap();
    damage(journal.dir());
    let obstacles = store.outstanding_for("wordpress").unwrap();
    assert!(
        matches!(&obstacles.unreadable[..], [(run, JournalError::Broken { line: 2, .. })] if run.as_str() == RUNS[0])
    );
    assert!(store.outstanding_for("another").unwrap().is_empty());
    let heads = store.list().unwrap();
    assert!(matches!(&heads[..], [RunHead { summary: Err(JournalError::Broken { .. }), .. }]));
}

#[test]
fn a_run_that_never_began_is_listed_and_stands_in_no_ones_way() {
    let (_root, store) = store();
    let journal = begin(&store, RUNS[0], "wordpress");
    fs::write(journal.path(), "{\"seq\":0,\"mo").unwrap();
    assert!(store.outstanding_for("wordpress").unwrap().is_empty());
    assert!(matches!(
        &store.list().unwrap()[..],
        [RunHead { summary: Err(JournalError::NeverBegan { .. }), .. }]
    ));
}

#[test]
fn the_list_is_newest_first_and_passes_over_what_is_no_run() {
    let (_root, store) = store();
    assert!(store.list().unwrap().is_empty());
    RUNS.iter().for_each(|run| drop(begin(&store, run, "wordpress")));
    fs::create_dir(store.root().join("notes")).unwrap();
    let holder = Holder { run: RunId::from_text(RUNS[0]), by: actor(7) };
    let _lock = store.lock_deployment("wordpress", &holder).unwrap();
    let runs: Vec<_> = store.list().unwrap().into_iter().map(|head| head.run.to_string()).collect();
    assert_eq!(runs, [RUNS[2], RUNS[1], RUNS[0]]);
}
