//! Claims: whether what a drill waits for is seen to hold, and since when.
//! Invariant: a claim begins to hold with the look that shows it; an await ends with looks that began after it did.
//! Not here: what is seen (see `eyes`).
//! Used by: `model`, `script`.

use super::{Model, agenda::Event, script::Kind, watch::Watch};
use crate::{
    drill::model::{Claim, HowMany},
    forecast::draw::At,
};

impl Model<'_> {
    /// Whether a condition is seen to hold.
    fn holds(&self, place: usize) -> bool {
        let eyes = &self.eyes;
        let awaited = !self.script.stops.contains(&place);
        match &self.script.conditions[place].claim {
            Claim::Site { answers, from, writes } => {
                let (works, side) = eyes.site;
                let page = answers.is_none_or(|code| if code < 400 { works } else { !works })
                    && from.is_none_or(|from| works && from == side);
                page && writes.is_none_or(|wanted| eyes.write.0 == wanted)
            }
            Claim::Environment { .. } if awaited && !self.numbers.awaits_environment => true,
            Claim::Environment { of, health } => {
                let grade = eyes.grades[*of as usize].word();
                health.iter().any(|wanted| wanted == grade)
            }
            Claim::HealthCheck { of, healthy } => eyes.check_is_healthy(*of) == *healthy,
            Claim::Targets { of, healthy } => {
                let (well, all) = eyes.targets[*of as usize];
                match healthy {
                    HowMany::All => well == all && all > 0,
                    HowMany::None => well == 0,
                    HowMany::AtLeast(least) => {
                        // Of many targets some stand for all.
                        let real = self.numbers.side(*of).targets.count.max(all);
                        well * real >= least * all
                    }
                }
            }
            Claim::Database { writer, lag_below } => {
                let (place, moves) = eyes.database;
                writer.is_none_or(|writer| !moves && place == writer)
                    && (lag_below.is_none() || eyes.lag_is_low)
            }
            Claim::Dns { answers, authoritative: true } => eyes.zone == *answers,
            Claim::Dns { answers, authoritative: false } => eyes.resolver == *answers,
            // Refused before a forecast begins: see `script`.
            Claim::Alarm { .. } => true,
        }
    }

    /// How every claim stands before anything happens.
    pub(super) fn judge_all(&mut self) {
        for place in 0..self.script.conditions.len() {
            self.since[place] = self.holds(place).then_some(0);
        }
        self.script.stops.clone().for_each(|place| self.arm_stop(place));
    }

    /// A watch saw something new: the claims that rest on it are judged, and the awaits that they are part of.
    pub(super) fn judge(&mut self, watch: Watch) {
        let mut turned = false;
        for place in 0..self.script.conditions.len() {
            let condition = &self.script.conditions[place];
            if condition.watches & watch.bit() == 0 {
                continue;
            }
            let held = self.holds(place);
            if held != self.since[place].is_some() {
                self.since[place] = held.then_some(self.now);
                turned = true;
                if self.script.stops.contains(&place) {
                    self.arm_stop(place);
                }
            }
        }
        if turned {
            for branch in 0..self.branches.len() {
                self.arm(branch);
            }
        }
    }

    /// Finds when the await that a branch is at will be over, if nothing turns until then.
    pub(super) fn arm(&mut self, branch: usize) {
        let Some((node, began)) = self.branches[branch].waits else { return };
        let Kind::Await { conditions, hold, .. } = &self.script.nodes[node].kind else { return };
        self.branches[branch].generation += 1;
        let mut joint: Option<(At, usize)> = Some((0, conditions.start));
        let mut watches = 0;
        for place in conditions.clone() {
            let condition = &self.script.conditions[place];
            watches |= condition.watches;
            let from = self.since[place].map(|since| (since + condition.lasting, place));
            joint = joint.zip(from).map(|(joint, from)| joint.max(from));
        }
        let Some((since, last)) = joint else { return };
        // Each watch has looked since the await began; only what must last is proven by looks after that time. An await
        // without `hold` ends with the look that shows its last condition, however long ago the others were seen.
        let least = if *hold > 0 { began.max(since + hold) } else { began };
        let pace = self.pace();
        let latest = |watches: u16, from: At| {
            let own = Watch::all().into_iter().filter(|watch| watches & watch.bit() != 0);
            own.map(|watch| watch.tells(from, pace)).max().unwrap_or(from)
        };
        let lasting = conditions.clone().filter_map(|place| {
            let condition = &self.script.conditions[place];
            let since = self.since[place].filter(|_| condition.lasting > 0)?;
            Some(latest(condition.watches, since + condition.lasting))
        });
        let at = lasting.max().unwrap_or(0).max(latest(watches, least)).max(since);
        self.branches[branch].last = last;
        let generation = self.branches[branch].generation;
        self.agenda.put(at.max(self.now), Event::Met { branch: branch as u16, generation });
    }

    /// An await is over, unless something turned meanwhile.
    pub(super) fn met(&mut self, branch: usize, generation: u32) {
        let own = &mut self.branches[branch];
        if self.stopped || own.generation != generation {
            return;
        }
        let Some((node, _)) = own.waits.take() else { return };
        own.generation += 1;
        self.story.waited.push((node, own.last));
        self.step_done(branch);
    }
}
