//! Statement: needs as statements of IAM: what is called alike is allowed together.
//! Invariant: the same needs give the same statements, in the same order; each has a name and a reason of its own; none
//! allows an action on a resource, or from a region, for which there is no need.
//! Not here: documents and their size (see `document`).
//! Used by: cli, rights' tests.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::need::{Need, Part, Subject, service};
use crate::drill::model::{Deployment, PerSide, Tag};

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    /// Its name in the document.
    pub sid: String,
    /// `Allow`.
    pub effect: &'static str,
    /// The actions.
    pub action: Vec<&'static str>,
    /// ARNs, or `*`.
    pub resource: Vec<String>,
    /// Operator to key to values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub condition: Condition,
    /// Why it is there, in one line.
    #[serde(skip)]
    pub reason: &'static str,
    /// Which part it belongs to.
    #[serde(skip)]
    pub part: Part,
}

/// Operator to key to values.
pub type Condition = BTreeMap<&'static str, BTreeMap<String, Vec<String>>>;

/// What is needed of one action on one kind of resource.
#[derive(Default)]
struct Wanted {
    resources: BTreeSet<String>,
    regions: BTreeSet<String>,
    tag_keys: BTreeSet<String>,
}

/// Statements that allow these needs and nothing else. `allow` is the tag that what is changed must carry.
pub fn statements(needs: &[Need], regions: &PerSide<String>, allow: Option<&Tag>) -> Vec<Statement> {
    let mut wanted: BTreeMap<(Part, Subject, &'static str), Wanted> = BTreeMap::new();
    for need in needs {
        let own = wanted.entry((need.part(), need.subject, need.action)).or_default();
        own.resources.insert(need.resource.clone());
        own.regions.insert(regions.of(need.side).clone());
        own.tag_keys.extend(need.sends_tags.iter().cloned());
    }
    let mut alike: BTreeMap<_, Vec<&'static str>> = BTreeMap::new();
    for ((part, subject, action), own) in wanted {
        let service = service(action);
        let condition = condition(subject, service, &own, allow);
        let resources: Vec<String> = own.resources.into_iter().collect();
        alike.entry((part, subject, service, resources, condition)).or_default().push(action);
    }
    let mut used: BTreeMap<&'static str, usize> = BTreeMap::new();
    let made = alike.into_iter().map(|((part, subject, service, resource, condition), action)| {
        let (name, reason) = words(part, subject, service);
        let count = used.entry(name).or_default();
        *count += 1;
        let sid = if *count == 1 { name.to_owned() } else { format!("{name}{count}") };
        Statement { sid, effect: "Allow", action, resource, condition, reason, part }
    });
    made.collect()
}

/// What somebody needs who only assumes the deployment's roles; the roles need everything else.
pub fn assume(deployment: &Deployment) -> Option<Statement> {
    let regions = [&deployment.regions.primary, &deployment.regions.standby];
    let roles: BTreeSet<String> = regions.into_iter().filter_map(|region| region.role_arn.clone()).collect();
    (!roles.is_empty()).then(|| Statement {
        sid: "AssumeRoles".to_owned(),
        effect: "Allow",
        action: vec!["sts:AssumeRole"],
        resource: roles.into_iter().collect(),
        condition: Condition::new(),
        reason: "gets the credentials of the deployment's roles, which need everything else",
        part: Part::Read,
    })
}

/// What narrows a statement beside its ARNs.
fn condition(subject: Subject, service: &str, own: &Wanted, allow: Option<&Tag>) -> Condition {
    let values = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>();
    let one = |operator, key: String, values| BTreeMap::from([(operator, BTreeMap::from([(key, values)]))]);
    match subject {
        // An ARN that names a region needs no condition. Services with one place for all regions have none to name.
        Subject::Everything if service == "route53" => Condition::new(),
        Subject::Everything | Subject::GlobalCluster | Subject::Database => {
            one("StringEquals", "aws:RequestedRegion".into(), values(&own.regions))
        }
        Subject::SecurityGroup => match allow {
            Some(tag) => one("StringEquals", format!("aws:ResourceTag/{}", tag.key), vec![tag.value.clone()]),
            None => Condition::new(),
        },
        // New rules have no ids yet; which tags they may get is all that can be asked for.
        Subject::NewRules => one("ForAllValues:StringEquals", "aws:TagKeys".into(), values(&own.tag_keys)),
        _ => Condition::new(),
    }
}

/// A statement's name, and why it is there.
fn words(part: Part, subject: Subject, service: &str) -> (&'static str, &'static str) {
    match (part, subject, service) {
        (Part::Read, Subject::Everything, "ec2") => (
            "ReadInstancesAndGroups",
            "finds instances, security groups and their rules; AWS narrows these reads no further",
        ),
        (Part::Read, Subject::Everything, "elasticloadbalancing") => (
            "ReadBalancers",
            "finds balancers, and asks how their targets are; AWS narrows these reads no further",
        ),
        (Part::Read, Subject::Everything, "cloudwatch") => {
            ("ReadMetrics", "asks how far replication lags behind; AWS narrows these reads no further")
        }
        (Part::Read, Subject::Everything, "route53") => {
            ("FindTheZone", "finds the zone that holds the site's name; AWS narrows this read no further")
        }
        (Part::Read, Subject::Everything, "autoscaling") => {
            ("ReadScaling", "asks how many instances there may be")
        }
        (Part::Read, Subject::Everything, "codepipeline") => {
            ("FindPipelines", "finds the environments' pipelines")
        }
        (Part::Read, Subject::Everything, "ssm") => {
            ("ReadManagedInstances", "asks which instances operators can reach")
        }
        (Part::Read, Subject::Everything, _) => ("Read", "AWS narrows these reads no further"),
        (_, Subject::Environment, _) => {
            ("ReadEnvironments", "finds both environments, and asks how they are")
        }
        (_, Subject::GlobalCluster, _) => {
            ("ReadGlobalCluster", "asks where the writer is, and what is moving")
        }
        (_, Subject::Cluster, _) => ("ReadClusters", "finds each region's own cluster and its instances"),
        (_, Subject::Zone, _) => ("ReadZone", "finds the records that lead users to each region"),
        (Part::Read, Subject::HealthCheck, _) => ("ReadHealthChecks", "asks what Route 53's checkers see"),
        (_, Subject::Alarm, _) => ("ReadAlarms", "asks for the alarms that the drill waits for"),
        (Part::Read, Subject::Parameter, _) => (
            "ReadParameters",
            "looks for a lock, for what is outstanding, for the safety switch and a freeze",
        ),
        (_, Subject::Readiness, "acm") => {
            ("ReadCertificates", "asks how long the balancers' certificates last")
        }
        (_, Subject::Readiness, "cloudwatch") => ("ReadAllAlarms", "asks which alarms watch the deployment"),
        (_, Subject::Readiness, "codecommit") => {
            ("ReadBranches", "asks which revision both regions should have")
        }
        (_, Subject::Readiness, "codepipeline") => {
            ("ReadPipelines", "asks what each pipeline delivered last")
        }
        (_, Subject::Readiness, "ec2") => {
            ("ReadPrefixLists", "compares security groups that name prefix lists")
        }
        (_, Subject::Readiness, "rds") => {
            ("ReadDatabases", "compares instances and parameters of both clusters")
        }
        (_, Subject::Readiness, _) => ("ReadWebAcls", "compares what protects both balancers"),
        (_, Subject::Caller, _) => {
            ("AskForRights", "asks IAM, before anything is touched, whether all of this is allowed")
        }
        (_, Subject::SecurityGroup, _) => (
            "ChangeSecurityGroups",
            "closes the port and opens it again; no condition of IAM's can name the port",
        ),
        (_, Subject::Rule, _) => ("ChangeRules", "narrows these rules, and widens them again"),
        (_, Subject::NewRules, _) => {
            ("TagNewRules", "gives rules that are made again the tags that they had")
        }
        (_, Subject::Named, _) => ("ChangeRulesThatName", "AWS asks for what a changed rule names, too"),
        (_, Subject::Database, _) => ("MoveTheWriter", "moves the database's writer, and back"),
        (Part::Change, Subject::HealthCheck, _) => {
            ("HoldTraffic", "holds users in one region, and lets them go")
        }
        (Part::Change, Subject::Parameter, _) => {
            ("KeepInTheAccount", "keeps the lock and what restores everything, and takes both away again")
        }
        (Part::Change, Subject::Everything, _) => ("Change", "AWS narrows these no further"),
    }
}
