//! Connection: clients' connections to balancers' nodes, from SYN to the idle timeout.
//! Invariant: a tracked connection outlives the rule that admitted it; an untracked one is cut with it.
//! Not here: what is answered (see `forward`).
//! Used by: `site`, `elb`.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use super::{ConnectionId, Reach, SiteOutcome};
use crate::lab::world::{World, elb::admits_client};

/// A connection of a client to a balancer's node.
#[derive(Debug, Clone)]
pub(super) struct Connection {
    pub(super) balancer: String,
    pub(super) zone: String,
    pub(super) from: IpAddr,
    pub(super) port: u16,
    pub(super) tracked: bool,
    pub(super) cut: bool,
    pub(super) opened: Timestamp,
    pub(super) used: Timestamp,
}

/// How many connections are kept before idle ones are looked for.
const MANY: usize = 512;

impl World {
    /// Cuts a balancer's untracked client connections that no rule admits any more. AWS: an untracked flow is cut at
    /// once when the rule that enables it is removed (EC2 user guide, connection tracking).
    pub(in crate::lab) fn cut_untracked(&mut self, arn: &str) {
        let Some(balancer) = self.elb.balancers.get(arn) else { return };
        let network = self.ec2.network(&balancer.region);
        for own in self.site.connections.values_mut().filter(|own| own.balancer == arn) {
            let admitted = admits_client(network, balancer, &own.zone, own.from, own.port);
            own.cut |= !own.tracked && admitted.is_none();
        }
    }

    /// Ends the connections to a node that is taken away.
    pub(in crate::lab) fn end_connections(&mut self, arn: &str, zone: &str) {
        self.site.connections.retain(|_, own| own.balancer != arn || own.zone != zone);
    }

    pub(super) fn syn(&self, from: IpAddr, to: IpAddr, port: u16) -> Result<Connection, Reach> {
        if self.is_dark(to) {
            return Err(Reach::Dropped);
        }
        // Nobody has this address: nothing answers.
        let (balancer, zone) = self.balancer_at(to).ok_or(Reach::Dropped)?;
        let network = self.ec2.network(&balancer.region);
        let tracked = admits_client(network, balancer, zone, from, port).ok_or(Reach::Dropped)?;
        if !balancer.listeners.contains_key(&port) {
            return Err(Reach::Refused);
        }
        let (balancer, zone) = (balancer.arn.clone(), zone.to_owned());
        let (opened, used) = (self.now(), self.now());
        Ok(Connection { balancer, zone, from, port, tracked, cut: false, opened, used })
    }

    pub(super) fn keep(&mut self, connection: Connection) -> ConnectionId {
        if self.site.connections.len() >= MANY {
            let now = self.now();
            let balancers = &self.elb.balancers;
            self.site.connections.retain(|_, old| {
                let timeout =
                    balancers.get(&old.balancer).map(|own| own.seconds("idle_timeout.timeout_seconds"));
                let timeout = timeout.and_then(|own| SignedDuration::try_from(own).ok()).unwrap_or_default();
                now.duration_since(old.used) <= timeout
            });
        }
        self.site.count += 1;
        let id = ConnectionId(self.site.count);
        self.site.connections.insert(id, connection);
        id
    }

    /// The connection, if it still carries a request; what the client meets otherwise.
    pub(super) fn use_connection(&mut self, id: ConnectionId) -> Result<Connection, SiteOutcome> {
        let now = self.now();
        let Some(connection) = self.site.connections.get_mut(&id) else { return Err(SiteOutcome::Refused) };
        if connection.cut {
            return Err(SiteOutcome::Dropped);
        }
        let balancer = self.elb.balancers.get(&connection.balancer);
        let over = |since: Timestamp, attribute: &str| {
            let limit = balancer.and_then(|own| SignedDuration::try_from(own.seconds(attribute)).ok());
            now.duration_since(since) > limit.unwrap_or_default()
        };
        if over(connection.used, "idle_timeout.timeout_seconds")
            || over(connection.opened, "client_keep_alive.seconds")
        {
            // The balancer has closed it meanwhile.
            self.site.connections.remove(&id);
            return Err(SiteOutcome::Refused);
        }
        connection.used = now;
        Ok(connection.clone())
    }
}
