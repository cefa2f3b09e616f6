//! Proofs of promises that are about a whole run.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
};

use serde_json::Value;

use crate::support::{
    Lab, PATIENCE,
    drills::{self, CLOSE},
    firedrill, run,
    world::World,
};

/// The labs' speed: on a machine that is busy, a faster world's patience runs out before the machine's does.
const SPEED: u32 = 10;

/// Promise: Nothing is changed before what it was, and how to put it back, is on disk and synced.
///
/// Seen from AWS: when the call that changes something arrives, the journal on disk holds all of it already. That each
/// append is synced before it counts is proven beside the journal's writer.
#[test]
fn when_a_change_reaches_aws_the_journal_holds_the_way_back() {
    let lab = Lab::up(SPEED, 21);
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let drill = drills::write(folder.path(), "watched", CLOSE);
    let upstream = lab.info["aws_endpoint"].as_str().unwrap().trim_start_matches("http://").parse().unwrap();
    let (endpoint, journals) = watched(upstream, "Action=RevokeSecurityGroupIngress", reports.clone());
    let mut info = lab.info.clone();
    info["aws_endpoint"] = endpoint.into();
    let file = folder.path().join("lab.json");
    fs::write(&file, info.to_string()).unwrap();

    let mut command = firedrill();
    command.args(["run", drill.to_str().unwrap(), "--yes", "--lab-at"]).arg(&file);
    let finished = run(command.arg("--reports").arg(&reports));
    assert!([0, 2].contains(&finished.status.code().unwrap()), "{}\n{}", finished.stdout, finished.stderr);

    let journal = journals.recv_timeout(PATIENCE).expect("the call was made");
    let changes: Vec<Value> = journal
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["event"]["change"].clone())
        .filter(|change| change["change"] == "port-80-closed")
        .collect();
    assert_eq!(changes.len(), 2, "captured, and about to be applied: {changes:#?}");
    let captured = &changes[0]["event"]["captured"];
    assert!(
        captured["before"].is_object() && !captured["by_hand"].as_array().unwrap().is_empty(),
        "{captured:#}"
    );
    assert_eq!(changes[1]["event"], "apply_started");
}

