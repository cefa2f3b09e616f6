//! The forecast held to the whole engine: its own draws played as worlds of the lab, and real runs of the lab inside its
//! band.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::Value;

use super::{drill, play};
use crate::{
    aws::Topology,
    drill::model::{Claim, Drill, LoadedDrill, Side, StepKind},
    forecast::{Assumed, Draw, Durations, Forecast, KNOWN, Own, live},
    journal::{
        self,
        event::{ChangeEvent, Event},
    },
    lab::world::{
        World,
        blueprint::{
            Blueprint,
            read::{REFERENCE, read_text},
        },
        phases::{Phases, RegionPhases},
        reference::REGIONS,
    },
    measure::{self, Assessment},
    simulate::{
        Moment,
        play::{Place, Played},
        stage::{Ended, Stage},
    },
};

/// How far the model may be off: one look at the site.
const ONE_LOOK: Duration = Duration::from_millis(200);

fn start() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

/// A run of the whole engine, as it was measured.
struct Ran {
    run: Assessment,
    topology: Topology,
    /// The first look.
    watching: Timestamp,
    /// The first change's call, from then on.
    begun: Duration,
    /// When the first look at a health check told something, had all been as late as later ones.
    check_looks: Duration,
    /// When putting back begins: users have been served again for long by then.
    put_back: Moment,
}

/// Runs it, to its end or until that moment: what comes after the recovery is not asked for, and takes long.
fn ran(world: World, loaded: Arc<LoadedDrill>, seed: u64, end: Option<Moment>) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let place = Place { reports: folder.path().to_owned(), command: vec![], salt: 1, bare: false };
    let stage = Stage::new(world, seed);
    let (_, _, ended) = stage.live(end, None, |around| play::run(around, loaded, place)).unwrap();
    let whole = matches!(ended, Ended::OfItself(Played::Ended(_)));
    assert!(whole || end.is_some() && matches!(ended, Ended::Killed), "seed {seed}: {ended:?}");
    let own = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let own = own.filter(|path| path.is_dir()).max().unwrap();
    read(&own)
}

fn read(folder: &Path) -> Ran {
    let read = journal::read(folder).unwrap();
    let samples = journal::read_samples(folder).unwrap();
    let run = measure::assess(&read.records, &samples.samples).unwrap();
    let plan = read.records.iter().find_map(|record| match &record.event {
        Event::Planned { plan, .. } => Some(plan["found"].clone()),
        _ => None,
    });
    let watching = read.records.iter().find(|record| matches!(record.event, Event::WatchingStarted { .. }));
    let watching = watching.unwrap().at;
    let begun = run.mark("F1").unwrap().moment.at.since(watching);
    // The eleventh: by then every look waits as long as the one before it.
    let eleventh =
        samples.samples.iter().filter(|sample| sample.watch.0 == "health_check.primary").nth(10).unwrap();
    let check_looks = eleventh.finished.since(watching).saturating_sub(Duration::from_secs(20));
    let restores = |event: &ChangeEvent| matches!(event, ChangeEvent::RestoreStarted { .. });
    let back = read
        .records
        .iter()
        .position(|record| matches!(&record.event, Event::Change { event, .. } if restores(event)));
    let put_back = Moment::AfterRecord(back.unwrap() as u64 + 1);
    let topology = serde_json::from_value::<Topology>(plan.unwrap_or(Value::Null)).unwrap();
    Ran { run, topology, watching: watching.wall, begun, check_looks, put_back }
}

/// The reference world in which AWS takes exactly what the draw says.
fn blueprint(draw: &Draw) -> Arc<Blueprint> {
    let mut services: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    // What is the lab's setting has the lab's name.
    let own = KNOWN
        .iter()
        .filter(|known| !["cloudwatch", "aws", "run"].contains(&known.id.split('.').next().unwrap()));
    for known in own {
        let (service, option) = known.id.split_once('.').unwrap();
        let micros = draw.own(known.own).as_micros();
        services.entry(service).or_default().push(format!("{option}: {micros}us"));
    }
    let lines: Vec<String> = services
        .iter()
        .map(|(service, options)| format!("  {service}: {{ {} }}\n", options.join(", ")))
        .collect();
    let text = REFERENCE.replacen("\nregions:\n", &format!("\nsettings:\n{}\nregions:\n", lines.concat()), 1);
    Arc::new(read_text("drawn.yaml", &text).unwrap_or_else(|problems| panic!("{problems:?}")))
}

