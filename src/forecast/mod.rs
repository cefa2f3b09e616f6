//! Forecast: how long users will be down, before anything is broken: the drill on a small model, many times.
//! Invariant: a pure model path: no engine, no lab, no call of AWS while it counts; equal seeds, drills and numbers give
//! equal forecasts. What it does not know it says, and never guesses.
//! Not here: reading a deployment (see `live`), how it looks (see `cli::forecast`).
//! Used by: cli; simulate's tests hold it to the whole engine.

mod chance;
mod distribution;
mod draw;
mod durations;
mod expected;
pub mod history;
#[cfg(feature = "aws")]
pub mod live;
mod model;
mod numbers;
mod outcome;
mod setting;
#[cfg(test)]
mod tests;
mod what_if;

pub use self::{
    distribution::{Band, Bar, Distribution, Last, NEVER, PhaseBand},
    draw::{CheckerDraw, Draw},
    durations::{Durations, KNOWN, Known, Origin, Own, Spread},
    model::{Assumed, Script, Unknown, knows_time},
    numbers::{CheckNumbers, Fact, Numbers, SideNumbers, TargetNumbers},
    outcome::Outcome,
    setting::{KEYS, Setting, time},
    what_if::WhatIf,
};
use crate::drill::model::Drill;

/// A drill that can be forecast.
#[derive(Debug)]
pub struct Forecast<'a> {
    drill: &'a Drill,
    script: Script,
    numbers: Numbers,
    durations: Durations,
}

impl<'a> Forecast<'a> {
    /// Of a drill on a deployment with these numbers.
    ///
    /// # Errors
    /// Every step that the model knows too little of.
    pub fn new(
        drill: &'a Drill,
        numbers: Numbers,
        durations: Durations,
        assumed: &Assumed,
    ) -> Result<Forecast<'a>, Vec<Unknown>> {
        let script = model::read(drill, &numbers, assumed)?;
        Ok(Forecast { drill, script, numbers, durations })
    }

    /// The steps as they are walked.
    pub fn script(&self) -> &Script {
        &self.script
    }

    /// What the deployment sets.
    pub fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// What AWS takes its own time for.
    pub fn durations(&self) -> &Durations {
        &self.durations
    }

    /// One run, by one draw.
    pub fn play(&self, draw: &Draw) -> Outcome {
        self.play_with(&self.numbers, draw)
    }

    /// The draw of a seed.
    pub fn draw(&self, seed: u64) -> Draw {
        Draw::of(seed, &self.numbers, &self.durations)
    }

    /// So many runs, by seeds that follow each other.
    pub fn runs(&self, first: u64, runs: usize) -> Distribution {
        self.runs_with(&self.numbers, first, runs)
    }

    /// The same with settings that are otherwise: each by itself, and, if there are several, all together. What AWS would
    /// refuse is left out.
    pub fn what_if(&self, settings: &[Setting], together: bool, first: u64, runs: usize) -> Vec<WhatIf> {
        let mut all: Vec<Vec<Setting>> = settings.iter().map(|own| vec![*own]).collect();
        if together && settings.len() > 1 {
            all.push(settings.to_vec());
        }
        let compare = |settings: Vec<Setting>| {
            let numbers = self.with(&settings).ok()?;
            let now = settings.iter().map(|own| own.now(&self.numbers)).collect();
            Some(WhatIf { now, then: self.runs_with(&numbers, first, runs), settings })
        };
        all.into_iter().filter_map(compare).collect()
    }

    /// The numbers with settings that are otherwise, all together.
    ///
    /// # Errors
    /// Why AWS would not take them.
    pub fn with(&self, settings: &[Setting]) -> Result<Numbers, String> {
        let numbers = settings.iter().fold(self.numbers.clone(), |numbers, own| own.set(&numbers));
        match numbers.refused().filter(|_| self.numbers.refused().is_none()) {
            Some(why) => Err(why),
            None => Ok(numbers),
        }
    }

    fn runs_with(&self, numbers: &Numbers, first: u64, runs: usize) -> Distribution {
        let seeds = (0..runs as u64).map(|run| first.wrapping_add(run));
        let outcomes: Vec<Outcome> =
            seeds.map(|seed| self.play_with(numbers, &Draw::of(seed, numbers, &self.durations))).collect();
        Distribution::of(&outcomes, self.drill.objectives.recovery_time)
    }

    fn play_with(&self, numbers: &Numbers, draw: &Draw) -> Outcome {
        Outcome::of(model::play(&self.script, numbers, draw), &self.script, numbers)
    }
}
