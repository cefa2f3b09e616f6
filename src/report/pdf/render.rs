//! Render: a report as `report.pdf`.
//! Invariant: depends on the report and the language alone.
//! Used by: pdf.

use super::{
    document::{self, Pictures},
    meta::Meta,
};
use crate::{
    report::{
        Rendered, Renderer,
        chart::{self, Format, Scene},
        json,
        model::Report,
        view,
    },
    words::Lang,
};

/// `report.pdf`.
pub(in crate::report) struct Pdf;

impl Renderer for Pdf {
    fn name(&self, lang: Lang) -> &'static str {
        lang.pick("report.pdf", "report.ko.pdf")
    }

    fn render(&self, report: &Report, lang: Lang) -> Result<Rendered, String> {
        let page = view::page(report, lang).unbroken();
        let meta = Meta {
            lang,
            title: &format!("{}: {}", page.verdict.word, page.title),
            subject: &page.subtitle,
            program: &report.made_by.program,
            run: report.run.as_str(),
            digest: &report.chain.head,
            made: report.ended,
            json: &json::bytes(report),
        };
        document::document(&page, &pictures(report, lang), &meta)
    }
}

fn pictures(report: &Report, lang: Lang) -> Pictures {
    let scene = Scene { report, lang };
    Pictures {
        timeline: Some((chart::timeline(&scene, Format::Paper), chart::legend(&scene))),
        objectives: chart::objectives(&scene, Format::Paper),
        latency: chart::latency(&scene, Format::Paper),
    }
}
