use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{
    diagnostic::render::{self, Paint},
    drill::model::{Claim, HowMany, Side, StepKind},
};

const DEPLOYMENT_TEXT: &str = include_str!("../../../drills/deployments/wordpress.yaml");
const DRILL_TEXTS: [&str; 3] = [
    include_str!("../../../drills/seoul-outage.yaml"),
    include_str!("../../../drills/seoul-lost.yaml"),
    include_str!("../../../drills/rehearsal.yaml"),
];

fn texts(drill: &str, deployment: &str) -> Vec<SourceText> {
    let file = |path: &str, text: &str| SourceText { path: path.to_owned(), text: text.to_owned() };
    vec![file("drill.yaml", drill), file("deployments/wordpress.yaml", deployment)]
}

fn drill(text: &str) -> crate::drill::model::Drill {
    match load_text(&texts(text, DEPLOYMENT_TEXT)) {
        Ok(loaded) => loaded.drill,
        Err(problems) => panic!("{}", render::text(&problems, Paint::Plain)),
    }
}

fn codes(text: &str, deployment: &str) -> Vec<&'static str> {
    open_text(&texts(text, deployment)).problems.sorted().iter().map(|diagnostic| diagnostic.code).collect()
}

#[test]
fn the_seoul_drill_means_what_it_says() {
    let drill = drill(DRILL_TEXTS[0]);
    assert_eq!(drill.name, "seoul-outage");
    assert_eq!(drill.objectives.data_loss, Some(Duration::from_secs(5)));
    assert_eq!(drill.time_limit, Duration::from_secs(45 * 60));
    assert_eq!(drill.probe_interval, Duration::from_millis(200));
    assert_eq!(drill.deployment.account, "111122223333");
    assert_eq!(drill.deployment.site.to_string(), "https://www.example.com/");
    assert_eq!(drill.deployment.regions.of(Side::Standby).environment, "wordpress-tokyo");
    assert_eq!(drill.steady_state.len(), 5);
    let ids: Vec<&str> = drill.steps.iter().map(|step| step.id.0.as_str()).collect();
    let expected = [
        "port-80-closed",
        "step-2",
        "database",
        "step-4",
        "traffic-held",
        "step-6",
        "step-7",
        "step-8",
        "step-9",
        "step-10",
    ];
    assert_eq!(ids, expected);
    let StepKind::Fault(fault) = &drill.steps[0].kind else { panic!("the first step is the fault") };
    assert_eq!(
        json!(fault.params),
        json!({ "of": "primary", "port": 80, "method": "revoke", "protocol": "tcp" })
    );
    let StepKind::Await { until, within, hold } = &drill.steps[3].kind else {
        panic!("the fourth step waits")
    };
    assert_eq!((*within, *hold), (Duration::from_secs(600), Duration::from_secs(30)));
    assert_eq!(
        until[1].claim,
        Claim::Site { answers: Some(200), from: Some(Side::Standby), writes: Some(true) }
    );
    assert!(matches!(&drill.steps[5].kind, StepKind::Restore { of } if of.0 == "port-80-closed"));
}

#[test]
fn every_kind_of_step_and_condition_is_read() {
    let drill = drill(
        "drill: all\ndeployment: wordpress\nstop_when: [ { targets: { of: standby, healthy: none, for: 1m } } ]\nsteps:\n\
         \x20 - hold: 1m30s\n\
         \x20 - approve: \"Go?\"\n    within: 2m\n\
         \x20 - approve: { question: \"Really?\", within: 3m }\n    as: really\n\
         \x20 - run: [sh, -c, \"true\"]\n    restore_with: [sh, -c, \"exit 0\"]\n    within: 10s\n    title: Batch\n\
         \x20 - together:\n      - fault: noop\n      - { fault: hold, until_file: /tmp/go }\n\
         \x20 - await: seen\n    until:\n      - targets: { of: primary, healthy: 2 }\n\
         \x20     - dns: { answers: standby }\n      - dns: { answers: primary, at: authoritative }\n\
         \x20     - alarm: { name: down, of: primary, is: ALARM }\n      - environment: { of: primary, health: Ok }\n\
         \x20   within: 1m\n",
    );
    assert_eq!(drill.title, "all");
    let steps = drill.all_steps();
    let ids: Vec<&str> = steps.iter().map(|step| step.id.0.as_str()).collect();
    assert_eq!(ids, ["step-1", "step-2", "really", "step-4", "step-5", "step-6", "step-7", "step-8"]);
    assert!(matches!(steps[0].kind, StepKind::Hold { time } if time == Duration::from_secs(90)));
    assert!(
        matches!(&steps[1].kind, StepKind::Approve { question, within } if question == "Go?" && within.as_secs() == 120)
    );
    assert!(matches!(&steps[2].kind, StepKind::Approve { within, .. } if within.as_secs() == 180));
    let StepKind::Run { command, restore, .. } = &steps[3].kind else { panic!("a run step") };
    assert_eq!(command, &["sh", "-c", "true"]);
    assert_eq!(restore.as_deref(), Some(["sh", "-c", "exit 0"].map(String::from).as_slice()));
    assert_eq!(steps[3].title, "Batch");
    assert!(
        matches!(&steps[6].kind, StepKind::Fault(spec) if json!(spec.params) == json!({ "until_file": "/tmp/go" }))
    );
    let StepKind::Await { until, .. } = &steps[7].kind else { panic!("an await step") };
    assert_eq!(until[0].claim, Claim::Targets { of: Side::Primary, healthy: HowMany::AtLeast(2) });
    assert_eq!(until[1].claim, Claim::Dns { answers: Side::Standby, authoritative: false });
    assert_eq!(until[4].claim, Claim::Environment { of: Side::Primary, health: vec!["Ok".to_owned()] });
    assert_eq!(drill.stop_when[0].lasting, Duration::from_secs(60));
}

