//! Gather: everything that a run calls, from what was found, what each change captured, and what is kept in the account.
//! Invariant: each action on each resource and side once; what was called while the drill was prepared says so.
//! Not here: what AWS can narrow (see `scope`), statements (see `statement`).
//! Used by: resolve.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    arn::Arns,
    need::{Need, Part, Subject, part},
    scope::{self, Found},
};
use crate::{
    account,
    aws::{Aws, CallerIdentity, Interface, Topology, discover},
    change::{Captured, Change, Target, TargetKind},
    drill::model::{Drill, PerSide, Side},
    plan::{Ingredients, rights::Principal},
    probe, survey,
};

/// A change, and what it captured.
pub(in crate::plan) type Taken<'a> = (&'a dyn Change, &'a Captured);

/// Everything that the run calls.
pub(in crate::plan) fn needs(
    from: &Ingredients<'_>,
    taken: &[Taken<'_>],
    callers: &PerSide<Principal>,
) -> Vec<Need> {
    let arns = Arns::new(&from.caller.arn, &from.drill.deployment.account);
    let mut all = Gathered {
        found: Found { drill: from.drill, topology: from.topology, arns: &arns },
        needs: BTreeMap::new(),
    };
    all.of_finding();
    for (change, captured) in taken {
        all.of_change(*change, captured);
    }
    all.of_looking(from);
    for action in probe::PERMISSIONS {
        Side::BOTH.into_iter().for_each(|side| all.read(action, side, false));
    }
    all.of_account();
    all.of_asking(callers);
    all.needs.into_values().collect()
}

/// What the readiness checks before a run read beside that; without it they can not tell, and warn.
pub fn readiness(drill: &Drill, topology: &Topology, caller: &CallerIdentity, run: &[Need]) -> Vec<Need> {
    let arns = Arns::new(&caller.arn, &drill.deployment.account);
    let mut all = Gathered { found: Found { drill, topology, arns: &arns }, needs: BTreeMap::new() };
    for action in survey::PERMISSIONS.into_iter().chain(survey::WITH_WEB_ACLS) {
        for side in Side::BOTH {
            let Some(scope) = scope::of_readiness(action) else {
                all.read(action, side, false);
                continue;
            };
            for (subject, resource) in all.found.readiness(scope, side) {
                all.put(plain(action, subject, resource, side, false));
            }
        }
    }
    let known = |need: &Need| {
        run.iter()
            .any(|own| (own.action, &own.resource, own.side) == (need.action, &need.resource, need.side))
    };
    all.needs.into_values().filter(|need| !known(need)).collect()
}

struct Gathered<'a> {
    found: Found<'a>,
    needs: BTreeMap<(Part, Subject, &'static str, String, Side), Need>,
}

impl Gathered<'_> {
    /// What has found the deployment: it has been called on all of it, or nothing would have been found.
    fn of_finding(&mut self) {
        for action in discover::PERMISSIONS {
            // The global cluster is read where the outage is not.
            let sides: &[Side] =
                if action == "rds:DescribeGlobalClusters" { &[Side::Standby] } else { &Side::BOTH };
            sides.iter().for_each(|side| self.read(action, *side, true));
        }
    }

    /// What a change reads it has read to capture; what it changes is still to come.
    fn of_change(&mut self, change: &dyn Change, captured: &Captured) {
        for right in change.rights(Some(captured)) {
            let reads = part(right.action) == Part::Read;
            for side in right.sides {
                if right.on.is_empty() && reads {
                    self.read(right.action, side, true);
                }
                for target in &right.on {
                    for resource in self.found.arns.target(&self.region(side), target) {
                        self.put(Need {
                            action: right.action,
                            resource,
                            subject: subject(target),
                            side,
                            proven: reads,
                            tags: target.tags.clone(),
                            sends_tags: right.sends_tags.clone(),
                        });
                    }
                }
            }
        }
    }

    /// What guards looked at.
    fn of_looking(&mut self, from: &Ingredients<'_>) {
        for side in Side::BOTH {
            let seen: &Result<Vec<Interface>, String> = from.looked.interfaces.of(side);
            if from.harmed().contains(&side) {
                self.read("ec2:DescribeNetworkInterfaces", side, seen.is_ok());
            }
        }
        if let Some(name) = &from.drill.deployment.freeze.parameter {
            let read =
                !from.looked.freezes.is_empty() && from.looked.freezes.iter().all(|(_, read)| read.is_ok());
            Side::BOTH.into_iter().for_each(|side| self.parameter("ssm:GetParameter", side, name, read));
        }
    }

    /// What is kept of the run in the account, in the standby's region.
    fn of_account(&mut self) {
        let deployment = &self.found.drill.deployment;
        if !deployment.account_lock {
            return;
        }
        for (action, names) in account::parameters(&deployment.name) {
            names.iter().for_each(|name| self.parameter(action, Side::Standby, name, false));
        }
    }

    /// Asking whether all of this is allowed. A role is called by a session, whose ARN does not tell the role's path.
    fn of_asking(&mut self, callers: &PerSide<Principal>) {
        for side in Side::BOTH {
            let Ok(arn) = &callers.of(side).arn else { continue };
            let role = arn.contains(":role/").then_some("iam:GetRole");
            for action in role.into_iter().chain(["iam:SimulatePrincipalPolicy"]) {
                self.put(plain(action, Subject::Caller, arn.clone(), side, false));
            }
        }
    }

    fn read(&mut self, action: &'static str, side: Side, proven: bool) {
        // A test holds every read to its scope.
        let Some(scope) = scope::of(action) else { return };
        for (subject, resource) in self.found.resources(scope, side) {
            self.put(plain(action, subject, resource, side, proven));
        }
    }

    fn parameter(&mut self, action: &'static str, side: Side, name: &str, proven: bool) {
        let resource = self.found.arns.parameter(&self.region(side), name);
        self.put(plain(action, Subject::Parameter, resource, side, proven));
    }

    fn region(&self, side: Side) -> String {
        self.found.topology.regions.of(side).region.clone()
    }

    /// The first word counts: what is proven comes first.
    fn put(&mut self, need: Need) {
        let key = (need.part(), need.subject, need.action, need.resource.clone(), need.side);
        self.needs.entry(key).or_insert(need);
    }
}

fn plain(action: &'static str, subject: Subject, resource: String, side: Side, proven: bool) -> Need {
    let (tags, sends_tags) = (BTreeMap::new(), BTreeSet::new());
    // Route 53 and IAM have one place for all regions, and are called from the side that the outage leaves alone.
    let side = if action.starts_with("route53:") { Aws::ROUTE53 } else { side };
    Need { action, resource, subject, side, proven, tags, sends_tags }
}

fn subject(target: &Target) -> Subject {
    match target.kind {
        TargetKind::SecurityGroup => Subject::SecurityGroup,
        TargetKind::Rule => Subject::Rule,
        TargetKind::NewRules => Subject::NewRules,
        TargetKind::Named => Subject::Named,
        TargetKind::HealthCheck => Subject::HealthCheck,
        TargetKind::Cluster => Subject::Database,
    }
}
