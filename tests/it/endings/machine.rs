//! A process that is stopped and goes on, and one that dies: what others see of it, and what it does.

use super::*;

/// Stopped as by Ctrl-Z or a debugger, for longer than a run may go unwatched: it notices, ends, and restores.
#[test]
fn a_process_that_was_stopped_notices_and_restores() {
    let scene = Scene::closed(65);
    let process = scene.until_rendezvous();
    assert_eq!(scene.status()["process"]["state"], "at_work");
    process.signal("STOP");
    // A process that gives no sign for a quarter of a minute is told apart from one that works. Nothing else is waited for.
    let silent = (0..10_000).find(|_| scene.status()["process"]["state"] == "silent");
    assert!(silent.is_some(), "{}", scene.status());
    let told = run(firedrill().args(["status", "--reports"]).arg(scene.reports()));
    assert!(told.stdout.contains("no sign since"), "{}", told.stdout);
    process.signal("CONT");
    scene.restored(&process.finish(), 5);
    let noted = notes(&scene.reports());
    assert!(noted.iter().any(|note| note.contains("nobody watched for")), "{noted:?}");
    let records = records(&scene.reports());
    let why = records.iter().find_map(|record| record["event"]["stop_requested"]["detail"].as_str());
    assert!(why.is_some_and(|why| why.contains("longer than a run may go unwatched")), "{why:?}");
}

/// Killed: `status` says since when, and with what to go on.
#[test]
fn a_process_that_died_is_told_with_the_command_that_goes_on() {
    let scene = Scene::closed(66);
    scene.until_rendezvous().kill();
    let told = run(firedrill().args(["status", "--reports"]).arg(scene.reports()));
    told.expect_code(10);
    assert!(
        told.stdout.contains("dead since") && told.stdout.contains("firedrill restore"),
        "{}",
        told.stdout
    );
    assert_eq!(scene.status()["process"]["state"], "gone");
    scene.restored(&run(&mut scene.verb(&["restore"])), 0);
    let told = run(firedrill().args(["status", "--reports"]).arg(scene.reports()));
    assert!(!told.stdout.contains("dead since"), "{}", told.stdout);
}
