//! Groups: which lanes the timeline has, in which order, and what they are called.
//! Invariant: a watch that saw nothing has no lane; a group without lanes is left out.
//! Not here: how a lane is drawn (see `lane`, `curve`, `checkers`, `changes`).
//! Used by: timeline.

use super::scene::Scene;
use crate::{
    drill::model::Side,
    journal::sample::WatchName,
    measure::series::{Checkers, Looks},
    report::model::{change::Change as Changed, watch::Watch},
    words::Phrase,
};

/// Lanes that belong together.
pub(super) struct Group<'a> {
    pub(super) title: String,
    pub(super) lanes: Vec<Lane<'a>>,
}

/// One line of the timeline.
pub(super) struct Lane<'a> {
    pub(super) name: String,
    pub(super) content: Content<'a>,
}

/// What a lane shows.
pub(super) enum Content<'a> {
    /// What a watch showed; with every failed look of it, if it is a client.
    Watch { view: &'a Watch, looks: Option<&'a Looks>, tall: bool },
    /// Each checker of a health check.
    Checkers(&'a Checkers),
    /// Replication lag.
    Lag,
    /// Every record of the journal.
    Records,
    /// A change in force.
    Change(&'a Changed),
}

/// All of them.
pub(super) fn all<'a>(scene: &Scene<'a>) -> Vec<Group<'a>> {
    let mut groups = vec![users(scene), names(scene)];
    groups.extend(Side::BOTH.map(|side| region(scene, side)));
    groups.extend([database(scene), alarms(scene), changes(scene), journal(scene)]);
    groups.retain(|group| !group.lanes.is_empty());
    groups
}

fn group<'a>(scene: &Scene, title: Phrase, lanes: impl IntoIterator<Item = Option<Lane<'a>>>) -> Group<'a> {
    Group { title: scene.say(title), lanes: lanes.into_iter().flatten().collect() }
}

fn watch<'a>(scene: &Scene<'a>, watch: &WatchName, name: Phrase) -> Option<Lane<'a>> {
    let view = scene.report.watches.iter().find(|view| view.watch == watch.0 && !view.spans.is_empty())?;
    let looks = scene.report.series.clients.iter().find(|looks| looks.watch == *watch);
    let tall = *watch == WatchName::site();
    Some(Lane { name: scene.say(name), content: Content::Watch { view, looks, tall } })
}

fn users<'a>(scene: &Scene<'a>) -> Group<'a> {
    let lanes = [
        watch(scene, &WatchName::site(), Phrase::new("chart.site")),
        watch(scene, &WatchName::write(), Phrase::new("chart.write")),
        watch(scene, &WatchName::site_ttl(), Phrase::new("chart.ttl")),
        watch(scene, &WatchName::site_sticky(), Phrase::new("chart.sticky")),
    ];
    group(scene, Phrase::new("chart.users"), lanes)
}

fn names<'a>(scene: &Scene<'a>) -> Group<'a> {
    let lanes = [
        watch(scene, &WatchName::dns_authoritative(), Phrase::new("chart.zone")),
        watch(scene, &WatchName::dns_resolver(), Phrase::new("chart.resolver")),
    ];
    group(scene, Phrase::new("chart.dns"), lanes)
}

fn region<'a>(scene: &Scene<'a>, side: Side) -> Group<'a> {
    let checkers =
        scene.report.series.checkers.iter().find(|one| one.side == side && !one.failing.is_empty());
    let lanes = [
        watch(scene, &WatchName::site_fixed(side), Phrase::new("chart.fixed")),
        watch(scene, &WatchName::environment(side), Phrase::new("chart.environment")),
        watch(scene, &WatchName::targets(side), Phrase::new("chart.targets")),
        watch(scene, &WatchName::health_check(side), Phrase::new("chart.health_check")),
        checkers.map(|one| Lane {
            name: scene
                .say(Phrase::new("chart.checkers").with("failing", one.failing.len()).with("all", one.most)),
            content: Content::Checkers(one),
        }),
    ];
    let title = match side {
        Side::Primary => Phrase::new("chart.region_primary"),
        Side::Standby => Phrase::new("chart.region_standby"),
    };
    group(scene, title.with("region", &scene.report.deployment.regions.of(side)[..]), lanes)
}

fn database<'a>(scene: &Scene<'a>) -> Group<'a> {
    let lag = (!scene.report.series.lag.is_empty())
        .then(|| Lane { name: scene.say(Phrase::new("chart.lag")), content: Content::Lag });
    let lanes = [watch(scene, &WatchName::database(), Phrase::new("chart.writer")), lag];
    group(scene, Phrase::new("chart.database"), lanes)
}

fn alarms<'a>(scene: &Scene<'a>) -> Group<'a> {
    let alarms = scene.report.watches.iter().filter(|view| view.watch.starts_with("alarm."));
    let lane = |view: &'a Watch| {
        let name = view.watch.splitn(3, '.').last().unwrap_or_default();
        watch(scene, &WatchName(view.watch.clone()), Phrase::verbatim(name))
    };
    group(scene, Phrase::new("chart.alarms"), alarms.map(lane))
}

fn changes<'a>(scene: &Scene<'a>) -> Group<'a> {
    let touched = scene.report.changes.iter().filter(|view| view.apply_started.is_some());
    let lane = |view: &'a Changed| Lane { name: view.id.0.clone(), content: Content::Change(view) };
    group(scene, Phrase::new("chart.changes"), touched.map(|view| Some(lane(view))))
}

fn journal<'a>(scene: &Scene<'a>) -> Group<'a> {
    let lane = Lane { name: scene.say(Phrase::new("chart.records")), content: Content::Records };
    group(scene, Phrase::new("chart.journal"), [Some(lane).filter(|_| !scene.report.records.is_empty())])
}
