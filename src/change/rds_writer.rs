//! Rds_writer: moving the writer of an Aurora global cluster, and seeing it moved.
//! Invariant: a moving call is sent only when both regions' views say that nothing runs; after any failure the state
//! is read, and a call is sent again only after a refusal that left nothing running.
//! Not here: which of the two operations (see the two changes that use this).
//! Used by: rds_switchover_global_cluster, rds_failover_global_cluster.
//!
//! Facts: the failover state is empty before, after and when cancelled alike, so only the members' own word counts
//! (AWS: FailoverState data type). Either region may answer late or, in an outage, not at all.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Altered, Call, Captured, ChangeError, Conflict, Intent, Resource, ResourceKind, Right, Target,
    TargetKind, Verification,
    before::{self, Version},
    context::ChangeContext,
    failure, resource, wait,
};
use crate::{
    aws::{Aws, AwsError, GlobalCluster},
    drill::model::{Deployment, Facts, PerSide, Side},
    journal::event::FailureClass,
};

/// A role change takes seconds to minutes; AWS promises no number.
pub(super) const MOVE_WITHIN: Duration = Duration::from_secs(30 * 60);

/// An old primary that lost its role unplanned gets a new volume: minutes to hours by its size.
pub(super) const RESYNC_WITHIN: Duration = Duration::from_secs(90 * 60);

/// So long a call whose answer was lost may take to show an effect.
const SHOWN_WITHIN: Duration = Duration::from_secs(120);

/// What `capture` reads, for both operations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Before {
    version: Version<1>,
    /// The global cluster's identifier.
    pub(super) global: String,
    /// The regions by side, as they were.
    pub(super) regions: PerSide<String>,
    /// The side of the writer.
    pub(super) from: Side,
    /// The writer's cluster ARN.
    pub(super) writer: String,
    /// The ARN of the cluster that becomes the writer.
    pub(super) target: String,
}

/// Which operation moves the writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    /// Planned, without loss, called in the current writer's region.
    Switchover,
    /// Unplanned, with possible loss, called in the target's region.
    Failover,
}

/// The global cluster as each region sees it; an error where a region did not answer.
struct Views(PerSide<Result<GlobalCluster, AwsError>>);

impl Views {
    async fn read(aws: &Aws, global: &str) -> Views {
        let of = |side| Box::pin(aws.global_cluster(side, global));
        let (primary, standby) = futures_util::join!(of(Side::Primary), of(Side::Standby));
        Views(PerSide { primary, standby })
    }

    fn seen(&self) -> impl Iterator<Item = &GlobalCluster> {
        Side::BOTH.into_iter().filter_map(|side| self.0.of(side).as_ref().ok())
    }

    /// At least one answer, or the first error.
    fn answered(self) -> Result<Views, AwsError> {
        match (&self.0.primary, &self.0.standby) {
            (Err(error), Err(_)) => Err(error.clone()),
            _ => Ok(self),
        }
    }

    /// The operation that any region sees running.
    fn operation(&self) -> Option<&str> {
        self.seen().find_map(|view| view.operation.as_deref())
    }

    /// The writer's ARN, if every region that answers names the same.
    fn writer(&self) -> Option<&str> {
        let mut arns = self.seen().map(|view| view.writer().map(|member| member.arn.as_str()));
        let first = arns.next()??;
        arns.all(|arn| arn == Some(first)).then_some(first)
    }

    /// The writer, if all views agree and nothing runs.
    fn settled(&self) -> Option<&str> {
        if self.operation().is_some() { None } else { self.writer() }
    }

    /// True if every region that answers says that every member keeps up.
    fn in_sync(&self) -> bool {
        self.seen().all(GlobalCluster::is_in_sync)
    }

    /// True if every region that answers counts this cluster among the members.
    fn has(&self, arn: &str) -> bool {
        self.seen().all(|view| view.members.iter().any(|member| member.arn == arn))
    }

    /// In one line, for errors and reports.
    fn words(&self) -> String {
        let side = |side: Side| match self.0.of(side) {
            Err(error) => format!("{side}'s region: {error}"),
            Ok(view) => {
                let writer = view.writer().map_or("no writer", |member| member.region.as_str());
                let operation = view.operation.as_deref().unwrap_or("nothing");
                let sync = if view.is_in_sync() { "in sync" } else { "not in sync" };
                format!("{side}'s region sees the writer in {writer}, {operation} running, {sync}")
            }
        };
        format!("{}; {}", side(Side::Primary), side(Side::Standby))
    }
}

