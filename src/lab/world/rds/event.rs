//! Event: what RDS tells of clusters and instances, in its own words, and when it can be read.
//! Invariant: an event is shown by the region of its source, some seconds after it happened, for fourteen days.
//! Not here: when things happen (see `step`, `in_cluster`, `lifecycle`), DescribeEvents (see `events`).
//! Used by: `rds`.
//!
//! Words and categories: Aurora User Guide, "Amazon RDS event categories and event messages for Aurora".

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::model::Cluster;
use crate::{clock::later, lab::world::World};

/// AWS: DescribeEvents: events of the past fourteen days.
pub(super) const KEPT: SignedDuration = SignedDuration::from_hours(14 * 24);

/// One event.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) source: String,
    pub(super) kind: &'static str,
    pub(super) arn: String,
    pub(super) news: News,
    pub(super) at: Timestamp,
    pub(super) visible: Timestamp,
}

/// What an event tells.
#[derive(Debug, Clone)]
pub(super) struct News {
    pub(super) message: String,
    pub(super) categories: &'static [&'static str],
}

const GLOBAL: &[&str] = &["global-failover"];
const FAILOVER: &[&str] = &["failover"];
const AVAILABILITY: &[&str] = &["availability"];
const NOTIFICATION: &[&str] = &["notification"];
const CREATION: &[&str] = &["creation"];
const DELETION: &[&str] = &["deletion"];
const CONFIGURATION: &[&str] = &["configuration change"];
/// The guide names the second one "global database"; the names of the API carry hyphens.
const FENCING: &[&str] = &["notification", "global-database"];

fn news(categories: &'static [&'static str], message: impl Into<String>) -> News {
    News { message: message.into(), categories }
}

impl News {
    /// 0181 `started`, 0185 `finished`, 0186 `is cancelled`.
    pub(super) fn switchover(to: &Cluster, what: &str) -> News {
        news(GLOBAL, format!("Global switchover to DB cluster {} in Region {} {what}.", to.id, to.region))
    }

    /// 0182.
    pub(super) fn old_primary_shut_down(from: &Cluster) -> News {
        let of = format!("{} in Region {}", from.id, from.region);
        news(GLOBAL, format!("Old primary DB cluster {of} successfully shut down."))
    }

    /// 0183. The spelling of the lag is not published.
    pub(super) fn waiting(lag: Duration) -> News {
        let lag = format!("{} ms", lag.as_millis());
        news(
            GLOBAL,
            format!(
                "Waiting for data synchronization across global cluster members. Current lags behind primary DB cluster: {lag}."
            ),
        )
    }

    /// 0184.
    pub(super) fn new_primary_promoted(to: &Cluster) -> News {
        let of = format!("{} in Region {}", to.id, to.region);
        news(GLOBAL, format!("New primary DB cluster {of} was successfully promoted."))
    }

    /// 0238.
    pub(super) fn failover_completed(to: &Cluster) -> News {
        news(GLOBAL, format!("Global failover to DB cluster {} in Region {} completed.", to.id, to.region))
    }

    /// 0240 `Started`, 0241 `Finished`.
    pub(super) fn resync(of: &Cluster, what: &str) -> News {
        let of = format!("{} in Region {}", of.id, of.region);
        news(GLOBAL, format!("{what} resynchronizing members of DB cluster {of} after global failover."))
    }

    /// 0397.
    pub(super) fn endpoint_moved() -> News {
        news(GLOBAL, "Aurora finished changing the DNS name that the global writer endpoint resolves to.")
    }

    /// Of an instance: 0390, or 0391 if it did not work.
    pub(super) fn writes_blocked(of: &Cluster, blocked: bool) -> News {
        let how = if blocked { "succeeded" } else { "timed out" };
        let of = format!("{} in Region {}", of.id, of.region);
        news(FENCING, format!("Attempt to block writes for DB cluster {of} {how}."))
    }

