//! Clients that nobody here wrote work against the lab: boto3 with botocore's own parsing of every answer, its
//! paginators and waiters, the aws CLI, Chaos Toolkit and Cloud Custodian; and moto, an emulator that nobody here
//! wrote, is given the same calls.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{root, run};

/// Where a client is, if it is installed: the folder that `FIREDRILL_CLIENTS` names (Cloud Custodian, which wants a
/// boto3 of its own, has `FIREDRILL_CUSTODIAN`), or the PATH.
fn client(folder: &str, name: &str, works: &[&str]) -> Option<PathBuf> {
    let path = match std::env::var_os(folder) {
        Some(folder) => Path::new(&folder).join(name),
        None => PathBuf::from(name),
    };
    let found = Command::new(&path).args(works).output().is_ok_and(|output| output.status.success());
    if found {
        return Some(path);
    }
    let needed =
        format!("{name} ({}) is not here: pip install -r tests/python/requirements.txt", works.join(" "));
    assert!(std::env::var_os("FIREDRILL_REQUIRE_CLIENTS").is_none(), "required: {needed}");
    // Written past the test harness, which swallows what a passing test prints.
    let said = writeln!(std::io::stderr(), "SKIPPED: {needed}");
    said.unwrap();
    None
}

/// Python with these modules.
fn python(modules: &str) -> Option<PathBuf> {
    client("FIREDRILL_CLIENTS", "python3", &["-c", &format!("import {modules}")])
}

/// Runs a script of `tests/python`, which must end well.
fn script(interpreter: &Path, name: &str, arguments: &[&str], more: &[(&str, &Path)]) {
    let mut command = Command::new(interpreter);
    command.current_dir(root()).arg(format!("tests/python/{name}")).args(arguments);
    command.envs(more.iter().copied()).env("FIREDRILL", env!("CARGO_BIN_EXE_firedrill"));
    run(&mut command).expect_code(0);
}

#[test]
fn boto3_walks_the_whole_drill_by_hand() {
    let Some(python) = python("boto3, botocore, dns") else { return };
    script(&python, "walk.py", &["--speed", "60", "--seed", "1"], &[]);
}

#[test]
fn paginators_lose_nothing_and_waiters_end() {
    let Some(python) = python("boto3, botocore, dns") else { return };
    script(&python, "listings.py", &[], &[]);
}

#[test]
fn the_aws_cli_walks_over_every_service() {
    let Some(aws) = client("FIREDRILL_CLIENTS", "aws", &["--version"]) else { return };
    script(Path::new("sh"), "cli_walk.sh", &[], &[("AWS", &aws)]);
}

#[test]
fn the_aws_cli_walks_the_fault_and_its_way_back() {
    let Some(aws) = client("FIREDRILL_CLIENTS", "aws", &["--version"]) else { return };
    script(Path::new("sh"), "cli_drill.sh", &[], &[("AWS", &aws)]);
}

#[test]
fn moto_answers_as_the_lab_does_but_for_what_is_listed() {
    let Some(python) = python("boto3, dns, moto.server") else { return };
    script(&python, "moto_compare.py", &[], &[]);
}

#[test]
fn moto_is_asked_whether_it_is_ready_and_passes_nothing_that_it_can_not_answer() {
    let Some(python) = python("boto3, dns, moto.server") else { return };
    script(&python, "moto_ready.py", &[], &[]);
}

#[test]
fn moto_is_discovered_and_what_it_does_not_know_is_unknown() {
    let Some(python) = python("boto3, dns, moto.server") else { return };
    let folder = tempfile::tempdir().unwrap();
    script(&python, "moto_discover.py", &[folder.path().to_str().unwrap()], &[]);
}

#[test]
fn chaos_toolkit_runs_an_experiment_of_its_own() {
    let Some(python) = python("boto3, dns, chaosaws, chaostoolkit") else { return };
    script(&python, "chaos_run.py", &[], &[]);
}

#[test]
fn cloud_custodian_finds_what_is_there() {
    let Some(custodian) = client("FIREDRILL_CUSTODIAN", "custodian", &["version"]) else { return };
    let Some(python) = python("boto3, dns") else { return };
    script(&python, "custodian_run.py", &[], &[("CUSTODIAN", &custodian)]);
}
