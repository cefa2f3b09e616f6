use super::*;
use crate::journal::{
    Journal,
    testing::{at, run_started, whole_run},
};

/// The lines of a whole run's journal.
fn lines() -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::create(&root.path().join("run-a"), run_started("run-a"), at(0)).unwrap();
    for (event, second) in whole_run().into_iter().zip(1..) {
        journal.append(at(second * 1000), event).unwrap();
    }
    let text = std::fs::read_to_string(journal.path()).unwrap();
    text.split_inclusive('\n').map(str::to_owned).collect()
}

fn of(lines: &[String]) -> Chain {
    examine(lines.concat().as_bytes())
}

fn said(lines: &[String]) -> Vec<String> {
    of(lines).faults.iter().map(ToString::to_string).collect()
}

#[test]
fn a_chain_as_it_was_written_has_no_fault_and_the_readers_head() {
    let lines = lines();
    let chain = of(&lines);
    assert_eq!((chain.faults.as_slice(), chain.records, chain.torn), (&[][..], lines.len(), 0));
    let last = lines.last().unwrap();
    assert!(last.ends_with(&format!("{}\"}}\n", chain.head)), "{last}");
    assert_eq!(chain.head_at(lines.len()).unwrap(), chain.head);
    assert_eq!(chain.head_at(lines.len() + 1), None);
    let shorter = of(&lines[..7]);
    assert_eq!(chain.head_at(7).unwrap(), shorter.head, "a beginning is a chain of its own");
}

#[test]
fn every_flipped_bit_of_a_record_is_named_by_its_record() {
    let lines = lines();
    let third = lines[3].clone().into_bytes();
    let end = third.len() - 1; // its line end is of the next test
    for bit in 0..end * 8 {
        let mut flipped = third.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let mut bytes: Vec<u8> = lines[..3].concat().into_bytes();
        bytes.extend(&flipped);
        bytes.extend(lines[4..].concat().bytes());
        let faults = examine(&bytes).faults;
        assert!(
            faults.iter().any(|fault| (fault.record, fault.line, fault.what) == (3, 4, ChainBreak::Altered)),
            "bit {bit}: {faults:?}"
        );
    }
}

#[test]
fn a_line_end_that_is_gone_is_named() {
    let mut lines = lines();
    lines[3].pop();
    assert!(said(&lines)[0].starts_with("record #3 was altered"), "{:?}", said(&lines));
    let mut cut = super::tests::lines();
    cut.last_mut().unwrap().pop();
    assert!(of(&cut).torn > 0);
}

#[test]
fn a_dropped_record_is_named_and_so_are_several() {
    for gone in 1..lines().len() - 1 {
        let mut lines = lines();
        lines.remove(gone);
        let wanted = format!("record #{gone} is missing: it belongs before line {}", gone + 1);
        assert_eq!(said(&lines), [wanted]);
    }
    let mut lines = lines();
    lines.drain(0..3);
    assert_eq!(said(&lines), ["records #0 to #2 are missing: they belong before line 1"]);
}

#[test]
fn a_record_that_is_there_twice_or_at_another_place_is_named() {
    let mut twice = lines();
    twice.insert(9, twice[4].clone());
    assert_eq!(said(&twice), ["record #4 is there twice: line 10 was added"]);
    let mut swapped = lines();
    swapped.swap(4, 5);
    assert_eq!(said(&swapped), ["record #4 is out of order: it was moved to line 6"]);
}

#[test]
fn a_record_that_was_written_anew_with_a_hash_of_its_own_breaks_the_next_link() {
    let mut lines = lines();
    let (body, _) = format::split_tail(format::without_end(lines[4].as_bytes())).unwrap();
    let body = std::str::from_utf8(body).unwrap();
    let (object, prev) = body.rsplit_once(",\"prev\":\"").unwrap();
    let prev = LineHash::try_from(prev.trim_end_matches('"').to_owned()).unwrap();
    let forged = format!("{}}}", object.replace("12:50:05", "12:50:06"));
    assert_ne!(forged, format!("{object}}}"));
    lines[4] = String::from_utf8(format::seal(forged.into_bytes(), prev).0).unwrap();
    let said = said(&lines);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("record #5, line 6, does not follow"), "{said:?}");
}

#[test]
fn what_is_taken_off_the_end_shows_only_in_the_head_and_the_length() {
    let lines = lines();
    let chain = of(&lines[..lines.len() - 1]);
    assert!(chain.faults.is_empty());
    assert_eq!(chain.records, lines.len() - 1);
    assert_ne!(chain.head, of(&lines).head);
}

#[test]
fn an_empty_file_and_one_of_noise_are_told_apart_from_a_chain() {
    assert_eq!((examine(b"").records, examine(b"").faults.len()), (0, 0));
    assert_eq!(examine(b"").head, "0".repeat(64));
    assert_eq!(examine(b"noise\nnoise\n").faults[0].what, ChainBreak::Altered);
    let (far, _) = format::seal(br#"{"seq":18446744073709551615}"#.to_vec(), LineHash::NONE);
    assert_eq!(examine(&far).faults[0].what, ChainBreak::Missing { last: u64::MAX - 1 });
}
