//! Site: what a client of the site meets at one balancer address, at this moment.
//! Invariant: reachability is decided when a connection is opened, never later.
//! Not here: names and resolvers (see `dns`), sockets (see `lab::door`).
//! Used by: the front doors and Route 53's health checkers.

use std::{collections::BTreeMap, net::IpAddr, time::Duration};

use jiff::{SignedDuration, Timestamp};

use super::{
    World,
    ec2::model::App,
    elb::{admits_client, model::Balancer},
    reference::{REGIONS, Region},
    rng::Rng,
    timings::{APPLICATION_ANSWERS, CLIENT_KEEP_ALIVE, CONNECT_TIMEOUT, IDLE_TIMEOUT},
    waf::Block,
};

/// What the site remembers: open connections.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    rng: Rng,
    connections: BTreeMap<ConnectionId, Connection>,
    count: u64,
}

/// A connection of a client to a balancer's node.
#[derive(Debug, Clone)]
struct Connection {
    region: &'static str,
    node: usize,
    from: IpAddr,
    port: u16,
    tracked: bool,
    cut: bool,
    opened: Timestamp,
    used: Timestamp,
}

/// How many connections are kept before idle ones are looked for.
const MANY: usize = 512;

/// One client connection to a balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// One HTTP request as it reaches a balancer's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteRequest {
    /// The client.
    pub from: IpAddr,
    /// The balancer's address.
    pub to: IpAddr,
    /// The balancer's port.
    pub port: u16,
    /// True if TLS is spoken.
    pub tls: bool,
    /// The `Host` header.
    pub host: String,
    /// The method.
    pub method: String,
    /// The path, with its query.
    pub path: String,
    /// The connection it comes on; `None` opens a new one.
    pub connection: Option<ConnectionId>,
}

/// What becomes of a SYN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It is answered.
    Open,
    /// It is never answered.
    Dropped,
    /// It is reset: nothing listens.
    Refused,
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteOutcome {
    /// The SYN is never answered, or the connection was cut: nothing comes back any more.
    Dropped,
    /// The connection is reset.
    Refused,
    /// The connection is accepted, and no answer comes before the balancer gives up.
    Silent {
        /// The accepted connection.
        connection: ConnectionId,
    },
    /// An answer.
    Answer {
        /// How long it takes to come.
        after: Duration,
        /// The status.
        status: u16,
        /// The headers.
        headers: Vec<(String, String)>,
        /// The body.
        body: String,
        /// The connection it comes on.
        connection: ConnectionId,
    },
}

impl World {
    /// Gives the site its own stream of randomness.
    pub(in crate::lab) fn site_start(&mut self) {
        self.site.rng = Rng::stream(self.seed(), "site");
    }

    /// What becomes at `now` of a SYN from `from` to a balancer's address and port.
    pub fn connects(&mut self, now: Timestamp, from: IpAddr, to: IpAddr, port: u16) -> Reach {
        self.advance(now);
        self.syn(from, to, port).map_or_else(|reach| reach, |_| Reach::Open)
    }

    /// What becomes at `now` of a request. A write (`/write-check`, by POST or GET) is committed by this call.
    pub fn site(&mut self, now: Timestamp, request: &SiteRequest) -> SiteOutcome {
        self.advance(now);
        let id = match request.connection {
            None => match self.syn(request.from, request.to, request.port) {
                Ok(connection) => self.keep(connection),
                Err(Reach::Refused) => return SiteOutcome::Refused,
                Err(Reach::Dropped | Reach::Open) => return SiteOutcome::Dropped,
            },
            Some(id) => id,
        };
        let Some(connection) = self.site.connections.get_mut(&id) else { return SiteOutcome::Refused };
        if connection.cut {
            return SiteOutcome::Dropped;
        }
        let idle =
            now.duration_since(connection.used) > SignedDuration::try_from(IDLE_TIMEOUT).unwrap_or_default();
        let age = now.duration_since(connection.opened);
        if idle || age > SignedDuration::try_from(CLIENT_KEEP_ALIVE).unwrap_or_default() {
            // The balancer has closed it meanwhile.
            self.site.connections.remove(&id);
            return SiteOutcome::Refused;
        }
        connection.used = now;
        let connection = connection.clone();
        self.forward(&connection, id, request)
    }

    /// Tells the world that the client closed this connection.
    pub fn disconnect(&mut self, connection: ConnectionId) {
        self.site.connections.remove(&connection);
    }

    /// True if packets on this connection are dropped now: its rule went away and it was not tracked.
    pub fn is_cut(&self, connection: ConnectionId) -> bool {
        self.site.connections.get(&connection).is_some_and(|connection| connection.cut)
    }

    /// Cuts a region's untracked client connections that no rule admits any more. AWS: an untracked flow is cut at
    /// once when the rule that enables it is removed (EC2 user guide, connection tracking).
    pub(in crate::lab) fn cut_untracked(&mut self, region: &str) {
        let Some(balancer) = self.elb.balancers.get(region) else { return };
        let network = self.ec2.network(region);
        for connection in self.site.connections.values_mut().filter(|connection| connection.region == region)
        {
            let admitted =
                admits_client(network, balancer, connection.node, connection.from, connection.port);
            connection.cut |= !connection.tracked && admitted.is_none();
        }
    }

