//! Guards: a real run on the lab is refused with nothing touched, and admitted once what was wrong is right.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use firedrill::{aws::discover, drill::model::Side};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    Finished, Lab,
    drills::{self, CLOSE},
    firedrill, run,
    world::{self, World},
};

/// A drill on a lab, with its deployment's file in reach.
struct Stage {
    lab: Lab,
    folder: TempDir,
    drill: PathBuf,
}

impl Stage {
    fn set(seed: u32, steps: &str) -> Stage {
        Stage::at_speed(40, seed, steps)
    }

    fn at_speed(speed: u32, seed: u32, steps: &str) -> Stage {
        let folder = tempfile::tempdir().unwrap();
        let drill = drills::write(folder.path(), "guarded", steps);
        Stage { lab: Lab::up(speed, seed), folder, drill }
    }

    /// More lines in the deployment's file.
    fn deployment(&self, more: &str) {
        let text = drills::DEPLOYMENT.to_owned() + more;
        fs::write(self.folder.path().join("deployments/wordpress.yaml"), text).unwrap();
    }

    fn reports(&self) -> PathBuf {
        self.folder.path().join("reports")
    }

    fn command(&self, how: &str) -> Command {
        self.lab.firedrill(&["run", self.drill.to_str().unwrap(), how], &self.reports())
    }

    /// The run is refused, says all of these, and leaves the world and the disk as they were.
    #[track_caller]
    fn is_refused(&self, says: &[&str]) {
        let before = World::of(&self.lab);
        let refused = run(&mut self.command("--yes"));
        refused.expect_code(3);
        for words in says.iter().chain(&["nothing was touched"]) {
            assert!(refused.stderr.contains(words), "{words:?} is not in: {}", refused.stderr);
        }
        assert_eq!(World::of(&self.lab), before);
        assert_eq!(runs(&self.reports()), 0, "a refused run leaves no run behind");
    }

    /// The plan of a run that nothing speaks against.
    #[track_caller]
    fn is_admitted(&self) -> Value {
        let shown = run(self.command("--dry-run").arg("--json"));
        shown.expect_code(0);
        serde_json::from_str(shown.stdout.trim()).unwrap()
    }

    fn act(&self, words: &[&str]) {
        run(firedrill().args(["lab", "do"]).args(words).arg("--at").arg(self.lab.file())).expect_code(0);
    }
}

/// Folders of runs.
fn runs(reports: &Path) -> usize {
    let entries = fs::read_dir(reports).into_iter().flatten().flatten();
    entries.filter(|entry| entry.path().join("journal.jsonl").exists()).count()
}

#[test]
fn a_standby_that_can_not_take_over_is_refused_until_it_can() {
    let stage = Stage::set(31, CLOSE);
    stage.is_admitted();
    stage.act(&["break", "app-down", "environment=wordpress-tokyo"]);
    standby_has(&stage, 0);
    stage.is_refused(&["the standby can not take over", "no healthy target", "wordpress-tokyo"]);
    stage.act(&["heal", "--all"]);
    standby_has(&stage, 2);
    // The health check needs some time more than the targets.
    let admitted = || run(&mut stage.command("--dry-run")).status.code() == Some(0);
    assert!((0..LOOKS).any(|_| admitted()), "never admitted");
}

/// No wait here looks more often.
const LOOKS: usize = 100;

/// Waits until that many of the standby's targets are healthy.
#[track_caller]
fn standby_has(stage: &Stage, healthy: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (aws, deployment) = world::client(&stage.lab);
    let seen = runtime.block_on(async {
        let topology = discover(&aws, &deployment).await.expect("everything is found");
        let group = &topology.regions.standby.balancers[0].target_groups[0].arn;
        for _ in 0..LOOKS {
            let targets = aws.target_health(Side::Standby, group).await.expect("targets are read");
            if targets.iter().filter(|target| target.state == "healthy").count() == healthy {
                return true;
            }
            aws.clock().sleep(Duration::from_secs(10)).await;
        }
        false
    });
    assert!(seen, "the standby never has {healthy} healthy targets");
}

