//! Environment: state, platform and version of the two environments.

use crate::{
    aws::Environment,
    drill::model::{PerSide, Side},
    ready::case::{Case, Judged, both, fail, part, pass, warn},
    survey::Known,
};

use super::release;

fn environments<'a>(case: &Case<'a>) -> Known<PerSide<&'a Environment>> {
    both(|side| part(&case.survey.found.regions.of(side).environment))
}

pub(in crate::ready) fn environment(case: &Case<'_>) -> Judged {
    let both = environments(case)?;
    let mut worst = None;
    for side in Side::BOTH {
        let own = both.of(side);
        let why = format!(
            "aws elasticbeanstalk describe-environment-health --region {} --environment-name {} --attribute-names All",
            case.region(side),
            own.name
        );
        let name = &own.name;
        if own.status != "Ready" || own.busy {
            return fail(
                format!("{name} of the {side} is {}", own.status),
                "wait until it is Ready, and freeze deployments for the drill",
            );
        }
        // With basic reporting there is a colour alone.
        match (own.health.as_str(), own.color.as_str()) {
            ("Ok" | "Info", _) | ("", "Green") => {}
            ("Severe" | "Degraded", _) | ("", "Red") => {
                return fail(format!("{name} of the {side} is {} {}", own.color, own.health), why);
            }
            _ => worst = Some((format!("{name} of the {side} is {} {}", own.color, own.health), why)),
        }
    }
    match worst {
        Some((found, why)) => warn(found, why),
        None => pass("both are Ready and well"),
    }
}

/// A platform's name and version: out of a solution stack's name, or out of a platform's ARN.
fn platform_of(text: &str) -> (String, String) {
    if let Some((stack, language)) = text.split_once(" running ")
        && let Some((system, version)) = stack.rsplit_once(" v")
    {
        return (format!("{language} on {system}"), version.to_owned());
    }
    let name = text.split_once("platform/").map_or(text, |(_, name)| name);
    match name.rsplit_once('/') {
        Some((name, version)) => (name.to_owned(), version.to_owned()),
        None => (name.to_owned(), String::new()),
    }
}

pub(in crate::ready) fn platform(case: &Case<'_>) -> Judged {
    let both = both(|side| {
        let own = environments(case)?;
        let text = own.of(side).platform.as_deref();
        let missing = || crate::survey::Unknown::because(format!("AWS does not say the {side}'s platform"));
        text.map(platform_of).ok_or_else(missing)
    })?;
    let ((name, version), (other, its)) = (&both.primary, &both.standby);
    let mend = "aws elasticbeanstalk update-environment --platform-arn ARN";
    if name != other {
        return fail(format!("{name} in the primary, {other} in the standby"), mend);
    }
    match version == its {
        true => pass(format!("{name} {version}").trim_end()),
        false => warn(format!("{name}: {version} in the primary, {its} in the standby"), mend),
    }
}

pub(in crate::ready) fn version(case: &Case<'_>) -> Judged {
    let both = environments(case)?;
    let (own, its) = (&both.primary.version, &both.standby.version);
    let (Some(own), Some(its)) = (own, its) else {
        return crate::ready::case::unknown("AWS does not say which version an environment runs");
    };
    if own == its {
        return pass(own.clone());
    }
    if release::is_made_up(own) && release::is_made_up(its) {
        return release::made_up_versions(case, &PerSide { primary: own, standby: its });
    }
    fail(
        format!("{own} in the primary, {its} in the standby"),
        format!(
            "aws elasticbeanstalk update-environment --environment-name {} --version-label {own}",
            both.standby.name
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_is_named_by_stack_and_by_arn() {
        let (name, version) = platform_of("64bit Amazon Linux 2023 v4.7.3 running PHP 8.4");
        assert_eq!((name.as_str(), version.as_str()), ("PHP 8.4 on 64bit Amazon Linux 2023", "4.7.3"));
        let arn = "arn:aws:elasticbeanstalk:ap-northeast-2::platform/PHP 8.4 running on 64bit Amazon Linux 2023/4.7.3";
        let (name, version) = platform_of(arn);
        assert_eq!(
            (name.as_str(), version.as_str()),
            ("PHP 8.4 running on 64bit Amazon Linux 2023", "4.7.3")
        );
    }
}
