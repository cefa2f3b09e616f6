//! Render: a report as `report.pdf`.
//! Invariant: depends on the report and the language alone.
//! Used by: pdf.

use super::document::{self, Meta, Pictures};
use crate::{
    report::{Renderer, json::Json, model::Report, view},
    words::Lang,
};

/// `report.pdf`.
pub(in crate::report) struct Pdf;

impl Renderer for Pdf {
    fn name(&self, lang: Lang) -> &'static str {
        lang.pick("report.pdf", "report.ko.pdf")
    }

    fn render(&self, report: &Report, lang: Lang) -> Vec<u8> {
        let page = view::page(report, lang);
        let meta = Meta {
            lang,
            title: &format!("{}: {}", page.verdict.word, page.title),
            subject: &page.subtitle,
            program: &report.made_by.program,
            run: report.run.as_str(),
            digest: &report.chain.head,
            made: report.ended,
            json: &Json.render(report, lang),
        };
        document::document(&page, &pictures(report, lang), &meta).unwrap_or_default()
    }
}

fn pictures(_: &Report, _: Lang) -> Pictures {
    Pictures::default()
}
