//! Options: the configuration options that environments have, with their defaults and limits.
//! Invariant: as the Beanstalk guide's general options list them; the selection is that of a load-balanced web server.
//! Not here: options of worker tiers, classic balancers and other platforms than PHP.
//! Used by: `configuration`, `change`.

use super::model::Options;
use crate::lab::world::call::Tree;

/// What values an option takes.
#[derive(Debug, Clone, Copy)]
enum Values {
    /// Any text.
    Text,
    /// A list of texts with commas.
    List,
    /// A whole number within limits.
    Number(i64, i64),
    /// One of these.
    One(&'static [&'static str]),
}

/// What a change of an option does to a running environment.
#[derive(Debug, Clone, Copy)]
enum Severity {
    /// Nothing is interrupted.
    None,
    /// The application server restarts.
    Restart,
    /// The environment restarts.
    Environment,
}

/// Namespace, name, default, what a change does, values.
type Row = (&'static str, &'static str, Option<&'static str>, Severity, Values);

const BOOL: Values = Values::One(&["true", "false"]);
const ASG: &str = "aws:autoscaling:asg";
const LAUNCH: &str = "aws:autoscaling:launchconfiguration";
const TRIGGER: &str = "aws:autoscaling:trigger";
const ROLLING: &str = "aws:autoscaling:updatepolicy:rollingupdate";
const VPC: &str = "aws:ec2:vpc";
const APPLICATION: &str = "aws:elasticbeanstalk:application";
const COMMAND: &str = "aws:elasticbeanstalk:command";
const ENVIRONMENT: &str = "aws:elasticbeanstalk:environment";
/// The namespace of the default process.
pub(super) const PROCESS: &str = "aws:elasticbeanstalk:environment:process:default";
const HEALTH: &str = "aws:elasticbeanstalk:healthreporting:system";
const MANAGED: &str = "aws:elasticbeanstalk:managedactions";
const BALANCER: &str = "aws:elbv2:loadbalancer";
const PHP: &str = "aws:elasticbeanstalk:container:php:phpini";

use Severity::{Environment as Anew, None as Nothing, Restart};
use Values::{List, Number, One, Text};

const ROWS: [Row; 56] = [
    (ASG, "Availability Zones", Some("Any"), Nothing, One(&["Any", "Any 1", "Any 2", "Any 3"])),
    (ASG, "Cooldown", Some("360"), Nothing, Number(0, 10_000)),
    (ASG, "EnableCapacityRebalancing", Some("false"), Nothing, BOOL),
    (ASG, "MaxSize", Some("4"), Nothing, Number(1, 10_000)),
    (ASG, "MinSize", Some("1"), Nothing, Number(1, 10_000)),
    (LAUNCH, "DisableIMDSv1", Some("true"), Anew, BOOL),
    (LAUNCH, "EC2KeyName", None, Anew, Text),
    (LAUNCH, "IamInstanceProfile", None, Anew, Text),
    (LAUNCH, "InstanceType", Some("t3.micro"), Anew, Text),
    (LAUNCH, "MonitoringInterval", Some("5 minute"), Nothing, One(&["1 minute", "5 minute"])),
    (LAUNCH, "SSHSourceRestriction", Some("tcp,22,22,0.0.0.0/0"), Nothing, Text),
    (LAUNCH, "SecurityGroups", None, Nothing, List),
    (TRIGGER, "BreachDuration", Some("5"), Nothing, Number(1, 600)),
    (TRIGGER, "LowerThreshold", Some("2000000"), Nothing, Number(0, i64::MAX)),
    (TRIGGER, "MeasureName", Some("NetworkOut"), Nothing, Text),
    (TRIGGER, "UpperThreshold", Some("6000000"), Nothing, Number(0, i64::MAX)),
    (ROLLING, "RollingUpdateEnabled", Some("false"), Nothing, BOOL),
    (ROLLING, "RollingUpdateType", Some("Time"), Nothing, One(&["Time", "Health", "Immutable"])),
    (VPC, "AssociatePublicIpAddress", None, Anew, BOOL),
    (VPC, "ELBScheme", Some("public"), Anew, One(&["public", "internal"])),
    (VPC, "ELBSubnets", None, Anew, List),
    (VPC, "Subnets", None, Anew, List),
    (VPC, "VPCId", None, Anew, Text),
    (APPLICATION, "Application Healthcheck URL", Some("/"), Nothing, Text),
    (COMMAND, "BatchSize", Some("100"), Nothing, Number(1, 10_000)),
    (COMMAND, "BatchSizeType", Some("Percentage"), Nothing, One(&["Percentage", "Fixed"])),
    (
        COMMAND,
        "DeploymentPolicy",
        Some("AllAtOnce"),
        Nothing,
        One(&["AllAtOnce", "Rolling", "RollingWithAdditionalBatch", "Immutable", "TrafficSplitting"]),
    ),
    (COMMAND, "IgnoreHealthCheck", Some("false"), Nothing, BOOL),
    (COMMAND, "Timeout", Some("600"), Nothing, Number(1, 3600)),
    (ENVIRONMENT, "EnvironmentType", Some("LoadBalanced"), Anew, One(&["LoadBalanced", "SingleInstance"])),
    (ENVIRONMENT, "LoadBalancerType", Some("application"), Anew, One(&["classic", "application", "network"])),
    (ENVIRONMENT, "LoadBalancerIsShared", Some("false"), Anew, BOOL),
    (ENVIRONMENT, "ServiceRole", None, Nothing, Text),
    (PROCESS, "DeregistrationDelay", Some("20"), Nothing, Number(0, 3600)),
    (PROCESS, "HealthCheckInterval", Some("15"), Nothing, Number(5, 300)),
    (PROCESS, "HealthCheckPath", Some("/"), Nothing, Text),
    (PROCESS, "HealthCheckTimeout", Some("5"), Nothing, Number(2, 60)),
    (PROCESS, "HealthyThresholdCount", Some("3"), Nothing, Number(2, 10)),
    (PROCESS, "MatcherHTTPCode", Some("200"), Nothing, Text),
    (PROCESS, "Port", Some("80"), Nothing, Number(1, 65_535)),
    (PROCESS, "Protocol", Some("HTTP"), Nothing, One(&["HTTP", "HTTPS"])),
    (PROCESS, "StickinessEnabled", Some("false"), Nothing, BOOL),
    (PROCESS, "UnhealthyThresholdCount", Some("5"), Nothing, Number(2, 10)),
    (HEALTH, "ConfigDocument", None, Nothing, Text),
    (HEALTH, "EnhancedHealthAuthEnabled", Some("true"), Nothing, BOOL),
    (
        HEALTH,
        "HealthCheckSuccessThreshold",
        Some("Ok"),
        Nothing,
        One(&["Ok", "Warning", "Degraded", "Severe"]),
    ),
    (HEALTH, "SystemType", Some("enhanced"), Nothing, One(&["basic", "enhanced"])),
    (MANAGED, "ManagedActionsEnabled", Some("false"), Nothing, BOOL),
    (MANAGED, "PreferredStartTime", None, Nothing, Text),
    (BALANCER, "AccessLogsS3Enabled", Some("false"), Nothing, BOOL),
    (BALANCER, "IdleTimeout", None, Nothing, Number(1, 3600)),
    (BALANCER, "ManagedSecurityGroup", None, Nothing, Text),
    (BALANCER, "SecurityGroups", None, Nothing, List),
    (PHP, "document_root", Some("/"), Restart, Text),
    (PHP, "memory_limit", Some("256M"), Restart, Text),
    (PHP, "max_execution_time", Some("60"), Restart, Number(0, 3600)),
];

/// The namespaces in which any name goes: variables of the application, listeners and rules by their own names.
const OPEN: [&str; 4] = [
    "aws:elasticbeanstalk:application:environment",
    "aws:elbv2:listener:",
    "aws:elbv2:listenerrule:",
    "aws:elasticbeanstalk:environment:process:",
];

/// What an option is that was not set.
pub(super) fn defaults() -> Options {
    let own = ROWS.iter().filter_map(|(space, name, value, ..)| {
        Some((((*space).to_owned(), (*name).to_owned()), (*value)?.to_owned()))
    });
    own.collect()
}

/// Why an option cannot be set so, in AWS's words; `None` if it can.
pub(super) fn problem(space: &str, name: &str, value: &str) -> Option<String> {
    let named = format!("(Namespace: '{space}', OptionName: '{name}')");
    let Some(row) = ROWS.iter().find(|row| row.0 == space && row.1 == name) else {
        let open = OPEN.iter().any(|open| space == *open || open.ends_with(':') && space.starts_with(open));
        let known = open && space != PROCESS;
        return (!known)
            .then(|| format!("Invalid option specification {named}: Unknown configuration setting."));
    };
    let invalid = |why: String| Some(format!("Invalid option value: '{value}' {named}: {why}"));
    match row.4 {
        Text | List => None,
        One(all) if all.contains(&value) => None,
        One(all) => invalid(format!("Value is not one of the allowed values: [{}]", all.join(", "))),
        Number(low, high) => match value.parse::<i64>() {
            Ok(number) if number < low => invalid(format!("Value is less than minimum allowed value: {low}")),
            Ok(number) if number > high => {
                invalid(format!("Value is greater than maximum allowed value: {high}"))
            }
            Ok(_) => None,
            Err(_) => invalid("Value is not a number.".to_owned()),
        },
    }
}

/// The options as AWS describes them; all of them if none is asked for.
pub(super) fn trees(asked: &[(String, String)]) -> Vec<Tree> {
    let wanted = |row: &&Row| {
        let is = |(space, name): &(String, String)| {
            (space.is_empty() || space == row.0) && (name.is_empty() || name == row.1)
        };
        asked.is_empty() || asked.iter().any(is)
    };
    ROWS.iter().filter(wanted).map(tree).collect()
}

fn tree((space, name, value, severity, values): &Row) -> Tree {
    let severity = match severity {
        Nothing => "NoInterruption",
        Restart => "RestartApplicationServer",
        Anew => "RestartEnvironment",
    };
    let (low, high) = match values {
        Number(low, high) => (Some(*low), Some(*high).filter(|high| *high < i64::from(i32::MAX))),
        Text | List | One(_) => (None, None),
    };
    let choices = match values {
        One(all) => Tree::list("member", all.iter().map(|one| Tree::Text((*one).to_owned()))),
        Text | List | Number(..) => None,
    };
    let kind = match values {
        List => "List",
        Text | Number(..) | One(_) => "Scalar",
    };
    Tree::map([
        ("Namespace", Tree::text(*space)),
        ("Name", Tree::text(*name)),
        ("DefaultValue", value.and_then(Tree::text)),
        ("ChangeSeverity", Tree::text(severity)),
        ("UserDefined", Some(Tree::Bool(false))),
        ("ValueType", Tree::text(kind)),
        ("ValueOptions", choices),
        ("MinValue", low.map(Tree::Int)),
        ("MaxValue", high.map(Tree::Int)),
    ])
}
