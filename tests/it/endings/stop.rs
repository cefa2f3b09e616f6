//! Runs that end by themselves: done, failed, stopped by a condition or by the time limit; and what can not be put back.

use super::*;

/// The code in the last record is the process's, whatever ended the run.
#[test]
fn the_last_record_names_the_code_of_each_ending() {
    let lab = Lab::up(SPEED, 56);
    let folder = tempfile::tempdir().unwrap();
    let noop = "  - fault: noop\n    as: nothing\n";
    let fails =
        "  - await: what does not happen\n    until: [ { dns: { answers: standby } } ]\n    within: 5s\n";
    let long = block(folder.path());
    let stop = "stop_when:\n  - targets: { of: standby, healthy: all }\n";
    let cases: [(&str, String, &str, &str, i32); 6] = [
        ("done", noop.to_owned(), "", "", 0),
        ("failed", format!("{noop}{fails}"), "", "", 1),
        ("stopped", format!("{noop}{long}"), "stop_when:\n", stop, 5),
        ("limited", format!("{noop}{long}"), "time_limit: 40m", "time_limit: 1m", 5),
        ("missed", format!("{noop}{fails}"), "", "", 1),
        ("command", "  - run: [\"false\"]\n    within: 10s\n    as: broken\n".to_owned(), "", "", 1),
    ];
    for (name, steps, old, new, code) in cases {
        let drill = drills::write(folder.path(), name, &steps);
        let text = fs::read_to_string(&drill).unwrap();
        fs::write(&drill, if old.is_empty() { text } else { text.replace(old, new) }).unwrap();
        let reports = folder.path().join(format!("{name}-reports"));
        let finished = run(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--yes"], &reports));
        finished.expect_code(code);
        assert_eq!(last_code(&reports), Some(code), "{name}");
        let history = run(firedrill().args(["status", "--json", "--reports"]).arg(&reports));
        let said: Value = serde_json::from_str(history.expect_code(0).stdout.trim()).unwrap();
        assert_eq!(said["exit_code"], code, "{name}: what status says later");
    }
}

/// A CloudWatch alarm as a stop condition, from the fault that sets it off to the restoration.
#[test]
fn an_alarm_that_goes_off_stops_and_restores() {
    let scene = Scene::with(57, |_| format!("{CLOSE}  - hold: 30m\n"));
    let text = fs::read_to_string(&scene.drill).unwrap();
    let stop = "stop_when:\n  - alarm: { name: wordpress-seoul-unhealthy-hosts, of: primary, is: ALARM }\n";
    fs::write(&scene.drill, text.replace("stop_when:\n", stop)).unwrap();
    let finished = run(&mut scene.run_command());
    scene.restored(&finished, 5);
    let records = records(&scene.reports());
    let why = records.iter().find_map(|record| record["event"]["stop_requested"]["detail"].as_str());
    assert!(why.is_some_and(|why| why.contains("wordpress-seoul-unhealthy-hosts")), "{why:?}");
}

/// What may not be put back is left, the others are put back all the same; with the right, `restore` does the rest.
#[test]
fn a_restore_that_is_denied_does_not_hold_up_the_others() {
    let scene = Scene::with(58, |folder| format!("{HOLD_TRAFFIC}{CLOSE}{}", block(folder)));
    let process = scene.until_rendezvous();
    scene.lab.perform(&["misbehave", "ec2:AuthorizeSecurityGroupIngress denied"]);
    process.signal("INT");
    let finished = process.finish();
    finished.expect_code(10);
    assert_eq!(last_code(&scene.reports()), Some(10));
    assert!(finished.stderr.contains("firedrill restore"), "{}", finished.stderr);
    assert!(finished.stdout.contains("aws ec2 authorize-security-group-ingress"), "by hand");
    assert_eq!(scene.status()["outstanding"], serde_json::json!(["port-80-closed"]));
    scene.lab.perform(&["heal", "--all"]);
    let restored = run(&mut scene.verb(&["restore"]));
    scene.restored(&restored, 0);
}
