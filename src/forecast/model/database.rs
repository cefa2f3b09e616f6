//! Database: the global cluster's writer, and its moves.
//! Invariant: a switchover takes no writes from the moment the old writer is blocked until the new one is promoted; after
//! a failover the old primary must be made anew before roles can return.
//! Used by: `model`.

use super::{Model, agenda::Event, parts::RoleStep, watch::Watch};
use crate::{
    drill::model::Side,
    forecast::{draw::At, durations::Own},
};

/// The share of a switchover, in percent, before the old primary takes no more writes; not published.
const BLOCKED_PERCENT: At = 45;
/// The share of a role change, in percent, before the new primary takes writes; not published.
const PROMOTED_PERCENT: At = 85;

/// The global cluster.
#[derive(Debug)]
pub(super) struct Database {
    writer: Side,
    open: [bool; 2],
    moving: Option<(u32, Side, bool)>,
    moves: u32,
    /// When the last failover's old primary follows again.
    pub(super) in_sync_at: At,
    /// Writer and whether something runs, as the standby's region shows it.
    pub(super) view: (Side, bool),
    /// Whether the metric says that the follower is in step.
    pub(super) lag_known: bool,
}

impl Database {
    pub(super) fn new(writer: Side) -> Database {
        Database {
            writer,
            open: [writer == Side::Primary, writer == Side::Standby],
            moving: None,
            moves: 0,
            in_sync_at: 0,
            view: (writer, false),
            lag_known: true,
        }
    }
}

impl Model<'_> {
    /// Whether the application of this region can write. Each uses its own region's cluster.
    pub(super) fn takes_writes(&self, side: Side) -> bool {
        self.numbers.writer.is_none() || self.database.open[side as usize]
    }

    /// The writer is moved by a call at `at`; gives the moment from which both regions see it moved.
    pub(super) fn move_writer(&mut self, to: Side, loss: bool, at: At) -> At {
        let draw = self.draw;
        let whole = draw.at(if loss { Own::Failover } else { Own::Switchover });
        let begin = draw.at(Own::RolePending);
        let block = match loss {
            true => begin + draw.at(Own::RoleFenced),
            false => (whole * BLOCKED_PERCENT / 100).max(begin),
        };
        let promote = (whole * PROMOTED_PERCENT / 100).max(block);
        let finish = whole.max(promote);
        self.database.moves += 1;
        let number = self.database.moves;
        self.database.moving = Some((number, to, loss));
        let steps = [
            (begin, RoleStep::Begin),
            (block, RoleStep::Block),
            (promote, RoleStep::Promote),
            (finish, RoleStep::Finish),
        ];
        for (after, step) in steps {
            self.agenda.put(at + after, Event::Role { number, step });
        }
        // A switchover is called where the writer is, a failover where it is to be.
        self.show_cluster(if loss { to } else { to.other() }, at);
        at + finish + draw.at(Own::ClusterSeen)
    }

    /// A role change goes on.
    pub(super) fn role_step(&mut self, number: u32, step: RoleStep) {
        let Some((_, to, loss)) = self.database.moving.filter(|moving| moving.0 == number) else { return };
        let own = &mut self.database;
        match step {
            RoleStep::Begin => {}
            RoleStep::Block => own.open[to.other() as usize] = false,
            RoleStep::Promote => {
                own.open = [to == Side::Primary, to == Side::Standby];
                own.writer = to;
            }
            RoleStep::Finish => {
                own.moving = None;
                if loss {
                    own.in_sync_at = self.now + self.draw.at(Own::Resync);
                    own.lag_known = false;
                    self.agenda.put(own.in_sync_at, Event::InSync);
                    self.stir(Watch::Lag);
                }
            }
        }
        self.stir(Watch::Write);
        self.show_cluster(to, self.now);
    }

    /// The acting region sees a change at once, the other later.
    fn show_cluster(&mut self, acting: Side, at: At) {
        let later = if acting == Side::Standby { 0 } else { self.draw.at(Own::ClusterSeen) };
        self.agenda.put(at + later, Event::ClusterSeen);
    }

    /// The standby's region sees the cluster as it is.
    pub(super) fn cluster_seen(&mut self) {
        self.database.view = (self.database.writer, self.database.moving.is_some());
        self.stir(Watch::Database);
    }

    /// The old primary follows again; the metric says so later.
    pub(super) fn in_sync(&mut self) {
        self.agenda.put(self.now + self.draw.at(Own::LagMetric), Event::LagKnown);
    }

    pub(super) fn lag_known(&mut self) {
        self.database.lag_known = true;
        self.stir(Watch::Lag);
    }
}
