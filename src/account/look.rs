//! Look: all that the account says of a deployment, and what stands against a run because of it.
//! Invariant: reads only; every refusal says what was found and what to type.
//! Not here: taking the lock (see `keeper`).
//! Used by: cli, before a run and for `unlock` and `restore --from-account`.

use jiff::Timestamp;

use super::{
    claim::Held,
    crumbs::{self, CrumbError, Kept},
    lock::{self, LockError},
    names,
    shelf::{Shelf, ShelfError},
    switch::{self, Halt},
};

/// What there is.
#[derive(Debug)]
pub struct Standing {
    /// The lock.
    pub held: Option<Held>,
    /// The breadcrumb.
    pub kept: Result<Option<Kept>, CrumbError>,
    /// The safety switch.
    pub halt: Option<Halt>,
}

/// Looks at all of it.
///
/// # Errors
/// The shelf can not be read.
pub async fn look(shelf: &dyn Shelf, deployment: &str) -> Result<Standing, ShelfError> {
    let all = shelf.below(&names::below(deployment)).await?;
    let kept = crumbs::of_entries(shelf, deployment, &all);
    let held = all.into_iter().find(|entry| entry.name == names::lock(deployment)).map(Held::of);
    Ok(Standing { held, kept, halt: switch::look(shelf).await? })
}

/// Takes away a lock that nobody holds any more, if nothing is outstanding.
///
/// # Errors
/// What stands against it, in words; the lock is then as it was.
pub async fn unlock(
    shelf: &dyn Shelf,
    deployment: &str,
    now: Timestamp,
    typed: &str,
) -> Result<Option<Held>, String> {
    let standing = look(shelf, deployment).await.map_err(|why| why.to_string())?;
    let Some(held) = &standing.held else { return outstanding(&standing, typed).map_or(Ok(None), Err) };
    if held.is_fresh(now) {
        return Err(format!(
            "its holder may be alive: {held}\n  if it is dead, wait until then and type this again"
        ));
    }
    if let Some(why) = outstanding(&standing, typed) {
        return Err(why);
    }
    match lock::look(shelf, deployment).await.map_err(|why| why.to_string())? {
        // Between the two looks someone may have come back to life.
        Some(again) if again != *held => Err(format!("it has just been taken: {again}")),
        _ => {
            crumbs::remove(shelf, deployment).await.map_err(|why| why.to_string())?;
            lock::remove(shelf, deployment).await.map_err(|why| LockError::to_string(&why))?;
            Ok(standing.held)
        }
    }
}

/// Why a run may not start; `typed` is what comes after the verb: the deployment's file and where the world is.
pub fn refusals(standing: &Standing, now: Timestamp, typed: &str) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(halt) = &standing.halt {
        all.push(format!(
            "the account's safety switch is set: {halt}\n  when it may run again: firedrill halt --clear {typed}"
        ));
    }
    match (&standing.held, outstanding(standing, typed)) {
        (Some(held), _) if held.is_fresh(now) => {
            all.push(format!("another run works on it: {held}\n  wait until it has ended"));
        }
        (_, Some(why)) => all.push(why),
        (Some(held), None) => all.push(format!(
            "it is locked, and its holder has not been heard of: {held}\n  \
             nothing of it is outstanding; take the lock away with: firedrill unlock {typed}"
        )),
        (None, None) => {}
    }
    all
}

/// What is outstanding by the breadcrumb.
fn outstanding(standing: &Standing, typed: &str) -> Option<String> {
    match &standing.kept {
        Err(why) => Some(why.to_string()),
        Ok(Some(Kept { crumb, .. })) if !crumb.changes.is_empty() => {
            let changes: Vec<&str> = crumb.changes.iter().map(|crumb| crumb.change.0.as_str()).collect();
            let run = &crumb.started.run;
            let by = &crumb.started.by;
            Some(format!(
                "run {run}, started by {} on {}, has {} outstanding\n  put it back first: firedrill restore --from-account {typed}",
                by.user,
                by.host,
                changes.join(", ")
            ))
        }
        Ok(_) => None,
    }
}
