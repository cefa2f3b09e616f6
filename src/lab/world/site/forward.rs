//! Forward: what a balancer makes of a request that reached it.
//! Invariant: the balancer's own answers are told apart from the application's by their `Server` header.
//! Not here: whether the request reached it (see `connection`), what the application answers (see `application`).
//! Used by: `site`.

use std::time::Duration;

use super::{ConnectionId, SiteOutcome, SiteRequest, connection::Connection};
use crate::lab::world::{
    World,
    ec2::model::App,
    elb::{
        model::{Key, Listener},
        rule::{Action, Asked, Weighted},
    },
    waf::Block,
};

impl World {
    /// What the balancer makes of a request that reached it; metrics see the outcome.
    pub(super) fn forward(
        &mut self,
        connection: &Connection,
        id: ConnectionId,
        request: &SiteRequest,
    ) -> SiteOutcome {
        let outcome = self.answer_of_balancer(connection, id, request);
        self.measure_request(&connection.balancer, &outcome);
        outcome
    }

    fn answer_of_balancer(
        &mut self,
        connection: &Connection,
        id: ConnectionId,
        request: &SiteRequest,
    ) -> SiteOutcome {
        let Some(speaks_tls) = self.listener_of(connection).map(Listener::speaks_tls) else {
            return SiteOutcome::Refused;
        };
        match (speaks_tls, request.tls) {
            (true, false) => return own_answer(id, Duration::ZERO, 400, "Bad Request"),
            (false, true) => return SiteOutcome::Refused,
            (true, true) | (false, false) => {}
        }
        if let Some(Block { status, headers, body }) = self.waf_verdict(&connection.balancer, request) {
            return SiteOutcome::Answer { after: Duration::ZERO, status, headers, body, connection: id };
        }
        let Some(listener) = self.listener_of(connection) else { return SiteOutcome::Refused };
        let (from, host) = (request.from, request.host.as_str());
        let asked = Asked { from, host, method: &request.method, target: &request.path };
        match listener.action_for(asked).cloned() {
            None => own_answer(id, Duration::ZERO, 503, "Service Temporarily Unavailable"),
            Some(Action::Fixed { status, kind, body }) => fixed_answer(id, status, &kind, body),
            Some(Action::Redirect(redirect)) => {
                let to = redirect.location(asked, request.tls, connection.port);
                redirect_answer(id, redirect.status, to)
            }
            Some(Action::Forward(shares)) => self.forward_to(&shares, connection, id, request),
        }
    }

    fn listener_of(&self, connection: &Connection) -> Option<&Listener> {
        self.elb.balancers.get(&connection.balancer)?.listeners.get(&connection.port)
    }

    fn forward_to(
        &mut self,
        shares: &[Weighted],
        connection: &Connection,
        id: ConnectionId,
        request: &SiteRequest,
    ) -> SiteOutcome {
        let now = self.now();
        let idle = self.elb.balancers.get(&connection.balancer);
        let idle = idle.map(|own| own.seconds("idle_timeout.timeout_seconds")).unwrap_or_default();
        let Some((group, key)) = self.choose(shares, &connection.zone) else {
            return own_answer(id, Duration::ZERO, 503, "Service Temporarily Unavailable");
        };
        let Some(own) = self.elb.target_groups.get(&group) else { return SiteOutcome::Refused };
        let region = own.region.clone();
        if !own.carries(&connection.zone, &key, now) {
            let after = self.elb.settings.connect_timeout.draw(&mut self.site.rng);
            return own_answer(id, after, 504, "Gateway Time-out");
        }
        match self.app_at(&region, &key.0, key.1) {
            App::Down => own_answer(id, Duration::ZERO, 502, "Bad Gateway"),
            App::Mute => own_answer(id, idle, 504, "Gateway Time-out"),
            App::Failing(status) => self.application_answer(&region, id, status, "failing".to_owned()),
            App::Serving => {
                let (status, body) = self.application(&region, &connection.balancer, request);
                self.application_answer(&region, id, status, body)
            }
        }
    }

    /// The target group and target of a request: groups by weight, targets in turn.
    fn choose(&mut self, shares: &[Weighted], zone: &str) -> Option<(String, Key)> {
        let total: u64 = shares.iter().map(|share| u64::from(share.weight)).sum();
        let group = match shares {
            [only] => only,
            _ => {
                let mut place = self.site.rng.below(total);
                shares.iter().find(|share| {
                    let weight = u64::from(share.weight);
                    let here = place < weight;
                    place = place.saturating_sub(weight);
                    here
                })?
            }
        };
        let own = self.elb.target_groups.get_mut(&group.group)?;
        let targets = own.routable(zone);
        own.turn = own.turn.wrapping_add(1);
        let key = targets.get(own.turn.checked_rem(targets.len())?)?;
        Some((group.group.clone(), key.clone()))
    }
}

/// An answer of the balancer's own, as its error pages look.
fn own_answer(connection: ConnectionId, after: Duration, status: u16, text: &str) -> SiteOutcome {
    let body = format!(
        "<html>\r\n<head><title>{status} {text}</title></head>\r\n<body>\r\n<center><h1>{status} {text}</h1></center>\r\n\
         </body>\r\n</html>\r\n"
    );
    answer(connection, after, status, &[("Content-Type", "text/html")], body)
}

fn fixed_answer(connection: ConnectionId, status: u16, kind: &str, body: String) -> SiteOutcome {
    let kind = format!("{kind}; charset=utf-8");
    answer(connection, Duration::ZERO, status, &[("Content-Type", &kind)], body)
}

fn redirect_answer(connection: ConnectionId, status: u16, to: String) -> SiteOutcome {
    let text = if status == 301 { "Moved Permanently" } else { "Found" };
    let mut outcome = own_answer(connection, Duration::ZERO, status, text);
    if let SiteOutcome::Answer { headers, .. } = &mut outcome {
        headers.push(("Location".to_owned(), to));
    }
    outcome
}

fn answer(
    connection: ConnectionId,
    after: Duration,
    status: u16,
    headers: &[(&str, &str)],
    body: String,
) -> SiteOutcome {
    let headers = headers.iter().chain(&[("Server", "awselb/2.0")]);
    let headers = headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    SiteOutcome::Answer { after, status, headers, body, connection }
}
