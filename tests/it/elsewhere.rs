//! A world that the program does not know to be a lab: an endpoint, credentials and a resolver from the environment, plain
//! HTTP on another port, real time.

use crate::support::{Lab, drills, firedrill, run, world::World};

#[test]
fn an_endpoint_credentials_and_a_resolver_are_enough() {
    let lab = Lab::up(1, 11);
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let steps = "  - recover: route53.hold-traffic\n    to: standby\n    as: traffic-held\n  - restore: traffic-held\n";
    let drill = drills::write(folder.path(), "elsewhere", steps);
    let deployment = folder.path().join("deployments/wordpress.yaml");
    let text = std::fs::read_to_string(&deployment).unwrap();
    let text = text.replace("http://www.example.com/", "http://www.example.com:8080/");
    std::fs::write(&deployment, format!("{text}resolver: {}\n", lab.info["dns"].as_str().unwrap())).unwrap();
    let map: Vec<String> = lab.info["connect_map"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(world, machine)| format!("{}={}", world.replace(":80", ":8080"), machine.as_str().unwrap()))
        .collect();

    let before = World::of(&lab);
    let mut command = firedrill();
    command.args(["run", drill.to_str().unwrap(), "--yes", "--reports"]).arg(&reports);
    command.envs(lab.client_env()).env("FIREDRILL_CONNECT_TO", map.join(","));
    let finished = run(&mut command);
    finished.expect_code(0);
    assert!(!finished.stdout.contains("Simulated"), "the program does not know that this is a lab");
    assert_eq!(World::of(&lab), before);
}
