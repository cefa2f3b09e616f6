//! Desk: what all who lay out a report work with.
//! Invariant: one for each document.
//! Used by: blocks, table, cell, summary, contents, figure.

use std::collections::HashSet;

use super::{
    flow::{Brick, Flow},
    lines::{Line, Type},
    shape::Shaper,
    sheet::{At, Mark, Put},
    structure::{Leaf, Structure},
    style,
};
use crate::report::ink::Rgb;

/// The letters, the tree and the pages.
pub(super) struct Desk {
    pub(super) shaper: Shaper,
    pub(super) structure: Structure,
    pub(super) flow: Flow,
    /// Every name that a link can lead to.
    pub(super) anchors: HashSet<String>,
}

impl Desk {
    pub(super) fn new(anchors: HashSet<String>) -> Desk {
        Desk { shaper: Shaper::new(), structure: Structure::default(), flow: Flow::new(), anchors }
    }

    /// Lines below each other in a brick; their left upper corner is `at`.
    pub(super) fn write(
        brick: &mut Brick,
        leaf: Option<Leaf>,
        lines: Vec<Line>,
        (kind, ink): (Type, Rgb),
        at: At,
    ) {
        for (n, line) in lines.into_iter().enumerate() {
            let y = at.1 + n as f32 * style::leading(kind) + style::baseline(kind);
            let mark = Mark::Text { at: (at.0, y), line, size: kind.size, ink };
            brick.puts.push(Put { mark, leaf });
            brick.height = brick.height.max(at.1 + (n + 1) as f32 * style::leading(kind));
        }
    }
}
