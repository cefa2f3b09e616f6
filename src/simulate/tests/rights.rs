//! Each drill under its own policy: it passes, and without any one statement it is refused with nothing touched.

use std::collections::BTreeSet;

use super::*;
use crate::{
    drill::model::PerSide,
    plan::{
        self, Ground,
        policy::{self, Document, Statement},
    },
    simulate::stage::Surroundings,
};

const DRILLS: [&str; 3] = ["rehearsal", "seoul-outage", "seoul-lost"];

fn stage() -> Stage {
    let start = "2026-11-22T03:00:00Z".parse().unwrap();
    Stage::new(World::reference(1, start), 1)
}

/// What the drill's own policy says.
fn statements(name: &str) -> Vec<Statement> {
    let mut loaded = (*drill(name)).clone();
    loaded.drill.deployment.check_rights = false;
    let deployment = loaded.drill.deployment.clone();
    let prepared = async move |around: Arc<Surroundings>| {
        let aws = around.aws(&loaded.drill.deployment);
        let (net, clock) = (around.net.clone(), around.clock);
        let ground = Ground { aws: &aws, net, clock, on_this_machine: false, principal: None };
        plan::prepare(&loaded.drill, ground)
            .await
            .map(|prepared| prepared.needs)
            .map_err(|why| why.to_string())
    };
    let (_, _, ended) = stage().live(None, None, prepared).unwrap();
    let Ended::OfItself(Ok(needs)) = ended else { panic!("{name}: {ended:?}") };
    let region = |side: &crate::drill::model::RegionOf| side.region.clone();
    let regions = PerSide {
        primary: region(&deployment.regions.primary),
        standby: region(&deployment.regions.standby),
    };
    policy::statements(&needs, &regions, deployment.allow.as_ref())
}

/// How a run goes when these statements alone allow anything, and what it leaves: the configuration that is not as
/// before, and files.
fn under(name: &str, statements: &[Statement]) -> (Played, Vec<String>, bool) {
    let folder = tempfile::tempdir().unwrap();
    let mut stage = stage();
    let document = Document { name: name.to_owned(), statements: statements.to_vec() };
    stage.world().enforce(&document.json()).unwrap();
    let before = stage.world().configuration();
    let place = Place { reports: folder.path().to_owned(), command: vec![], salt: 1, bare: false };
    let (mut stage, _, ended) =
        stage.live(None, None, |around| play::run(around, drill(name), place)).unwrap();
    let Ended::OfItself(played) = ended else { panic!("{name}: {ended:?}") };
    stage.pass(std::time::Duration::from_secs(30 * 60));
    let after: BTreeSet<String> = stage.world().configuration();
    let changed = before.symmetric_difference(&after).cloned().collect();
    (played, changed, fs::read_dir(folder.path()).unwrap().next().is_some())
}

#[test]
fn each_drill_passes_under_its_own_policy() {
    for name in DRILLS {
        let (played, changed, _) = under(name, &statements(name));
        let Played::Ended(ending) = played else { panic!("{name}: {played:?}") };
        assert_eq!(ending.state.finished().unwrap().exit_code, 0, "{name}: {ending:?}");
        assert_eq!(changed, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn without_any_one_statement_a_drill_is_refused_with_nothing_touched() {
    for name in DRILLS {
        let all = statements(name);
        assert!(all.len() > 10, "{name}: {all:#?}");
        for left_out in 0..all.len() {
            let mut less = all.clone();
            let gone = less.remove(left_out);
            let (played, changed, journal) = under(name, &less);
            let Played::Refused(why) = played else { panic!("{name} without {}: {played:?}", gone.sid) };
            let told = gone.action.iter().any(|action| why.contains(action)) || why.contains("may see");
            assert!(told, "{name} without {}: {why}", gone.sid);
            assert_eq!(changed, Vec::<String>::new(), "{name} without {}", gone.sid);
            assert!(!journal, "{name} without {}: a run began", gone.sid);
        }
    }
}

/// No statement allows any action of a kind, and `*` stands only for what AWS cannot narrow.
#[test]
fn no_statement_is_wider_than_it_must_be() {
    // Service Authorization Reference: actions without a resource type.
    let unnarrowed = [
        "cloudwatch:GetMetricData",
        "cloudwatch:ListMetrics",
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
        "route53:ListHostedZones",
    ];
    for name in DRILLS {
        for one in statements(name) {
            assert!(one.action.iter().all(|action| !action.contains('*')), "{one:?}");
            for resource in &one.resource {
                // Rules that do not exist yet have no id; breadcrumbs are written in parts.
                let open =
                    resource.ends_with(":security-group-rule/*") || resource.ends_with("/breadcrumb/*");
                match resource.as_str() {
                    "*" => {
                        assert!(one.action.iter().all(|action| unnarrowed.contains(action)), "{one:?}");
                        let global = one.action == ["route53:ListHostedZones"];
                        assert_eq!(one.condition.is_empty(), global, "a region narrows it: {one:?}");
                    }
                    arn => assert!(open || !arn.contains('*'), "{one:?}"),
                }
            }
        }
    }
}
