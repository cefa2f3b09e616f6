//! What `VERIFY.md` tells an auditor to type, typed.

use std::{collections::BTreeSet, fs};

use super::{
    folder::{Folder, sh, text},
    signed::signed,
};
use crate::evidence::VERIFY_FILES;

/// The commands of a page, in order.
fn commands(page: &str) -> Vec<String> {
    let blocks = page.split("```sh\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

/// The commands of both editions, which are the same.
fn typed(folder: &Folder) -> Vec<String> {
    let pages = VERIFY_FILES.map(|(name, _)| commands(&fs::read_to_string(folder.path(name)).unwrap()));
    assert_eq!(pages[0], pages[1], "both editions have the same commands");
    assert_eq!(pages[0].len(), 4);
    pages[0].clone()
}

/// Which of the commands say that something is wrong, and all that they say.
fn alarmed(folder: &Folder, commands: &[String]) -> (Vec<usize>, String) {
    let outputs: Vec<_> = commands.iter().map(|script| sh(&folder.dir, script)).collect();
    let wrong =
        (1..).zip(&outputs).filter(|(_, it)| !it.status.success()).map(|(number, _)| number).collect();
    (wrong, outputs.iter().map(text).collect())
}

#[test]
fn on_a_whole_and_signed_run_every_command_answers_as_the_page_says() {
    let (folder, _) = signed();
    let commands = typed(&folder);
    let (wrong, said) = alarmed(&folder, &commands);
    assert_eq!(wrong, Vec::<usize>::new(), "{said}");
    for (name, _) in VERIFY_FILES {
        let page = fs::read_to_string(folder.path(name)).unwrap();
        let journal = said.lines().find(|line| line.starts_with("journal.jsonl: 33 records, head ")).unwrap();
        for expected in ["8 files, as many as report.json counts", journal] {
            assert!(
                said.contains(expected) && page.contains(&format!("`{expected}`")),
                "{name}: {expected}\n{said}"
            );
        }
        assert!(page.contains("Good \"firedrill-evidence\" signature for"), "{name}");
    }
    assert_eq!(said.lines().filter(|line| line.ends_with(": OK")).count(), 8, "{said}");
    assert!(said.contains("followup.jsonl: 3 records, head "), "{said}");
    assert!(
        said.contains("Good \"firedrill-evidence\" signature for drills@example.com with ED25519 key"),
        "{said}"
    );
}

/// What was done to the folder, which commands must notice, and words that one of them must say.
type Tampering = (&'static str, fn(&Folder), &'static [usize], &'static str);

#[test]
fn on_a_tampered_run_the_commands_notice_what_the_page_says_they_do() {
    let cases: &[Tampering] = &[
        ("a page", |it| it.change("report.md", |text| text + " "), &[1], "report.md: FAILED"),
        ("an added file", |it| fs::write(it.path("more"), "x").unwrap(), &[2], "added or missing: more"),
        (
            "a missing file",
            |it| fs::remove_file(it.path("report.md")).unwrap(),
            &[1, 2],
            "added or missing: report.md",
        ),
        (
            "a file and its line",
            |it| {
                fs::remove_file(it.path("report.md")).unwrap();
                it.lines("SHA256SUMS", |lines| lines.retain(|line| !line.ends_with("report.md\n")));
            },
            &[2, 4],
            "report.json does not count 7 files",
        ),
        (
            "a record",
            |it| it.change("journal.jsonl", |text| text.replacen("close port 80", "close port 81", 1)),
            &[1, 3],
            "journal.jsonl: record #5 was altered",
        ),
        (
            "a dropped record",
            |it| it.lines("journal.jsonl", |lines| drop(lines.remove(3))),
            &[1, 3],
            "journal.jsonl: record #3 does not follow the one before it",
        ),
        (
            "swapped records",
            |it| it.lines("followup.jsonl", |lines| lines.swap(1, 2)),
            &[1, 3],
            "followup.jsonl: record #1 does not follow the one before it",
        ),
        (
            "the last record, and the list made anew",
            |it| {
                it.lines("journal.jsonl", |lines| drop(lines.pop()));
                crate::evidence::seal(&it.dir).unwrap();
            },
            &[3, 4],
            "and report.json says otherwise",
        ),
        (
            "the signature",
            |it| it.change("SHA256SUMS.sig", |text| text.replacen("U1NIU0lH", "U1NIU0lX", 1)),
            &[4],
            "",
        ),
    ];
    let mut noticed = BTreeSet::new();
    for (what, tamper, wanted, words) in cases {
        let (folder, _) = signed();
        let commands = typed(&folder);
        tamper(&folder);
        let (wrong, said) = alarmed(&folder, &commands);
        assert_eq!(wrong, *wanted, "{what}:\n{said}");
        assert!(said.contains(words), "{what}: {words}\n{said}");
        assert!(!folder.verify().is_whole(), "{what}: firedrill notices it too");
        noticed.extend(wrong);
    }
    assert_eq!(noticed, BTreeSet::from([1, 2, 3, 4]), "every command was seen to fail");
}
