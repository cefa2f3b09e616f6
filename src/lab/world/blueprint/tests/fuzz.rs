//! Worlds that nobody would write, built and asked when their file is accepted.

use std::sync::{Arc, LazyLock};

use jiff::{SignedDuration, Timestamp};

use super::{REFERENCE, read_text};
use crate::{
    diagnostic::{
        Problems, SourceFile,
        render::{self, Paint},
        yaml,
    },
    fuzz::{Held, Parts, Property, Rng, doc::Doc, ensure, large, mutate, texts, timed},
    lab::world::{
        World,
        call::{Service, Tree},
        dns::{DnsKind, DnsQuestion},
        testing,
    },
};

static CORPUS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let good = [REFERENCE.as_bytes().to_vec(), SMALL.as_bytes().to_vec(), SMALL.as_bytes().to_vec()];
    good.into_iter().cycle().take(30).chain(texts("tests/worlds", "yaml")).collect()
});

/// Few lines of each part that a world file has, so that one change meets something that matters.
const SMALL: &str = "\
world: shop
account: \"444455556666\"
regions:
  - region: eu-west-1
    vpcs:
      - name: main
        cidr: 10.30.0.0/16
        subnets:
          - { name: public-a, zone: a, cidr: 10.30.0.0/24, public: true }
          - { name: private-a, zone: a, cidr: 10.30.2.0/24 }
    environments:
      - name: shop
        application: shop
        vpc: main
        balancer: { subnets: [public-a] }
        instances: { subnets: [private-a] }
zones:
  - zone: shop.example
    records:
      - { name: shop.example, environment: shop }
";

fn tree(text: &[u8]) -> Option<Doc> {
    let mut problems = Problems::new();
    let text = String::from_utf8(text.to_vec()).ok()?;
    let file = problems.add_file(SourceFile { path: "a.yaml".to_owned(), text });
    let tree = yaml::read_up_to(yaml::MANY_NODES, file, &mut problems)?;
    (!problems.has_errors()).then(|| Doc::from(&tree))
}

fn make(rng: &mut Rng) -> Parts {
    let mut text = rng.one(&CORPUS).clone();
    let other = rng.one(&CORPUS);
    match (rng.below(20), tree(&text)) {
        (0, _) => text = rng.bytes(400),
        (1..14, Some(mut doc)) => {
            doc.mutate(rng, &tree(other).unwrap_or(Doc::Plain(String::new())));
            text = if rng.once_in(2) { doc.yaml() } else { doc.json() }.into_bytes();
        }
        _ => mutate::any(rng, &mut text, other),
    }
    vec![text]
}

fn check(parts: &[Vec<u8>]) -> Held {
    let text = String::from_utf8_lossy(&parts[0]);
    let world = match read_text("a.yaml", &text) {
        Ok(world) => world,
        Err(problems) => return refused(&problems),
    };
    if let Some(doc) = tree(text.as_bytes()) {
        let again = read_text("a.yaml", &doc.yaml()).map_err(|problems| {
            format!("printed anew, it is refused: {}", render::text(&problems, Paint::Plain))
        })?;
        ensure!(format!("{again:?}") == format!("{world:?}"), "printed anew, it is another world");
    }
    // Building takes longer than all the rest: not for every input, and the text decides for which.
    if text.len().is_multiple_of(4) { lives(world) } else { Ok(()) }
}

fn refused(problems: &Problems) -> Held {
    ensure!(problems.has_errors(), "refused without a word");
    for problem in problems.sorted() {
        for place in problem.place.iter().chain(problem.others.iter().map(|(place, _)| place)) {
            let text = &problems.file(place.file).text;
            let span = place.span;
            ensure!(
                text.get(span.start..span.end).is_some(),
                "{} is at {span:?}: not in the text",
                problem.code
            );
        }
        ensure!(!problem.code.ends_with("::bug"), "{}: {}", problem.code, problem.message);
    }
    let shown = render::text(problems, Paint::Plain);
    ensure!(!shown.contains(['\u{1b}', '\u{0}', '\u{202e}']), "what is shown moves the terminal: {shown:?}");
    Ok(())
}