/// The regional clusters that a move touches, as they were found when the drill was planned: by now a region may not
/// answer.
pub(super) fn clusters(cx: &ChangeContext) -> Vec<Resource> {
    let database = cx.topology.as_ref().and_then(|topology| topology.database.as_ref());
    let of = |side: Side| {
        let cluster = database?.clusters.of(side).as_ref()?;
        let (id, tags) = (cluster.arn.clone(), cluster.tags.clone());
        Some(Resource { kind: ResourceKind::Cluster, id, side: Some(side), tags })
    };
    Side::BOTH.into_iter().filter_map(of).collect()
}

/// What moving the writer to `to` and back calls. AWS asks for the moving call on the global cluster and on its regional
/// ones (Service Authorization Reference, Amazon RDS); the writer comes back by a call in the region that it then is in.
pub(super) fn rights(to: Side, how: Move, captured: Option<&Captured>) -> Vec<Right> {
    let resources = captured.map(|captured| captured.resources.as_slice()).unwrap_or_default();
    let cluster = |one: &Resource| Target {
        tags: one.tags.clone(),
        ..Target::new(TargetKind::Cluster, one.id.clone())
    };
    let moves = |action, sides: &[Side]| Right::new(action, sides).on(resources.iter().map(cluster));
    let switchover = |sides| moves("rds:SwitchoverGlobalCluster", sides);
    let mut all = vec![
        Right::new("rds:DescribeGlobalClusters", &Side::BOTH),
        Right::new("rds:DescribeDBClusters", &[to]),
    ];
    match how {
        Move::Switchover => all.push(switchover(&Side::BOTH)),
        Move::Failover => all.extend([moves("rds:FailoverGlobalCluster", &[to]), switchover(&[to])]),
    }
    all
}

/// Reads what is there and refuses what could not work.
pub(super) async fn capture(
    aws: &Aws,
    deployment: &Deployment,
    to: Side,
    how: Move,
    clusters: &[Resource],
) -> Result<Captured, ChangeError> {
    let Some(global) = deployment.global_cluster.clone() else {
        let words = "the deployment names no database; add `database: { global_cluster: NAME }` to its file";
        return Err(ChangeError::Refused(words.into()));
    };
    let views = look(aws, &global).await?;
    let refuse = |why: String| Err(ChangeError::Refused(format!("{global}: {why}")));
    if let Some(operation) = views.operation() {
        return refuse(format!("an operation is running already ({operation}); wait until it has ended"));
    }
    let Some(writer) = views.settled().map(str::to_owned) else {
        return refuse(format!("the regions do not agree on the writer: {}", views.words()));
    };
    let Some(view) = views.seen().next() else { return refuse("no region answers".into()) };
    let (from, region) = (to.other(), aws.region(to));
    if view.member(aws.region(from)).map(|member| &member.arn) != Some(&writer) {
        return refuse(format!("the writer is {writer}, not in the {from}'s region {}", aws.region(from)));
    }
    let Some(target) = view.member(region).map(|member| member.arn.clone()) else {
        return refuse(format!("it has no member in the {to}'s region {region}"));
    };
    if how == Move::Switchover && !views.in_sync() {
        return refuse(format!("a switchover needs every member connected: {}", views.words()));
    }
    let id = target.rsplit(':').next().unwrap_or(&target);
    let cluster =
        aws.cluster(to, id).await.map_err(failure::of("read the cluster that is to become the writer"))?;
    if cluster.instances.is_empty() {
        return refuse(format!(
            "{id} has no instance, and one without cannot become the writer; add one first"
        ));
    }
    let regions = PerSide {
        primary: aws.region(Side::Primary).to_owned(),
        standby: aws.region(Side::Standby).to_owned(),
    };
    let (id, tags) = (view.arn.clone(), view.tags.clone());
    let mut resources = vec![Resource { kind: ResourceKind::Cluster, id, side: None, tags }];
    resources.extend_from_slice(clusters);
    resource::allowed(deployment.allow.as_ref(), &resources)?;
    let before = Before { version: Version, global, regions, from, writer, target };
    Ok(Captured {
        by_hand: by_hand(&before),
        touches: touches(&before),
        intent: intent(&before, how),
        read: Value::Null,
        before: before::write(&before)?,
        resources,
    })
}

/// Moves the writer to the target, once.
pub(super) async fn apply(aws: &Aws, before: &Before, how: Move) -> Result<Facts, ChangeError> {
    let views = look(aws, &before.global).await?;
    if views.settled() != Some(before.writer.as_str()) {
        return Err(ChangeError::Conflict(conflict(before, &views)));
    }
    let to = before.from.other();
    let sent = match how {
        Move::Switchover => aws.switch_over(before.from, &before.global, &before.target).await,
        Move::Failover => aws.fail_over(to, &before.global, &before.target).await,
    };
    let lost = failure::unless_lost("move the writer", sent)?;
    arrived(aws, &before.global, &before.writer, &before.target, lost.as_deref()).await?;
    let mut facts = Facts::new();
    facts.insert("writer".into(), format!("{} -> {}", before.writer, before.target));
    facts.extend(lost.map(|words| ("answer lost".to_owned(), words)));
    Ok(facts)
}

