//! `firedrill iam`: the policy of a drill in both forms, whether the caller is allowed it, and runs under it.
//!
//! `FIREDRILL_BLESS=1 cargo test policy` writes `tests/policies` anew: read the difference.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    Finished,
    drills::{self, CLOSE},
    firedrill, root, run,
};

fn iam(words: &[&str]) -> Command {
    let mut command = firedrill();
    command.args(["iam", "--lab", "--speed", "100"]).args(words).env("COLUMNS", "80");
    command
}

fn said(words: &[&str]) -> Finished {
    run(&mut iam(words))
}

/// Every file of a folder, by name.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    found.sort();
    found
}

/// The seed drill's policies, whole, to the byte.
#[test]
fn the_policies_of_the_seed_drill_are_as_kept() {
    let golden = root().join("tests/policies");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("policies");
    for format in ["json", "terraform"] {
        let drill = "drills/seoul-outage.yaml";
        let written = said(&[drill, "--format", format, "--out", out.to_str().unwrap()]);
        written.expect_code(0);
        assert!(written.stdout.lines().all(|line| line.ends_with(" of 6144")), "{}", written.stdout);
    }
    if std::env::var_os("FIREDRILL_BLESS").is_some() {
        fs::create_dir_all(&golden).unwrap();
        for (name, text) in files(&out) {
            fs::write(golden.join(name), text).unwrap();
        }
    }
    let (is, wanted) = (files(&out), files(&golden));
    assert_eq!(is.len(), 8, "read, change, ready and all, in two forms");
    assert!(is == wanted, "run with FIREDRILL_BLESS=1 to accept: {is:#?}");
    let formatted = Command::new("terraform").args(["fmt", "-check", "-diff"]).arg(&out).output();
    if let Ok(formatted) = formatted {
        assert!(formatted.status.success(), "{}", String::from_utf8_lossy(&formatted.stdout));
    }
}

/// What is printed is a policy and nothing else; why each statement is there goes beside it.
#[test]
fn a_policy_can_be_piped_and_each_statement_has_its_reason() {
    let printed = said(&["drills/rehearsal.yaml", "--part", "change"]);
    printed.expect_code(0);
    let policy: Value = serde_json::from_str(&printed.stdout).unwrap();
    assert_eq!(policy["Version"], "2012-10-17");
    for statement in policy["Statement"].as_array().unwrap() {
        let sid = statement["Sid"].as_str().unwrap();
        assert!(printed.stderr.contains(&format!("  {sid}: ")), "{sid}: {}", printed.stderr);
        let actions = statement["Action"].as_array().unwrap();
        let reads = |one: &Value| {
            one.as_str().unwrap().contains(":Get") || one.as_str().unwrap().contains(":Describe")
        };
        assert!(!actions.iter().any(reads), "{statement}");
    }
    assert!(printed.stderr.contains("AWSElasticBeanstalkReadOnly"), "{}", printed.stderr);
}

/// With the statements for readiness no check is unknown for want of a right; without any one of them the run still starts.
#[test]
fn the_readiness_checks_can_tell_with_their_own_statements() {
    let stage = Stage::set(CLOSE);
    let mut statements = Vec::new();
    for part in ["all", "ready"] {
        for document in stage.documents(&["--part", part]) {
            statements.extend(document["policy"]["Statement"].as_array().unwrap().clone());
        }
    }
    let denied = |statements: &[Value]| {
        let path = stage.folder.path().join("policy.json");
        fs::write(&path, json!({ "Version": "2012-10-17", "Statement": statements }).to_string()).unwrap();
        let mut command = firedrill();
        let asked =
            run(command.args(["ready", stage.drill(), "--lab", "--json", "--enforce-iam"]).arg(&path));
        assert!(matches!(asked.status.code(), Some(0 | 2)), "{}", asked.stderr);
        asked.stdout.matches("denied").count()
    };
    assert_eq!(denied(&statements), 0);
    let own = statements.iter().filter(|one| one["Action"][0].as_str().unwrap().starts_with("codepipeline:"));
    assert_eq!(own.count(), 2, "one finds them, one reads them");
    statements.retain(|one| !one["Action"][0].as_str().unwrap().starts_with("codepipeline:"));
    assert!(denied(&statements) > 0);
    let whole = stage.policy_without("none:Such");
    stage.run(&whole, &["--dry-run"]).expect_code(0);
}

/// A drill with its deployment, and the policy of it.
struct Stage {
    folder: TempDir,
    drill: PathBuf,
}

impl Stage {
    fn set(steps: &str) -> Stage {
        let folder = tempfile::tempdir().unwrap();
        let drill = drills::write(folder.path(), "allowed", steps);
        Stage { folder, drill }
    }

    fn drill(&self) -> &str {
        self.drill.to_str().unwrap()
    }