#[test]
fn what_does_not_carry_the_tag_is_refused_with_the_commands_that_allow_it() {
    let every = format!(
        "{CLOSE}  - recover: rds.switchover-global-cluster\n    to: standby\n  - recover: route53.hold-traffic\n    to: standby\n"
    );
    let stage = Stage::set(32, &every);
    stage.is_admitted();
    let text = drills::DEPLOYMENT.replace("firedrill=allowed", "drills=welcome");
    fs::write(stage.folder.path().join("deployments/wordpress.yaml"), text).unwrap();
    stage.is_refused(&[
        "the tag drills=welcome is missing",
        "aws ec2 create-tags --resources sg-",
        "aws route53 change-tags-for-resource --resource-type healthcheck --resource-id ",
        "aws rds add-tags-to-resource --resource-name arn:aws:rds::111122223333:global-cluster:wordpress-global",
        "arn:aws:rds:ap-northeast-2:111122223333:cluster:wordpress-seoul-db",
        "arn:aws:rds:ap-northeast-1:111122223333:cluster:wordpress-tokyo-db",
    ]);
}

#[test]
fn a_freeze_a_blackout_and_a_limit_are_refused_until_they_are_gone() {
    let stage = Stage::set(33, CLOSE);
    stage.deployment("freeze: { file: FREEZE }\n");
    let freeze = stage.folder.path().join("deployments/FREEZE");
    fs::write(&freeze, "the year's accounts are closed\n").unwrap();
    stage.is_refused(&["changes are frozen", "the year's accounts are closed", "FREEZE"]);
    fs::write(&freeze, "off\n").unwrap();
    stage.is_admitted();
    fs::remove_file(&freeze).unwrap();
    let plan = stage.is_admitted();
    assert_eq!(plan["plan"]["blast_radius"]["instances"], 2, "{plan}");
    assert_eq!(plan["plan"]["blast_radius"]["others"], serde_json::json!([]), "{plan}");

    stage.deployment("freeze: { parameter: /wordpress/mode }\n");
    stage.is_refused(&["parameter /wordpress/mode in ap-northeast-2 says: normal"]);
    stage.deployment("freeze: { parameter: /ops/change-freeze }\n");
    stage.is_admitted();

    stage.deployment("blackout: 2026-01-01..9998-12-31\ntime_zone: Asia/Seoul\n");
    stage.is_refused(&["inside the blackout 2026-01-01..9998-12-31"]);
    stage.deployment("limits: { instances: 1 }\n");
    stage.is_refused(&["touch 2 instances, and the limit is 1", "limits: { instances: 2 }"]);
}

/// The lab at the clock's own speed is AWS to the program: credentials come from the environment.
#[test]
fn credentials_that_expire_before_everything_is_back_are_refused() {
    let lab = Lab::up(1, 34);
    let folder = tempfile::tempdir().unwrap();
    let drill = drills::write(folder.path(), "expiring", CLOSE);
    let planned = |expires: &str| {
        let mut command = firedrill();
        command.args(["run", drill.to_str().unwrap(), "--dry-run", "--json"]).envs(lab.client_env());
        command
            .env("AWS_CREDENTIAL_EXPIRATION", expires)
            .args(["--resolver", lab.info["dns"].as_str().unwrap()]);
        run(&mut command)
    };
    let short = planned("2020-01-01T00:00:00Z");
    short.expect_code(3);
    assert!(short.stdout.contains("expire at 2020-01-01T00:00:00Z"), "{}", short.stdout);
    assert!(short.stdout.contains("the drill may take 40 m 00 s"), "{}", short.stdout);
    planned("9000-01-01T00:00:00Z").expect_code(0);
}

/// Types these words into the question.
fn typed(stage: &Stage, words: &str) -> Finished {
    let mut command = stage.lab.firedrill(&["run", stage.drill.to_str().unwrap()], &stage.reports());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(words.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Finished { status: output.status, stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn a_person_confirms_by_the_deployments_name_and_a_machine_is_not_asked() {
    let stage = Stage::at_speed(5, 35, "  - fault: noop\n");
    let before = World::of(&stage.lab);
    for wrong in ["", "\n", "yes\n", "Wordpress\n", "wordpress-seoul\n"] {
        let refused = typed(&stage, wrong);
        refused.expect_code(3);
        assert!(
            refused.stderr.contains("Type the deployment's name, wordpress, to start"),
            "{}",
            refused.stderr
        );
        assert!(refused.stderr.contains("nothing was touched: not confirmed"), "{}", refused.stderr);
        assert!(
            refused.stdout.contains("Blast radius"),
            "what is confirmed is shown first: {}",
            refused.stdout
        );
    }
    assert_eq!(runs(&stage.reports()), 0);
    assert_eq!(World::of(&stage.lab), before);
    typed(&stage, "wordpress\n").expect_code(0);
    let machine = run(&mut stage.command("--yes"));
    machine.expect_code(0);
    assert!(!machine.stderr.contains("Type the deployment's name"), "{}", machine.stderr);
    assert_eq!(runs(&stage.reports()), 2);
}