/// Brings the writer back by switchover, from wherever an interrupted run left it.
pub(super) async fn restore(aws: &Aws, before: &Before) -> Result<Facts, ChangeError> {
    quiet(aws, before).await?;
    let views = look(aws, &before.global).await?;
    let mut facts = Facts::new();
    match views.settled() {
        Some(arn) if arn == before.writer => {
            facts.insert("writer".into(), format!("{} already", before.writer));
            return Ok(facts);
        }
        Some(arn) if arn == before.target => {}
        _ => return Err(ChangeError::Conflict(conflict(before, &views))),
    }
    let asked = aws.clock().now();
    resynchronised(aws, before).await?;
    let waited = aws.clock().now().since(asked);
    facts.insert("waited for every member to be connected".into(), crate::text::duration(waited));
    let lost = switch_back(aws, before).await?;
    arrived(aws, &before.global, &before.target, &before.writer, lost.as_deref()).await?;
    facts.insert("writer".into(), format!("{} -> {}", before.target, before.writer));
    Ok(facts)
}

/// Compares the roles with those before.
pub(super) async fn verify(aws: &Aws, before: &Before) -> Result<Verification, ChangeError> {
    let views = look(aws, &before.global).await?;
    let known = |arn: &str| arn == before.writer || arn == before.target;
    Ok(match views.settled() {
        Some(arn) if arn == before.writer && views.in_sync() && views.has(&before.target) => {
            let compared =
                format!("writer {}, member {}, nothing running, all connected", before.writer, before.target);
            Verification::Equal(Facts::from([("compared".to_owned(), compared)]))
        }
        Some(arn) if !known(arn) => Verification::Conflict(conflict(before, &views)),
        _ => Verification::Different(vec![views.words()]),
    })
}

/// The commands with which a person moves the writer back.
fn by_hand(before: &Before) -> Vec<String> {
    let region = before.regions.of(before.from.other());
    vec![
        format!(
            "aws rds describe-global-clusters --region {region} --global-cluster-identifier {} # until every member is connected and no FailoverState is left",
            before.global
        ),
        format!(
            "aws rds switchover-global-cluster --region {region} --global-cluster-identifier {} --target-db-cluster-identifier {}",
            before.global, before.writer
        ),
    ]
}

/// What is touched, for the plan.
fn touches(before: &Before) -> Facts {
    Facts::from([
        (before.global.clone(), "its writer moves, and comes back by switchover".to_owned()),
        (before.writer.clone(), "writer, then reader, then writer again".to_owned()),
        (before.target.clone(), "reader, then writer, then reader again".to_owned()),
    ])
}

/// As `apply` and `switch_back` call it.
fn intent(before: &Before, how: Move) -> Intent {
    let (here, there) = (before.regions.of(before.from), before.regions.of(before.from.other()));
    let call = |operation: &str, region: &str, with: String| Call {
        operation: format!("rds:{operation}"),
        region: Some(region.to_owned()),
        resource: before.global.clone(),
        with,
    };
    let made = format!("{} becomes the writer", before.target);
    let doing = match how {
        Move::Switchover => call("SwitchoverGlobalCluster", here, made),
        Move::Failover => call("FailoverGlobalCluster", there, format!("{made}, data may be lost")),
    };
    let altered = |resource: &str, before: &str, during: &str| Altered {
        resource: resource.to_owned(),
        before: before.to_owned(),
        during: during.to_owned(),
        after: before.to_owned(),
    };
    Intent {
        calls: vec![doing],
        back: vec![call("SwitchoverGlobalCluster", there, format!("{} becomes the writer", before.writer))],
        altered: vec![
            altered(&before.global, &format!("writer in {here}"), &format!("writer in {there}")),
            altered(&before.writer, "writer", "reader"),
            altered(&before.target, "reader", "writer"),
        ],
        inexact: inexact(before, how),
    }
}

/// AWS: Aurora user guide, "Using switchover or failover in an Amazon Aurora Global Database".
fn inexact(before: &Before, how: Move) -> Vec<String> {
    let global = &before.global;
    let back = format!(
        "the writer of {global} comes back by a switchover of its own: writes pause and connections are cut on both ways"
    );
    match how {
        Move::Switchover => vec![back],
        Move::Failover => vec![
            format!("writes of {global} that were not replicated at the call are lost for good"),
            format!("AWS rebuilds {} from the new writer: its storage is another", before.writer),
            back,
        ],
    }
}

