//! Chart: the pictures of a report, as drawings.
//! Invariant: drawn from what the report says alone; no number is made here.
//! Not here: colours and files (see `ink`, `svg`, `pdf`), the words around the pictures (see `view`).
//! Used by: html, pdf, live.
//!
//! Each picture comes in three formats: wide for screens, narrow for phones, and one for upright paper.

mod axis;
mod changes;
mod checkers;
mod curve;
mod flags;
mod groups;
mod lane;
mod latency;
mod legend;
mod objectives;
mod phases;
mod records;
mod scale;
mod scene;
mod sheet;
mod timeline;

pub(crate) use self::{
    latency::draw as latency,
    legend::{Key, of as legend},
    objectives::{draw as objectives, gauge},
    scene::Scene,
    sheet::Format,
    timeline::draw as timeline,
};
