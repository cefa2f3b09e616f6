//! View: what a report says, section by section, in words; a format only decides how it looks.
//! Invariant: every sentence of every readable format is said from here, once, in the language asked for; text from the world is
//! made visible here (see `text::visible`), so no format need fear it.
//! Not here: markup (see `markdown`, `html`), numbers (see `measure`), the sentences (see `words`).
//! Used by: markdown, html, pdf.

pub(in crate::report) mod anchor;
mod appendix;
mod context;
mod controls;
mod detection;
mod environment;
mod follow_up;
mod forecast;
mod glossary;
mod header;
mod judged;
mod measured;
mod page;
mod people;
mod recovery;
mod restoration;
mod scope;
mod sections;
mod steps;
mod timeline;
mod verdict;

pub(super) use self::judged::conclusion_words;
pub(crate) use self::page::{Badge, Block, Card, Cell, Column, Figure, Mood, Page, Row, Section, Table};
pub(crate) use self::sections::page;