    /// Of an instance: 0385.
    pub(super) fn topology() -> News {
        news(NOTIFICATION, "Cluster topology is updated.")
    }

    /// Of an instance: 0004.
    pub(super) fn shut_down() -> News {
        news(AVAILABILITY, "DB instance shutdown.")
    }

    /// Of an instance: 0006.
    pub(super) fn restarted() -> News {
        news(AVAILABILITY, "DB instance restarted.")
    }

    /// 0072 within a zone, 0073 across zones.
    pub(super) fn in_cluster_started(to: &str, same_zone: bool) -> News {
        let how = if same_zone { "same" } else { "cross" };
        news(FAILOVER, format!("Started {how} AZ failover to DB instance: {to}."))
    }

    /// 0071.
    pub(super) fn in_cluster_completed(to: &str) -> News {
        news(FAILOVER, format!("Completed failover to DB instance: {to}."))
    }

    /// 0150 `stopped`, 0151 `started`.
    pub(super) fn cluster(what: &str) -> News {
        news(NOTIFICATION, format!("DB cluster {what}."))
    }

    /// 0170 of a cluster, 0005 of an instance.
    pub(super) fn created(what: &str) -> News {
        news(CREATION, format!("{what} created."))
    }

    /// 0171 of a cluster, 0003 of an instance.
    pub(super) fn deleted(what: &str) -> News {
        news(DELETION, format!("{what} deleted."))
    }

    /// 0012 and 0014 of an instance.
    pub(super) fn class_changed(begins: bool) -> News {
        let what = match begins {
            true => "Applying modification to database instance class.",
            false => "Finished applying modification to DB instance class.",
        };
        news(CONFIGURATION, what)
    }
}

impl World {
    /// An event of a cluster.
    pub(super) fn announce(&mut self, arn: &str, news: News) {
        let Some(cluster) = self.rds.clusters.get(arn) else { return };
        let (source, region) = (cluster.id.clone(), cluster.region.clone());
        self.tell(&region, source, "db-cluster", arn.to_owned(), news);
    }

    /// An event of an instance.
    pub(super) fn announce_instance(&mut self, arn: &str, id: &str, news: News) {
        let Some(cluster) = self.rds.clusters.get(arn) else { return };
        let Some(instance) = cluster.instance(id) else { return };
        let (source, own, region) = (instance.id.clone(), instance.arn.clone(), cluster.region.clone());
        self.tell(&region, source, "db-instance", own, news);
    }

    /// An event of the instance that writes, or would.
    pub(super) fn announce_first(&mut self, arn: &str, news: Option<News>) {
        let first = self.first_of(arn);
        if let Some(news) = news {
            self.announce_instance(arn, &first, news);
        }
    }

    /// An event of a cluster about itself.
    pub(super) fn announce_about(&mut self, arn: &str, say: impl Fn(&Cluster) -> News) {
        if let Some(news) = self.rds.clusters.get(arn).map(say) {
            self.announce(arn, news);
        }
    }

    /// An event about the second of two clusters, told by both.
    pub(super) fn announce_both(&mut self, from: &str, to: &str, say: impl Fn(&Cluster) -> News) {
        let news = self.rds.clusters.get(to).map(say);
        self.announce_to_both(from, to, news);
    }

    /// An event that two clusters tell; one that is lost tells nothing.
    pub(super) fn announce_to_both(&mut self, from: &str, to: &str, news: Option<News>) {
        let Some(news) = news else { return };
        self.announce(from, news.clone());
        self.announce(to, news);
    }

    fn tell(&mut self, region: &str, source: String, kind: &'static str, arn: String, news: News) {
        let at = self.now;
        let visible = later(at, self.rds.settings.event_visible.draw(&mut self.rds.rng));
        let events = self.rds.events.entry(region.to_owned()).or_default();
        while events.front().is_some_and(|oldest| at.duration_since(oldest.at) > KEPT) {
            events.pop_front();
        }
        events.push_back(Event { source, kind, arn, news, at, visible });
    }
}
