//! Web: a region's balancer, its targets, and what Beanstalk and Route 53's aliases make of them.
//! Invariant: a closed port is felt by checks at once and by users when the balancer's pooled connections are gone; a
//! balancer without a healthy target sends requests to all (ELB user guide, target group health checks).
//! Not here: health checks of Route 53 (see `check`), who is led where (see `names`).
//! Used by: `model`.

use super::{
    Model,
    agenda::{Event, after},
    parts::Grade,
    watch::Watch,
};
use crate::{
    drill::model::Side,
    forecast::{
        draw::{At, micros},
        durations::Own,
    },
};

/// Failed reports in a row that count. AWS: "at least three checks within one minute" (Beanstalk guide, enhanced health).
const FAILED_REPORTS: u8 = 3;
/// AWS: agents report "every 10 seconds" (Beanstalk guide, enhanced health metrics).
const AGENTS: At = 10_000_000;
/// How often Route 53 looks at the targets of aliases; not published.
const TARGET_LOOKS: At = 5_000_000;

#[derive(Debug, Clone, Copy)]
struct Line {
    healthy: bool,
    against: u32,
    pending: u32,
    awake: bool,
}

/// One region's web tier.
#[derive(Debug)]
pub(super) struct Web {
    /// The port that takes traffic lets new connections in.
    open: bool,
    /// The port that is checked does.
    check_open: bool,
    /// The same two as they are written: packets feel it later.
    wanted: (bool, bool),
    warm_until: At,
    /// Of the rules as they are written, and as packets feel them.
    written: u32,
    felt: u32,
    lines: Vec<Line>,
    nodes: usize,
    /// Each target's health, as described, and the reports in a row that found it failing.
    reported: Vec<(bool, u8)>,
    /// The environment's health as shown.
    pub(super) grade: Grade,
    coming: Option<(Grade, At)>,
    agents_awake: bool,
    /// What Route 53's last look at the alias's target saw, and what name servers know.
    seen: bool,
    pub(super) published: bool,
    settles: At,
    looking: bool,
}

impl Web {
    /// All is well.
    pub(super) fn new(lines: usize, nodes: usize) -> Web {
        let nodes = nodes.clamp(1, lines.max(1));
        Web {
            open: true,
            check_open: true,
            wanted: (true, true),
            warm_until: 0,
            written: 0,
            felt: 0,
            lines: vec![Line { healthy: true, against: 0, pending: 0, awake: false }; lines],
            nodes,
            reported: vec![(true, 0); lines / nodes],
            grade: Grade::Ok,
            coming: None,
            agents_awake: false,
            seen: true,
            published: true,
            settles: 0,
            looking: false,
        }
    }

    fn is_healthy(&self, target: usize) -> bool {
        let from = target * self.nodes;
        self.lines[from..(from + self.nodes).min(self.lines.len())].iter().all(|line| line.healthy)
    }

    /// How many targets are described as healthy, of how many.
    pub(super) fn described(&self) -> (usize, usize) {
        (self.reported.iter().filter(|(healthy, _)| *healthy).count(), self.reported.len())
    }

    /// What the agents' latest reports come to.
    fn verdict(&self) -> Grade {
        match self.reported.iter().filter(|(_, failed)| *failed >= FAILED_REPORTS).count() {
            0 => Grade::Ok,
            failing if failing == self.reported.len() => Grade::Severe,
            _ => Grade::Degraded,
        }
    }
}