#[test]
fn a_deployment_can_say_everything_it_may() {
    let text = "deployment: wordpress\naccount: \"111122223333\"\nsite: http://www.example.com:8080/index\n\
                write_check: { url: http://www.example.com:8080/w, method: GET }\nresolver: \"[::1]:5353\"\n\
                marker: { body: true, primary: seoul, standby: tokyo }\n\
                primary: { region: ap-northeast-2, environment: a, role_arn: \"arn:aws:iam::111122223333:role/x\" }\n\
                standby: { region: ap-northeast-1, environment: b, profile: tokyo }\nallow: { tag: team = a=b }\n";
    let reading = open_text(&[SourceText { path: "w.yaml".to_owned(), text: text.to_owned() }]);
    let Some(Content::Deployment(it)) = reading.content else {
        panic!("{}", render::text(&reading.problems, Paint::Plain))
    };
    assert_eq!((it.site.tls, it.site.port, it.site.path.as_str()), (false, 8080, "/index"));
    assert_eq!(it.write_check.map(|check| check.method), Some("GET".to_owned()));
    assert_eq!(it.resolver.map(|address| address.port()), Some(5353));
    assert_eq!(it.marker.map(|marker| marker.header), Some(None));
    assert_eq!(it.allow.map(|tag| (tag.key, tag.value)), Some(("team".to_owned(), "a=b".to_owned())));
    assert_eq!(it.regions.standby.profile.as_deref(), Some("tokyo"));
}

#[test]
fn the_digest_follows_the_texts_and_not_the_paths() {
    let digest = |drill: &str, path: &str| {
        let mut files = texts(drill, DEPLOYMENT_TEXT);
        files[0].path = path.to_owned();
        load_text(&files).map(|loaded| loaded.digest).ok()
    };
    let text = DRILL_TEXTS[2];
    assert!(digest(text, "a.yaml").is_some_and(|digest| digest.len() == 64));
    assert_eq!(digest(text, "a.yaml"), digest(text, "elsewhere/a.yaml"));
    assert_ne!(digest(text, "a.yaml"), digest(&format!("{text}#\n"), "a.yaml"));
}

#[test]
fn problems_of_both_files_come_at_once() {
    let drill = "drill: bad\ndeployment: wordpress\nwhat: 1\nsteps:\n  - restore: x\n";
    let found = codes(drill, "deployment: wordpress\naccount: 1\nsite: x\nprimary: {}\nstandby: {}\n");
    for code in ["file::unknown-key", "drill::unknown-step", "file::form", "file::missing-key"] {
        assert!(found.contains(&code), "{code} in {found:?}");
    }
}

#[test]
fn a_deployment_where_a_drill_is_wanted_is_refused_with_its_name() {
    let files = [SourceText { path: "w.yaml".to_owned(), text: DEPLOYMENT_TEXT.to_owned() }];
    let problems = load_text(&files).expect_err("a deployment is no drill");
    assert!(render::text(&problems, Paint::Plain).contains("describes the deployment `wordpress`"));
}

fn never_panics(drill: &str, deployment: &str) {
    let Reading { content, problems } = open_text(&texts(drill, deployment));
    assert_eq!(content.is_none(), problems.has_errors());
    let shown = render::text(&problems, Paint::Coloured);
    assert_eq!(shown.is_empty(), problems.is_empty());
    assert_eq!(render::json(&problems).len(), problems.sorted().len());
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let read = SourceFile::from_bytes("x.yaml".to_owned(), bytes)
            .map_err(|(file, why)| NoText::Unreadable(file, why));
        let reading = super::read(read, &mut |_| Err(NoText::Missing { path: String::new(), why: String::new(), help: None }));
        prop_assert!(reading.content.is_none());
        prop_assert!(!render::text(&reading.problems, Paint::Plain).is_empty());
    }

    /// A shipped drill with stretches cut out, doubled or replaced: close enough to a drill to reach every check.
    #[test]
    fn mutated_drills_never_panic(
        which in 0..DRILL_TEXTS.len(),
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0..40_usize, 0..4_usize), 1..6),
        word in "[a-z0-9:{}\\[\\],\" -]{0,12}|as: database|of: standby|to: primary|\\$\\{X\\}|0s|yes|도쿄",
    ) {
        let mut text: Vec<char> = DRILL_TEXTS[which].chars().collect();
        for (index, length, how) in cuts {
            let at = index.index(text.len().max(1)).min(text.len());
            let end = (at + length).min(text.len());
            let piece: Vec<char> = text[at..end].to_vec();
            match how {
                0 => drop(text.drain(at..end)),
                1 => drop(text.splice(at..at, piece)),
                2 => drop(text.splice(at..end, word.chars())),
                _ => drop(text.splice(at..at, word.chars())),
            }
        }
        never_panics(&text.into_iter().collect::<String>(), DEPLOYMENT_TEXT);
    }

    #[test]
    fn a_drill_without_one_of_its_lines_never_panics(which in 0..DRILL_TEXTS.len(), line in any::<prop::sample::Index>()) {
        let lines: Vec<&str> = DRILL_TEXTS[which].lines().collect();
        let gone = line.index(lines.len());
        let rest: Vec<&str> = lines.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, line)| *line).collect();
        never_panics(&rest.join("\n"), DEPLOYMENT_TEXT);
    }
}

mod fuzz;
