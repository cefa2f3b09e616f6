//! Style: sizes, distances and colours.
//! Invariant: colour stands for verdicts alone, and never without a word or a mark beside it.
//! Used by: everything that lays out or paints.

use super::{fonts::Face, lines::Type};
use crate::report::{ink::Rgb, view::Mood};

/// A4, upright, in points.
pub(super) const PAPER: (f32, f32) = (595.276, 841.89);
/// Left and right of everything.
pub(super) const SIDE: f32 = 48.0;
/// Where a page's content begins.
pub(super) const TOP: f32 = 62.0;
/// How much stays free below it.
pub(super) const BOTTOM: f32 = 58.0;
/// Lines stand this far apart, in shares of the letters' height.
pub(super) const LEADING: f32 = 1.42;

pub(super) const INK: Rgb = [0x16, 0x20, 0x2e];
pub(super) const SOFT: Rgb = [0x52, 0x5d, 0x6d];
pub(super) const LINE: Rgb = [0xd5, 0xda, 0xe1];
pub(super) const RULE: Rgb = [0x8d, 0x98, 0xa8];
pub(super) const FAINT: Rgb = [0xf4, 0xf6, 0xf8];

pub(super) const TITLE: Type = Type { face: Face::Strong, size: 23.0 };
pub(super) const HEADING: Type = Type { face: Face::Strong, size: 13.5 };
pub(super) const SUBHEADING: Type = Type { face: Face::Strong, size: 10.25 };
pub(super) const BODY: Type = Type { face: Face::Text, size: 9.25 };
pub(super) const STRONG: Type = Type { face: Face::Strong, size: 9.25 };
pub(super) const SMALL: Type = Type { face: Face::Text, size: 8.0 };
pub(super) const LABEL: Type = Type { face: Face::Strong, size: 8.0 };
pub(super) const FIGURE: Type = Type { face: Face::Strong, size: 17.0 };
pub(super) const VERDICT: Type = Type { face: Face::Strong, size: 14.0 };
pub(super) const CODE: Type = Type { face: Face::Code, size: 7.25 };
pub(super) const RUNNING: Type = Type { face: Face::Text, size: 7.5 };
pub(super) const DIGEST: Type = Type { face: Face::Code, size: 6.0 };

/// The cells of a table: its own words, the quieter line below them, its head.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells {
    pub(super) first: Type,
    pub(super) text: Type,
    pub(super) below: Type,
    pub(super) head: Type,
    /// Above and below the words.
    pub(super) pad: f32,
}

/// For tables that are read.
pub(super) const OPEN: Cells = Cells {
    first: Type { face: Face::Strong, size: 8.75 },
    text: Type { face: Face::Text, size: 8.75 },
    below: Type { face: Face::Text, size: 7.5 },
    head: Type { face: Face::Strong, size: 7.5 },
    pad: 4.2,
};

/// For tables that are looked things up in.
pub(super) const DENSE: Cells = Cells {
    first: Type { face: Face::Strong, size: 7.5 },
    text: Type { face: Face::Text, size: 7.5 },
    below: Type { face: Face::Text, size: 7.0 },
    head: Type { face: Face::Strong, size: 7.25 },
    pad: 1.9,
};

/// How a mood is coloured: what stands on paper, and the ground that it may stand on.
pub(super) fn colours(mood: Mood) -> (Rgb, Rgb) {
    match mood {
        Mood::Plain => (INK, FAINT),
        Mood::Good => ([0x12, 0x73, 0x42], [0xe6, 0xf4, 0xec]),
        Mood::Bad => ([0xb4, 0x23, 0x18], [0xfd, 0xec, 0xea]),
        Mood::Unsure => ([0x8a, 0x57, 0x00], [0xfc, 0xf2, 0xdf]),
    }
}

/// From the top of a line to the line that its letters stand on.
pub(super) fn baseline(kind: Type) -> f32 {
    // Ascent and descent of both fonts, nearly, in shares of the letters' height.
    const ASCENT: f32 = 0.952;
    const DESCENT: f32 = 0.241;
    kind.size * ((LEADING - ASCENT - DESCENT) / 2.0 + ASCENT)
}

/// From one line to the next.
pub(super) fn leading(kind: Type) -> f32 {
    kind.size * LEADING
}
