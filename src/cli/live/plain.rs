//! Plain: the run as lines, for logs and pipes.
//! Invariant: a line for each event and for each change of a lane; never a line for a mere repetition.
//! Used by: `live`.

use crate::{
    cli::{
        output::{faint, note, toned},
        words::{self, Tone, since_start},
    },
    engine::desk::Progress,
    id::StepId,
    journal::event::Finding,
};

use super::{Scene, View, lanes::Lanes};

/// Time between two lines that say what a long wait waits for.
const REMINDER_SECONDS: u64 = 30;

/// The lines.
pub(super) struct Lines {
    scene: Scene,
    lanes: Lanes,
    reminded: u64,
}

impl Lines {
    /// With the title line written.
    pub(super) fn new(scene: Scene) -> Lines {
        note(&scene.title);
        Lines { lanes: Lanes::new(&scene.primary, &scene.standby), reminded: 0, scene }
    }

    fn line(&self, at: crate::clock::Stamp, tone: Tone, text: &str) {
        note(format!("{}  {}", faint(&since_start(self.scene.start, at)), toned(tone, text)));
    }

    fn remind(&mut self, findings: &[Finding]) {
        let now = self.scene.clock.now();
        let second = now.since(self.scene.start).as_secs();
        if second >= self.reminded + REMINDER_SECONDS {
            self.reminded = second;
            self.line(now, Tone::Busy, &words::waiting(findings));
        }
    }
}

impl View for Lines {
    fn take(&mut self, progress: &Progress) {
        match progress {
            Progress::Record(record) => {
                self.reminded = record.at.since(self.scene.start).as_secs();
                if let Some((tone, text)) = words::sentence(&record.event) {
                    self.line(record.at, tone, &text);
                }
            }
            Progress::Unrecorded { event, why } => {
                let text = words::sentence(event).map_or_else(String::new, |(_, text)| text);
                self.line(self.scene.clock.now(), Tone::Bad, &format!("NOT IN THE JOURNAL ({why}): {text}"));
            }
            Progress::Sample(sample) => {
                if let Some(lane) = self.lanes.take(sample) {
                    let (tone, text) = (lane.look.tone, format!("{}: {}", lane.title, lane.look.text));
                    self.line(sample.finished, tone, &text);
                }
            }
            Progress::Waiting(findings) => self.remind(findings),
            Progress::Question { .. } => {}
        }
    }

    fn ask(&mut self, step: &StepId, question: &str) {
        self.line(
            self.scene.clock.now(),
            Tone::Busy,
            &format!("{step}: {question}  Type `go` and Enter to go on."),
        );
    }
}
