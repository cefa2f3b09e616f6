//! Saved plans: a plan that is made by one process holds for another as long as nobody edits anything; then the run is
//! refused with the difference, and nothing was touched.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use firedrill::lab::world::call::Service;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    Finished,
    drills::{self, CLOSE},
    firedrill,
    open_lab::OpenLab,
    run,
};

/// A lab that somebody else can edit, a drill on it, and a plan of the drill.
struct Stage {
    lab: OpenLab,
    folder: TempDir,
    drill: PathBuf,
}

impl Stage {
    fn set(seed: u64, steps: &str) -> Stage {
        let folder = tempfile::tempdir().unwrap();
        // An edit of one region alone makes the two unlike: here that is meant.
        let unlike = "ready: { accept: [security-groups, target-checks, health-checks, capacity] }\n";
        let drill = drills::write_with(folder.path(), "planned", unlike, steps);
        Stage { lab: OpenLab::up(20.0, seed), folder, drill }
    }

    fn file(&self) -> String {
        self.folder.path().join("plan.json").to_str().unwrap().to_owned()
    }

    fn firedrill(&self, words: &[&str]) -> Command {
        let mut command = firedrill();
        command.args(words).arg("--lab-at").arg(self.lab.file());
        command.arg("--reports").arg(self.folder.path().join("reports"));
        command
    }

    /// Makes the plan, in its file.
    #[track_caller]
    fn plan(&self) -> Value {
        let drill = self.drill.to_str().unwrap();
        let planned = run(&mut self.firedrill(&["plan", drill, "--json", "--out", &self.file()]));
        planned.expect_code(0);
        let shown: Value = serde_json::from_str(planned.stdout.trim()).unwrap();
        let saved: Value = serde_json::from_str(&fs::read_to_string(self.file()).unwrap()).unwrap();
        assert_eq!(saved["plan"], shown["plan"], "what is saved is what was shown");
        shown["plan"].clone()
    }

    fn go(&self) -> Finished {
        run(&mut self.firedrill(&["run", "--yes", "--plan", &self.file()]))
    }

    /// The run is refused, says all of these, and touches nothing.
    #[track_caller]
    fn is_refused(&self, says: &[&str]) {
        let before = self.lab.configuration();
        let refused = self.go();
        refused.expect_code(3);
        for words in says.iter().chain(&["nothing was touched", "firedrill plan "]) {
            assert!(refused.stderr.contains(words), "{words:?} is not in: {}", refused.stderr);
        }
        assert_eq!(self.lab.configuration(), before);
        let runs = fs::read_dir(self.folder.path().join("reports")).into_iter().flatten().flatten();
        let runs = runs.filter(|entry| entry.path().join("journal.jsonl").exists()).count();
        assert_eq!(runs, 0, "a refused run leaves no run behind");
    }
}

/// Somewhere in the file.
fn found<'a>(plan: &'a Value, path: &str) -> &'a str {
    plan.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("no {path} in {plan}"))
}

