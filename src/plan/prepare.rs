//! Prepare: everything that must be known before a run's first record, from the drill and the live deployment.
//! Invariant: reads only; what is missing is told all at once, and nothing was touched then.
//! Not here: what the plan holds (see `resolve`), the run itself (see `engine`).
//! Used by: cli, simulate.

use std::{collections::BTreeMap, sync::Arc};

use super::{Ingredients, Plan, Reading, Resolved, look::look, policy::Need, resolve, rights::Ruling};
use crate::{
    aws::{Aws, CallerIdentity, Topology, discover},
    change::{
        Change,
        registry::{self, ChangeContext},
        run_command,
    },
    clock::Clock,
    drill::model::{Drill, Side, StepKind},
    id::StepId,
    net::Net,
    probe::{self, Probe, registry::ProbeContext},
};

/// Where a drill is prepared.
pub struct Ground<'a> {
    /// Both regions.
    pub aws: &'a Aws,
    /// How the site is reached.
    pub net: Arc<dyn Net>,
    /// The world's time.
    pub clock: Clock,
    /// False where nothing outside the world may be touched: see [`ChangeContext::on_this_machine`].
    pub on_this_machine: bool,
    /// Whose rights are asked for, if not the caller's own: the ARN of a user or role.
    pub principal: Option<String>,
}

/// A drill, ready to run.
pub struct Prepared {
    /// Who the credentials belong to.
    pub caller: CallerIdentity,
    /// The change of each step that has one.
    pub changes: BTreeMap<StepId, Arc<dyn Change>>,
    /// What will be watched.
    pub probes: Vec<Arc<dyn Probe>>,
    /// What the deployment's names stand for.
    pub topology: Arc<Topology>,
    /// What exactly will be touched, and whether it may be.
    pub plan: Plan,
    /// Everything that the run calls.
    pub needs: Vec<Need>,
    /// What is known of each of them.
    pub rulings: Vec<Ruling>,
    /// Everything that was read for it.
    pub reading: Reading,
}

/// Why a drill could not be prepared; nothing was touched.
#[derive(Debug, thiserror::Error)]
pub enum Unprepared {
    /// Nobody says who calls.
    #[error("nothing was touched: AWS does not say who calls: {0}\n  check the credentials")]
    Caller(String),
    /// Names of the deployment that stand for nothing.
    #[error("nothing was touched: not everything was found:\n  - {}", .0.join("\n  - "))]
    NotFound(Vec<String>),
    /// A step whose change cannot be made.
    #[error("nothing was touched: step `{step}`: {why}")]
    Step {
        /// The step.
        step: StepId,
        /// Why not.
        why: String,
    },
}

/// Looks everything up, and makes the plan. A plan that holds refusals is no error here.
pub async fn prepare(drill: &Drill, ground: Ground<'_>) -> Result<Prepared, Unprepared> {
    let caller = ground.aws.caller_identity(Side::Standby).await;
    let caller = caller.map_err(|why| Unprepared::Caller(why.to_string()))?;
    let topology = discover(ground.aws, &drill.deployment)
        .await
        .map_err(|problems| Unprepared::NotFound(problems.iter().map(ToString::to_string).collect()))?;
    let topology = Arc::new(topology);
    let changes = changes(drill, &ground, &topology)?;
    let context = ProbeContext::clients_only(drill.clone(), ground.clock, ground.net);
    let probes = probe::registry::probes(&context.with_aws(ground.aws.clone(), topology.clone()));
    let looked = look(ground.aws, drill, &topology, &probes, ground.on_this_machine).await;
    let ingredients = Ingredients {
        drill,
        topology: &topology,
        caller: &caller,
        changes: &changes,
        probes: &probes,
        looked: &looked,
    };
    let resolved = Box::pin(resolve(ingredients, ground.aws, ground.principal.as_deref())).await;
    let Resolved { plan, reading, needs, rulings } = resolved;
    Ok(Prepared { caller, changes, probes, topology, plan, needs, rulings, reading })
}

fn changes(
    drill: &Drill,
    ground: &Ground<'_>,
    topology: &Arc<Topology>,
) -> Result<BTreeMap<StepId, Arc<dyn Change>>, Unprepared> {
    let context = ChangeContext {
        aws: ground.aws.clone(),
        deployment: drill.deployment.clone(),
        topology: Some(topology.clone()),
        clock: ground.clock,
        on_this_machine: ground.on_this_machine,
    };
    let mut changes = BTreeMap::new();
    for step in drill.all_steps() {
        let spec = match &step.kind {
            StepKind::Fault(spec) | StepKind::Recover(spec) => spec.clone(),
            StepKind::Run { command, restore, within } => {
                run_command::spec(command, restore.as_deref(), *within)
            }
            _ => continue,
        };
        let change = registry::build(&spec, &context)
            .map_err(|why| Unprepared::Step { step: step.id.clone(), why: why.to_string() })?;
        changes.insert(step.id.clone(), Arc::from(change));
    }
    Ok(changes)
}
