//! Pdf: `report.pdf`, for archives and auditors: pages with numbers, every mark of them told apart from decoration, fonts
//! within, `report.json` attached. PDF/A-3a and PDF/UA-1.
//! Invariant: no clock, no browser, no font of the machine: the same report gives the same bytes anywhere.
//! Not here: what is said (see `view`), what figures show (see `chart`).
//! Used by: report.

mod blocks;
mod cell;
mod columns;
mod contents;
mod desk;
mod document;
mod figure;
mod file;
mod flow;
mod fonts;
mod forms;
mod furniture;
mod hatch;
mod icon;
mod lines;
mod meta;
mod paint;
mod plain;
mod render;
mod shape;
mod sheet;
mod structure;
mod style;
mod summary;
mod table;
#[cfg(test)]
mod tests;

pub(super) use self::render::Pdf;
