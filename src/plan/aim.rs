//! Aim: which regions a drill harms, which must take over, and whether its writer moves, from the drill alone.
//! Invariant: pure; a step that aims at no region (a command of the user's own) counts for nothing here.
//! Used by: look, guard.

use crate::drill::{
    catalogue,
    model::{ChangeSpec, Drill, Side, StepKind},
};

/// What a drill aims at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Aim {
    /// The regions that are harmed.
    pub(super) harmed: Vec<Side>,
    /// The regions that users or the writer are moved to, or must go to by themselves.
    pub(super) taking_over: Vec<Side>,
    /// Whether the database's writer moves.
    pub(super) moves_writer: bool,
    /// Whether traffic is held.
    pub(super) holds_traffic: bool,
}

impl Aim {
    pub(super) fn of(drill: &Drill) -> Aim {
        let mut aim = Aim::default();
        for step in drill.all_steps() {
            match &step.kind {
                StepKind::Fault(spec) => aim.fault(spec),
                StepKind::Recover(spec) => aim.recovery(spec),
                _ => {}
            }
        }
        for sides in [&mut aim.harmed, &mut aim.taking_over] {
            sides.sort_unstable();
            sides.dedup();
        }
        aim
    }

    fn fault(&mut self, spec: &ChangeSpec) {
        let Some(side) = side(spec, "of") else { return };
        self.harmed.push(side);
        // While the standby alone is harmed, users stay where they are.
        if side == Side::Primary {
            self.taking_over.push(Side::Standby);
        }
    }

    fn recovery(&mut self, spec: &ChangeSpec) {
        self.taking_over.extend(side(spec, "to"));
        self.moves_writer |= catalogue::find(&spec.kind).is_some_and(|entry| entry.moves_writer);
        self.holds_traffic |= spec.kind == "route53.hold-traffic";
    }
}

fn side(spec: &ChangeSpec, param: &str) -> Option<Side> {
    let word = spec.params.get(param)?.as_str()?;
    Side::BOTH.into_iter().find(|side| side.as_str() == word)
}
