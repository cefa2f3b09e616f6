//! Render: a report as `report.pdf`.
//! Invariant: depends on the report alone.
//! Used by: pdf.

use super::document::{self, Meta};
use crate::{
    report::{Input, Renderer, json, view},
    words::Lang,
};

/// `report.pdf`.
pub(in crate::report) struct Pdf;

impl Renderer for Pdf {
    fn name(&self) -> &'static str {
        "report.pdf"
    }

    fn render(&self, input: &Input) -> Vec<u8> {
        let page = view::page(input);
        let json = json::Json.render(input);
        let run = input.run;
        let title = format!("{}: {}", page.verdict.word, page.title);
        let meta = Meta {
            lang: Lang::En,
            title: &title,
            subject: &page.subtitle,
            program: &run.header.program,
            run: &run.run.to_string(),
            digest: &run.header.drill_digest,
            made: run.header.ended.wall,
            json: &json,
        };
        document::document(&page, &[], &meta).unwrap_or_default()
    }
}
