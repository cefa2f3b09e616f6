use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
};

use tempfile::TempDir;

use super::*;
use crate::journal::{
    error::LineFault,
    event::{ChangeEvent, Reversibility, StopReason},
    state::IllegalEvent,
    testing::{actor, at, captured, change, run_started, whole_run},
};

fn folder() -> (TempDir, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("run-a");
    (root, dir)
}

fn begun() -> (TempDir, Journal) {
    let (root, dir) = folder();
    let (journal, _) = Journal::create(&dir, run_started("run-a"), at(0)).unwrap();
    (root, journal)
}

/// Records these events, a second apart.
fn record(journal: &mut Journal, events: impl IntoIterator<Item = Event>) -> Vec<Record> {
    let first = journal.state().next_seq().0;
    let stamped = events.into_iter().zip(first..);
    stamped.map(|(event, seq)| journal.append(at(seq * 1000), event).unwrap()).collect()
}

#[test]
fn what_append_returned_is_what_a_reader_finds_and_live_state_is_replayed_state() {
    let (_root, dir) = folder();
    let (mut journal, first) = Journal::create(&dir, run_started("run-a"), at(0)).unwrap();
    let mut live = vec![first];
    live.extend(record(&mut journal, whole_run()));
    let read = reader::read(&dir).unwrap();
    assert_eq!(read.records, live);
    assert!(read.warnings.is_empty() && !read.torn);
    assert_eq!(&read.state().unwrap(), journal.state());
    assert_eq!(&RunState::replay(&read.records).unwrap(), journal.state());
    assert_eq!(reader::verify(&dir).unwrap().records, live.len());
}

#[test]
fn an_event_that_may_not_follow_is_refused_and_nothing_is_written() {
    let (_root, mut journal) = begun();
    let before = fs::read(journal.path()).unwrap();
    let refused = journal.append(at(1), change("port", ChangeEvent::ApplyStarted)).unwrap_err();
    assert!(
        matches!(&refused, JournalError::Illegal { source: IllegalEvent::Change { .. }, .. }),
        "{refused}"
    );
    assert_eq!(fs::read(journal.path()).unwrap(), before);
    assert!(!journal.is_poisoned());
    record(&mut journal, [change("port", captured(Reversibility::Exact))]);
}

#[test]
fn a_run_never_writes_into_the_folder_of_another() {
    let (_root, journal) = begun();
    let refused = Journal::create(journal.dir(), run_started("run-a"), at(0)).err().unwrap();
    assert!(matches!(refused, JournalError::Exists { .. }));
}

#[test]
fn after_a_failed_write_nothing_more_is_written_and_what_was_synced_still_reads() {
    for room in [0, 1, 40, 200] {
        let (_root, mut journal) = begun();
        record(&mut journal, [change("port", captured(Reversibility::Exact))]);
        let state = journal.state().clone();
        journal.on_a_bad_disk(room, true);
        let failed = journal.append(at(9000), change("port", ChangeEvent::ApplyStarted)).unwrap_err();
        assert!(matches!(failed, JournalError::Io { doing: "write to", .. }), "{failed}");
        journal.on_a_bad_disk(usize::MAX, true);
        let poisoned = journal.append(at(9001), Event::Noted { note: "room again".into() }).unwrap_err();
        assert!(matches!(poisoned, JournalError::Poisoned { .. }), "{poisoned}");
        assert_eq!(journal.state(), &state);
        let read = reader::read(journal.dir()).unwrap();
        assert_eq!(read.torn, room > 0);
        assert_eq!(read.state().unwrap(), state);
    }
}

#[test]
fn a_record_that_the_disk_did_not_promise_to_keep_did_not_happen_but_may_be_read() {
    let (_root, mut journal) = begun();
    record(&mut journal, [change("port", captured(Reversibility::Exact))]);
    journal.on_a_bad_disk(usize::MAX, false);
    let failed = journal.append(at(9000), change("port", ChangeEvent::ApplyStarted)).unwrap_err();
    assert!(matches!(failed, JournalError::Io { doing: "sync", .. }), "{failed}");
    assert!(journal.is_poisoned());
    assert!(journal.state().outstanding().is_empty(), "the caller was told no and must not apply");
    // Should the line have reached the disk all the same, a restore puts back what was never applied: harmless.
    assert_eq!(reader::read(journal.dir()).unwrap().state().unwrap().outstanding_ids(), ["port".into()]);
}

