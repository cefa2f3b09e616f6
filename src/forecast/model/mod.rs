//! Model: a drill on a small model of the deployment, event by event, for one draw.
//! Invariant: the same script, numbers and draw give the same story; no task, no clock, no AWS. Rules of AWS are those
//! that its documents tell; durations are the draw's.
//! Not here: what the numbers of a story are (see `forecast::outcome`).
//! Used by: `forecast`.

mod agenda;
mod check;
mod claims;
mod database;
mod eyes;
mod names;
mod parts;
mod reading;
mod script;
mod steps;
mod stops;
mod story;
mod watch;
mod web;

use self::{
    agenda::{Agenda, Event},
    check::Check,
    database::Database,
    eyes::Eyes,
    names::Names,
    steps::{Branch, Outstanding},
    web::Web,
};
use super::{
    draw::{At, Draw},
    numbers::Numbers,
};
use crate::drill::model::Side;

pub(super) use self::reading::read;
pub(crate) use self::{eyes::LOOK_TAKES, story::Story};
pub use self::{
    reading::knows_time,
    script::{Assumed, Script, Unknown},
};

/// More events than any drill has; a model that goes on longer goes on for ever.
const MOST_EVENTS: usize = 1_000_000;

/// One run under way.
struct Model<'a> {
    numbers: &'a Numbers,
    draw: &'a Draw,
    script: &'a Script,
    now: At,
    agenda: Agenda,
    web: [Web; 2],
    checks: [Check; 2],
    names: Names,
    database: Database,
    eyes: Eyes,
    /// For each condition, since when it is seen to hold.
    since: Vec<Option<At>>,
    branches: Vec<Branch>,
    outstanding: Vec<Outstanding>,
    stopped: bool,
    story: Story,
}

/// Plays the script once.
pub(crate) fn play(script: &Script, numbers: &Numbers, draw: &Draw) -> Story {
    let mut model = Model::new(script, numbers, draw);
    model.judge_all();
    model.agenda.put(script.time_limit, Event::Deadline);
    model.now = model.settled();
    model.begin_step(0);
    for _ in 0..MOST_EVENTS {
        let Some((at, event)) = model.agenda.next() else { break };
        // Nothing that counts happens once everything is back and nobody waits for a recovery.
        if model.story.ended.is_some_and(|ended| at > ended + AFTERWARDS) {
            break;
        }
        model.now = model.now.max(at);
        model.happen(event);
    }
    model.story
}

/// A recovery may come after everything is back, where the drill moves nothing.
const AFTERWARDS: At = 900_000_000;

impl<'a> Model<'a> {
    fn new(script: &'a Script, numbers: &'a Numbers, draw: &'a Draw) -> Model<'a> {
        let first = numbers.first.unwrap_or(Side::Primary);
        let writer = numbers.writer.unwrap_or(Side::Primary);
        let web = |side| Web::new(draw.lines.of(side).len(), numbers.side(side).targets.nodes);
        let web = [web(Side::Primary), web(Side::Standby)];
        let check = |side| Check::new(numbers.side(side).check.as_ref());
        let checks = [check(Side::Primary), check(Side::Standby)];
        let flags = [checks[0].flags, checks[1].flags];
        let targets = [web[0].described().1, web[1].described().1];
        Model {
            numbers,
            draw,
            script,
            now: 0,
            agenda: Agenda::default(),
            web,
            checks,
            names: Names::new(first),
            database: Database::new(writer),
            eyes: Eyes::new(first, writer, flags, targets),
            since: vec![None; script.conditions.len()],
            branches: vec![Branch::new(0, None)],
            outstanding: Vec::new(),
            stopped: false,
            story: Story::new(first, writer),
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Rule { side, traffic, check, version } => self.rule_felt(side, traffic, check, version),
            Event::Drained(side) => self.drained(side),
            Event::Line { side, line } => self.line_checks(side, line),
            Event::LineFailed { side, line } => self.line_failed(side, line),
            Event::Reported { side, target } => self.target_reported(side, target),
            Event::TargetLook(side) => self.alias_looks(side),
            Event::TargetPublished { side, healthy } => {
                self.web[side as usize].published = healthy;
                self.names_stir();
            }
            Event::Agents(side) => self.agents_report(side),
            Event::Checker { side, place } => self.checker_looks(side, place),
            Event::Observed { side, place, well } => self.observed(side, place, well),
            Event::Configured { side, version } => self.configured(side, version),
            Event::CheckPublished { side, healthy } => {
                self.checks[side as usize].published = healthy;
                self.names_stir();
            }
            Event::Ask => self.asked(),
            Event::Role { number, step } => self.role_step(number, step),
            Event::ClusterSeen => self.cluster_seen(),
            Event::InSync => self.in_sync(),
            Event::LagKnown => self.lag_known(),
            Event::SwitchBack { branch } => self.switch_back(branch),
            Event::Look(watch) => self.look(watch),
            Event::StepDone { branch } => self.stepped(branch),
            Event::StepFailed { branch } => self.step_failed(usize::from(branch)),
            Event::Stop { condition, since } => self.stop_due(condition as usize, since),
            Event::Met { branch, generation } => self.met(usize::from(branch), generation),
            Event::TimeUp { branch, at } => self.time_up(usize::from(branch), at),
            Event::Deadline => self.deadline(),
        }
    }
}