/// An accepted world is built, lives for a few minutes, and answers.
fn lives(blueprint: super::Blueprint) -> Held {
    let region = blueprint.regions.first().map_or_else(String::new, |region| region.region.clone());
    let names: Vec<String> =
        blueprint.zones.iter().flat_map(|zone| &zone.records).map(|record| record.name.clone()).collect();
    let start = Timestamp::from_second(1_790_000_000).unwrap_or_default();
    let mut world = World::build(Arc::new(blueprint), 7, start);
    world.set_unlimited(true);
    world.advance(start + SignedDuration::from_mins(10));
    let asks = [
        (Service::Ec2, "DescribeInstances"),
        (Service::Ec2, "DescribeSecurityGroupRules"),
        (Service::Elb, "DescribeLoadBalancers"),
        (Service::Beanstalk, "DescribeEnvironments"),
        (Service::Rds, "DescribeGlobalClusters"),
        (Service::Route53, "ListHostedZones"),
        (Service::CloudWatch, "DescribeAlarms"),
        (Service::CodePipeline, "ListPipelines"),
    ];
    for (service, operation) in asks {
        let reply = testing::call(&mut world, service, operation, &region, &[]);
        ensure!(matches!(reply, Ok(Tree::Map(_))), "{operation}: {reply:?}");
    }
    for name in names {
        let question = DnsQuestion { name, kind: DnsKind::A, recursive: true };
        world.resolve(world.now(), &question);
    }
    Ok(())
}

#[test]
fn worlds_that_nobody_would_write() {
    Property { test: "worlds_that_nobody_would_write", short: 120, make: &make, check: &check }.hold();
}

/// Files as large as they may be, each of very many parts that have to be compared with each other.
fn large_texts() -> Vec<(&'static str, String)> {
    let size = large(250 * 1024);
    let with = |from: &str, line: &dyn Fn(usize) -> String| {
        let (before, after) = SMALL.split_once(from).unwrap_or_default();
        let mut text = format!("{before}{from}");
        (0..)
            .map(line)
            .take_while(|line| {
                let fits = text.len() + line.len() + after.len() < size;
                if fits {
                    text += line;
                }
                fits
            })
            .for_each(drop);
        text + after
    };
    let subnet = |n: usize| {
        format!("          - {{ name: s{n}, zone: a, cidr: 10.30.{}.{}/28 }}\n", n / 16 % 256, n % 16 * 16)
    };
    let record = |n: usize| format!("      - {{ name: r{n}.shop.example, values: [192.0.2.1] }}\n");
    let zone = |n: usize| format!("  - {{ zone: z{n}.example }}\n");
    let network = |n: usize| format!("      - {{ name: n{n}, cidr: 10.{}.0.0/16 }}\n", n % 256);
    let unknown = |n: usize| format!("      - {{ name: r{n}.shop.example, environment: shob }}\n");
    vec![
        ("subnets", with("subnets:\n", &subnet)),
        ("records", with("records:\n", &record)),
        ("zones", with("zones:\n", &zone)),
        ("networks", with("vpcs:\n", &network)),
        ("names that are not there", with("records:\n", &unknown)),
        (
            "tags",
            with("account: \"444455556666\"\n", &|n| {
                format!("{}  t{n}: a\n", if n == 0 { "tags:\n" } else { "" })
            }),
        ),
    ]
}

#[test]
fn worlds_as_large_as_they_may_be() {
    for (name, text) in large_texts() {
        let read = timed(name, || read_text("a.yaml", &text));
        match read {
            Ok(world) => timed("  built", || lives(world)),
            Err(problems) => timed("  shown", || refused(&problems)),
        }
        .unwrap_or_else(|why| panic!("{name}: {why}"));
    }
}