    fn syn(&self, from: IpAddr, to: IpAddr, port: u16) -> Result<Connection, Reach> {
        let at = |(region, balancer): (&Region, &Balancer)| Some((region.code, balancer.node_at(to)?));
        let found = REGIONS.iter().filter_map(|region| Some((region, self.elb.balancers.get(region.code)?)));
        // Nobody has this address: nothing answers.
        let (region, node) = found.into_iter().find_map(at).ok_or(Reach::Dropped)?;
        let balancer = self.elb.balancers.get(region).ok_or(Reach::Dropped)?;
        let tracked =
            admits_client(self.ec2.network(region), balancer, node, from, port).ok_or(Reach::Dropped)?;
        if !balancer.listeners.iter().any(|listener| listener.port == port) {
            return Err(Reach::Refused);
        }
        let (opened, used) = (self.now(), self.now());
        Ok(Connection { region, node, from, port, tracked, cut: false, opened, used })
    }

    fn keep(&mut self, connection: Connection) -> ConnectionId {
        if self.site.connections.len() >= MANY {
            let idle = SignedDuration::try_from(IDLE_TIMEOUT).unwrap_or_default();
            let now = self.now();
            self.site.connections.retain(|_, old| now.duration_since(old.used) <= idle);
        }
        self.site.count += 1;
        let id = ConnectionId(self.site.count);
        self.site.connections.insert(id, connection);
        id
    }

    /// What the balancer makes of a request that reached it.
    fn forward(&mut self, connection: &Connection, id: ConnectionId, request: &SiteRequest) -> SiteOutcome {
        let region = connection.region;
        let now = self.now();
        let Some(balancer) = self.elb.balancers.get_mut(region) else { return SiteOutcome::Refused };
        let listener = balancer.listeners.iter().find(|listener| listener.port == connection.port);
        match (listener.is_some_and(|listener| listener.certificate.is_some()), request.tls) {
            (true, false) => return balancer_answer(id, Duration::ZERO, 400, "Bad Request"),
            (false, true) => return SiteOutcome::Refused,
            (true, true) | (false, false) => {}
        }
        let arn = balancer.arn.clone();
        if let Some(block) = self.waf_verdict(&arn, request) {
            let Block { status, headers, body } = block;
            return SiteOutcome::Answer { after: Duration::ZERO, status, headers, body, connection: id };
        }
        let Some(balancer) = self.elb.balancers.get_mut(region) else { return SiteOutcome::Refused };
        let targets = balancer.routable(connection.node);
        if targets.is_empty() {
            return balancer_answer(id, Duration::ZERO, 503, "Service Temporarily Unavailable");
        }
        balancer.turn = balancer.turn.wrapping_add(1);
        let target = targets[balancer.turn % targets.len()];
        if !balancer.carries((connection.node, target), now) {
            let after = CONNECT_TIMEOUT.draw(&mut self.site.rng);
            return balancer_answer(id, after, 504, "Gateway Time-out");
        }
        match self.app_of(region, target) {
            App::Down => balancer_answer(id, Duration::ZERO, 502, "Bad Gateway"),
            App::Mute => balancer_answer(id, IDLE_TIMEOUT, 504, "Gateway Time-out"),
            App::Failing(status) => self.application_answer(region, id, status, "failing".to_owned()),
            App::Serving => {
                let (status, body) = self.application(region, request);
                self.application_answer(region, id, status, body)
            }
        }
    }

    fn application_answer(
        &mut self,
        region: &str,
        id: ConnectionId,
        status: u16,
        body: String,
    ) -> SiteOutcome {
        let after = APPLICATION_ANSWERS.draw(&mut self.site.rng);
        let kind = if body.starts_with('{') { "application/json" } else { "text/html; charset=UTF-8" };
        let headers = [("Content-Type", kind), ("Server", "Apache"), ("X-Served-By", region)];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        SiteOutcome::Answer { after, status, headers, body, connection: id }
    }

    /// What the application answers: a page from its own region's reader, or a write through its own region's writer.
    fn application(&mut self, region: &str, request: &SiteRequest) -> (u16, String) {
        let path = request.path.split('?').next().unwrap_or_default();
        match (request.method.as_str(), path) {
            ("POST" | "GET", "/write-check") => match self.commit_write(region) {
                Ok(row) => (200, format!("{{\"region\":\"{region}\",\"row\":{row}}}")),
                Err(refused) => {
                    let reason = refused.reason.replace(['"', '\\'], "'");
                    (503, format!("{{\"region\":\"{region}\",\"error\":\"{reason}\"}}"))
                }
            },
            ("GET", "/write-check/newest") => {
                let row = self.newest_row(region).map_or("null".to_owned(), |row| row.to_string());
                (200, format!("{{\"region\":\"{region}\",\"row\":{row}}}"))
            }
            ("GET" | "HEAD", "/" | "/health") => {
                (200, format!("<!doctype html><title>Wordpress</title><p>Served from {region}.\n"))
            }
            ("GET" | "HEAD", _) => (404, "<!doctype html><title>Not found</title>\n".to_owned()),
            _ => (405, "<!doctype html><title>Method not allowed</title>\n".to_owned()),
        }
    }
}

/// An answer of the balancer's own, as its error pages look.
fn balancer_answer(connection: ConnectionId, after: Duration, status: u16, text: &str) -> SiteOutcome {
    let body = format!(
        "<html>\r\n<head><title>{status} {text}</title></head>\r\n<body>\r\n<center><h1>{status} {text}</h1></center>\r\n\
         </body>\r\n</html>\r\n"
    );
    let headers = [("Content-Type", "text/html"), ("Server", "awselb/2.0")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    SiteOutcome::Answer { after, status, headers, body, connection }
}
