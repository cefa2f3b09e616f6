//! Release: the pipelines that release to the two environments, and the revisions that they released.

use jiff::Timestamp;

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

/// What CodePipeline's label for a release begins with; the milliseconds of the release come next.
const MADE_UP: &str = "code-pipeline-";

/// True if CodePipeline made up the label: it does so for each release, and so another one in each region.
pub(super) fn is_made_up(label: &str) -> bool {
    label.starts_with(MADE_UP)
}

/// Where an environment stands among the releases of its pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Runs {
    /// What the pipeline released last.
    Newest,
    /// Something from before the last release began: somebody went back.
    Older,
    /// A release that began since may be what it runs.
    Untold,
}

/// Where an environment with this label stands, by when the label was made.
fn runs(label: &str, executions: &[PipelineExecution]) -> Runs {
    let made = label.strip_prefix(MADE_UP).and_then(|rest| rest.split('-').next()?.parse::<i64>().ok());
    let began = |one: &PipelineExecution| one.began.map(Timestamp::as_millisecond);
    let newest = executions.iter().position(|one| one.status == "Succeeded");
    let (Some(made), Some(newest)) = (made, newest) else { return Runs::Untold };
    let since = executions[..newest].iter().any(|one| began(one).is_none_or(|began| began <= made));
    match began(&executions[newest]) {
        Some(began) if made < began => Runs::Older,
        Some(_) if !since => Runs::Newest,
        _ => Runs::Untold,
    }
}

/// Whether two environments with labels that CodePipeline made up run the same.
pub(super) fn made_up_versions(case: &Case<'_>, labels: &PerSide<&str>) -> Judged {
    let PerSide { primary: Some(own), standby: Some(its) } = releases(case)? else {
        return unknown(format!(
            "{} and {} are CodePipeline's labels, and there are not two pipelines to tell what they hold",
            labels.primary, labels.standby
        ));
    };
    let pipelines = PerSide { primary: own, standby: its };
    let stand = both(|side| Ok(runs(labels.of(side), known(&pipelines.of(side).executions)?)))?;
    let revisions = both(|side| revision_of(pipelines.of(side), side))?;
    let mend = "release the same revision in both regions: aws codepipeline start-pipeline-execution";
    let last = match revisions.primary == revisions.standby {
        true => format!("both pipelines last released {}", short(&revisions.primary)),
        false => format!(
            "the pipelines last released {} and {}",
            short(&revisions.primary),
            short(&revisions.standby)
        ),
    };
    let back = Side::BOTH.into_iter().filter(|side| *stand.of(*side) == Runs::Older).collect::<Vec<Side>>();
    match (stand.primary, stand.standby) {
        (Runs::Newest, Runs::Newest) => match compared(&pipelines, &revisions)? {
            true => pass(format!("{} in both regions", short(&revisions.primary))),
            false => fail(last, mend),
        },
        _ if back.len() == 1 => {
            fail(format!("{last}, and {} in the {} is older than that", labels.of(back[0]), back[0]), mend)
        }
        _ => warn(
            format!("{} and {}: {last}; which of them runs can not be told", labels.primary, labels.standby),
            mend,
        ),
    }
}

/// What the pipeline released last.
fn revision_of(release: &Release, side: Side) -> Known<String> {
    let never = || Unknown::because(format!("{} in the {side} shows no success", release.pipeline.name));
    released(known(&release.executions)?).ok_or_else(never)
}

/// True if both released the same revision. A bucket numbers the versions of its objects itself: those of two buckets differ
/// whatever is in them (S3 user guide, "Retaining multiple versions of objects with S3 Versioning").
fn compared(pipelines: &PerSide<&Release>, revisions: &PerSide<String>) -> Known<bool> {
    let same = revisions.primary == revisions.standby;
    match Side::BOTH.into_iter().find(|side| pipelines.of(*side).pipeline.provider == "S3") {
        Some(side) if !same => Err(Unknown::because(format!(
            "{} in the {side} releases from a bucket, whose versions say nothing of another region's",
            pipelines.of(side).pipeline.name
        ))),
        _ => Ok(same),
    }
}

pub(in crate::ready) fn revision(case: &Case<'_>) -> Judged {
    let PerSide { primary: Some(own), standby: Some(its) } = releases(case)? else {
        return pass("there are not two pipelines whose releases could be compared: see the check `version`");
    };
    let pipelines = PerSide { primary: own, standby: its };
    let revisions = both(|side| revision_of(pipelines.of(side), side))?;
    let (mine, other) = (&revisions.primary, &revisions.standby);
    let mend = "release the same revision in both regions: aws codepipeline start-pipeline-execution";
    if !compared(&pipelines, &revisions)? {
        return fail(format!("{} in the primary, {} in the standby", short(mine), short(other)), mend);
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
            format!("both released {}, and the branch is at {}", short(mine), short(head)),
            "release it in both regions, or wait until it is",
        ),
        _ => pass(format!("{} in both regions", short(mine))),
    }
}

/// Enough of a commit's id to find it.
fn short(revision: &str) -> &str {
    let is_id = revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id { &revision[..12] } else { revision }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_tells_by_its_time_which_release_an_environment_runs() {
        let execution = |status: &str, second: i64| PipelineExecution {
            id: String::new(),
            status: status.into(),
            revisions: Vec::new(),
            began: Timestamp::from_second(second).ok(),
        };
        let all = [execution("Succeeded", 2000), execution("Succeeded", 1000)];
        assert_eq!(runs("code-pipeline-2060000-site-1", &all), Runs::Newest);
        assert_eq!(runs("code-pipeline-1060000-site-1", &all), Runs::Older);
        assert_eq!(runs("code-pipeline-site", &all), Runs::Untold);
        let failed = [execution("Failed", 3000), execution("Succeeded", 2000)];
        assert_eq!(runs("code-pipeline-3060000-site-1", &failed), Runs::Untold);
        assert_eq!(runs("code-pipeline-2060000-site-1", &failed), Runs::Newest);
        assert_eq!(runs("code-pipeline-2060000-site-1", &[]), Runs::Untold);
    }
}
