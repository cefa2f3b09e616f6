//! Live: the same page while a run goes on: what it says so far, made anew as the run grows.
//! Invariant: the fragment is escaped like the report; the only script is the one that the door sends, and the door's policy
//! lets no other run.
//! Not here: sockets (see `cli::wall`).
//! Used by: cli.

use maud::{DOCTYPE, PreEscaped, html};

use super::{STYLE, figures, summary};
use crate::{
    journal::presence::Attendance,
    report::{chart::Scene, model::Report, view},
    words::{Lang, Phrase},
};

/// What the screen shows of a run so far, on which somebody works or not.
pub(crate) fn fragment(report: &Report, at_work: Attendance, lang: Lang) -> String {
    let page = view::page(report, lang).unbroken();
    let scene = Scene { report, lang };
    html! {
        @if let Some(notice) = &page.notice { p.notice { (notice) } }
        (summary::so_far(&page, &scene, &now(report, at_work, lang)))
        (figures::timeline(&scene))
    }
    .into_string()
}

/// How far the run is: its phase and the time since the fault, and whether its process is there; nothing once it has ended.
fn now(report: &Report, at_work: Attendance, lang: Lang) -> Option<(String, String)> {
    // Why it ended is then not written down: nobody asked it to, and it did not finish.
    let goes_on = report.stop_detail.as_ref().is_none_or(|why| why.id() == "measure.stop.unsaid");
    if !goes_on {
        return None;
    }
    let scene = Scene { report, lang };
    let open = report.phases.iter().rev().find(|phase| phase.stop.is_none()).or(report.phases.last());
    let phase = open.map_or_else(|| Phrase::new("live.before"), |phase| phase.name.title());
    let seen = Phrase::new("live.so_far").with("phase", phase).with("offset", scene.seen_until());
    let (word, how) = match at_work {
        Attendance::AtWork => ("live.running", None),
        Attendance::Silent => ("live.silent", Some("live.silent_how")),
        Attendance::Gone => ("live.gone", Some("live.gone_how")),
    };
    let how = how.map(|how| format!(" {}", Phrase::new(how).with("run", report.run.to_string()).say(lang)));
    Some((Phrase::new(word).say(lang), seen.say(lang) + &how.unwrap_or_default()))
}

/// The page around it, with a script of ours.
pub(crate) fn frame(report: &Report, at_work: Attendance, lang: Lang, script: &str) -> String {
    let lost = Phrase::new("live.lost").say(lang);
    html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (crate::text::visible(&report.drill.title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                p #lost.notice role="status" hidden { (lost) }
                main #live { (PreEscaped(fragment(report, at_work, lang))) }
                script { (PreEscaped(script)) }
            }
        }
    }
    .into_string()
}
