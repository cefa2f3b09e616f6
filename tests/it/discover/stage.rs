//! A world in memory and somebody who discovers in it: no sockets, no time.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use firedrill::{
    aws::{Aws, AwsSettings, Broken, StaticCredentials, Transport},
    clock::Clock,
    discover::{
        ask::{Ask, Nobody, Question},
        facts::{Asked, Facts, Wanted},
        outcome::{Outcome, outcome},
        read,
        tree::{Node, State},
    },
    drill::model::{PerSide, RegionOf, Side, Url},
    lab::{
        InMemory, Unanswered,
        world::{
            World,
            blueprint::read::{REFERENCE, read_text},
            call::{Call, Params, Service, Tree},
            reference,
        },
    },
};

/// The AWS names of the reference's regions.
pub(super) const SEOUL: &str = "ap-northeast-2";
pub(super) const TOKYO: &str = "ap-northeast-1";

/// The reference world with all of these stretches of its file changed.
pub(super) fn changed(changes: &[(&str, &str)]) -> World {
    let mut text = REFERENCE.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    of(&text)
}

/// The world of a file.
pub(super) fn of(text: &str) -> World {
    let blueprint = read_text("test.yaml", text).unwrap_or_else(|problems| panic!("{problems}"));
    World::build(Arc::new(blueprint), 7, "2026-11-22T12:00:00Z".parse().unwrap())
}

/// A call of somebody who sets the world up.
pub(super) fn set_up(world: &mut World, service: Service, operation: &str, params: &[(&str, &str)]) {
    set_up_in(world, "us-east-1", service, operation, params);
}

/// The same in a region, with what it answered.
pub(super) fn set_up_in(
    world: &mut World,
    region: &str,
    service: Service,
    operation: &str,
    params: &[(&str, &str)],
) -> Tree {
    let params = Params::new(params.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    let (operation, region) = (operation.to_owned(), region.to_owned());
    let access_key = reference::ACCESS_KEY.to_owned();
    let now = world.now();
    let call = Call { service, operation, region, access_key, params };
    world.handle(now, &call).unwrap_or_else(|fault| panic!("{call:?}: {fault:?}"))
}

/// Every text of an answer that begins so, in order.
pub(super) fn texts(tree: &Tree, begins: &str) -> Vec<String> {
    match tree {
        Tree::Text(text) if text.starts_with(begins) => vec![text.clone()],
        Tree::List(_, all) => all.iter().flat_map(|one| texts(one, begins)).collect(),
        Tree::Map(all) => all.iter().flat_map(|(_, one)| texts(one, begins)).collect(),
        _ => Vec::new(),
    }
}

/// Lets the record of a region lead to a load balancer by its name.
pub(super) fn lead_to(world: &mut World, side: Side, balancer: &str) {
    let seen = look(changed(&[]), &asked());
    let zone = seen.facts.site.found().unwrap().zone.id.clone();
    let own = &seen.facts.sides.of(side).record.found().unwrap().record;
    let (alias, set, role) =
        (own.alias.as_ref().unwrap(), own.set_identifier.clone().unwrap(), own.failover.clone().unwrap());
    let check = own.health_check.clone().unwrap();
    let of = |field: &str| format!("ChangeBatch.Changes.1.ResourceRecordSet.{field}");
    let params = [
        ("Id".to_owned(), zone.as_str()),
        ("ChangeBatch.Changes.1.Action".to_owned(), "UPSERT"),
        (of("Name"), "www.example.com"),
        (of("Type"), "A"),
        (of("SetIdentifier"), set.as_str()),
        (of("Failover"), role.as_str()),
        (of("HealthCheckId"), check.as_str()),
        (of("AliasTarget.HostedZoneId"), alias.zone.as_str()),
        (of("AliasTarget.DNSName"), balancer),
        (of("AliasTarget.EvaluateTargetHealth"), "true"),
    ];
    let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    set_up(world, Service::Route53, "ChangeResourceRecordSets", &params);
}

/// What the reference's user types.
pub(super) fn asked() -> Asked {
    let region = |name: &str| RegionOf {
        region: name.to_owned(),
        environment: String::new(),
        role_arn: None,
        profile: None,
    };
    Asked {
        site: Url { tls: true, host: "www.example.com".into(), port: 443, path: "/".into() },
        regions: PerSide { primary: region(SEOUL), standby: region(TOKYO) },
        name: None,
        environments: PerSide { primary: None, standby: None },
        database: Wanted::Find,
        write_check: None,
    }
}

/// What was found, and with how many calls.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) facts: Facts,
    pub(super) outcome: Outcome,
    /// Service, operation and number of every call.
    pub(super) calls: Vec<(String, u64)>,
}

