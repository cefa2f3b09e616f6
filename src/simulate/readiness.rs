//! Readiness: the readiness checks in worlds in memory, well and with every defect that a check looks for.
//! Invariant: one defect at a time, planted in the reference deployment, and everything else as it was.
//! Not here: the checks (see `ready`).
//! Used by: its tests alone.

mod tests;

use std::{sync::Arc, time::Duration};

use super::stage::{Ended, Stage};
use crate::{
    aws::{self, Lifetime, Renewal},
    drill::{
        model::{LoadedDrill, PerSide, SourceText},
        reader,
    },
    lab::world::{
        World,
        blueprint::read::{REFERENCE, read_text},
        misbehave,
        tally::Row,
    },
    plan::Readiness,
    ready::{self, Case},
    survey::{self, Survey},
};

const DEPLOYMENT: &str = include_str!("../../drills/deployments/wordpress.yaml");
const DRILL: &str = include_str!("../../drills/seoul-outage.yaml");

/// Where a change of the reference deployment is made.
#[derive(Clone, Copy)]
enum Plant {
    /// In the world's file, the first place from the standby's region on.
    Tokyo(&'static str, &'static str),
    /// In the world's file, the first place.
    World(&'static str, &'static str),
    /// In the world's file, every place from the standby's region on.
    AllTokyo(&'static str, &'static str),
    /// In the deployment's file.
    Deployment(&'static str, &'static str),
    /// In the drill's file.
    Drill(&'static str, &'static str),
    /// In what was read: for what no world has.
    Survey(fn(&mut Survey)),
    /// AWS misbehaves by this rule.
    Misbehaves(&'static str),
}

/// The three files and what else is planted.
struct Bed {
    world: String,
    deployment: String,
    drill: String,
    rules: Vec<String>,
    edits: Vec<fn(&mut Survey)>,
}

impl Default for Bed {
    fn default() -> Bed {
        Bed {
            world: REFERENCE.to_owned(),
            deployment: DEPLOYMENT.to_owned(),
            drill: DRILL.to_owned(),
            rules: Vec::new(),
            edits: Vec::new(),
        }
    }
}

impl Bed {
    fn with(plants: &[Plant]) -> Bed {
        plants.iter().fold(Bed::default(), |bed, plant| bed.planted(*plant))
    }

    fn planted(mut self, plant: Plant) -> Bed {
        let once = |text: &str, from: &str, to: &str| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        };
        let tokyo = |text: &str| text.find("  - region: ap-northeast-1").expect("the standby's region");
        match plant {
            Plant::World(from, to) => self.world = once(&self.world, from, to),
            Plant::Tokyo(from, to) => {
                let (seoul, rest) = self.world.split_at(tokyo(&self.world));
                self.world = seoul.to_owned() + &once(rest, from, to);
            }
            Plant::AllTokyo(from, to) => {
                let (seoul, rest) = self.world.split_at(tokyo(&self.world));
                self.world = seoul.to_owned() + &rest.replace(from, to);
            }
            Plant::Deployment(from, to) => self.deployment = once(&self.deployment, from, to),
            Plant::Drill(from, to) => self.drill = once(&self.drill, from, to),
            Plant::Survey(edit) => self.edits.push(edit),
            Plant::Misbehaves(rule) => self.rules.push(rule.to_owned()),
        }
        self
    }

    fn loaded(&self) -> LoadedDrill {
        let file = |path: &str, text: &str| SourceText { path: path.to_owned(), text: text.to_owned() };
        let files = [file("d.yaml", &self.drill), file("deployments/wordpress.yaml", &self.deployment)];
        reader::load_text(&files).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// What the checks say ten minutes after the world began, and the calls that it took.
    fn asked(&self) -> (Readiness, Vec<Row>) {
        let blueprint = read_text("world.yaml", &self.world).unwrap_or_else(|problems| panic!("{problems}"));
        let start = "2026-11-22T03:00:00Z".parse().expect("a time");
        let world = World::build(Arc::new(blueprint), 7, start);
        let mut stage = Stage::new(world, 7);
        stage.pass(Duration::from_secs(10 * 60));
        for rule in &self.rules {
            let rule = misbehave::read_rule("rule", rule).unwrap_or_else(|problems| panic!("{problems}"));
            stage.world().misbehave(rule);
        }
        let (drill, edits) = (self.loaded().drill, self.edits.clone());
        let work = |around: Arc<super::stage::Surroundings>| async move {
            let aws = around.aws(&drill.deployment);
            let found = Box::pin(aws::look(&aws, &drill.deployment)).await;
            let mut survey = Box::pin(survey::survey(&aws, &drill.deployment, found)).await;
            // A key that a transport carries is given to the SDK by nobody who could say how long it lasts.
            let key = Some(Lifetime { expires: None, temporary: false, renewal: Renewal::Nobody });
            survey.lifetimes = PerSide { primary: key, standby: key };
            edits.iter().for_each(|edit| edit(&mut survey));
            ready::judge(&Case { survey: &survey, deployment: &drill.deployment, drill: Some(&drill) })
        };
        let (mut stage, _, ended) = stage.live(None, None, work).expect("a life");
        match ended {
            Ended::OfItself(readiness) => (readiness, stage.world().calls()),
            other => panic!("{other:?}"),
        }
    }
}
