//! Settings: the option settings of the two environments.
//! Invariant: what has to be another in each region is left out, by name; no variable's value is shown.
//!
//! Source of the names: Elastic Beanstalk developer guide, "General options for all environments".

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    aws::{EnvironmentOptions, VARIABLES},
    drill::model::Side,
    ready::case::{Case, Judged, both, fail, known, listed, part, pass, warn},
    survey::Known,
};

/// Options that name what only one region has, and those that other checks judge: namespace, option; `*` ends what it
/// begins, or stands for all.
const REGIONAL: &[(&str, &str)] = &[
    ("aws:ec2:vpc", "*"),
    ("aws:ec2:instances", "InstanceTypes"),
    ("aws:autoscaling:asg", "*"),
    ("aws:autoscaling:launchconfiguration", "SecurityGroups"),
    ("aws:autoscaling:launchconfiguration", "EC2KeyName"),
    ("aws:autoscaling:launchconfiguration", "SSHSourceRestriction"),
    ("aws:autoscaling:launchconfiguration", "ImageId"),
    ("aws:autoscaling:launchconfiguration", "InstanceType"),
    ("aws:cloudformation:template:parameter", "*"),
    ("aws:elasticbeanstalk:environment", "ExternalExtensionsS3*"),
    ("aws:elasticbeanstalk:environment:process:*", "*"),
    ("aws:elasticbeanstalk:healthreporting:system", "SystemType"),
    ("aws:elasticbeanstalk:sns:topics", "Notification Topic ARN"),
    ("aws:elb:*", "SSLCertificateId"),
    ("aws:elb:*", "*SecurityGroup*"),
    ("aws:elbv2:*", "SSLCertificateArns"),
    ("aws:elbv2:loadbalancer", "AccessLogsS3Bucket"),
    ("aws:elbv2:loadbalancer", "ManagedSecurityGroup"),
    ("aws:elbv2:loadbalancer", "SecurityGroups"),
    ("aws:elbv2:loadbalancer", "SharedLoadBalancer"),
];

fn is_regional(namespace: &str, option: &str) -> bool {
    let fits = |pattern: &str, text: &str| match pattern.strip_suffix('*') {
        Some(inner) => match inner.strip_prefix('*') {
            Some(middle) => text.contains(middle),
            None => text.starts_with(inner),
        },
        None => pattern == text,
    };
    REGIONAL.iter().any(|(of, name)| fits(of, namespace) && fits(name, option))
}

pub(in crate::ready) fn settings(case: &Case<'_>) -> Judged {
    let options = both(|side| known(&case.of(side).options))?;
    for side in Side::BOTH {
        if options.of(side).status == "failed" {
            return fail(
                format!("the newest configuration of the {side}'s environment failed"),
                "see its events (aws elasticbeanstalk describe-events), and deploy a configuration that works",
            );
        }
    }
    let compared = both(|side| compared(case, side, options.of(side)))?;
    let names: BTreeSet<&(String, String)> = compared.primary.keys().chain(compared.standby.keys()).collect();
    let (mut missing, mut differ, mut variables) = (Vec::new(), Vec::new(), 0);
    for name in names {
        let (own, its) = (compared.primary.get(name), compared.standby.get(name));
        let variable = name.0 == VARIABLES;
        match (own, its) {
            (Some(own), Some(its)) if own.is_same(its) => {}
            // Endpoints and names of a region's own are in variables: their values may differ.
            (Some(_), Some(_)) if variable => variables += 1,
            (Some(_), None) if variable => missing.push(format!("variable {} only in the primary", name.1)),
            (None, Some(_)) if variable => missing.push(format!("variable {} only in the standby", name.1)),
            (own, its) => {
                let said =
                    |value: Option<&Value>| value.map_or("not set", |value| value.alike.as_str()).to_owned();
                differ.push(format!("{} {}: {} and {}", name.0, name.1, said(own), said(its)));
            }
        }
    }
    let mend = "set it in both: aws elasticbeanstalk update-environment --option-settings ...";
    if !missing.is_empty() {
        return fail(listed(missing), mend);
    }
    if !differ.is_empty() {
        return warn(listed(differ), mend);
    }
    let equal = compared.primary.len() - variables;
    pass(match variables {
        0 => format!("{equal} options are the same"),
        many => format!("{equal} options are the same; {many} variables have values of their own"),
    })
}

/// What an option is set to.
struct Value {
    own: String,
    /// The same with what names the region or the environment made the same.
    alike: String,
}

impl Value {
    /// A name of one region that both are set to is the same too.
    fn is_same(&self, other: &Value) -> bool {
        self.own == other.own || self.alike == other.alike
    }
}

/// The options to compare.
fn compared(
    case: &Case<'_>,
    side: Side,
    options: &EnvironmentOptions,
) -> Known<BTreeMap<(String, String), Value>> {
    let environment = part(&case.survey.found.regions.of(side).environment)?;
    let value = |own: &String| {
        let alike = own.replace(&environment.name, "ENVIRONMENT").replace(case.region(side), "REGION");
        Value { own: own.clone(), alike }
    };
    let kept = options.values.iter().filter(|((namespace, option), _)| !is_regional(namespace, option));
    Ok(kept.map(|(name, own)| (name.clone(), value(own))).collect())
}

pub(in crate::ready) fn health_reporting(case: &Case<'_>) -> Judged {
    let option = ("aws:elasticbeanstalk:healthreporting:system".to_owned(), "SystemType".to_owned());
    for side in Side::BOTH {
        let kind = known(&case.of(side).options)?.values.get(&option);
        match kind.map(String::as_str) {
            Some("enhanced") => {}
            None if !part(&case.survey.found.regions.of(side).environment)?.health.is_empty() => {}
            other => {
                return warn(
                    format!("the {side}'s environment reports its health as {}", other.unwrap_or("basic")),
                    "set aws:elasticbeanstalk:healthreporting:system SystemType to enhanced",
                );
            }
        }
    }
    pass("enhanced in both regions")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_region_must_have_of_its_own_is_left_out() {
        assert!(is_regional("aws:ec2:vpc", "Subnets"));
        assert!(is_regional("aws:elbv2:listener:443", "SSLCertificateArns"));
        assert!(is_regional("aws:elb:loadbalancer", "ManagedSecurityGroup"));
        assert!(!is_regional("aws:elbv2:listener:443", "Protocol"));
        assert!(!is_regional("aws:elasticbeanstalk:application:environment", "WORDPRESS_DB_NAME"));
        assert!(!is_regional("aws:elasticbeanstalk:command", "DeploymentPolicy"));
    }
}