impl Seen {
    pub(super) fn count(&self) -> u64 {
        self.calls.iter().map(|(_, calls)| calls).sum()
    }

    /// The node of this name, below this region if one is given.
    #[track_caller]
    pub(super) fn node(&self, region: &str, name: &str) -> &Node {
        let tree = &self.outcome.tree;
        let above = match region {
            "" => tree,
            region => tree.children.iter().find(|node| node.name == region).expect("the region"),
        };
        above
            .all()
            .into_iter()
            .find(|node| node.name == name)
            .unwrap_or_else(|| panic!("no {name}: {tree:#?}"))
    }

    /// The node's state and words.
    #[track_caller]
    pub(super) fn is(&self, region: &str, name: &str, state: State, words: &str) {
        let node = self.node(region, name);
        assert_eq!(node.state, state, "{region} {name}: {}", node.says);
        assert!(node.says.contains(words), "{region} {name} should say {words:?}, and says {:?}", node.says);
    }

    /// What drills lack.
    pub(super) fn missing(&self) -> Vec<&str> {
        self.outcome.missing.iter().map(|gap| gap.what.as_str()).collect()
    }

    /// What nobody said.
    pub(super) fn unknown(&self) -> Vec<&str> {
        self.outcome.unknown.iter().map(|gap| gap.what.as_str()).collect()
    }
}

/// Discovers in a world, with nobody to ask.
pub(super) fn look(world: World, asked: &Asked) -> Seen {
    look_and_ask(world, asked, &Nobody)
}

/// The same, with somebody to ask.
pub(super) fn look_and_ask(world: World, asked: &Asked, ask: &dyn Ask) -> Seen {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let clock = Clock::starting(world.now(), 1.0);
        let door = InMemory::new(world, clock);
        let facts = read::read(&aws(&door, asked, clock), asked, ask).await;
        let rows = door.with(|world, _| world.calls());
        let calls = rows.iter().map(|row| (format!("{} {}", row.service, row.operation), row.counts.calls));
        Seen { outcome: outcome(&facts), facts, calls: calls.collect() }
    })
}

/// Both regions of a world in memory.
pub(super) fn aws(door: &InMemory, asked: &Asked, clock: Clock) -> Aws {
    let credentials = StaticCredentials {
        access_key_id: reference::ACCESS_KEY.to_owned(),
        secret_access_key: reference::SECRET_KEY.to_owned(),
    };
    Aws::new(AwsSettings {
        regions: asked.regions.clone(),
        endpoint: None,
        credentials: Some(credentials),
        transport: Some(Arc::new(Line(door.clone()))),
        remembers: true,
        clock,
    })
}

#[derive(Debug)]
struct Line(InMemory);

#[async_trait]
impl Transport for Line {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Broken> {
        self.0.aws(&request).await.map_err(|why| match why {
            Unanswered::Closed => Broken::Closed,
            Unanswered::Reset => Broken::Reset,
        })
    }
}

/// Somebody who always means the candidate of this name, and remembers what was asked.
#[derive(Debug)]
pub(super) struct Means(pub(super) &'static str, pub(super) Mutex<Vec<Question>>);

impl Ask for Means {
    fn choose(&self, question: &Question) -> Option<usize> {
        self.1.lock().unwrap().push(question.clone());
        question.candidates.iter().position(|candidate| candidate == self.0)
    }
}

/// Both regions, by name.
pub(super) fn sides() -> [(&'static str, Side); 2] {
    [("primary", Side::Primary), ("standby", Side::Standby)]
}