#[test]
fn a_reader_beside_the_writer_sees_a_lawful_beginning_every_time() {
    let (_root, mut journal) = begun();
    let dir = journal.dir().to_owned();
    let writer = std::thread::spawn(move || record(&mut journal, whole_run()));
    let mut longest = 0;
    loop {
        let read = reader::read(&dir).unwrap();
        let state = read.state().unwrap();
        assert!(read.records.len() >= longest, "a record that was read is gone");
        longest = read.records.len();
        if state.finished().is_some() || writer.is_finished() {
            break;
        }
    }
    assert_eq!(reader::read(&dir).unwrap().records[1..], writer.join().unwrap());
}

#[test]
fn another_process_goes_on_where_the_first_was_cut_off() {
    let (_root, mut journal) = begun();
    let dir = journal.dir().to_owned();
    record(
        &mut journal,
        [change("port", captured(Reversibility::Exact)), change("port", ChangeEvent::ApplyStarted)],
    );
    journal.on_a_bad_disk(50, true);
    journal
        .append(at(9000), change("port", ChangeEvent::Applied { details: Default::default() }))
        .unwrap_err();
    drop(journal);

    let (mut next, read) = Journal::open_for_append(&dir, &actor(8)).unwrap();
    assert!(read.torn && read.warnings.len() == 1, "{:?}", read.warnings);
    assert_eq!(next.state().outstanding_ids(), ["port".into()]);
    let outstanding = next.state().outstanding_ids();
    record(
        &mut next,
        [
            Event::RestorationStarted { outstanding, by: actor(8) },
            change("port", ChangeEvent::RestoreStarted { attempt: 1 }),
            change("port", ChangeEvent::Restored { details: Default::default() }),
            change("port", ChangeEvent::Verified { details: Default::default() }),
            Event::RunFinished { reason: StopReason::Interrupt, outstanding: vec![], exit_code: 5 },
        ],
    );
    let read = reader::read(&dir).unwrap();
    assert!(!read.torn && read.warnings.is_empty());
    assert_eq!(&read.state().unwrap(), next.state());
}

#[test]
fn a_second_process_is_told_who_works_on_the_run() {
    let (_root, journal) = begun();
    let refused = Journal::open_for_append(journal.dir(), &actor(8)).err().unwrap();
    assert!(
        matches!(&refused, JournalError::Locked { holder: Some(holder), .. } if holder.by.pid == 7),
        "{refused}"
    );
    let dir = journal.dir().to_owned();
    drop(journal);
    Journal::open_for_append(&dir, &actor(8)).unwrap();
}

#[test]
fn where_no_run_is_nothing_is_made() {
    let root = tempfile::tempdir().unwrap();
    let refused = Journal::open_for_append(root.path(), &actor(8)).err().unwrap();
    assert!(matches!(refused, JournalError::Missing { .. }), "{refused}");
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
}

#[test]
fn a_damaged_journal_is_not_gone_on_with() {
    let (_root, mut journal) = begun();
    record(&mut journal, whole_run());
    let (dir, path) = (journal.dir().to_owned(), journal.path().to_owned());
    drop(journal);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("close port 80", "close port 81", 1)).unwrap();
    let refused = Journal::open_for_append(&dir, &actor(8)).err().unwrap();
    assert!(
        matches!(refused, JournalError::Broken { line: 6, fault: LineFault::WrongHash, .. }),
        "{refused}"
    );
}

/// Where the child of the next test keeps its run.
const CHILD_DIR: &str = "FIREDRILL_TEST_CHILD_DIR";

#[test]
fn a_killed_process_leaves_its_run_to_the_next_one() {
    let (_root, dir) = folder();
    let name = "journal::writer::tests::child_that_applies_and_waits_to_be_killed";
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(CHILD_DIR, &dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().ends_with("applied")), "the child did not get that far");

    let seen = reader::read(&dir).unwrap(); // reading needs no lock
    assert_eq!(seen.state().unwrap().outstanding_ids(), ["port".into()]);
    let refused = Journal::open_for_append(&dir, &actor(8)).err().unwrap();
    assert!(matches!(refused, JournalError::Locked { .. }), "{refused}");
    child.kill().unwrap();
    child.wait().unwrap();

    let (next, read) = Journal::open_for_append(&dir, &actor(8)).unwrap();
    assert_eq!(read.records, seen.records);
    assert_eq!(next.state().outstanding_ids(), ["port".into()]);
}

/// Not a test of its own: what the process does that the test above kills.
#[test]
#[expect(clippy::print_stdout, reason = "the parent waits for the line")]
fn child_that_applies_and_waits_to_be_killed() {
    let Some(dir) = std::env::var_os(CHILD_DIR) else { return };
    let (mut journal, _) = Journal::create(Path::new(&dir), run_started("run-a"), at(0)).unwrap();
    record(
        &mut journal,
        [change("port", captured(Reversibility::Exact)), change("port", ChangeEvent::ApplyStarted)],
    );
    println!("applied");
    io::stdin().lines().for_each(drop); // until the parent is gone, should it die first
}
