//! What a restoration waits for: a region that does not answer, a rate that is exceeded, credentials that someone must renew.

use super::*;

/// Restores while AWS answers so; the wait is told with this class, and ends by itself when AWS is well again.
fn waits_out(seed: u32, rule: &str, class: &str) {
    let scene = Scene::closed(seed);
    let mut process = scene.until_rendezvous();
    scene.lab.perform(&["misbehave", rule]);
    process.signal("INT");
    let failed = await_event(&mut process, |event| {
        change_is(event, "port-80-closed", "restore_failed")
            && event["change"]["event"]["restore_failed"]["class"] == class
    });
    assert!(!failed["change"]["event"]["restore_failed"]["why"].as_str().unwrap().is_empty());
    // Who watches is told what is waited for, not only the journal.
    process.stdout_line(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        let mut waits = line["for"].as_array().into_iter().flatten();
        line["type"] == "waiting"
            && waits.any(|wait| wait["condition"].as_str().unwrap().starts_with("port-80-closed"))
    });
    scene.lab.perform(&["heal", "--all"]);
    scene.restored(&process.finish(), 5);
}

#[test]
fn a_region_that_does_not_answer_is_waited_for() {
    waits_out(61, "ec2:*@ap-northeast-2 reset", "transient");
}

#[test]
fn a_rate_that_is_exceeded_is_waited_out() {
    waits_out(62, "ec2:* throttle", "throttled");
}

#[test]
fn credentials_that_expired_are_waited_for() {
    waits_out(63, "* expired-token", "expired");
}

/// The key in the profile is replaced while `restore` runs: it says how, goes on by itself, and is done.
#[test]
fn a_profile_that_is_renewed_is_read_again() {
    let lab = Lab::up(1, 64);
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let drill = drills::write(folder.path(), "renewed", &format!("{HOLD_TRAFFIC}{}", block(folder.path())));
    // Plain HTTP on another port: the site need not be reached for this.
    let deployment = folder.path().join("deployments/wordpress.yaml");
    let text = fs::read_to_string(&deployment).unwrap();
    fs::write(&deployment, format!("{text}resolver: {}\n", lab.info["dns"].as_str().unwrap())).unwrap();
    let map: Vec<String> = lab.info["connect_map"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(world, machine)| format!("{world}={}", machine.as_str().unwrap()))
        .collect();
    let keys = folder.path().join("credentials");
    let text = |key: &str| lab.info[key].as_str().unwrap().to_owned();
    let write = |id: &str| {
        let secret = text("secret_access_key");
        fs::write(&keys, format!("[ops]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"))
            .unwrap();
    };
    let command = |words: &[&str]| {
        let mut command = firedrill();
        command.args(words).arg("--json").arg("--reports").arg(&reports);
        command.env("AWS_ENDPOINT_URL", text("aws_endpoint")).env("AWS_PROFILE", "ops");
        command.env("AWS_SHARED_CREDENTIALS_FILE", &keys).env("FIREDRILL_CONNECT_TO", map.join(","));
        command
    };
    let before = World::of(&lab);
    write(&text("access_key_id"));
    let mut process = Process::start(&mut command(&["run", drill.to_str().unwrap(), "--yes"]));
    await_rendezvous(&mut process);
    process.kill();

    write("AKIAWASDELETEDSINCE0");
    let mut process = Process::start(&mut command(&["restore"]));
    let failed = await_event(&mut process, |event| change_is(event, "traffic-held", "restore_failed"));
    let failed = &failed["change"]["event"]["restore_failed"];
    assert_eq!(failed["class"], "expired", "{failed}");
    assert!(failed["why"].as_str().unwrap().contains("aws sso login --profile ops"), "{failed}");
    write(&text("access_key_id"));
    process.finish().expect_code(0);
    assert_eq!(World::of(&lab), before);
}
