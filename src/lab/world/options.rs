//! Options: what whoever runs the lab wants of it, beside what a world file says.
//! Invariant: without any, the lab answers as AWS does.
//! Used by: `World`; `lab up`.

use std::time::Duration;

use super::World;

/// The options.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// No call is refused for its rate.
    pub unlimited: bool,
    /// A read shows every write at once.
    pub prompt_reads: bool,
    /// No page of a listing is longer than this, whatever the client asks for.
    pub page_size: Option<usize>,
    /// The resolver keeps every answer so many times as long as its TTL.
    pub overstays: Option<u32>,
}

impl World {
    /// Sets every option.
    pub fn set_options(&mut self, options: Options) {
        self.options = options;
        if let Some(factor) = options.overstays {
            self.resolver.settings.overstaying_percent = 100;
            self.resolver.settings.overstaying_factor = factor;
        }
    }

    /// Lifts every rate: for those who measure the lab itself.
    pub fn set_unlimited(&mut self, unlimited: bool) {
        self.options.unlimited = unlimited;
    }

    /// Lets every read show every write at once, or (as at the start) a little late.
    pub fn set_prompt_reads(&mut self, prompt: bool) {
        self.options.prompt_reads = prompt;
    }

    /// True if every read shows every write at once.
    pub(in crate::lab) fn prompt_reads(&self) -> bool {
        self.options.prompt_reads
    }

    /// How long after a write a read shows it, where `drawn` is what the seed says.
    pub(in crate::lab) fn described_after(&self, drawn: Duration) -> Duration {
        if self.options.prompt_reads { Duration::ZERO } else { drawn }
    }
}