#[test]
fn an_outsiders_edit_is_refused_with_the_difference() {
    let stage = Stage::set(41, CLOSE);
    let plan = stage.plan();
    let (seoul, home) = ("ap-northeast-2", "us-east-1");

    // Another rule.
    let group = found(&plan, "/found/regions/primary/instance_groups/0/id").to_owned();
    let rule = [
        ("GroupId", group.as_str()),
        ("IpPermissions.0.IpProtocol", "tcp"),
        ("IpPermissions.0.FromPort", "8080"),
        ("IpPermissions.0.ToPort", "8080"),
        ("IpPermissions.0.IpRanges.0.CidrIp", "203.0.113.0/24"),
    ];
    stage.lab.stranger(seoul, Service::Ec2, "AuthorizeSecurityGroupIngress", &rule);
    stage.lab.settle();
    stage.is_refused(&["the world has moved", ".rules[sgr-", "is new", "203.0.113.0/24"]);

    // The health check's threshold.
    stage.plan();
    let check = found(&plan, "/found/site/health_checks/primary/id").to_owned();
    let was = plan.pointer("/found/site/health_checks/primary/failure_threshold").unwrap().to_string();
    let edit = [("HealthCheckId", check.as_str()), ("FailureThreshold", "7")];
    stage.lab.stranger(home, Service::Route53, "UpdateHealthCheck", &edit);
    stage.lab.settle();
    stage.is_refused(&[&format!("site.health_checks.primary.failure_threshold: was {was}, is 7")]);

    // The balancer's own check.
    stage.plan();
    let target = "/found/regions/standby/balancers/0/target_groups/0";
    let arn = found(&plan, &format!("{target}/arn")).to_owned();
    let edit = [("TargetGroupArn", arn.as_str()), ("HealthCheckIntervalSeconds", "25")];
    stage.lab.stranger("ap-northeast-1", Service::Elb, "ModifyTargetGroup", &edit);
    stage.lab.settle();
    stage.is_refused(&["regions.standby.balancers[", ".interval_s: was ", ", is 25"]);

    // What no change touches and no topology names.
    stage.plan();
    let group = found(&plan, "/found/regions/standby/resources/auto_scaling_groups/0").to_owned();
    let edit = [("AutoScalingGroupName", group.as_str()), ("MaxSize", "7")];
    stage.lab.stranger("ap-northeast-1", Service::AutoScaling, "UpdateAutoScalingGroup", &edit);
    stage.lab.settle();
    stage.is_refused(&["survey.standby.scaling[", ".max: was 4, is 7"]);

    // Everything taken in, it goes.
    stage.plan();
    stage.go().expect_code(0);
}

#[test]
fn an_edited_drill_or_deployment_is_refused_with_the_line() {
    let stage = Stage::set(42, "  - fault: noop\n");
    stage.plan();
    let text = fs::read_to_string(&stage.drill).unwrap();
    fs::write(&stage.drill, text.replace("time_limit: 40m", "time_limit: 41m")).unwrap();
    stage.is_refused(&["the drill is another", "`time_limit: 40m`", "`time_limit: 41m`"]);
    let drill = stage.drill.to_str().unwrap();
    let given = run(&mut stage.firedrill(&["run", drill, "--yes", "--plan", &stage.file()]));
    given.expect_code(3);
    assert!(given.stderr.contains("`time_limit: 41m`"), "{}", given.stderr);
    fs::write(&stage.drill, &text).unwrap();
    let deployment = stage.folder.path().join("deployments/wordpress.yaml");
    fs::write(&deployment, drills::DEPLOYMENT.to_owned() + "limits: { rules: 9 }\n").unwrap();
    stage.is_refused(&["wordpress.yaml", "is `limits: { rules: 9 }`"]);
    // Where its files are not, the plan holds the drill.
    fs::remove_file(&deployment).unwrap();
    fs::remove_file(&stage.drill).unwrap();
    stage.go().expect_code(0);
}

#[test]
fn a_run_by_a_saved_plan_says_so() {
    let stage = Stage::set(43, "  - fault: noop\n");
    stage.plan();
    let saved: Value = serde_json::from_str(&fs::read_to_string(stage.file()).unwrap()).unwrap();
    stage.go().expect_code(0);
    let reports = fs::read_dir(stage.folder.path().join("reports")).unwrap();
    let folder =
        reports.map(|entry| entry.unwrap().path()).find(|path| path.join("journal.jsonl").exists()).unwrap();
    let journal = fs::read_to_string(folder.join("journal.jsonl")).unwrap();
    let planned: Value = serde_json::from_str(journal.lines().nth(1).unwrap()).unwrap();
    let plan = &planned["event"]["planned"];
    assert_eq!(plan["plan"]["saved"]["digest"], saved["plan_digest"]);
    assert_eq!(plan["plan"]["saved"]["fingerprint"], saved["fingerprint"]);
    assert_eq!(plan["digest"].as_str().unwrap().len(), 64);
    let report: Value =
        serde_json::from_str(&fs::read_to_string(folder.join("report.json")).unwrap()).unwrap();
    assert_eq!(report["plan"]["saved"]["digest"], saved["plan_digest"], "{:#}", report["plan"]);
    let page = fs::read_to_string(folder.join("report.md")).unwrap();
    let digest = saved["plan_digest"].as_str().unwrap();
    assert!(page.contains(digest) || page.contains(&digest[..12]), "the page names the plan it went by");
    // On AWS, or another lab, it is another world.
    let elsewhere =
        run(firedrill().args(["run", "--lab", "--seed", "44", "--yes", "--plan"]).arg(stage.file()));
    elsewhere.expect_code(3);
    assert!(elsewhere.stderr.contains("a lab of seed 43"), "{}", elsewhere.stderr);
}

