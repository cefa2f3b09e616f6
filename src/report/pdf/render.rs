//! Render: a report as `report.pdf`.
//! Invariant: depends on the report alone.
//! Used by: pdf.

use super::document::{self, Meta, Words};
use crate::report::{Input, Renderer, json, view};

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
            lang: "en",
            title: &title,
            subject: &page.subtitle,
            program: &run.header.program,
            run: &run.run.to_string(),
            digest: &run.header.drill_digest,
            made: run.header.ended.wall,
            json: &json,
            words: Words {
                contents: "Contents".to_owned(),
                attached: "The numbers of this report, for programs".to_owned(),
                digest: "Chain head".to_owned(),
                record: |seq| format!("Record {seq}"),
                sample: |line| format!("Line {line} of samples.jsonl"),
            },
        };
        document::document(&page, &[], &meta).unwrap_or_default()
    }
}
