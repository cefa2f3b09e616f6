//! The command line: what it refuses, what it says of itself, and how it behaves in a pipe.
//!
//! `FIREDRILL_BLESS=1 cargo test usage` writes the help texts in `tests/help` anew: read the difference.

use std::{
    fs,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::support::{Finished, drills, firedrill, root, run};

const VERBS: &[&str] = &[
    "",
    "plan",
    "run",
    "forecast",
    "ready",
    "restore",
    "halt",
    "iam",
    "simulate",
    "unlock",
    "status",
    "history",
    "compare",
    "report",
    "live",
    "verify",
    "note",
    "finding",
    "finding add",
    "finding close",
    "finding list",
    "discover",
    "check",
    "catalog",
    "schema",
    "lab",
    "lab up",
    "lab coverage",
    "lab do",
    "lab do break",
    "lab do heal",
    "lab do misbehave",
    "lab do state",
    "lab do truth",
];

/// As in a terminal of 80 columns.
fn typed(words: &[&str]) -> Command {
    let mut command = firedrill();
    command.args(words).env("COLUMNS", "80");
    command
}

fn said(words: &[&str]) -> Finished {
    run(&mut typed(words))
}

#[test]
fn every_verb_explains_itself_in_eighty_columns() {
    let bless = std::env::var_os("FIREDRILL_BLESS").is_some();
    let folder = root().join("tests/help");
    let mut wrong = Vec::new();
    for verb in VERBS {
        let mut words: Vec<&str> = verb.split_whitespace().collect();
        words.push("--help");
        let help = said(&words);
        help.expect_code(0);
        assert_eq!(help.stderr, "", "{verb}");
        let wide = help.stdout.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{verb}: wider than 80 columns");
        let name = if verb.is_empty() { "firedrill".to_owned() } else { verb.replace(' ', "-") };
        let path = folder.join(name + ".txt");
        let text = help.stdout.trim_end().to_owned() + "\n";
        if bless {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let golden = fs::read_to_string(&path).unwrap_or_default();
        if golden != text {
            wrong.push(format!("{}\n--- wanted\n{golden}\n--- got\n{text}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "run with FIREDRILL_BLESS=1 to accept:\n{}", wrong.join("\n"));
}

/// A verb that is new has a help text above too.
#[test]
fn every_verb_is_known_here() {
    for parent in ["", "finding", "lab"] {
        let mut words: Vec<&str> = parent.split_whitespace().collect();
        words.push("--help");
        let help = said(&words).stdout;
        let commands = help.split_once("\nCommands:\n").expect("commands").1.split("\n\n").next().unwrap();
        let names = commands
            .lines()
            .filter(|line| !line.starts_with("   "))
            .filter_map(|line| line.split_whitespace().next());
        for name in names {
            let verb = format!("{parent} {name}").trim().to_owned();
            assert!(VERBS.contains(&verb.as_str()), "`{verb}` has no help text in tests/help");
        }
    }
}

#[test]
fn the_version_is_the_packages() {
    let version = said(&["--version"]);
    version.expect_code(0);
    assert_eq!(version.stdout.trim_end(), concat!("firedrill ", env!("CARGO_PKG_VERSION")));
}

/// What is typed, the exit code, and words that must be said.
#[test]
fn bad_usage_is_refused_with_its_code_and_a_word_of_help() {
    let none = tempfile::tempdir().unwrap();
    let none = none.path().to_str().unwrap();
    let cases: &[(&[&str], i32, &str)] = &[
        (&[], 64, "Usage: firedrill <COMMAND>"),
        (&["rum"], 64, "'run'"),
        (&["run"], 64, "<DRILL>"),
        (&["run", "drills/nowhere.yaml", "--lab", "--yes"], 64, "there is no such file"),
        (&["run", "drills/deployments/wordpress.yaml", "--lab", "--yes"], 64, "is a deployment, not a drill"),
        (&["run", "tests/drills/bad/unknown-fault.yaml", "--lab", "--yes"], 64, "error["),
        (&["run", "drills/rehearsal.yaml", "--lab", "--lab-at", "lab.json"], 64, "cannot be used with"),
        (&["run", "drills/rehearsal.yaml", "--speed", "3"], 64, "--lab"),
        (&["run", "drills/rehearsal.yaml", "--lab", "--speed", "0"], 64, "from 1 to 1000"),
        (&["run", "drills/rehearsal.yaml", "--lab", "--speed", "fast"], 64, "from 1 to 1000"),
        (&["run", "drills/rehearsal.yaml", "--lab", "--seed", "-1"], 64, "-1"),
        (&["run", "drills/rehearsal.yaml", "--resolver", "dns.example.com"], 64, "--resolver"),
        (&["run", "drills/rehearsal.yaml", "--connect-to", "here"], 64, "192.0.2.10:443=127.0.0.1:4431"),
        (&["run", "drills/rehearsal.yaml", "--dryrun"], 64, "--dry-run"),
        (&["run", "drills/rehearsal.yaml", "--lab-at", "nowhere.json", "--yes"], 3, "nowhere.json"),
        (&["run", "drills/rehearsal.yaml", "--lab-at", "Cargo.toml", "--yes"], 3, "lab up --json"),
        (&["check"], 64, "<FILE>"),
        (&["check", "drills/nowhere.yaml"], 64, "there is no such file"),
        (&["schema", "drill"], 64, "unexpected argument"),
        (&["history", "--worse-than", "20"], 64, "`20%`"),
        (&["history", "--last", "0"], 64, "--last"),
        (&["history", "--on", "moon"], 64, "--on"),
        (&["history", "--lang", "kr"], 64, "write en or ko"),
        (&["history", "drills/nowhere.yaml"], 64, "there is no such file"),
        (&["history", "drills/deployments/wordpress.yaml"], 64, "is a deployment, not a drill"),
        (&["compare"], 64, "<BEFORE>"),
        (&["compare", "a", "b", "--reports", none], 3, "firedrill run DRILL"),
        (&["status", "--reports", none], 3, "firedrill run DRILL"),
        (&["status", "nothing-like-it", "--reports", none], 3, "firedrill run DRILL"),
        (&["restore", "--reports", none], 3, "firedrill run DRILL"),
        (&["report", "--reports", none], 3, "firedrill run DRILL"),
        (&["restore", "latest", "--from-account", "x.yaml"], 64, "cannot be used with"),
        (&["restore", "--from-account", "drills/nowhere.yaml"], 64, "there is no such file"),
        (&["restore", "--from-account", "drills/rehearsal.yaml", "--lab"], 64, "keeps nothing of other runs"),
        (&["unlock"], 64, "<DEPLOYMENT>"),
        (&["unlock", "drills/nowhere.yaml"], 64, "there is no such file"),
        (&["halt", "--clear", "--reason", "x"], 64, "cannot be used with"),
        (&["halt", "drills/nowhere.yaml"], 64, "there is no such file"),
        (&["lab"], 64, "coverage"),
        (&["lab", "up", "--speed", "0"], 64, "--speed"),
        (&["lab", "up", "--api-port", "70000"], 64, "--api-port"),
        (&["lab", "up", "--truth", "/nonexistent/truth.jsonl"], 3, "/nonexistent/truth.jsonl"),
    ];
    let mut wrong = Vec::new();
    for (words, code, expected) in cases {
        let finished = said(words);
        if finished.status.code() != Some(*code)
            || !finished.stderr.contains(expected)
            || !finished.stdout.is_empty()
        {
            wrong.push(format!("{words:?} should end with {code} and say `{expected}`, but:\n{finished:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Without a person to ask, nothing starts.
#[test]
fn nobody_confirms_and_nothing_starts() {
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let finished = run(typed(&["run", "drills/rehearsal.yaml", "--lab", "--reports"])
        .arg(&reports)
        .stdin(Stdio::null()));
    finished.expect_code(3);
    assert!(finished.stderr.contains("nothing was touched"), "{}", finished.stderr);
    assert!(finished.stderr.contains("--yes"), "{}", finished.stderr);
    assert!(!reports.exists(), "no run is left behind");
}

#[test]
fn a_pipe_and_no_color_get_no_escapes() {
    let bad: &[&str] = &["check", "tests/drills/bad/unknown-key.yaml"];
    let plan: &[&str] = &["run", "drills/rehearsal.yaml", "--lab", "--dry-run"];
    for words in [bad, plan, &["--help"], &["status"], &["lab", "nowhere"]] {
        for variable in ["NO_COLOR", "UNUSED"] {
            let finished = run(typed(words).env(variable, "1"));
            let all = finished.stdout + &finished.stderr;
            assert!(!all.is_empty() && !all.contains('\u{1b}'), "{words:?}: {all:?}");
        }
    }
    // Where colour is asked for it comes: the test above can see it.
    let coloured = run(typed(bad).env("CLICOLOR_FORCE", "1").env("TERM", "xterm"));
    assert!(coloured.stderr.contains('\u{1b}'), "{}", coloured.stderr);
}

#[test]
fn check_as_json_tells_of_each_file() {
    let bad = "tests/drills/bad/unknown-key.yaml";
    let finished =
        said(&["check", "--json", "drills/rehearsal.yaml", "drills/deployments/wordpress.yaml", bad]);
    finished.expect_code(64);
    assert_eq!(finished.stderr, "");
    let answer: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(answer["ok"], false);
    let files = answer["files"].as_array().unwrap();
    let told: Vec<_> =
        files.iter().map(|file| (file["ok"].as_bool().unwrap(), file["kind"].as_str())).collect();
    assert_eq!(told, [(true, Some("drill")), (true, Some("deployment")), (false, None)]);
    assert_eq!((&files[0]["name"], &files[1]["name"]), (&"rehearsal".into(), &"wordpress".into()));
    assert!(files[0]["problems"].as_array().unwrap().is_empty());
    let problem = &files[2]["problems"][0];
    assert!(problem.is_object(), "{answer:#}");
    assert_eq!(files[2]["file"], bad);
}

#[test]
fn the_schema_is_json_and_names_every_reference() {
    let finished = said(&["schema"]);
    finished.expect_code(0);
    let schema: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert!(schema["$schema"].as_str().unwrap().contains("json-schema.org"), "{}", schema["$schema"]);
    let names = finished.stdout.split("\"#/$defs/").skip(1).map(|rest| rest.split('"').next().unwrap());
    let missing: Vec<&str> = names.filter(|name| schema["$defs"].get(name).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// `firedrill schema | head -1` and its like end quietly.
#[test]
fn a_reader_that_went_away_is_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let drill = drills::write(folder.path(), "piped", drills::CLOSE);
    let drill = drill.to_str().unwrap();
    let verbs: [&[&str]; 6] = [
        &["--help"],
        &["schema"],
        &["check", drill],
        &["check", "--json", drill],
        &["lab", "coverage"],
        &["run", drill, "--lab", "--dry-run"],
    ];
    for words in verbs {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = typed(words).stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        let output = output.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!stderr.contains("panicked"), "{words:?}: {stderr}");
        assert!(output.status.code().is_some_and(|code| code != 70 && code != 101), "{words:?}: {stderr}");
    }
}
