//! Settings: what a world decides that AWS does not publish, or that an account can have otherwise.
//! Invariant: a world file sets what it names; everything else is as the service's own file says.
//! Not here: which options a service has and what they mean (see each service's `settings`).
//! Used by: the blueprint; `World::build`.

use serde_json::{Value as Json, json};

use super::{
    World, acm, autoscaling, beanstalk, cloudwatch, codepipeline, dns, ec2, elb, iam, rates, rds, route53,
    ssm, waf,
};
use crate::{
    grammar::{
        Field, Kind, Shape,
        described::{OPTIONAL, described},
        rule::Rule,
    },
    text::nearest,
};

/// An option's name.
static OPTION: Rule = Rule {
    wants: "an option",
    pattern: "^[a-z0-9_]{1,64}$",
    check: |text| {
        let inside = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        match (1..=64).contains(&text.len()) && text.bytes().all(inside) {
            true => Ok(()),
            false => Err("small letters, digits and `_`: `rule_effective`".to_owned()),
        }
    },
};

/// Options with values of any kind: a number, a word, a duration (`10s`) or a range of durations (`500ms..5s`).
const OPTIONS: Kind = Kind::Map(&OPTION, &Kind::OneOrMany(&Kind::Plain));

/// A rate of calls.
static RATE: Shape = Shape {
    name: "rate",
    doc: "How many calls are let through.",
    fields: &[&[
        Field::required("burst", CALLS, "100", "How many calls can come at once."),
        Field::required("per_second", CALLS, "20", "How many more each second allows."),
    ]],
    any_of: &[],
};
const CALLS: Kind = Kind::Whole(1, 1_000_000);

described! {
    /// What a world decides that AWS does not publish, or that an account can have otherwise, by service and option.
    Settings / SETTINGS = "set of settings" {
        /// Certificates.
        acm: acm::Settings = OPTIONAL, OPTIONS, "{ issue_within_seconds: 180 }";
        /// Auto Scaling groups.
        autoscaling: autoscaling::Settings = OPTIONAL, OPTIONS, "{ launch: 60s..180s }";
        /// Elastic Beanstalk.
        beanstalk: beanstalk::settings::Settings = OPTIONAL, OPTIONS, "{ worsens: 60s..90s }";
        /// Metrics and alarms.
        cloudwatch: cloudwatch::settings::Settings = OPTIONAL, OPTIONS, "{ evaluated: 10s..30s }";
        /// Pipelines.
        codepipeline: codepipeline::settings::Settings = OPTIONAL, OPTIONS, "{ build: 60s..120s }";
        /// The resolver that users ask.
        dns: dns::Settings = OPTIONAL, OPTIONS, "{ overstaying_percent: 10 }";
        /// Networks and machines.
        ec2: ec2::settings::Settings = OPTIONAL, OPTIONS, "{ rule_effective: 500ms..5s }";
        /// Balancers.
        elb: elb::Settings = OPTIONAL, OPTIONS, "{ target_reported: 0s..5s }";
        /// Identities.
        iam: iam::Settings = OPTIONAL, OPTIONS, "{ enforce: true }";
        /// How many calls AWS lets through, by kind of call.
        rates: rates::Settings = OPTIONAL, Kind::Map(&OPTION, &Kind::Record(&RATE)), "{ route53: { burst: 5, per_second: 5 } }";
        /// Databases.
        rds: rds::settings::Settings = OPTIONAL, OPTIONS, "{ switchover: 20s..60s }";
        /// Health checks and DNS changes.
        route53: route53::Settings = OPTIONAL, OPTIONS, "{ in_sync: 5s..40s }";
        /// Systems Manager.
        ssm: ssm::Settings = OPTIONAL, OPTIONS, "{ ping_seconds: 300 }";
        /// Web ACLs.
        waf: waf::Settings = OPTIONAL, OPTIONS, "{ effective_within_seconds: 30 }";
    }
}

/// Why an option is refused.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::lab) enum Refused {
    /// The service has no such option; the nearest that it has, or all of them.
    Unknown(String),
    /// It cannot have this value, in a sentence.
    Value(String),
}

/// Why a service does not take this value for this option, if it does not.
pub(in crate::lab) fn refused(service: &str, option: &str, value: &Json) -> Option<Refused> {
    let alone = json!({ service: { option: value } });
    let message = serde_json::from_value::<Settings>(alone).err()?.to_string();
    let Some((_, known)) =
        message.split_once("unknown field").and_then(|(_, rest)| rest.split_once("expected"))
    else {
        return Some(Refused::Value(message));
    };
    // serde quotes each name: `a`, `b`.
    let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    Some(Refused::Unknown(match nearest(option, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the options of {service} are: {}", known.join(", ")),
    }))
}

impl World {
    /// Takes what the blueprint decides. Before any service starts.
    pub(super) fn take_settings(&mut self) {
        let own = self.blueprint.settings.clone();
        self.acm.settings = own.acm;
        self.autoscaling.settings = own.autoscaling;
        self.beanstalk.settings = own.beanstalk;
        self.cloudwatch.settings = own.cloudwatch;
        self.codepipeline.settings = own.codepipeline;
        self.resolver.settings = own.dns;
        self.ec2.settings = own.ec2;
        self.elb.settings = own.elb;
        self.iam.settings = own.iam;
        self.rates.settings = own.rates;
        self.rds.settings = own.rds;
        self.route53.settings = own.route53;
        self.ssm.settings = own.ssm;
        self.waf.settings = own.waf;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::world::{testing::changed, timings::Span};

    #[test]
    fn a_world_file_decides_what_aws_does_not_publish() {
        let settings = "settings:\n  ec2: { rule_effective: 2s, rules_per_group: 7, omitted_description: kept }\n  \
                        rates: { route53: { burst: 9, per_second: 3 } }\n  elb: { application_ports: [80, 8080] }\n  \
                        rds: { fence_times_out: true }\n\nregions:\n";
        let world = changed(&[("regions:\n", settings)]);
        assert_eq!(world.ec2.settings.rule_effective, Span::secs(2, 2));
        assert_eq!(world.ec2.settings.rules_per_group, 7);
        assert_eq!(world.ec2.settings.omitted_description, ec2::settings::OmittedDescription::Kept);
        assert_eq!(world.elb.settings.application_ports, [80, 8080]);
        assert_eq!(world.rates.settings.route53.burst.get(), 9);
        assert_eq!(world.rates.settings.iam, rates::Settings::default().iam);
        assert!(world.rds.settings.fence_times_out);
    }

    #[test]
    fn what_a_service_does_not_take_is_told_with_the_nearest_name() {
        assert_eq!(refused("ec2", "rule_effective", &json!("1s..2s")), None);
        let near = "did you mean `rule_effective`?".to_owned();
        assert_eq!(refused("ec2", "rule_efective", &json!("1s")), Some(Refused::Unknown(near)));
        let Some(Refused::Unknown(all)) = refused("ssm", "xyz", &json!(1)) else { panic!("known") };
        assert_eq!(all, "the options of ssm are: ping_seconds, agent_version");
        let Some(Refused::Value(why)) = refused("ec2", "rule_effective", &json!("5s..1s")) else {
            panic!("taken")
        };
        assert!(why.contains("ends before it begins"), "{why}");
    }
}
