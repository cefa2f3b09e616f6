//! Clients that nobody here wrote walk the drill by hand against the lab: boto3, with botocore's own parsing of every
//! answer, and the aws CLI.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{root, run};

/// Where the clients are, if they are installed: the folder that FIREDRILL_CLIENTS names, or the PATH.
fn client(name: &str, works: &[&str]) -> Option<PathBuf> {
    let path = match std::env::var_os("FIREDRILL_CLIENTS") {
        Some(folder) => Path::new(&folder).join(name),
        None => PathBuf::from(name),
    };
    let found = Command::new(&path).args(works).output().is_ok_and(|output| output.status.success());
    if found {
        return Some(path);
    }
    assert!(
        std::env::var_os("FIREDRILL_REQUIRE_CLIENTS").is_none(),
        "{name} is required here: pip install -r tests/python/requirements.txt"
    );
    // Written past the test harness, which swallows what a passing test prints.
    let said = writeln!(
        std::io::stderr(),
        "SKIPPED: {name} is not here; pip install -r tests/python/requirements.txt"
    );
    said.unwrap();
    None
}

#[test]
fn boto3_walks_the_whole_drill_by_hand() {
    let Some(python) = client("python3", &["-c", "import boto3, botocore, dns"]) else { return };
    let mut walk = Command::new(python);
    walk.current_dir(root()).arg("tests/python/walk.py").args(["--speed", "60", "--seed", "1"]);
    run(walk.env("FIREDRILL", env!("CARGO_BIN_EXE_firedrill"))).expect_code(0);
}

#[test]
fn the_aws_cli_walks_the_fault_and_its_way_back() {
    let Some(aws) = client("aws", &["--version"]) else { return };
    let mut walk = Command::new("sh");
    walk.current_dir(root()).arg("tests/python/cli_walk.sh").env("AWS", aws);
    run(walk.env("FIREDRILL", env!("CARGO_BIN_EXE_firedrill"))).expect_code(0);
}
