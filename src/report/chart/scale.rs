//! Scale: moments to places on a chart.
//! Invariant: every bar lies inside the plot and is wide enough to be seen.
//! Not here: what is drawn.
//! Used by: every picture that has a time axis.

/// The time that a chart shows at least, in seconds.
const LEAST: f64 = 1.0;
/// The least that a bar is wide.
const SEEN: f64 = 1.5;
/// Steps between ticks that people count in, in seconds.
const STEPS: [u32; 14] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
/// A run has no more ticks than this, however long it was.
const MOST_TICKS: u32 = 40;

/// The time that a plot shows; seconds since the run's start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    from: f64,
    to: f64,
    left: f64,
    right: f64,
}

/// One place on the axis.
pub(super) struct Tick {
    pub(super) x: f64,
    /// Seconds since the run's start.
    pub(super) at: f64,
    /// Minutes and seconds from the origin.
    pub(super) words: String,
}

impl Scale {
    pub(super) fn new(from: f64, to: f64, left: f64, right: f64) -> Scale {
        Scale { from, to: to.max(from + LEAST), left, right }
    }

    /// Where a moment is; `None` outside the plot.
    pub(super) fn x(&self, at: f64) -> Option<f64> {
        (self.from..=self.to).contains(&at).then(|| self.place(at))
    }

    /// Where a stretch begins, and how wide it is.
    pub(super) fn bar(&self, from: f64, to: f64) -> Option<(f64, f64)> {
        let (from, to) = (from.max(self.from), to.min(self.to));
        (from <= to).then(|| {
            let x = self.place(from).min(self.right - SEEN);
            (x, (self.place(to) - x).max(SEEN))
        })
    }

    /// How wide a stretch truly is.
    pub(super) fn width(&self, from: f64, to: f64) -> f64 {
        self.place(to) - self.place(from)
    }

    /// Round times from `origin`, about as many as `wanted`.
    pub(super) fn ticks(&self, origin: f64, wanted: f64) -> Vec<Tick> {
        let shown = self.to - self.from;
        let step = STEPS.into_iter().find(|step| shown / f64::from(*step) <= wanted);
        let step = step.map_or_else(|| (shown / wanted / 3600.0).ceil() * 3600.0, f64::from);
        let before = ((origin - self.from) / step).clamp(0.0, f64::from(MOST_TICKS)) as i64;
        let after = ((self.to - origin) / step).clamp(0.0, f64::from(MOST_TICKS)) as i64;
        let tick = |n: i64| {
            let gone = n as f64 * step;
            Tick { x: self.place(origin + gone), at: origin + gone, words: clock(gone) }
        };
        (-before..=after).map(tick).collect()
    }

    fn place(&self, at: f64) -> f64 {
        let share = (at - self.from) / (self.to - self.from);
        self.left + share * (self.right - self.left)
    }
}

fn clock(gone: f64) -> String {
    let seconds = gone.abs().round() as u64;
    let sign = if gone < 0.0 { "−" } else { "" };
    match seconds {
        0..3600 => format!("{sign}{}:{:02}", seconds / 60, seconds % 60),
        _ => format!("{sign}{}:{:02}:{:02}", seconds / 3600, seconds % 3600 / 60, seconds % 60),
    }
}
