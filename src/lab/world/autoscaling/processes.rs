//! Processes: suspending and resuming what a group does by itself.
//! Invariant: suspending postpones and never cancels: what is due when a process is resumed is done then.
//! Used by: `autoscaling_operate`.

use super::{
    GroupId,
    activity::moment,
    asked::{invalid, named},
    model::PROCESSES,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

/// The processes that a call names; all of them if it names none.
fn asked(call: &Call) -> Result<Vec<String>, AwsFault> {
    let asked = call.params.texts("ScalingProcesses");
    if let Some(wrong) = asked.iter().find(|name| !PROCESSES.contains(&name.as_str())) {
        let message =
            format!("{wrong} is not a valid process type. Valid process types are: {}", PROCESSES.join(", "));
        return Err(invalid(message));
    }
    let all = || PROCESSES.map(str::to_owned).into();
    Ok(if asked.is_empty() { all() } else { asked })
}

/// `SuspendProcesses`.
pub(super) fn suspend(world: &mut World, call: &Call) -> Reply {
    let id = named(world, call)?.id();
    let asked = asked(call)?;
    let reason = format!("User suspended at {}", moment(world.now()));
    if let Some(group) = world.autoscaling.groups.get_mut(&id) {
        for process in asked {
            group.suspended.entry(process).or_insert_with(|| reason.clone());
        }
    }
    Ok(Tree::Map(Vec::new()))
}

/// `ResumeProcesses`. AWS: instances that were marked unhealthy meanwhile are replaced as soon as `ReplaceUnhealthy`
/// resumes (Auto Scaling user guide, suspending processes).
pub(super) fn resume(world: &mut World, call: &Call) -> Reply {
    let id: GroupId = named(world, call)?.id();
    let asked = asked(call)?;
    if let Some(group) = world.autoscaling.groups.get_mut(&id) {
        group.suspended.retain(|process, _| !asked.contains(process));
    }
    world.look_at_all(&id);
    world.scale(&id, "");
    Ok(Tree::Map(Vec::new()))
}