#[test]
fn a_file_that_is_no_plan_is_bad_usage_with_its_place() {
    let stage = Stage::set(45, "  - fault: noop\n");
    stage.plan();
    let good = fs::read_to_string(stage.file()).unwrap();
    let json: Value = serde_json::from_str(&good).unwrap();
    let with = |path: &str, value: Value| {
        let mut json = json.clone();
        *json.pointer_mut(path).unwrap() = value;
        json.to_string()
    };
    let cases = [
        (good[..good.len() / 2].to_owned(), "line "),
        ("{}".to_owned(), "it is no saved plan"),
        ("drill: x".to_owned(), "line 1, column "),
        (with("/format", "firedrill.plan/2.0".into()), "firedrill.plan/2.0 is not known"),
        (with("/plan/account", "1".into()), "`plan`: it is not as it was written"),
        (with("/files/0/text", "drill: y".into()), "`files`: it is not as it was written"),
        (with("/read/database.writer", "standby".into()), "`read`: it is not as it was written"),
        (with("/made_at", "2020-01-01T00:00:00Z".into()), "`sha256`: it is not as it was written"),
        (with("/plan", Value::Null), "at line 1 column "),
    ];
    for (text, says) in cases {
        fs::write(stage.file(), &text).unwrap();
        let refused = stage.go();
        refused.expect_code(64);
        assert!(refused.stderr.contains(says), "{says:?} is not in: {}", refused.stderr);
        assert!(refused.stderr.contains("plan.json"), "{}", refused.stderr);
    }
    let nowhere = run(&mut stage.firedrill(&["run", "--yes", "--plan", "nowhere.json"]));
    nowhere.expect_code(64);
    // Another layout is the same plan.
    fs::write(stage.file(), json.to_string()).unwrap();
    stage.go().expect_code(0);
}

#[test]
fn a_plan_shows_everything_in_eighty_columns() {
    let stage = Stage::set(46, "  - fault: noop\n");
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("drills/seoul-outage.yaml");
    let shown = run(stage.firedrill(&["plan", seed.to_str().unwrap()]).env("COLUMNS", "80"));
    shown.expect_code(0);
    let tables =
        shown.stdout.lines().filter(|line| !line.starts_with("needs: ") && !line.starts_with("warning:"));
    let wide: Vec<&str> = tables.filter(|line| line.chars().count() > 80 && line.contains("  ")).collect();
    assert!(wide.is_empty(), "{wide:#?}");
    for words in [
        "ec2:RevokeSecurityGroupIngress",
        "ec2:AuthorizeSecurityGroupIngress",
        "rds:SwitchoverGlobalCluster",
        "route53:UpdateHealthCheck",
        "Not exactly as before",
        "Blast radius",
        "Guard",
        "not asked",
        "Calls a minute",
        "for all steps",
        "ssm:PutParameter",
    ] {
        assert!(shown.stdout.contains(words), "{words:?} is not in:\n{}", shown.stdout);
    }
    let guards: BTreeSet<&str> = firedrill::plan::guard::GUARDS.iter().map(|guard| guard.name).collect();
    for guard in guards {
        assert!(shown.stdout.contains(&format!(" {guard} ")), "{guard} has no answer:\n{}", shown.stdout);
    }
}
