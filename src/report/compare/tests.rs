use std::time::Duration;

use serde_json::json;

use super::*;
use crate::{
    measure::{self, fixture::seed::SeedRun},
    report::{
        make::{self, Source},
        model::Extras,
    },
};

fn report(run: &SeedRun) -> Report {
    let assessment = measure::assess(&run.records, &run.samples).unwrap();
    let source = Source { run: &assessment, records: &run.records, samples: &run.samples, head: "ab" };
    make::report(&source, Extras::default()).unwrap()
}

fn number<'a>(comparison: &'a Comparison, id: &str) -> &'a Compared {
    comparison.numbers.iter().find(|it| it.name.id() == id).unwrap()
}

#[test]
fn a_run_is_the_same_as_itself() {
    let run = SeedRun::new();
    let own = report(&run);
    let same =
        compare(Run { report: &own, records: &run.records }, Run { report: &own, records: &run.records });
    assert_eq!(same.cautions, [Caution::SameRun]);
    assert_eq!(same.settings, []);
    assert!(same.numbers.iter().all(|it| it.change == Change::Same), "{:#?}", same.numbers);
    let parts = |part| same.numbers.iter().filter(|it| it.part == part).count();
    assert_eq!((parts(number::Part::Objective), parts(number::Part::Phase)), (3, own.phases.len()));
    assert!(parts(number::Part::Outage) >= 2, "site and write, the drill's and the failback's");
}

#[test]
fn better_and_worse_need_bounds_that_do_not_touch() {
    let run = SeedRun::new();
    let before = report(&run);
    let high = before.recovery_time.high.unwrap();
    let with = |by: Duration| {
        let mut after = before.clone();
        let time = &mut after.recovery_time;
        time.low = time.low.map(|low| low + by);
        time.measured = time.measured.map(|measured| measured + by);
        time.high = time.high.map(|high| high + by);
        after
    };
    let change = |one: &Report, other: &Report| {
        let both = [one, other].map(|report| Run { report, records: &run.records });
        number(&compare(both[0], both[1]), "measure.objective.recovery_time").change
    };
    let width = high - before.recovery_time.low.unwrap();
    assert_eq!(change(&before, &with(width)), Change::Same, "they still touch");
    let longer = with(width + Duration::from_millis(1));
    assert_eq!(change(&before, &longer), Change::Worse);
    assert_eq!(change(&longer, &before), Change::Better);
    let mut unmeasured = before.clone();
    unmeasured.recovery_time.measured = None;
    assert_eq!((change(&before, &unmeasured), change(&unmeasured, &before)), (Change::Gone, Change::New));
}

#[test]
fn a_longer_soak_is_neither_better_nor_worse() {
    let run = SeedRun::new();
    let before = report(&run);
    let mut after = before.clone();
    for phase in &mut after.phases {
        let took = phase.took.as_mut().unwrap();
        (took.low, took.measured) = (took.low * 9, took.measured * 9);
        took.high = took.high.map(|high| high * 9);
    }
    let both = [&before, &after].map(|report| Run { report, records: &run.records });
    let found = compare(both[0], both[1]);
    assert_eq!(number(&found, "measure.phase.soak").change, Change::Different);
    assert_eq!(number(&found, "measure.phase.restoration").change, Change::Worse);
}

#[test]
fn what_was_set_otherwise_is_told_at_its_place() {
    let (one, mut two) = (SeedRun::new(), SeedRun::new());
    let Event::RunStarted(start) = &mut two.records[0].event else { panic!("a run starts") };
    start.drill.time_limit = Duration::from_secs(60);
    start.drill_digest = "ef".repeat(32);
    start.lab = None;
    let Event::Planned { plan, .. } = &mut two.records[1].event else { panic!("and is planned") };
    *plan = json!({ "touches": ["sg-1"] });
    let both = [report(&one), report(&two)];
    let found = compare(
        Run { report: &both[0], records: &one.records },
        Run { report: &both[1], records: &two.records },
    );
    assert_eq!(found.cautions, [Caution::SameRun, Caution::OtherPlace, Caution::DrillChanged]);
    let paths: Vec<&str> = found.settings.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["drill.time_limit", "drill_sha256", "lab", "plan"]);
    assert_eq!(found.settings[0].after, Some(json!(60_000_000)));
}

#[test]
fn runs_of_different_drills_are_told_so() {
    let run = SeedRun::new();
    let before = report(&run);
    let mut after = before.clone();
    after.drill.name = "other".into();
    after.deployment.name = "shop".into();
    let both = [&before, &after].map(|report| Run { report, records: &run.records });
    let cautions = compare(both[0], both[1]).cautions;
    assert!(cautions.contains(&Caution::OtherDrill) && cautions.contains(&Caution::OtherDeployment));
}

#[test]
fn a_difference_is_told_at_the_deepest_place() {
    let found = differ::between(
        &json!({ "a": { "b": [1, { "c": 2 }], "same": 1 }, "gone": true }),
        &json!({ "a": { "b": [1, { "c": 3 }, 4], "same": 1 } }),
    );
    let told: Vec<_> =
        found.iter().map(|it| (it.path.as_str(), it.before.clone(), it.after.clone())).collect();
    assert_eq!(
        told,
        [
            ("a.b[1].c", Some(json!(2)), Some(json!(3))),
            ("a.b[2]", None, Some(json!(4))),
            ("gone", Some(json!(true)), None),
        ]
    );
}
