use std::{collections::BTreeSet, fs, os::unix::fs::symlink};

use super::folder::{CHAINED, Folder, bits};
use crate::evidence::{Asked, Kind, signature::Signature, sums, verify};

/// What someone does to the lines of a journal.
type Tampering = fn(&mut Vec<String>);

#[test]
fn a_folder_as_it_was_left_is_whole_and_sha256sum_says_so_too() {
    let folder = Folder::new();
    let verified = folder.verify();
    assert!(verified.is_whole(), "{:#?}", verified.troubles);
    assert_eq!(verified.run.as_deref(), Some("run-a"));
    assert_eq!((verified.files, verified.signature), (8, Signature::None));
    let read = crate::journal::verify(&folder.dir).unwrap();
    assert_eq!((verified.journal.chain_length, verified.journal.chain_head), (read.records, read.head));
    assert_eq!(verified.followup.unwrap().chain_length, 3);
    let theirs = folder.sha256sum();
    assert!(theirs.status.success(), "{theirs:?}");
    assert_eq!(
        String::from_utf8(theirs.stdout).unwrap().lines().filter(|line| line.ends_with(": OK")).count(),
        8
    );
}

#[test]
fn sealing_again_changes_nothing_and_the_lock_is_no_part_of_it() {
    let folder = Folder::new();
    let before = fs::read(folder.path("SHA256SUMS")).unwrap();
    assert!(folder.names().contains(&"run.lock".to_owned()));
    fs::write(folder.path("run.lock"), "another process").unwrap();
    folder.report();
    assert_eq!(fs::read(folder.path("SHA256SUMS")).unwrap(), before);
    assert!(folder.verify().is_whole());
}

#[test]
fn any_flipped_bit_of_any_file_is_named_and_sha256sum_agrees() {
    let folder = Folder::new();
    let names: Vec<String> = folder.names().into_iter().filter(|name| name != "run.lock").collect();
    for name in names {
        let whole = fs::read(folder.path(&name)).unwrap();
        for bit in bits(whole.len()) {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            fs::write(folder.path(&name), &flipped).unwrap();
            let troubles = folder.verify().troubles;
            // A bit of the list makes another file look altered, missing or added: the list's own line names it.
            let named = name == "SHA256SUMS" || troubles.iter().any(|it| it.file == name);
            assert!(!troubles.is_empty() && named, "{name}, bit {bit}: {troubles:?}");
        }
        let theirs = folder.sha256sum();
        assert!(!theirs.status.success(), "{name}");
        fs::write(folder.path(&name), &whole).unwrap();
    }
    assert!(folder.verify().is_whole());
}

#[test]
fn a_dropped_an_added_and_a_moved_record_are_named_by_number_in_either_chain() {
    for name in CHAINED {
        let record = 1;
        let cases: [(&str, Tampering, Kind); 3] = [
            ("record #1 is missing", |lines| drop(lines.remove(1)), Kind::Missing),
            ("record #1 is there twice", |lines| lines.push(lines[1].clone()), Kind::Added),
            ("record #1 is out of order", |lines| lines.swap(1, 2), Kind::Moved),
        ];
        for (wanted, change, kind) in cases {
            let folder = Folder::new();
            folder.lines(name, change);
            folder.says(&format!("{name}: {wanted}"));
            let troubles = folder.verify().troubles;
            let named = |it: &&crate::evidence::Trouble| {
                it.file == name && it.record == Some(record) && it.kind == kind
            };
            assert!(troubles.iter().any(|it| named(&it)), "{troubles:?}");
            assert!(!folder.sha256sum().status.success());
        }
    }
}

#[test]
fn the_last_record_gone_is_named_though_the_chain_is_whole_and_the_list_was_made_anew() {
    for (name, last) in CHAINED.into_iter().zip([32, 2]) {
        let folder = Folder::new();
        folder.lines(name, |lines| drop(lines.pop()));
        crate::evidence::seal(&folder.dir).unwrap();
        assert!(folder.sha256sum().status.success(), "the list alone does not show it");
        assert_eq!(folder.said(), [format!("{name}: record #{last}, the last, is missing")]);
    }
}

#[test]
fn a_record_that_was_added_at_the_end_is_named_though_the_list_was_made_anew() {
    let folder = Folder::new();
    folder.note("afterwards");
    crate::evidence::seal(&folder.dir).unwrap();
    folder.says("followup.jsonl: records from #3 on were written or added after report.json was made");
    folder.report();
    assert!(folder.verify().is_whole(), "written in order and reported, it is a part of the run's evidence");
}

#[test]
fn an_added_file_is_named_and_sha256sum_does_not_see_it() {
    let folder = Folder::new();
    fs::create_dir(folder.path("more")).unwrap();
    fs::write(folder.path("more/proof.png"), "x").unwrap();
    fs::write(folder.path("SHA256SUMS2"), "x").unwrap();
    symlink("/etc/hostname", folder.path("link")).unwrap();
    let said = folder.said();
    assert_eq!(
        said,
        [
            "link: it is neither file nor folder: what it leads to is not in this folder",
            "SHA256SUMS2: it was added: SHA256SUMS does not list it",
            "more/proof.png: it was added: SHA256SUMS does not list it",
        ]
    );
    assert!(folder.sha256sum().status.success());
    fs::remove_file(folder.path("link")).unwrap();
    folder.report();
    assert!(folder.verify().is_whole(), "reported, they are a part of it");
}

#[test]
fn requests_and_answers_of_a_timestamp_are_no_added_files() {
    let folder = Folder::new();
    for name in ["SHA256SUMS.sig.tsq", "SHA256SUMS.sig.tsr"] {
        fs::write(folder.path(name), "x").unwrap();
    }
    assert!(folder.verify().is_whole());
}