impl Model<'_> {
    /// Whether a request to this region's balancer is answered by the application.
    pub(super) fn serves(&self, side: Side) -> bool {
        let web = &self.web[side as usize];
        web.open || self.now < web.warm_until
    }

    /// A rule is closed or opened again by a call at `at`.
    pub(super) fn write_rule(&mut self, side: Side, at: At, port: u16, open: bool) {
        let targets = &self.numbers.side(side).targets;
        let (traffic, check) = (targets.port == Some(port), targets.check_port == Some(port));
        if !traffic && !check {
            return;
        }
        let web = &mut self.web[side as usize];
        // What was written before may not be felt yet: it holds none the less.
        let (was_open, check_was_open) = web.wanted;
        web.wanted = (if traffic { open } else { was_open }, if check { open } else { check_was_open });
        web.written += 1;
        let (traffic, check) = web.wanted;
        let event = Event::Rule { side, traffic, check, version: web.written };
        self.agenda.put(at + self.draw.at(Own::RuleEffective), event);
    }

    /// Packets feel it.
    pub(super) fn rule_felt(&mut self, side: Side, traffic: bool, check: bool, version: u32) {
        let (now, linger) = (self.now, self.draw.at(Own::PoolLinger));
        let web = &mut self.web[side as usize];
        if version < web.felt {
            return;
        }
        web.felt = version;
        let reopened = traffic && !web.open;
        if web.open && !traffic {
            web.warm_until = now + linger;
            self.agenda.put(web.warm_until, Event::Drained(side));
        }
        (web.open, web.check_open) = (traffic, check);
        self.wake_lines(side);
        if reopened {
            self.site_turned(side);
        }
    }

    /// The balancer's last pooled connections are gone.
    pub(super) fn drained(&mut self, side: Side) {
        if !self.web[side as usize].open {
            self.site_turned(side);
        }
    }

    /// What clients meet at this region's balancer is another now.
    fn site_turned(&mut self, side: Side) {
        self.stir(Watch::Site);
        self.stir(Watch::Write);
        self.wake_check(side);
    }

    fn wake_lines(&mut self, side: Side) {
        let interval = micros(self.numbers.side(side).targets.interval);
        let (now, phases) = (self.now, self.draw.lines.of(side));
        let web = &mut self.web[side as usize];
        let open = web.check_open;
        for (place, (line, phase)) in web.lines.iter_mut().zip(phases).enumerate() {
            if !line.awake && (line.healthy != open || line.against > 0) {
                line.awake = true;
                self.agenda.put(after(now, interval, *phase), Event::Line { side, line: place });
            }
        }
    }

    /// A node checks a target: on a closed port it waits in vain.
    pub(super) fn line_checks(&mut self, side: Side, place: usize) {
        let targets = &self.numbers.side(side).targets;
        let web = &mut self.web[side as usize];
        let open = web.check_open;
        let line = &mut web.lines[place];
        if line.pending == 0 && line.against == 0 && line.healthy == open {
            line.awake = false;
            return;
        }
        self.agenda.put(self.now + micros(targets.interval).max(1), Event::Line { side, line: place });
        if open {
            self.take_result(side, place, true);
        } else {
            line.pending += 1;
            self.agenda.put(self.now + micros(targets.timeout), Event::LineFailed { side, line: place });
        }
    }

    pub(super) fn line_failed(&mut self, side: Side, place: usize) {
        let line = &mut self.web[side as usize].lines[place];
        line.pending = line.pending.saturating_sub(1);
        self.take_result(side, place, false);
    }

    fn take_result(&mut self, side: Side, place: usize, well: bool) {
        let targets = &self.numbers.side(side).targets;
        let limit = if well { targets.healthy_after } else { targets.unhealthy_after };
        let web = &mut self.web[side as usize];
        let target = place / web.nodes;
        if target >= web.reported.len() {
            return;
        }
        let before = web.is_healthy(target);
        let line = &mut web.lines[place];
        if line.healthy == well {
            line.against = 0;
            return;
        }
        line.against += 1;
        if line.against < limit {
            return;
        }
        (line.healthy, line.against) = (well, 0);
        if web.is_healthy(target) != before {
            let at = self.now + self.draw.at(Own::TargetReported);
            self.agenda.put(at, Event::Reported { side, target });
            self.alias_stirs(side);
        }
    }

    /// Describes show a target's health.
    pub(super) fn target_reported(&mut self, side: Side, target: usize) {
        let web = &mut self.web[side as usize];
        web.reported[target].0 = web.is_healthy(target);
        self.stir(Watch::Targets(side));
        self.agents_stir(side);
    }

    fn agents_stir(&mut self, side: Side) {
        let web = &mut self.web[side as usize];
        if !std::mem::replace(&mut web.agents_awake, true) {
            self.agenda.put(after(self.now, AGENTS, *self.draw.agents.of(side)), Event::Agents(side));
        }
    }

    /// The agents report; what they come to is shown later, if it still holds then.
    pub(super) fn agents_report(&mut self, side: Side) {
        let (now, draw) = (self.now, self.draw);
        let web = &mut self.web[side as usize];
        web.agents_awake = false;
        let mut settled = true;
        for (healthy, failed) in &mut web.reported {
            *failed = if *healthy { 0 } else { (*failed + 1).min(FAILED_REPORTS) };
            settled &= *healthy || *failed == FAILED_REPORTS;
        }
        let verdict = web.verdict();
        if verdict == web.grade {
            web.coming = None;
        } else {
            settled = false;
            let worse = verdict > web.grade;
            match web.coming {
                Some((coming, at)) if coming == verdict && now >= at => {
                    (web.grade, web.coming) = (verdict, None);
                    self.stir(Watch::Environment(side));
                }
                Some((coming, _)) if coming == verdict => {}
                earlier => {
                    // What is coming for the same direction already keeps its time.
                    let kept = earlier.filter(|(coming, _)| (*coming > web.grade) == worse);
                    let own = if worse { Own::EnvironmentWorsens } else { Own::EnvironmentRecovers };
                    web.coming = Some((verdict, kept.map_or(now + draw.at(own), |(_, at)| at)));
                }
            }
        }
        if !settled {
            self.agents_stir(side);
        }
    }

    fn alias_stirs(&mut self, side: Side) {
        let evaluates = self.numbers.side(side).evaluates_targets;
        let web = &mut self.web[side as usize];
        let healthy = (0..web.reported.len()).any(|target| web.is_healthy(target));
        if evaluates && !web.looking && healthy != web.seen {
            web.looking = true;
            self.agenda.put(after(self.now, TARGET_LOOKS, self.draw.target_looks), Event::TargetLook(side));
        }
    }

    /// Route 53 looks at the alias's target. AWS: healthy while a target is (developer guide, values for alias records).
    pub(super) fn alias_looks(&mut self, side: Side) {
        let takes = self.draw.at(Own::TargetPublished);
        let web = &mut self.web[side as usize];
        let healthy = (0..web.reported.len()).any(|target| web.is_healthy(target));
        web.looking = false;
        if web.seen != healthy {
            web.seen = healthy;
            web.settles = (self.now + takes).max(web.settles);
            self.agenda.put(web.settles, Event::TargetPublished { side, healthy });
        }
    }
}
