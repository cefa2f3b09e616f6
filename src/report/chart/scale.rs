//! Scale: moments to places on the chart.
//! Invariant: every bar lies inside the plot and is wide enough to be seen.
//! Not here: what is drawn (see the module above).
//! Used by: chart.

use std::time::Duration;

use crate::{clock::Stamp, measure::summary::Assessment};

/// The chart's width.
pub(super) const WIDTH: f64 = 1120.0;
/// Where the plot begins; the lanes' names stand before it.
pub(super) const LEFT: f64 = 190.0;
/// Where it ends.
pub(super) const RIGHT: f64 = 1108.0;
/// The span of time that a chart shows at least.
const LEAST: Duration = Duration::from_secs(1);
/// About so many ticks fit.
const TICKS: f64 = 12.0;
/// Steps between ticks that people count in, in seconds.
const STEPS: [u64; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600];

/// The time that the plot shows.
pub(super) struct Scale {
    from: Duration,
    to: Duration,
}

/// One place on the axis.
pub(super) struct Tick {
    pub(super) x: f64,
    pub(super) words: String,
}

impl Scale {
    /// From the first to the last of what happened and was seen.
    pub(super) fn of(run: &Assessment) -> Scale {
        let spans = || run.watches.iter().flat_map(|view| &view.spans);
        let first = spans().map(|span| span.from).min().unwrap_or(run.header.started).min(run.header.started);
        let last = spans().map(|span| span.to).max().unwrap_or(run.header.ended).max(run.header.ended);
        Scale { from: first.mono, to: last.mono.max(first.mono + LEAST) }
    }

    /// Where a moment is; `None` outside the plot.
    pub(super) fn x(&self, at: Stamp) -> Option<f64> {
        (self.from..=self.to).contains(&at.mono).then(|| self.place(at.mono))
    }

    /// Where a stretch begins, and how wide it is.
    pub(super) fn bar(&self, from: Stamp, to: Stamp) -> Option<(f64, f64)> {
        let (from, to) = (from.mono.max(self.from), to.mono.min(self.to));
        (from <= to).then(|| {
            let x = self.place(from).min(RIGHT - 1.5);
            (x, (self.place(to) - x).max(1.5))
        })
    }

    /// Round times from `origin`, as many as fit.
    pub(super) fn ticks(&self, origin: Stamp) -> Vec<Tick> {
        let shown = (self.to - self.from).as_secs_f64();
        let step = STEPS.into_iter().find(|step| shown / *step as f64 <= TICKS).unwrap_or(7200);
        let before = origin.mono.saturating_sub(self.from).as_secs() / step;
        let after = self.to.saturating_sub(origin.mono).as_secs() / step;
        let back = (1..=before)
            .rev()
            .map(|n| (origin.mono - Duration::from_secs(n * step), format!("−{}", clock(n * step))));
        let on = (0..=after).map(|n| (origin.mono + Duration::from_secs(n * step), clock(n * step)));
        back.chain(on).map(|(at, words)| Tick { x: self.place(at), words }).collect()
    }

    fn place(&self, at: Duration) -> f64 {
        let share = at.saturating_sub(self.from).as_secs_f64() / (self.to - self.from).as_secs_f64();
        LEFT + share * (RIGHT - LEFT)
    }
}

fn clock(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
