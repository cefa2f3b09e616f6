//! Signals, closed pipes, and a terminal that goes away.

use super::*;
use crate::support::{PATIENCE, root};

/// Promise: Every ending restores: success, failure, stop condition, time limit, Ctrl-C, SIGTERM, a panic.
///
/// Here one signal of each kind, and two of them, on one lab.
#[test]
fn one_signal_restores_and_so_do_two() {
    let scene = Scene::closed(51);
    for (index, signals) in [["INT"].as_slice(), &["TERM"], &["HUP"], &["INT", "TERM"]].iter().enumerate() {
        let reports = scene.folder.path().join(index.to_string());
        let mut command =
            scene.lab.firedrill(&["run", scene.drill.to_str().unwrap(), "--yes", "--json"], &reports);
        let mut process = Process::start(&mut command);
        await_rendezvous(&mut process);
        for signal in *signals {
            process.signal(signal);
            await_event(&mut process, |event| event.get("stop_requested").is_some());
        }
        let finished = process.finish();
        finished.expect_code(5);
        assert_eq!(last_code(&reports), Some(5), "{signals:?}");
        assert_eq!(World::of(&scene.lab), scene.before, "{signals:?}");
        let told = records(&reports).iter().any(|record| {
            let detail = record["event"]["stop_requested"]["detail"].as_str();
            detail.is_some_and(|detail| detail.contains("firedrill restore"))
        });
        assert_eq!(told, signals.len() == 2, "the second signal is answered with the command");
    }
}

/// The third leaves at once; another process goes on.
#[test]
fn the_third_signal_leaves_and_says_what_goes_on() {
    let steps = |folder: &Path| {
        let file = folder.join("may-restore");
        let wait = format!("while [ ! -e {} ]; do sleep 0.05; done", file.display());
        format!(
            "{CLOSE}  - run: [\"true\"]\n    restore_with: [sh, -c, \"{wait}\"]\n    within: 30m\n    as: stubborn\n{}",
            block(folder)
        )
    };
    let scene = Scene::with(52, steps);
    let mut process = scene.until_rendezvous();
    process.signal("INT");
    await_event(&mut process, |event| change_is(event, "stubborn", "restore_started"));
    process.signal("INT");
    await_event(&mut process, |event| {
        event["stop_requested"]["reason"] == "second_interrupt"
            && event["stop_requested"]["detail"].as_str().unwrap().contains("firedrill restore")
    });
    process.signal("INT");
    let finished = process.finish();
    finished.expect_code(10);
    assert!(finished.stderr.contains("firedrill restore"), "{}", finished.stderr);
    assert!(finished.stdout.contains("aws ec2 authorize-security-group-ingress"), "{}", finished.stdout);
    assert!(records(&scene.reports()).last().unwrap()["event"].get("abandoned").is_some());
    assert_eq!(scene.status()["process"]["state"], "gone");

    fs::write(scene.folder.path().join("may-restore"), "").unwrap();
    let restored = run(&mut scene.verb(&["restore"]));
    scene.restored(&restored, 0);
}

/// `firedrill run … | head -1`: what no one reads any more ends nothing.
#[test]
fn a_closed_pipe_ends_nothing() {
    let scene = Scene::with(53, |_| CLOSE.to_owned());
    let mut process = Process::start(&mut scene.run_command());
    process.stdout_line(|_| true);
    process.stop_reading();
    let finished = process.finish();
    let code = finished.status.code().unwrap();
    assert!([0, 2].contains(&code), "{finished:?}");
    scene.restored(&finished, code);
}

/// A pipe that is full because its reader stopped holds up nothing but the lines in it.
#[test]
fn a_reader_that_stops_holds_up_nothing() {
    let scene = Scene::closed(54);
    let mut command = scene.run_command();
    command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::piped());
    command.stderr(std::process::Stdio::null()).env("TOKIO_WORKER_THREADS", "1");
    let mut child = command.spawn().unwrap();
    let pipe = child.stdout.take().unwrap();
    // Nothing is read: the pipe is full within the first samples. Everything goes on, as the journal shows.
    wait_for(|| any_record(&scene.reports(), |event| change_is(event, "rendezvous", "apply_started")));
    let status =
        std::process::Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap();
    assert!(status.success());
    wait_for(|| any_record(&scene.reports(), |event| event.get("run_finished").is_some()));
    assert_eq!(World::of(&scene.lab), scene.before);
    drop(pipe);
    assert_eq!(child.wait().unwrap().code(), Some(5));
    assert_eq!(last_code(&scene.reports()), Some(5));
}

/// The terminal's window is closed: SIGHUP, and every write fails from then on.
#[test]
fn a_terminal_that_goes_away_ends_the_run_in_order() {
    let script = std::process::Command::new("script").arg("--version").output();
    if !script.is_ok_and(|output| output.status.success()) {
        return skipped("`script`, which makes a terminal, is not here");
    }
    let scene = Scene::closed(55);
    let words = format!(
        "exec {} run {} --yes --lab-at {} --reports {}",
        env!("CARGO_BIN_EXE_firedrill"),
        scene.drill.display(),
        scene.lab.file().display(),
        scene.reports().display()
    );
    let mut terminal = std::process::Command::new("script");
    terminal.args(["-qfec", &words, "/dev/null"]).current_dir(root()).env("TERM", "xterm");
    let terminal = Process::start(&mut terminal);
    wait_for(|| any_record(&scene.reports(), |event| change_is(event, "rendezvous", "apply_started")));
    terminal.kill();
    wait_for(|| any_record(&scene.reports(), |event| event.get("run_finished").is_some()));
    assert_eq!(last_code(&scene.reports()), Some(5));
    let asked = records(&scene.reports());
    let asked = asked.iter().find_map(|record| record["event"]["stop_requested"]["detail"].as_str());
    assert_eq!(asked, Some("SIGHUP"));
    assert_eq!(World::of(&scene.lab), scene.before);
}

/// True if the journal, as far as it is there, has such an event.
fn any_record(reports: &Path, wanted: impl Fn(&Value) -> bool) -> bool {
    let Ok(entries) = fs::read_dir(reports) else { return false };
    let texts = entries.filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("journal.jsonl")).ok());
    let lines: Vec<String> =
        texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    lines.iter().any(|line| serde_json::from_str::<Value>(line).is_ok_and(|record| wanted(&record["event"])))
}

/// Looks again and again, not for ever.
#[track_caller]
fn wait_for(there: impl Fn() -> bool) {
    let (_never, ticks) = std::sync::mpsc::channel::<()>();
    let step = std::time::Duration::from_millis(50);
    for _ in 0..PATIENCE.as_millis() / step.as_millis() {
        if there() {
            return;
        }
        let _ = ticks.recv_timeout(step);
    }
    panic!("it did not come in time");
}