#[test]
fn each_missing_file_is_named() {
    let names = Folder::new().names();
    for name in names.into_iter().filter(|name| name != "run.lock") {
        let folder = Folder::new();
        fs::remove_file(folder.path(&name)).unwrap();
        folder.says(&format!("{name}: it is "));
        let troubles = folder.verify().troubles;
        assert!(troubles.iter().any(|it| it.file == name && it.kind == Kind::Missing), "{troubles:?}");
        assert!(!folder.sha256sum().status.success());
    }
}

#[test]
fn a_line_taken_out_of_the_list_with_its_file_shows_in_the_count() {
    let folder = Folder::new();
    fs::remove_file(folder.path("report.md")).unwrap();
    folder.lines("SHA256SUMS", |lines| lines.retain(|line| !line.ends_with("report.md\n")));
    assert!(folder.sha256sum().status.success(), "the list alone does not show it");
    assert_eq!(folder.said(), ["SHA256SUMS: it lists 7 files, and report.json counted 8"]);
}

#[test]
fn lines_of_the_list_that_were_moved_doubled_or_spoilt_are_named() {
    let cases: [(&str, Tampering); 3] = [
        ("SHA256SUMS: its lines are not in order", |lines| lines.swap(0, 1)),
        ("SHA256SUMS: line 9 lists a file for the second time", |lines| lines.push(lines[0].clone())),
        ("SHA256SUMS: line 1 is not one of such a list", |lines| lines[0] = "noise\n".to_owned()),
    ];
    for (wanted, change) in cases {
        let folder = Folder::new();
        folder.lines("SHA256SUMS", change);
        folder.says(wanted);
    }
}

#[test]
fn a_sample_that_was_dropped_added_or_spoilt_is_told_as_far_as_it_can_be() {
    let cases: [(&str, Tampering); 3] = [
        ("samples.jsonl: it has 39 lines, and report.json counted 40", |lines| drop(lines.remove(7))),
        ("samples.jsonl: it has 41 lines, and report.json counted 40", |lines| lines.push(lines[0].clone())),
        ("samples.jsonl: line 8 is not a sample", |lines| lines[7] = lines[7].replacen("mono_us", "mono", 1)),
    ];
    for (wanted, change) in cases {
        let folder = Folder::new();
        folder.lines("samples.jsonl", change);
        folder.says(wanted);
        folder.says("samples.jsonl: it was altered");
    }
}

#[test]
fn a_follow_up_of_another_run_or_of_another_journal_is_named() {
    let (one, other) = (Folder::new(), Folder::new());
    other.note("a third");
    // The same run's name, but another journal before it: a record less.
    one.lines("journal.jsonl", |lines| lines.truncate(10));
    fs::remove_file(one.path("followup.jsonl")).unwrap();
    one.note("about a shorter journal");
    fs::copy(one.path("followup.jsonl"), other.path("followup.jsonl")).unwrap();
    other.report();
    assert!(
        other.verify().is_whole(),
        "a beginning of the journal is what it was when somebody wrote the first note"
    );
    fs::copy(Folder::new().path("followup.jsonl"), one.path("followup.jsonl")).unwrap();
    one.report();
    one.says("followup.jsonl: journal.jsonl is not the one that this was written about");
}

#[test]
fn a_report_of_another_run_is_named() {
    let folder = Folder::new();
    folder.change("report.json", |text| text.replace("run-a", "run-b"));
    crate::evidence::seal(&folder.dir).unwrap();
    assert_eq!(folder.said(), ["report.json: it is of the run \"run-b\", and the journal of \"run-a\""]);
}

#[test]
fn files_made_again_are_compared_byte_for_byte() {
    let folder = Folder::new();
    let files =
        ["report.html", "report.md", "report.pdf"].map(|name| (name.to_owned(), name.as_bytes().to_vec()));
    let mut files = files.to_vec();
    files[1].1.push(b' ');
    let asked = Asked { made_again: Some(&files), ..Asked::default() };
    let verified = verify(&folder.dir, &asked).unwrap();
    let said: BTreeSet<String> = verified.troubles.iter().map(ToString::to_string).collect();
    assert_eq!(verified.made_again, Some(1));
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().any(|line| line.starts_with("report.md: made again")), "{said:?}");
    assert!(said.iter().any(|line| line.starts_with("report.pdf: it is missing")), "{said:?}");
}

#[test]
fn a_name_that_needs_more_than_one_line_is_listed_as_sha256sum_lists_it() {
    let folder = Folder::new();
    fs::write(folder.path("odd\nname\\here"), "x").unwrap();
    fs::write(folder.path("이름.txt"), "x").unwrap();
    folder.report();
    assert!(folder.verify().is_whole(), "{:?}", folder.said());
    let theirs = folder.sha256sum();
    assert!(theirs.status.success(), "{theirs:?}");
    let line = "\\2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881  odd\\nname\\\\here";
    assert!(fs::read_to_string(folder.path("SHA256SUMS")).unwrap().contains(line));
    assert_eq!(sums::read_line(line.as_bytes()).unwrap().0.to_str(), Some("odd\nname\\here"));
}

#[test]
fn a_run_that_was_never_reported_is_not_called_whole() {
    let folder = Folder::new();
    for name in folder.names() {
        if !name.ends_with(".jsonl") {
            fs::remove_file(folder.path(&name)).unwrap();
        }
    }
    folder.says("SHA256SUMS: it is not there");
    folder.says("report.json: it is missing");
}