/// Promise: Every ending restores: success, failure, stop condition, time limit, Ctrl-C, SIGTERM, a panic.
///
/// Here the time limit; the others are proven in `crash`, `safety` and `seed_drill`.
#[test]
fn the_time_limit_restores() {
    let lab = Lab::up(SPEED, 22);
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let never = folder.path().join("never");
    let wait = format!("  - fault: hold\n    until_file: {}\n    as: rendezvous\n", never.display());
    let drill = drills::write(folder.path(), "limited", &format!("{CLOSE}{wait}"));
    let text = fs::read_to_string(&drill).unwrap();
    fs::write(&drill, text.replace("time_limit: 40m", "time_limit: 1m")).unwrap();
    let before = World::of(&lab);
    let finished = run(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--yes"], &reports));
    finished.expect_code(5);
    assert!(finished.stderr.contains("time limit"), "{}", finished.stderr);
    assert_eq!(World::of(&lab), before);
}

/// Promise: Every number in a report can be traced to journal records and raw samples, and carries its error bound.
#[test]
fn every_number_is_found_again_in_what_it_rests_on() {
    let lab = Lab::up(SPEED, 23);
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let steps = "  - await: Seoul is down\n    until: [ { health_check: { of: primary, is: unhealthy } } ]\n    within: 5m\n  \
                 - await: Tokyo serves\n    until: [ { site: { answers: 200, from: standby } } ]\n    within: 5m\n    hold: 20s\n";
    let objectives = "objectives: { recovery_time: 10m, detection: 5m }\n";
    let drill = drills::write_with(folder.path(), "traced", objectives, &format!("{CLOSE}{steps}"));
    let finished = run(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--yes"], &reports));
    assert!(finished.stdout.contains("restored, verified"), "{}\n{}", finished.stdout, finished.stderr);

    let run_folder = fs::read_dir(&reports).unwrap().map(|entry| entry.unwrap().path());
    let run_folder = run_folder.filter(|path| path.join("journal.jsonl").exists()).last().unwrap();
    let raw = Raw::read(&run_folder);
    let report: Value =
        serde_json::from_str(&fs::read_to_string(run_folder.join("report.json")).unwrap()).unwrap();
    let mut numbers: Vec<Value> = vec![report["recovery_time"].clone(), report["detection"].clone()];
    for (list, name) in [("phases", "took"), ("outages", "lasted"), ("metrics", "took")] {
        for one in report[list].as_array().unwrap() {
            let mut number = one[name].clone();
            number["evidence"] = one["evidence"].clone();
            numbers.push(number);
        }
    }
    assert!(numbers.len() > 5, "{report:#}");
    let mut found = 0;
    for number in numbers {
        found += raw.find(&number);
    }
    assert!(found > 10, "too little was measured to prove anything: {report:#}");
}

/// What a report rests on, as it lies on disk.
struct Raw {
    /// Microseconds of each journal record.
    records: Vec<f64>,
    /// Microseconds of each sample: due, started, finished.
    samples: Vec<[f64; 3]>,
}

impl Raw {
    fn read(folder: &Path) -> Raw {
        let lines = |name: &str| -> Vec<Value> {
            let text = fs::read_to_string(folder.join(name)).unwrap();
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        };
        let micros = |stamp: &Value| stamp["mono_us"].as_f64().unwrap();
        let records = lines("journal.jsonl").iter().map(micros).collect();
        let samples = lines("samples.jsonl");
        let samples = samples.iter().map(|it| ["due", "started", "finished"].map(|when| micros(&it[when])));
        Raw { records, samples: samples.collect() }
    }

    /// How many of the number and its two bounds are there; each must be the time between two moments of its evidence.
    fn find(&self, number: &Value) -> usize {
        let Some(measured) = number["measured_s"].as_f64() else { return 0 };
        let low = number["low_s"].as_f64().expect("a lower bound");
        assert!(low <= measured, "{number:#}");
        let high = number["high_s"].as_f64();
        assert!(high.is_none_or(|high| measured <= high), "{number:#}");
        let moments = self.moments(&number["evidence"]);
        let apart = |seconds: f64| {
            moments.iter().any(|a| moments.iter().any(|b| ((a - b) / 1e6 - seconds).abs() < 2e-6))
        };
        let all: Vec<f64> = [Some(measured), Some(low), high].into_iter().flatten().collect();
        for value in &all {
            assert!(*value == 0.0 || apart(*value), "{value} s is not in its evidence: {number:#}");
        }
        all.len()
    }

    /// Every moment of the evidence, and where one look would have ended had it taken as long as another.
    fn moments(&self, evidence: &Value) -> Vec<f64> {
        let numbers = |name: &str| {
            let list = evidence[name].as_array().unwrap().iter();
            list.map(|number| usize::try_from(number.as_u64().unwrap()).unwrap()).collect::<Vec<_>>()
        };
        // Samples are told by their lines, from 1; records by their `seq`, from 0.
        let looks: Vec<[f64; 3]> = numbers("samples").iter().map(|line| self.samples[line - 1]).collect();
        let mut moments: Vec<f64> = numbers("records").iter().map(|seq| self.records[*seq]).collect();
        moments.extend(looks.iter().flatten());
        moments.extend(looks.iter().flat_map(|a| looks.iter().map(|b| a[1] + (b[2] - b[1]))));
        moments
    }
}

/// A proxy before AWS. When the first request with these words comes, and before it goes on, the one journal under
/// `reports` is read from disk and sent.
fn watched(upstream: SocketAddr, words: &'static str, reports: PathBuf) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (send, receive) = channel();
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let (send, reports) = (send.clone(), reports.clone());
            let Ok(server) = TcpStream::connect(upstream) else { return };
            let (back, to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            thread::spawn(move || carry(client, server, |bytes| notice(bytes, words, &reports, &send)));
            thread::spawn(move || carry(back, to, |_| {}));
        }
    });
    (endpoint, receive)
}

fn notice(bytes: &[u8], words: &str, reports: &Path, send: &Sender<String>) {
    let said = String::from_utf8_lossy(bytes);
    // Whether the call is allowed was asked before: a dry run changes nothing.
    if !said.contains(words) || said.contains("DryRun=true") {
        return;
    }
    let runs = fs::read_dir(reports).unwrap().map(|entry| entry.unwrap().path().join("journal.jsonl"));
    let journal = runs.filter_map(|path| fs::read_to_string(path).ok()).last().unwrap_or_default();
    let _ = send.send(journal);
}

/// Carries bytes until either side closes; `see` sees them before they go on.
fn carry(mut from: TcpStream, mut to: TcpStream, see: impl Fn(&[u8])) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        see(&bytes[..count]);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Write);
}
