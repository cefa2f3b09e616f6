//! Every bad drill is refused with the message that stands beside it, and nothing ever panics.
//!
//! `tests/drills/bad/NAME.yaml` belongs to `NAME.stderr`; `tests/drills/warned` holds drills that are accepted with
//! a warning. `FIREDRILL_BLESS=1 cargo test drill_errors` writes the messages anew: read the difference.

use std::{
    fs,
    path::{Path, PathBuf},
};

use firedrill::{
    cli::check::{self, Answer},
    diagnostic::render::Paint,
    drill::reader,
};

/// Paths are relative to the package, where cargo runs tests, so messages are the same on every machine.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    files
}

fn check(path: &Path) -> Answer {
    check::check(&[path.to_owned()], Paint::Plain)
}

/// Compares with the text beside each file; all differences at once.
fn compare(folder: &str, exit: u8) {
    let bless = std::env::var_os("FIREDRILL_BLESS").is_some();
    let mut wrong = Vec::new();
    for path in files(folder) {
        let answer = check(&path);
        assert_eq!(answer.exit, exit, "{}:\n{}", path.display(), answer.problems);
        let beside = path.with_extension("stderr");
        if bless {
            fs::write(&beside, &answer.problems).expect("to write the message");
        }
        let golden = fs::read_to_string(&beside).unwrap_or_default();
        if golden != answer.problems {
            wrong.push(format!("{}\n--- wanted\n{golden}\n--- got\n{}", path.display(), answer.problems));
        }
    }
    assert!(wrong.is_empty(), "run with FIREDRILL_BLESS=1 to accept:\n{}", wrong.join("\n"));
}

#[test]
fn every_bad_drill_is_refused_with_its_message() {
    assert!(files("tests/drills/bad").len() >= 35);
    compare("tests/drills/bad", 64);
}

#[test]
fn every_bad_world_is_refused_with_its_message() {
    assert!(files("tests/worlds/bad").len() >= 12);
    compare("tests/worlds/bad", 64);
}

#[test]
fn the_reference_world_is_accepted_without_a_word() {
    let answer = check(Path::new("src/lab/worlds/wordpress.yaml"));
    assert_eq!((answer.exit, answer.problems.as_str()), (0, ""));
    assert!(answer.output.contains("world wordpress, ap-northeast-2 and ap-northeast-1, 2 environments"));
}

#[test]
fn a_doubtful_drill_is_accepted_with_a_warning() {
    compare("tests/drills/warned", 0);
}

#[test]
fn every_bad_file_has_a_message_and_every_message_a_file() {
    for folder in ["tests/drills/bad", "tests/drills/warned", "tests/worlds/bad"] {
        for entry in fs::read_dir(folder).expect("the folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|ending| ending == "stderr") {
                assert!(path.with_extension("yaml").exists(), "{} is left over", path.display());
            }
        }
    }
}

#[test]
fn every_shipped_drill_is_accepted_without_a_word() {
    let mut shipped = files("drills");
    assert!(shipped.len() >= 3);
    shipped.extend(files("drills/deployments"));
    let answer = check::check(&shipped, Paint::Plain);
    assert_eq!((answer.exit, answer.problems.as_str()), (0, ""));
    assert_eq!(answer.output.lines().count(), shipped.len());
    assert!(answer.output.lines().all(|line| line.starts_with("ok  ")), "{}", answer.output);
}

#[test]
fn a_journal_reads_the_same_drill_from_the_texts_it_kept() {
    for path in files("drills") {
        let loaded = reader::load(&path).unwrap_or_else(|_| panic!("{} is refused", path.display()));
        let again =
            reader::load_text(&loaded.files).unwrap_or_else(|_| panic!("{} from texts", path.display()));
        assert_eq!(loaded, again);
    }
}

#[test]
fn one_bad_file_among_good_ones_decides_the_exit_code_and_json_says_which() {
    let files: Vec<PathBuf> =
        ["drills/rehearsal.yaml", "tests/drills/bad/unknown-key.yaml"].map(PathBuf::from).to_vec();
    assert_eq!(check::check(&files, Paint::Plain).exit, 64);
    let answer = check::check_json(&files);
    let json: serde_json::Value = serde_json::from_str(&answer.output).expect("JSON");
    assert_eq!(answer.exit, 64);
    assert_eq!(json["ok"], false);
    assert_eq!(json["files"][0]["ok"], true);
    assert_eq!(json["files"][0]["kind"], "drill");
    let problem = &json["files"][1]["problems"][0];
    assert_eq!(problem["code"], "file::unknown-key");
    assert_eq!((&problem["line"], &problem["column"]), (&serde_json::json!(3), &serde_json::json!(1)));
    assert_eq!(problem["help"], "did you mean `steady_state`?");
}

/// Writes a file that would be silly to keep, checks it, and gives the code of its one problem.
fn code_of(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("to write the file");
    let answer = check(&path);
    assert_eq!(answer.exit, 64);
    let first = answer.problems.lines().next().unwrap_or_default().to_owned();
    first
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'))
        .map_or(first.clone(), |(code, _)| code.to_owned())
}

#[test]
fn a_file_of_a_megabyte_is_refused_unread() {
    assert_eq!(code_of("big.yaml", &b"# comment\n".repeat(110_000)), "file::too-large");
}

#[test]
fn an_anchor_bomb_does_not_go_off() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let below = format!("*a{}", level - 1);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", [below.as_str(); 9].join(", ")));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bomb.yaml");
    fs::write(&path, bomb).expect("to write the file");
    let answer = check(&path);
    assert_eq!(answer.exit, 64);
    assert!(answer.problems.contains("yaml::anchor"), "{}", answer.problems);
    assert!(answer.problems.contains("yaml::alias"), "{}", answer.problems);
}

#[test]
fn text_that_is_not_utf8_is_refused_at_its_byte() {
    assert_eq!(code_of("latin1.yaml", b"drill: bad\ntitle: caf\xe9\n"), "file::not-utf8");
    assert_eq!(code_of("utf16.yaml", b"\xff\xfed\0r\0i\0l\0l\0"), "file::not-utf8");
    assert_eq!(code_of("binary.yaml", b"\x7fELF\0\0"), "yaml::hidden-character");
}

#[test]
fn deep_nesting_is_refused_before_it_costs_anything() {
    assert_eq!(code_of("flow.yaml", "[".repeat(100_000).as_bytes()), "yaml::too-deep");
    let block: String = (0..300).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_eq!(code_of("block.yaml", block.as_bytes()), "yaml::too-deep");
}

#[test]
fn more_values_than_anyone_writes_are_refused() {
    let many = format!("drill: bad\nsteps: [{}]\n", "x,".repeat(60_000));
    assert_eq!(code_of("many.yaml", many.as_bytes()), "yaml::too-many");
}

#[test]
fn what_is_no_file_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(check(folder.path()).problems.contains("it is a folder"));
    assert!(check(&folder.path().join("none.yaml")).problems.contains("there is no such file"));
    let missing = check(Path::new("drills/seoul-outag.yaml")).problems;
    assert!(missing.contains("did you mean drills/seoul-outage.yaml?"), "{missing}");
}
