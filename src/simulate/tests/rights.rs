//! Each drill under its own policy: it passes, and without any one statement it is refused with nothing touched.

use std::collections::BTreeSet;

use super::*;
use crate::{
    drill::model::{PerSide, SourceText},
    lab::world::blueprint::read::{REFERENCE, read_text},
    plan::{
        self, Ground,
        policy::{self, Document, Statement},
    },
    simulate::stage::Surroundings,
};

const DRILLS: [&str; 3] = ["rehearsal", "seoul-outage", "seoul-lost"];

/// A drill, and the world that it is in.
#[derive(Clone)]
struct Bed {
    drill: Arc<LoadedDrill>,
    world: Arc<Blueprint>,
}

impl Bed {
    fn of(name: &str) -> Bed {
        Bed { drill: drill(name), world: Blueprint::reference() }
    }

    /// The drill with `this` in place of `that`.
    fn with(self, that: &str, this: &str) -> Bed {
        let mut files: Vec<SourceText> = self.drill.files.clone();
        assert!(files[0].text.contains(that), "{that}");
        files[0].text = files[0].text.replacen(that, this, 1);
        let drill = reader::load_text(&files).unwrap_or_else(|problems| panic!("{problems}"));
        Bed { drill: Arc::new(drill), ..self }
    }

    /// The world with one more rule of the primary's instances.
    fn with_rule(self, rule: &str) -> Bed {
        let after = "            - { port: 22, from: seoul-bastion, description: SSH from the bastion }\n";
        let text = REFERENCE.replacen(after, &format!("{after}            - {rule}\n"), 1);
        let world = read_text("world.yaml", &text).unwrap_or_else(|problems| panic!("{problems}"));
        Bed { world: Arc::new(world), ..self }
    }

    fn stage(&self) -> Stage {
        let start = "2026-11-22T03:00:00Z".parse().unwrap();
        Stage::new(World::build(self.world.clone(), 1, start), 1)
    }
}

/// What the drill's own policy says.
fn statements(bed: &Bed) -> Vec<Statement> {
    let mut loaded = (*bed.drill).clone();
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
    let (_, _, ended) = bed.stage().live(None, None, prepared).unwrap();
    let Ended::OfItself(Ok(needs)) = ended else { panic!("{ended:?}") };
    let region = |side: &crate::drill::model::RegionOf| side.region.clone();
    let regions = PerSide {
        primary: region(&deployment.regions.primary),
        standby: region(&deployment.regions.standby),
    };
    policy::statements(&needs, &regions, deployment.allow.as_ref())
}

/// How a run goes when these statements alone allow anything, and what it leaves: the configuration that is not as
/// before, and files.
fn under(bed: &Bed, statements: &[Statement]) -> (Played, Vec<String>, bool) {
    let folder = tempfile::tempdir().unwrap();
    let mut stage = bed.stage();
    let document = Document { name: bed.drill.drill.name.clone(), statements: statements.to_vec() };
    stage.world().enforce(&document.json()).unwrap();
    let before = stage.world().configuration();
    let place = Place { reports: folder.path().to_owned(), command: vec![], salt: 1, bare: false };
    let (mut stage, _, ended) =
        stage.live(None, None, |around| play::run(around, bed.drill.clone(), place)).unwrap();
    let Ended::OfItself(played) = ended else { panic!("{ended:?}") };
    stage.pass(std::time::Duration::from_secs(30 * 60));
    let after: BTreeSet<String> = stage.world().configuration();
    let changed = before.symmetric_difference(&after).cloned().collect();
    (played, changed, fs::read_dir(folder.path()).unwrap().next().is_some())
}

/// The bed's drill passes under these statements, and leaves everything as it was.
#[track_caller]
fn passes(name: &str, bed: &Bed, statements: &[Statement]) {
    let (played, changed, _) = under(bed, statements);
    let Played::Ended(ending) = played else { panic!("{name}: {played:?}") };
    assert_eq!(ending.state.finished().unwrap().exit_code, 0, "{name}: {ending:?}");
    assert_eq!(changed, Vec::<String>::new(), "{name}");
}

#[test]
fn each_drill_passes_under_its_own_policy() {
    for name in DRILLS {
        let bed = Bed::of(name);
        passes(name, &bed, &statements(&bed));
    }
}

/// AWS asks for the group that a narrowed rule lets in as well, whose tags nobody has read: EC2's dry run tells.
#[test]
fn a_port_that_is_narrowed_passes_under_its_own_policy() {
    let bed = Bed::of("seoul-outage").with("method: revoke  ", "method: narrow  ");
    passes("narrowed", &bed, &statements(&bed));
}

/// A policy may allow the tags of one rule and not those of another: both are asked for before anything is touched.
#[test]
fn tags_that_may_not_be_put_back_refuse_the_run_whichever_rule_has_them() {
    let bed = Bed::of("seoul-outage").with_rule("{ port: 80, from: 10.10.0.0/16, tags: { zeta: one } }");
    let all = statements(&bed);
    passes("all tags", &bed, &all);
    let keys = ["Name", "owner", "zeta"];
    for kept in [&keys[..2], &keys[2..]] {
        let mut less = all.clone();
        let mut cut = 0;
        for values in less.iter_mut().flat_map(|one| one.condition.values_mut()) {
            let Some(own) = values.get_mut("aws:TagKeys") else { continue };
            assert_eq!(*own, keys, "every key is allowed");
            *own = kept.iter().map(|&key| key.to_owned()).collect();
            cut += 1;
        }
        assert!(cut > 0);
        let (played, changed, journal) = under(&bed, &less);
        let Played::Refused(why) = played else { panic!("{kept:?}: {played:?}") };
        assert!(why.contains("ec2:CreateTags"), "{kept:?}: {why}");
        assert_eq!((changed, journal), (Vec::new(), false), "{kept:?}");
    }
}

#[test]
fn without_any_one_statement_a_drill_is_refused_with_nothing_touched() {
    for name in DRILLS {
        let bed = Bed::of(name);
        let all = statements(&bed);
        assert!(all.len() > 10, "{name}: {all:#?}");
        for left_out in 0..all.len() {
            let mut less = all.clone();
            let gone = less.remove(left_out);
            let (played, changed, journal) = under(&bed, &less);
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
        for one in statements(&Bed::of(name)) {
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