async fn look(aws: &Aws, global: &str) -> Result<Views, ChangeError> {
    Views::read(aws, global).await.answered().map_err(failure::of("read the global cluster in both regions"))
}

/// Waits until no operation runs. "Nothing runs" is believed only if it is said again ten seconds later: a call made
/// just before this may not show yet.
async fn quiet(aws: &Aws, before: &Before) -> Result<(), ChangeError> {
    let mut quiet_since = None;
    let judge = |views: Views| {
        if views.settled().is_none() {
            quiet_since = None;
            return Ok(Err(views.words()));
        }
        let now = aws.clock().now();
        let since = *quiet_since.get_or_insert(now);
        Ok(if now.since(since) >= Duration::from_secs(10) { Ok(()) } else { Err(views.words()) })
    };
    let quiet = wait::until(aws.clock(), MOVE_WITHIN, || look(aws, &before.global), judge);
    quiet.await.map_err(|why| why.into_error("wait for the running operation to end", &[]))
}

/// Waits until every member keeps up, the old writer among them: before that AWS refuses a switchover.
async fn resynchronised(aws: &Aws, before: &Before) -> Result<(), ChangeError> {
    let judge = |views: Views| {
        let ready =
            views.settled() == Some(before.target.as_str()) && views.in_sync() && views.has(&before.writer);
        Ok(if ready { Ok(()) } else { Err(views.words()) })
    };
    let ready = wait::until(aws.clock(), RESYNC_WITHIN, || look(aws, &before.global), judge);
    ready.await.map_err(|why| why.into_error("wait until the old writer keeps up again", &[]))
}

/// Asks for the switchover back. AWS refuses it in states that its description does not show; then nothing runs
/// afterwards, and it is asked again.
async fn switch_back(aws: &Aws, before: &Before) -> Result<Option<String>, ChangeError> {
    let start = aws.clock().now();
    loop {
        let sent = aws.switch_over(before.from.other(), &before.global, &before.writer).await;
        let Err(error) = sent else { return Ok(None) };
        let refused = error.class == FailureClass::Conflict && error.code.is_some();
        if !refused || aws.clock().now().since(start) > RESYNC_WITHIN {
            return failure::unless_lost("switch back", Err(error));
        }
        aws.clock().sleep(Duration::from_secs(30)).await;
        let views = look(aws, &before.global).await?;
        if views.settled() != Some(before.target.as_str()) {
            return Ok(Some(error.to_string()));
        }
    }
}

/// Waits until the writer is `to` and nothing runs. If nothing ever began, or what began was cancelled, that is told
/// long before the time is up.
async fn arrived(
    aws: &Aws,
    global: &str,
    from: &str,
    to: &str,
    lost: Option<&str>,
) -> Result<(), ChangeError> {
    let start = aws.clock().now();
    let (mut began, mut idle_since) = (false, None);
    let lost: Vec<String> = lost.map(str::to_owned).into_iter().collect();
    let judge = |views: Views| {
        if views.settled() == Some(to) {
            return Ok(Ok(()));
        }
        if views.settled() != Some(from) {
            (began, idle_since) = (true, None);
            return Ok(Err(views.words()));
        }
        let now = aws.clock().now();
        let idle = now.since(*idle_since.get_or_insert(now));
        // One region's view may end sooner than the other's begins.
        if began && idle > Duration::from_secs(30) {
            return Err(ended(
                FailureClass::Conflict,
                format!("AWS cancelled the operation: {}", views.words()),
            ));
        }
        if !began && now.since(start) > SHOWN_WITHIN {
            let earlier =
                if lost.is_empty() { String::new() } else { format!("; before that: {}", lost.join("; ")) };
            return Err(ended(FailureClass::Conflict, format!("nothing began: {}{earlier}", views.words())));
        }
        Ok(Err(views.words()))
    };
    let seen = wait::until(aws.clock(), MOVE_WITHIN, || look(aws, global), judge);
    seen.await.map_err(|why| why.into_error("wait for the writer to move", &lost))
}

fn ended(class: FailureClass, why: String) -> ChangeError {
    ChangeError::Failed { class, what: "move the writer".into(), why }
}

fn conflict(before: &Before, views: &Views) -> Conflict {
    let was = format!("the writer was {} and {} was to become it", before.writer, before.target);
    Conflict { differences: vec![was, views.words()], commands: by_hand(before) }
}

#[cfg(test)]
mod tests;
