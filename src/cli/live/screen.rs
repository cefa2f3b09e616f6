//! Screen: the run on a terminal: a headline, a lane for each part, a line for what is waited for, events above.
//! Invariant: at most eight drawings a second, whatever the samples' rate.
//! Used by: `live`.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    cli::{
        output::{faint, strong, toned},
        words::{self, Tone, since_start},
    },
    engine::desk::Progress,
    id::StepId,
    journal::event::{Event, Finding},
    text,
};

use super::{
    Scene, View,
    lanes::{Lane, Lanes},
};

/// Width of a lane's title.
const TITLE: usize = 28;

/// The live screen.
pub(super) struct Screen {
    scene: Scene,
    lanes: Lanes,
    all: MultiProgress,
    headline: ProgressBar,
    bars: Vec<ProgressBar>,
    waiting: ProgressBar,
    step: String,
    step_since: crate::clock::Stamp,
}

impl Screen {
    /// Drawn on stderr.
    pub(super) fn new(scene: Scene) -> Screen {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(8));
        all.set_move_cursor(true);
        let headline = line(&all);
        let waiting = line(&all);
        let step_since = scene.start;
        let lanes = Lanes::new(&scene.primary, &scene.standby);
        Screen {
            scene,
            lanes,
            all,
            headline,
            bars: Vec::new(),
            waiting,
            step: "steady state".into(),
            step_since,
        }
    }

    fn say(&self, at: crate::clock::Stamp, tone: Tone, text: &str) {
        let stamp = since_start(self.scene.start, at);
        let _ = self.all.println(format!("{}  {}", faint(&stamp), toned(tone, text)));
    }

    fn show_waiting(&self, findings: &[Finding]) {
        let text = faint(&words::waiting(findings));
        self.waiting.set_message(text);
    }
}

impl View for Screen {
    fn take(&mut self, progress: &Progress) {
        match progress {
            Progress::Record(record) => {
                if let Event::StepStarted { title, .. } = &record.event {
                    self.step = title.clone();
                    self.step_since = record.at;
                    self.waiting.set_message("");
                }
                if let Some((tone, text)) = words::sentence(&record.event) {
                    self.say(record.at, tone, &text);
                }
            }
            Progress::Unrecorded { event, why } => {
                let text = words::sentence(event).map_or_else(String::new, |(_, text)| text);
                self.say(self.scene.clock.now(), Tone::Bad, &format!("NOT IN THE JOURNAL ({why}): {text}"));
            }
            Progress::Sample(sample) => drop(self.lanes.take(sample)),
            Progress::Waiting(findings) => self.show_waiting(findings),
            Progress::Question { .. } => {}
        }
    }

    fn tick(&mut self) {
        let now = self.scene.clock.now();
        self.headline.set_message(format!(
            "{}  {}  {} {}",
            strong(&self.scene.title),
            since_start(self.scene.start, now),
            self.step,
            faint(&text::duration(now.since(self.step_since))),
        ));
        let lanes: Vec<String> = self.lanes.all().map(|lane| lane_line(lane, now)).collect();
        while self.bars.len() < lanes.len() {
            self.bars.push(self.all.insert_before(&self.waiting, bar()));
        }
        for (bar, text) in self.bars.iter().zip(lanes) {
            bar.set_message(text);
        }
    }

    fn ask(&mut self, step: &StepId, question: &str) {
        let text = format!("{step}: {question}  Type `go` and Enter to go on.");
        self.say(self.scene.clock.now(), Tone::Busy, &text);
    }

    fn close(&mut self) {
        let _ = self.all.clear();
    }
}

fn line(all: &MultiProgress) -> ProgressBar {
    all.add(bar())
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new_spinner().with_style(style)
}

fn lane_line(lane: &Lane, now: crate::clock::Stamp) -> String {
    let mark = match lane.look.tone {
        Tone::Good => "●",
        Tone::Bad => "✖",
        Tone::Busy => "?",
        Tone::Plain => "·",
    };
    let trail: String =
        lane.trail.iter().map(|(_, tone)| toned(*tone, if *tone == Tone::Bad { "▁" } else { "▇" })).collect();
    format!(
        "{} {:<TITLE$} {}  {} {} {trail}",
        toned(lane.look.tone, mark),
        lane.title,
        toned(lane.look.tone, &lane.look.text),
        faint(&text::duration(now.since(lane.since))),
        faint(&lane.detail),
    )
}
