//! Release: the pipelines that release to the two environments, and the revisions that they released.

use crate::{
    aws::PipelineExecution,
    drill::model::{PerSide, Side},
    ready::case::{Case, Judged, both, fail, known, pass, unknown, warn},
    survey::{Known, Release, Unknown},
};

fn releases<'a>(case: &Case<'a>) -> Known<PerSide<Option<&'a Release>>> {
    both(|side| Ok(known(&case.of(side).release)?.as_ref()))
}

/// How executions end that say nothing of the release: they were overtaken, or have not ended.
const PASSED_OVER: [&str; 3] = ["Superseded", "Cancelled", "Stopping"];

pub(in crate::ready) fn pipeline(case: &Case<'_>) -> Judged {
    let releases = releases(case)?;
    let mut running = None;
    for side in Side::BOTH {
        let Some(release) = releases.of(side) else { continue };
        let name = &release.pipeline.name;
        let executions = known(&release.executions)?;
        let newest = executions.iter().find(|one| !PASSED_OVER.contains(&one.status.as_str()));
        match newest.map(|one| one.status.as_str()) {
            Some("Succeeded") => {}
            Some("InProgress") => running = Some((side, name)),
            Some(status) => {
                return fail(
                    format!("the newest execution of {name} in the {side} is {status}"),
                    format!(
                        "see why, and release again: aws codepipeline start-pipeline-execution --region {} --name {name}",
                        case.region(side)
                    ),
                );
            }
            None => return unknown(format!("{name} in the {side} has never run")),
        }
    }
    match (running, releases.primary, releases.standby) {
        (Some((side, name)), ..) => warn(
            format!("{name} in the {side} is releasing now"),
            "wait until it is done, and freeze releases",
        ),
        (None, None, None) => pass("no pipeline releases to either environment"),
        (None, Some(own), Some(its)) => pass(format!(
            "the newest executions of {} and {} succeeded",
            own.pipeline.name, its.pipeline.name
        )),
        (None, Some(own), None) => warn(
            format!("{} releases to the primary, and no pipeline to the standby", own.pipeline.name),
            "let a pipeline release to the standby too",
        ),
        (None, None, Some(its)) => warn(
            format!("{} releases to the standby, and no pipeline to the primary", its.pipeline.name),
            "let a pipeline release to the primary too",
        ),
    }
}

/// What the newest success released.
fn released(executions: &[PipelineExecution]) -> Option<String> {
    let newest = executions.iter().find(|one| one.status == "Succeeded")?;
    let mut revisions = newest.revisions.clone();
    revisions.sort();
    (!revisions.is_empty()).then(|| revisions.join(" and "))
}

/// The revision that both pipelines released last, if it is one.
pub(super) fn shared_revision(case: &Case<'_>) -> Known<Option<String>> {
    let PerSide { primary: Some(own), standby: Some(its) } = releases(case)? else { return Ok(None) };
    let (own, its) = (released(known(&own.executions)?), released(known(&its.executions)?));
    Ok(own.filter(|revision| Some(revision) == its.as_ref()))
}

pub(in crate::ready) fn revision(case: &Case<'_>) -> Judged {
    let PerSide { primary: Some(own), standby: Some(its) } = releases(case)? else {
        return pass("there are not two pipelines whose releases could be compared: see the check `version`");
    };
    let revision = |release: &Release, side: Side| {
        let never = || Unknown::because(format!("{} in the {side} shows no success", release.pipeline.name));
        released(known(&release.executions)?).ok_or_else(never)
    };
    let (mine, other) = (revision(own, Side::Primary)?, revision(its, Side::Standby)?);
    let mend = "release the same revision in both regions: aws codepipeline start-pipeline-execution";
    if mine != other {
        return fail(format!("{} in the primary, {} in the standby", short(&mine), short(&other)), mend);
    }
    let heads = (known(&own.head)?.as_deref(), known(&its.head)?.as_deref());
    match heads {
        (Some(head), Some(its_head)) if head != its_head => fail(
            format!(
                "the branches' heads are {} in the primary's repository, {} in the standby's",
                short(head),
                short(its_head)
            ),
            "push the same commit to both repositories",
        ),
        (Some(head), _) if !mine.contains(head) => warn(
            format!("both released {}, and the branch is at {}", short(&mine), short(head)),
            "release it in both regions, or wait until it is",
        ),
        _ => pass(format!("{} in both regions", short(&mine))),
    }
}

/// Enough of a commit's id to find it.
fn short(revision: &str) -> &str {
    let is_id = revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id { &revision[..12] } else { revision }
}
