//! Reach: how a look gets to the site: name, connection, request, each phase noted from the look's own start.
//! Invariant: a failure of the site or of its name is `Bad`; only what this machine could not do is `Unknown`.
//! Not here: which address is taken and when (each client's own file).
//! Used by: the site probes and the write check.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use http::Method;

use super::{Look, whose::Whose};
use crate::{
    clock::{Clock, Stamp},
    drill::model::Url,
    journal::sample::{Outcome, Phases, Seen},
    net::{Answer, DNS_PATIENCE, Net, NetError, Progress, Question, Request, Response},
};

/// Clients of a dropped packet would wait two minutes: a probe must be done before it matters.
pub(super) const CONNECT_PATIENCE: Duration = Duration::from_secs(3);
/// After this a look ends, whatever it waits for.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// A page of the site and the way to it.
#[derive(Clone)]
pub(super) struct Reach {
    /// The net.
    pub(super) net: Arc<dyn Net>,
    /// The world's time.
    pub(super) clock: Clock,
    /// The DNS server that is asked.
    pub(super) server: Option<SocketAddr>,
    /// The page.
    pub(super) url: Url,
    /// How it is asked for.
    pub(super) method: Method,
    /// Which statuses are good.
    pub(super) is_good: fn(u16) -> bool,
    /// Who tells the regions apart.
    pub(super) whose: Arc<Whose>,
}

/// A page is good if its status is below 400: a redirect leads users on, as it does for Route 53's health checkers
/// (2xx and 3xx, AWS: Route 53 developer guide, "How Route 53 determines whether a health check is healthy"), while a
/// front page that answers 403 or 404 serves nobody.
pub(super) fn page_is_good(status: u16) -> bool {
    status < 400
}

/// A write worked if its status is 2xx: a redirect proves nothing about a database.
pub(super) fn write_is_good(status: u16) -> bool {
    (200..300).contains(&status)
}

impl Reach {
    /// Starts a look.
    pub(super) fn begin(&self) -> Visit<'_> {
        Visit { reach: self, started: self.clock.now(), phases: Phases::default() }
    }
}

/// One look on its way.
pub(super) struct Visit<'a> {
    reach: &'a Reach,
    started: Stamp,
    phases: Phases,
}

impl Visit<'_> {
    /// Looks the site's name up; without an address the look is over.
    pub(super) async fn lookup(&mut self) -> Result<Answer, Look> {
        let (server, name) = (self.reach.server, self.reach.url.host.clone());
        let question = Question { server, name, recursive: true, within: DNS_PATIENCE };
        let answer = self.reach.net.lookup(&question).await.map_err(|error| self.failed(&error, None))?;
        self.resolved(self.reach.clock.now());
        if answer.addresses.is_empty() {
            return Err(self.end(nowhere(&question.name, &answer), None));
        }
        Ok(answer)
    }

    /// Sends the request over a new connection to `address`.
    pub(super) async fn request(mut self, address: IpAddr) -> Look {
        let reach = self.reach;
        let request = Request {
            address: SocketAddr::new(address, reach.url.port),
            url: reach.url.clone(),
            method: reach.method.clone(),
            connect_within: CONNECT_PATIENCE,
            within: PATIENCE.saturating_sub(reach.clock.now().since(self.started)),
        };
        let fetched = reach.net.fetch(&request).await;
        self.progressed(fetched.progress);
        self.finish(address, false, fetched.result).await
    }

    /// Judges what came of a request to `address`.
    pub(super) async fn finish(
        self,
        address: IpAddr,
        reused: bool,
        result: Result<Response, NetError>,
    ) -> Look {
        let whose = &self.reach.whose;
        whose.keep_fresh(Some(address)).await;
        match result {
            Ok(response) => {
                let from = whose.of_response(address, &response);
                let seen = Seen::Site { address, from, status: Some(response.status), reused };
                self.end(self.judge(response.status), Some(seen))
            }
            Err(error) => {
                let seen = Seen::Site { address, from: whose.of_address(address), status: None, reused };
                self.failed(&error, Some(seen))
            }
        }
    }

    /// Ends the look on an error of the net.
    pub(super) fn failed(&self, error: &NetError, seen: Option<Seen>) -> Look {
        self.end(outcome_of(error), seen)
    }

    /// Notes when the name was looked up.
    pub(super) fn resolved(&mut self, at: Stamp) {
        self.phases.resolved_us = self.offset(Some(at));
    }

    /// Notes how far a request got.
    pub(super) fn progressed(&mut self, progress: Progress) {
        self.phases.connected_us = self.offset(progress.connected);
        self.phases.secured_us = self.offset(progress.secured);
        self.phases.first_byte_us = self.offset(progress.first_byte);
    }

    fn judge(&self, status: u16) -> Outcome {
        match (self.reach.is_good)(status) {
            true => Outcome::Good,
            false => Outcome::Bad { why: format!("HTTP {status}") },
        }
    }

    fn end(&self, outcome: Outcome, seen: Option<Seen>) -> Look {
        Look { phases: self.phases, outcome, seen }
    }

    fn offset(&self, at: Option<Stamp>) -> Option<u64> {
        at.map(|at| u64::try_from(at.since(self.started).as_micros()).unwrap_or(u64::MAX))
    }
}

/// What an error of the net says about the site.
pub(super) fn outcome_of(error: &NetError) -> Outcome {
    match error.is_ours() {
        true => Outcome::Unknown { error: error.to_string() },
        false => Outcome::Bad { why: error.to_string() },
    }
}

/// What an answer without addresses says about the name.
pub(super) fn nowhere(name: &str, answer: &Answer) -> Outcome {
    Outcome::Bad { why: format!("{name} has no address: {}", answer.code) }
}