    /// More lines in the deployment's file.
    fn deployment(&self, more: &str) {
        let text = drills::DEPLOYMENT.to_owned() + more;
        fs::write(self.folder.path().join("deployments/wordpress.yaml"), text).unwrap();
    }

    fn documents(&self, more: &[&str]) -> Vec<Value> {
        let printed = said(&[&[self.drill(), "--json"], more].concat());
        let printed: Value = serde_json::from_str(printed.expect_code(0).stdout.trim()).unwrap();
        printed["documents"].as_array().unwrap().clone()
    }

    /// The drill's policy without the statements that allow this action, as a file.
    fn policy_without(&self, action: &str) -> String {
        let mut policy = self.documents(&[])[0]["policy"].clone();
        let allows = |statement: &Value| statement["Action"].as_array().unwrap().contains(&json!(action));
        policy["Statement"].as_array_mut().unwrap().retain(|statement| !allows(statement));
        let path = self.folder.path().join("policy.json");
        fs::write(&path, policy.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn run(&self, policy: &str, more: &[&str]) -> Finished {
        let mut command = firedrill();
        command.args(["run", self.drill(), "--lab", "--speed", "10", "--enforce-iam", policy]).args(more);
        run(command.arg("--reports").arg(self.folder.path().join("reports")))
    }

    fn has_no_run(&self) -> bool {
        let entries = fs::read_dir(self.folder.path().join("reports")).into_iter().flatten().flatten();
        !entries.into_iter().any(|entry| entry.path().join("journal.jsonl").exists())
    }
}

#[test]
fn a_run_is_refused_without_a_right_that_only_putting_back_needs_and_passes_with_it() {
    let stage = Stage::set(CLOSE);
    let refused = stage.run(&stage.policy_without("ec2:AuthorizeSecurityGroupIngress"), &["--yes"]);
    refused.expect_code(3);
    assert!(refused.stderr.contains("nothing was touched"), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("ec2:AuthorizeSecurityGroupIngress on arn:aws:ec2"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("firedrill iam DRILL"), "{}", refused.stderr);
    assert!(stage.has_no_run());
    let passed = stage.run(&stage.policy_without("none:Such"), &["--yes"]);
    passed.expect_code(0);
    let denied = |line: &&str| line.contains("denied") && !line.contains("readiness check");
    assert_eq!(passed.stderr.lines().find(denied), None);
}

/// Whoever may not ask is refused, and told how to go on; going on is a warning.
#[test]
fn a_run_that_may_not_ask_goes_on_only_when_told_to() {
    let stage = Stage::set("  - recover: route53.hold-traffic\n    to: standby\n");
    let silent = stage.policy_without("iam:SimulatePrincipalPolicy");
    let refused = stage.run(&silent, &["--yes"]);
    refused.expect_code(3);
    for words in ["can not be told", "route53:UpdateHealthCheck", "--unchecked-rights", "check_rights: false"]
    {
        assert!(refused.stderr.contains(words), "{words}: {}", refused.stderr);
    }
    let told = stage.run(&silent, &["--dry-run", "--unchecked-rights"]);
    told.expect_code(0);
    assert!(told.stdout.contains("check_rights is false"), "{}", told.stdout);
    stage.deployment("check_rights: false\n");
    stage.run(&silent, &["--dry-run"]).expect_code(0);
}

/// Exit codes of `--simulate`, and what the table says.
#[test]
fn the_callers_rights_are_told_one_by_one() {
    let stage = Stage::set(CLOSE);
    let table = said(&[stage.drill(), "--simulate"]);
    table.expect_code(0);
    assert!(table.stdout.lines().all(|line| line.chars().count() <= 80), "{}", table.stdout);
    let denied = |policy: &str| {
        let asked = said(&[stage.drill(), "--simulate", "--json", "--enforce-iam", policy]);
        let rights: Value = serde_json::from_str(asked.stdout.trim()).unwrap();
        let rows = rights["rights"].as_array().unwrap().clone();
        let of = |may: &str| -> Vec<String> {
            let own = rows.iter().filter(|row| row["may"] == may);
            own.map(|row| row["action"].as_str().unwrap().to_owned()).collect()
        };
        (asked.status.code(), of("denied"), of("unknown"))
    };
    assert_eq!(denied(&stage.policy_without("none:Such")), (Some(0), vec![], vec![]));
    let put = denied(&stage.policy_without("ssm:PutParameter"));
    let kept = ["ssm:DeleteParameters", "ssm:DeleteParameters", "ssm:PutParameter", "ssm:PutParameter"];
    assert_eq!((put.0, put.1, put.2), (Some(1), kept.map(str::to_owned).to_vec(), vec![]));
    let (code, denied, unknown) = denied(&stage.policy_without("iam:SimulatePrincipalPolicy"));
    assert_eq!((code, denied), (Some(1), vec!["iam:SimulatePrincipalPolicy".to_owned()]));
    assert!(unknown.contains(&"ssm:PutParameter".to_owned()), "{unknown:?}");
    let dry = |action: &String| action.starts_with("ec2:");
    assert!(!unknown.iter().any(dry), "EC2's dry runs tell what the simulation can not: {unknown:?}");
}

/// IAM that does not answer makes rights unknown, not allowed.
#[test]
fn no_answer_is_unknown() {
    let stage = Stage::set(CLOSE);
    let mute = ["--misbehave", "iam:SimulatePrincipalPolicy internal-error"];
    let asked = said(&[&[stage.drill(), "--simulate"], &mute[..]].concat());
    asked.expect_code(2);
    let mut command = firedrill();
    command.args(["run", stage.drill(), "--lab", "--speed", "100", "--yes"]).args(mute);
    let refused = run(command.arg("--reports").arg(stage.folder.path().join("reports")));
    refused.expect_code(3);
    assert!(refused.stderr.contains("can not be told"), "{}", refused.stderr);
    assert!(stage.has_no_run());
}

/// What the caller was allowed while it looked proves nothing of whoever else will run the drill.
#[test]
fn another_is_asked_about_and_not_the_caller() {
    let stage = Stage::set(CLOSE);
    let bob = "arn:aws:iam::111122223333:user/bob";
    let asked = said(&[stage.drill(), "--simulate", "--json", "--for", bob]);
    let rights: Value = serde_json::from_str(asked.stdout.trim()).unwrap();
    let because: Vec<&str> =
        rights["rights"].as_array().unwrap().iter().map(|row| row["because"].as_str().unwrap()).collect();
    assert!(!because.is_empty() && !because.iter().any(|why| why.contains("just now")), "{because:?}");
    let may = |wanted: &str| rights["rights"].as_array().unwrap().iter().any(|row| row["may"] == wanted);
    assert!(!may("allowed"), "there is no such user: {rights}");
}

/// A read of which nobody can tell is no refusal, and no pass either.
#[test]
fn reads_of_which_nobody_can_tell_are_a_warning() {
    let stage = Stage::set(CLOSE);
    stage.deployment("account_lock: false\n");
    let mut command = firedrill();
    command.args(["run", stage.drill(), "--lab", "--speed", "100", "--dry-run"]);
    let told = run(command.args(["--misbehave", "iam:SimulatePrincipalPolicy internal-error"]));
    told.expect_code(0);
    let line = told.stdout.lines().find(|line| line.contains("rights") && line.contains("warns"));
    assert!(line.is_some(), "{}", told.stdout);
    assert!(told.stdout.contains("route53:GetHealthCheckStatus"), "{}", told.stdout);
}

/// A role stands for its sessions, with the path that only IAM knows; who assumes it needs that alone.
#[test]
fn a_role_of_the_deployment_is_asked_about_and_its_caller_only_assumes_it() {
    let stage = Stage::set(CLOSE);
    let role = "arn:aws:iam::111122223333:role/firedrill";
    let text = drills::DEPLOYMENT
        .replace("environment: wordpress-seoul", &format!("environment: wordpress-seoul, role_arn: {role}"));
    let text = text
        .replace("environment: wordpress-tokyo", &format!("environment: wordpress-tokyo, role_arn: {role}"));
    fs::write(stage.folder.path().join("deployments/wordpress.yaml"), text).unwrap();
    let documents = stage.documents(&[]);
    let statements = |at: usize| documents[at]["policy"]["Statement"].as_array().unwrap().clone();
    assert_eq!(statements(1).len(), 1);
    assert_eq!(
        (&statements(1)[0]["Action"], &statements(1)[0]["Resource"]),
        (&json!(["sts:AssumeRole"]), &json!([role]))
    );
    let asks = statements(0).into_iter().find(|one| one["Sid"] == "AskForRights").unwrap();
    assert_eq!(asks["Action"], json!(["iam:GetRole", "iam:SimulatePrincipalPolicy"]));
    assert_eq!(asks["Resource"], json!([role]));
    said(&[stage.drill(), "--simulate"]).expect_code(0);
    let other = "arn:aws:iam::111122223333:user/ann";
    let named = stage.documents(&["--for", other]);
    let statements = named[0]["policy"]["Statement"].as_array().unwrap();
    let asks = statements.iter().find(|one| one["Sid"] == "AskForRights").unwrap();
    assert_eq!(
        (&asks["Action"], &asks["Resource"]),
        (&json!(["iam:SimulatePrincipalPolicy"]), &json!([other]))
    );
    said(&[stage.drill(), "--for", "ann"]).expect_code(64);
}
