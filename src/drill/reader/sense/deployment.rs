//! Deployment: whether a deployment can be one.
//! Invariant: looks at one deployment's file and nothing else.
//! Not here: what a drill wants of a deployment (see `claims` and `objectives`).
//! Used by: reader.

use std::net::IpAddr;

use crate::{
    diagnostic::{Diagnostic, FileId, Place, Problems},
    drill::{model::Url, shapes::rule},
    grammar::record::{Item, Record, Value},
};

/// Checks a deployment's file as a whole.
pub(in crate::drill::reader) fn deployment(record: &Record, file: FileId, problems: &mut Problems) {
    let mut check = Check { record, file, problems };
    check.regions();
    check.roles();
    check.marker();
    check.site();
    check.allow();
    check.windows();
    check.report();
}

struct Check<'a> {
    record: &'a Record,
    file: FileId,
    problems: &'a mut Problems,
}

impl<'a> Check<'a> {
    fn at(&self, item: &Item) -> Place {
        Place { file: self.file, span: item.span }
    }

    fn region(&self, side: &str) -> Option<&'a Item> {
        self.record.record(side)?.item("region")
    }

    fn regions(&mut self) {
        let (Some(primary), Some(standby)) = (self.region("primary"), self.region("standby")) else { return };
        if primary.value.text() == standby.value.text() {
            let problem = Diagnostic::error("deployment::one-region", "both sides are in one region")
                .at(self.at(standby), "standby")
                .also(self.at(primary), "primary")
                .help("a drill moves users from one region to another: name two");
            self.problems.push(problem);
        }
    }

    /// A role of another account would end in another account, and that run would be refused.
    fn roles(&mut self) {
        for side in ["primary", "standby"] {
            let Some(role) = self.record.record(side).and_then(|region| region.item("role_arn")) else {
                continue;
            };
            let (Some(account), Some(own)) = (self.record.item("account"), role.value.text()) else {
                continue;
            };
            if rule::role_account(own) != account.value.text() {
                let problem =
                    Diagnostic::error("deployment::other-account", "this role is in another account")
                        .at(self.at(role), "")
                        .also(self.at(account), "the deployment's account")
                        .help("a deployment lives in one account: name a role of that account");
                self.problems.push(problem);
            }
        }
    }

    fn marker(&mut self) {
        let Some(marker) = self.record.record("marker") else { return };
        if let (Some(header), Some(body)) = (marker.item("header"), marker.item("body")) {
            let problem = Diagnostic::error(
                "deployment::marker",
                "a marker is in a header or in the body, not in both",
            )
            .at(self.at(body), "")
            .also(self.at(header), "")
            .help("keep one of them");
            self.problems.push(problem);
        }
        if let Some(body) = marker.item("body")
            && matches!(body.value, Value::Bool(false))
        {
            let problem = Diagnostic::error("deployment::marker", "`body: false` says nowhere to look")
                .at(self.at(body), "")
                .help("write `body: true`, or the name of a `header`");
            self.problems.push(problem);
        }
        let (Some(primary), Some(standby)) = (marker.item("primary"), marker.item("standby")) else { return };
        let (Some(one), Some(other)) = (primary.value.text(), standby.value.text()) else { return };
        if one.contains(other) || other.contains(one) {
            let problem = Diagnostic::error("deployment::marker", "these two do not tell the regions apart")
                .at(self.at(standby), "standby")
                .also(self.at(primary), "primary")
                .help("each must be a part of the answer that the other region never sends");
            self.problems.push(problem);
        }
    }

    fn site(&mut self) {
        let Some((site, url)) = self.url("site") else { return };
        if url.host.parse::<IpAddr>().is_ok() {
            let problem = Diagnostic::warning("deployment::address", "the site is an address, not a name")
                .at(self.at(site), "")
                .help("users move to another region by DNS, so what they reach has a name");
            self.problems.push(problem);
        }
        if let Some((check, other)) = self.url("write_check")
            && other.host != url.host
        {
            let problem = Diagnostic::warning(
                "deployment::other-host",
                "writes are checked at another host than the site",
            )
            .at(self.at(check), other.host.clone())
            .also(self.at(site), url.host.clone());
            self.problems.push(problem);
        }
    }

    fn url(&self, name: &str) -> Option<(&'a Item, Url)> {
        let item = self.record.item(name)?;
        let written = match &item.value {
            Value::Record(check) => check.item("url")?,
            _ => item,
        };
        Some((written, rule::url(written.value.text()?).ok()?))
    }

    fn allow(&mut self) {
        if !self.record.mentions("allow") {
            let place = Place { file: self.file, span: self.record.point };
            let problem = Diagnostic::warning(
                "deployment::all-allowed",
                "this deployment lets a drill change anything it needs to",
            )
            .at(place, "no `allow` in this file")
            .help("add `allow: { tag: \"firedrill=allowed\" }` and tag what drills may change");
            self.problems.push(problem);
        }
    }

    fn report(&mut self) {
        let Some(report) = self.record.record("report") else { return };
        let (Some(prevails), Some(languages)) = (report.item("prevails"), report.item("languages")) else {
            return;
        };
        let known = report.texts("languages");
        if prevails.value.text().is_some_and(|first| !known.iter().any(|lang| lang == first)) {
            let problem =
                Diagnostic::error("deployment::edition", "the edition that prevails is none that is made")
                    .at(self.at(prevails), "")
                    .also(self.at(languages), "")
                    .help("add it to `languages`, or let one of those prevail");
            self.problems.push(problem);
        }
    }

    fn windows(&mut self) {
        for window in self.record.records("windows") {
            let (Some(from), Some(to)) = (window.item("from"), window.item("to")) else { continue };
            if from.value.text() == to.value.text() || from.value.text() == Some("24:00") {
                let problem = Diagnostic::error("deployment::empty-window", "this window has no length")
                    .at(self.at(to), "")
                    .also(self.at(from), "")
                    .help("a whole day is from \"00:00\" to \"24:00\"");
                self.problems.push(problem);
            }
        }
        let dated = self.record.got("windows").or_else(|| self.record.got("blackout"));
        if let Some(dated) = dated.filter(|_| !self.record.mentions("time_zone")) {
            let place = Place { file: self.file, span: dated.key };
            let problem = Diagnostic::warning("deployment::no-time-zone", "these times are read in UTC")
                .at(place, "no `time_zone` in this file")
                .help("say where they are meant: `time_zone: Asia/Seoul`, or `time_zone: UTC`");
            self.problems.push(problem);
        }
    }
}
