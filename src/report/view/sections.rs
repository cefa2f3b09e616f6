//! Sections: the page as a whole, in the order in which a reader needs it.
//! Invariant: a section without content is left out, except where its absence would mislead.
//! Used by: view.

use super::{
    appendix, context::Context, controls, detection, environment, follow_up, forecast, glossary, header,
    measured, page::Page, people, recovery, restoration, scope, steps, timeline, verdict,
};
use crate::{report::model::Report, words::Lang};

/// What the report says, in a language.
pub(crate) fn page(report: &Report, lang: Lang) -> Page {
    let context = Context { report, lang };
    let all = [
        Some(verdict::summary(context)),
        Some(scope::scope(context)),
        Some(verdict::objectives(context)),
        forecast::forecast(context),
        Some(people::people(context)),
        environment::environment(context),
        Some(environment::method(context)),
        Some(timeline::timeline(context)),
        Some(steps::steady(context)),
        Some(detection::fault(context)),
        Some(detection::detection(context)),
        Some(detection::decision(context)),
        Some(steps::steps(context)),
        Some(recovery::outages(context)),
        recovery::latency(context),
        Some(recovery::data(context)),
        Some(restoration::changes(context)),
        Some(measured::metrics(context)),
        Some(measured::measurement(context)),
        Some(follow_up::deviations(context)),
        Some(follow_up::findings(context)),
        controls::controls(context),
        Some(follow_up::register(context)),
        Some(follow_up::limits(context)),
        Some(people::sign_off(context)),
        Some(glossary::glossary(context)),
        Some(appendix::samples(context)),
        Some(appendix::records(context)),
    ];
    header::page(context, all.into_iter().flatten().collect()).visible()
}
