use std::{collections::BTreeSet, fs, path::Path};

use super::*;
use crate::drill::model::FRAMEWORKS;

#[test]
fn every_file_can_be_read() {
    for (id, text) in FILES {
        let read =
            file::read(id, text).unwrap_or_else(|error| panic!("{id}.toml:{}: {}", error.line, error.why));
        let ids: BTreeSet<&str> = read.controls.iter().map(|control| control.id.as_str()).collect();
        assert_eq!(ids.len(), read.controls.len(), "{id}: a control stands twice");
    }
    assert_eq!(frameworks().len(), FILES.len());
}

#[test]
fn every_file_in_the_folder_is_known_and_deployments_may_name_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/controls");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: BTreeSet<String> =
        names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
    let known: BTreeSet<String> = FILES.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(names, known);
    assert_eq!(FRAMEWORKS.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>(), known);
}

#[test]
fn every_kind_of_evidence_is_asked_for_somewhere() {
    let controls = frameworks().iter().flat_map(|framework| &framework.controls);
    let asked: BTreeSet<Kind> = controls.flat_map(|control| control.evidence.iter().copied()).collect();
    assert_eq!(asked, Kind::ALL.iter().copied().collect());
}

/// No framework certifies a drill, and no text here may sound as if one did.
#[test]
fn nothing_says_that_anyone_complies() {
    for (id, text) in FILES {
        let small = text.to_lowercase();
        for word in ["complian", "complies", "certif", "준수", "적합함", "인증됨"] {
            assert!(!small.contains(word), "{id}: {word}");
        }
    }
}

const GOOD: &str = "name = \"N\"\nname_ko = \"엔\"\n[[control]]\nid = \"1\"\ntitle = \"T\"\ntitle_ko = \"티\"\n\
                    evidence = [\"chain\"]\nnot_covered = \"all else\"\nnot_covered_ko = \"나머지\"\n";

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_line() {
    assert!(file::read("n", GOOD).is_ok());
    for (from, to, line, why) in [
        ("\"chain\"", "\"chian\"", 7, "`chian` is no kind of evidence; did you mean `chain`?"),
        ("\"chain\"", "", 3, "a control names at least one kind of evidence"),
        ("evidence =", "evidense =", 3, "`evidence` is missing, or is no list"),
        ("title =", "tilte =", 3, "`title` is missing"),
        ("title_ko", "titleko", 3, "`title_ko` is missing"),
        ("[\"chain\"]", "[\"chain\"]\nask = \"x\"", 8, "`ask` is no key; did you mean `asks`?"),
        ("[\"chain\"]", "[\"chain\"]\nasks = \"x\"", 3, "`asks_ko` is missing"),
        ("\"T\"", "\"T", 5, "this is no text and no list"),
        ("id = \"1\"", "id = \"1\"\nid = \"2\"", 5, "this key stands twice"),
        ("[[control]]", "[[controls]]", 3, "this is no `key = value`"),
        ("id = \"1\"", "id = [\"1\"]", 4, "`id` is a text"),
    ] {
        let bad = GOOD.replacen(from, to, 1);
        let error = file::read("n", &bad).expect_err(to);
        assert_eq!((error.line, error.why.as_str()), (line, why), "{bad}");
    }
    assert_eq!(file::read("n", "name = \"N\"\nname_ko = \"N\"\n").unwrap_err().why, "it names no control");
}