fn phases(draw: &Draw, origin: Timestamp) -> Phases {
    let side = |side: Side| RegionPhases {
        check: if side == Side::Primary { "wordpress-seoul" } else { "wordpress-tokyo" }.to_owned(),
        agents: *draw.agents.of(side),
        checkers: draw.checkers.of(side).iter().map(|own| (own.phase, own.round_trip)).collect(),
        lines: draw.lines.of(side).clone(),
    };
    let regions = REGIONS.iter().zip(Side::BOTH).map(|(region, of)| (region.code.to_owned(), side(of)));
    Phases { origin, target_looks: draw.target_looks, regions: regions.collect() }
}

/// The seed drill, that of an unplanned failover, and the seed drill of a team that does not wait for Beanstalk: what
/// decides when users are served again is another thing in each.
fn variants() -> [Arc<LoadedDrill>; 3] {
    let mut hasty = (*drill("seoul-outage")).clone();
    for step in &mut hasty.drill.steps {
        if let StepKind::Await { until, .. } = &mut step.kind {
            until.retain(|condition| !matches!(condition.claim, Claim::Environment { .. }));
        }
    }
    [drill("seoul-outage"), drill("seoul-lost"), Arc::new(hasty)]
}

fn forecast<'a>(drill: &'a Drill, topology: &Topology) -> Forecast<'a> {
    let numbers = live::numbers(drill, topology);
    Forecast::new(drill, numbers, Durations::lab(), &Assumed::new()).unwrap()
}

/// Does it on every core.
fn each<T: Send>(seeds: std::ops::Range<u64>, task: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let seeds: Vec<u64> = seeds.collect();
    let task = &task;
    std::thread::scope(|scope| {
        let share = seeds.len().div_ceil(cores).max(1);
        let parts = seeds
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(|seed| task(*seed)).collect::<Vec<T>>()));
        let parts: Vec<_> = parts.collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

#[test]
fn fifty_draws_run_through_the_whole_engine_agree_with_the_model_within_one_look() {
    let variants = variants();
    // The first look of every run is at the same moment: preparing takes what it takes, whatever the seed.
    let first = each(0..3, |place| {
        ran(World::reference(0, start()), variants[usize::try_from(place).unwrap()].clone(), 0, None)
    });
    let (origin, topology) = (first[0].watching, &first[0].topology);
    let apart = each(0..50, |seed| {
        let place = usize::try_from(seed).unwrap() % variants.len();
        let loaded = variants[place].clone();
        let forecast = forecast(&loaded.drill, topology);
        let mut draw = forecast.draw(seed);
        // The resolver was never asked before the run's first look.
        draw.resolver = 0.0;
        let mut world = World::build(blueprint(&draw), seed, start());
        world.keep_time(&phases(&draw, origin));
        let ran = ran(world, loaded.clone(), seed, Some(first[place].put_back));
        assert_eq!(ran.watching, origin, "seed {seed}");
        draw.set(Own::Settling, ran.begun);
        draw.check_looks = ran.check_looks;
        let expected = forecast.play(&draw);
        let measured = ran.run.results.recovery_time.measured.map(|took| took.measured);
        let (expected, measured) = (expected.recovery.unwrap_or_default(), measured.unwrap_or_default());
        (seed, expected, measured)
    });
    let off: Vec<_> =
        apart.iter().filter(|(_, expected, measured)| expected.abs_diff(*measured) > ONE_LOOK).collect();
    assert!(off.is_empty(), "{} of 50 are off: seed, model, engine: {off:#?}", off.len());
    assert!(apart.iter().all(|(_, expected, _)| *expected > Duration::from_secs(30)), "{apart:?}");
}

#[test]
#[expect(clippy::print_stdout, reason = "the band is worth a look")]
fn what_is_measured_lies_in_the_band_that_is_forecast() {
    let loaded = drill("seoul-outage");
    let whole = ran(World::reference(0, start()), loaded.clone(), 0, None);
    let until = Some(whole.put_back);
    let all = each(1..21, |seed| ran(World::reference(seed, start()), loaded.clone(), seed, until));
    let mut measured: Vec<Duration> =
        all.iter().map(|ran| ran.run.results.recovery_time.measured.unwrap().measured).collect();
    measured.sort_unstable();
    let told = forecast(&loaded.drill, &all[0].topology).runs(1, 2000);
    let band = told.recovery.unwrap();
    let inside = measured.iter().filter(|time| band.holds(**time)).count();
    let (wide, apart) = (band.p95 - band.p5, measured[19] - measured[0]);
    let said = format!(
        "{inside} of 20 inside; the band {band:?} is {wide:?} wide, they lie {apart:?} apart: {measured:?}"
    );
    println!("{said}");
    assert!(inside >= 17 && wide < 2 * apart, "{said}");
}
