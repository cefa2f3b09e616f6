//! Whose: which region answered: by the deployment's marker, else by the address of its balancer.
//! Invariant: says a region only when exactly one fits; an address once seen at a balancer stays known.
//! Not here: whether the answer was good (see `site`).
//! Used by: every probe that speaks to the site or asks for its name.
//!
//! A balancer's addresses change as it scales, so they are looked up again every minute. That happens beside the
//! looks, not inside them, so that it cannot stretch what they measure; only the very first look waits for it.

use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::OnceCell;

use crate::{
    clock::{Clock, Stamp},
    drill::model::{Marker, PerSide, Side},
    net::{DNS_PATIENCE, Net, Question, Response},
};

/// Balancer names live for 60 s in DNS (AWS: Elastic Load Balancing user guide, Application Load Balancers).
const REFRESH: Duration = Duration::from_secs(60);
/// An address that nobody knows asks for a refresh, but no more often than this.
const REFRESH_FOR_STRANGER: Duration = Duration::from_secs(5);

/// What tells the regions apart.
pub(super) struct Whose {
    net: Arc<dyn Net>,
    clock: Clock,
    server: Option<SocketAddr>,
    balancers: PerSide<Vec<String>>,
    marker: Option<Marker>,
    first: OnceCell<()>,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Every address ever seen at each region's balancers.
    ever: PerSide<BTreeSet<IpAddr>>,
    /// Those of the newest answer, in its order.
    newest: PerSide<Vec<IpAddr>>,
    /// When the newest refresh began.
    asked: Option<Stamp>,
}

impl Whose {
    /// Tells regions apart by `marker`, if there is one, and by the addresses of `balancers`, asked at `server`.
    pub(super) fn new(
        net: Arc<dyn Net>,
        clock: Clock,
        server: Option<SocketAddr>,
        balancers: PerSide<Vec<String>>,
        marker: Option<Marker>,
    ) -> Arc<Whose> {
        Arc::new(Whose {
            net,
            clock,
            server,
            balancers,
            marker,
            first: OnceCell::new(),
            known: Mutex::default(),
        })
    }

    /// The region that gave this answer: by the marker if it shows exactly one, else by the address.
    pub(super) fn of_response(&self, address: IpAddr, response: &Response) -> Option<Side> {
        self.by_marker(response).or_else(|| self.of_address(address))
    }

    /// The region whose balancer has this address.
    pub(super) fn of_address(&self, address: IpAddr) -> Option<Side> {
        only(|side| self.known().ever.of(side).contains(&address))
    }

    /// The region that all of these addresses belong to, if it is one.
    pub(super) fn of_addresses(&self, addresses: &[IpAddr]) -> Option<Side> {
        let (first, rest) = addresses.split_first()?;
        let side = self.of_address(*first)?;
        rest.iter().all(|address| self.of_address(*address) == Some(side)).then_some(side)
    }

    /// The region whose balancer has this name.
    pub(super) fn of_name(&self, name: &str) -> Option<Side> {
        only(|side| self.balancers.of(side).iter().any(|balancer| same_name(balancer, name)))
    }

    /// An address of the region's balancer, from the newest answer.
    pub(super) fn address_of(&self, side: Side) -> Option<IpAddr> {
        self.known().newest.of(side).first().copied()
    }

    /// Sees to it that the addresses are known and fresh. Waits only the first time.
    pub(super) async fn keep_fresh(self: &Arc<Whose>, stranger: Option<IpAddr>) {
        self.first.get_or_init(|| self.refresh()).await;
        let unknown = stranger.is_some_and(|address| self.of_address(address).is_none());
        let patience = if unknown { REFRESH_FOR_STRANGER } else { REFRESH };
        let now = self.clock.now();
        let due = self.known().asked.is_none_or(|asked| now.since(asked) >= patience);
        if due {
            // Marked before the task runs, so that two looks do not both start one.
            self.known().asked = Some(now);
            let whose = self.clone();
            tokio::spawn(async move { whose.refresh().await });
        }
    }

    async fn refresh(&self) {
        self.known().asked = Some(self.clock.now());
        futures_util::future::join(self.refresh_side(Side::Primary), self.refresh_side(Side::Standby)).await;
    }

    /// A lookup that fails leaves what is known: addresses do not become strangers because a resolver is away.
    async fn refresh_side(&self, side: Side) {
        let mut found = Vec::new();
        for name in self.balancers.of(side) {
            let question =
                Question { server: self.server, name: name.clone(), recursive: true, within: DNS_PATIENCE };
            if let Ok(answer) = self.net.lookup(&question).await {
                found.extend(answer.addresses);
            }
        }
        let mut known = self.known();
        let Known { ever, newest, .. } = &mut *known;
        let (ever, newest) = match side {
            Side::Primary => (&mut ever.primary, &mut newest.primary),
            Side::Standby => (&mut ever.standby, &mut newest.standby),
        };
        ever.extend(&found);
        if !found.is_empty() {
            *newest = found;
        }
    }

    fn by_marker(&self, response: &Response) -> Option<Side> {
        let marker = self.marker.as_ref()?;
        let text = match &marker.header {
            Some(name) => {
                response.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()))?
            }
            None => String::from_utf8_lossy(&response.body),
        };
        only(|side| text.contains(marker.patterns.of(side).as_str()))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The side that fits, if exactly one does.
fn only(fits: impl Fn(Side) -> bool) -> Option<Side> {
    match (fits(Side::Primary), fits(Side::Standby)) {
        (true, false) => Some(Side::Primary),
        (false, true) => Some(Side::Standby),
        _ => None,
    }
}

/// DNS names are compared without case and without the final dot; Route 53 writes balancers with `dualstack.` before.
fn same_name(one: &str, other: &str) -> bool {
    let bare = |name: &str| {
        let lower = name.trim_end_matches('.').to_ascii_lowercase();
        lower.strip_prefix("dualstack.").map_or(lower.clone(), str::to_owned)
    };
    bare(one) == bare(other)
}
