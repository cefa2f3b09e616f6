//! Tree: everything that was looked for, as people and programs read it.
//! Invariant: pure; every thing has its state, and what is not found or not known says why.
//! Not here: how it is drawn (see `lines`), what follows from it (see `outcome`).
//! Used by: `outcome`, `lines`; cli.

use serde::Serialize;

use super::{
    facts::{BalancerFacts, DatabaseFacts, EnvironmentFacts, Facts, Goal, Item, Lead, SideFacts},
    find::Find,
    pair,
};
use crate::{
    aws::{HealthCheck, Listener, RecordSet, SecurityGroup, TargetGroup},
    drill::model::Side,
    text::plural,
};

/// What came of looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is there.
    Found,
    /// It is not there.
    NotFound,
    /// Nobody said.
    Unknown,
}

/// One thing, and what hangs on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// What it is: `environment`, `health check` …
    pub name: String,
    /// What came of looking for it.
    pub state: State,
    /// What was found; else why not.
    pub says: String,
    /// True if a drill needs it.
    pub needed: bool,
    /// What to do where it is not found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// What hangs on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Node>,
}

impl Node {
    fn found(name: &str, says: impl Into<String>) -> Node {
        Node {
            name: name.to_owned(),
            state: State::Found,
            says: says.into(),
            needed: false,
            next: None,
            children: Vec::new(),
        }
    }

    fn of<T>(name: &str, find: &Find<T>, says: impl FnOnce(&T) -> String) -> Node {
        match find {
            Find::Found(found) => Node::found(name, says(found)),
            Find::NotFound(why) => Node { state: State::NotFound, ..Node::found(name, why.clone()) },
            Find::Unknown(why) => Node { state: State::Unknown, ..Node::found(name, why.clone()) },
        }
    }

    fn needed(self) -> Node {
        Node { needed: true, ..self }
    }

    fn or_else(self, next: impl Into<String>) -> Node {
        match self.state {
            State::Found => self,
            State::NotFound | State::Unknown => Node { next: Some(next.into()), ..self },
        }
    }

    fn with(mut self, children: impl IntoIterator<Item = Node>) -> Node {
        self.children.extend(children);
        self
    }

    /// This and everything that hangs on it, from the top down.
    pub fn all(&self) -> Vec<&Node> {
        let mut all = vec![self];
        all.extend(self.children.iter().flat_map(Node::all));
        all
    }
}

/// The whole tree.
pub fn tree(facts: &Facts) -> Node {
    let account = Node::of("account", &facts.account, Clone::clone).needed().or_else("check the credentials");
    Node::found("site", facts.asked.site.to_string())
        .with([account, site(facts)])
        .with(Side::BOTH.into_iter().map(|side| region(facts, side)))
        .with([database(facts), peering(facts)])
}

fn site(facts: &Facts) -> Node {
    let zone = Node::of("zone", &facts.site, |site| {
        format!("{} ({})", site.zone.name.trim_end_matches('.'), site.zone.id)
    });
    let zone = zone.needed().or_else("give credentials of the account that holds the zone");
    let Some(found) = facts.site.found() else { return zone };
    let pair = Node::of("failover", &pair::find(facts), Clone::clone).needed().or_else(pair::NEXT);
    // Those that lead to a region are shown with it.
    let shown: Vec<&RecordSet> = Side::BOTH
        .into_iter()
        .filter_map(|side| Some(&facts.sides.of(side).record.found()?.record))
        .collect();
    let others = found.leads.iter().filter(|lead| !shown.contains(&&lead.record));
    zone.with(others.map(lead)).with([pair])
}

fn lead(lead: &Lead) -> Node {
    let to = match &lead.goal {
        Find::Unknown(why) => format!("nobody knows what: {why}"),
        Find::NotFound(why) => why.clone(),
        Find::Found(Goal::Balancer(side, _)) => format!("{side}'s load balancer"),
        Find::Found(Goal::Environment(side, name)) => format!("{side}'s environment {name}"),
        Find::Found(Goal::Instance(side, id)) => format!("{side}'s instance {id}"),
    };
    Node::found("record", format!("{}, that is {to}", described(&lead.record)))
}

/// `A PRIMARY "seoul", alias to x.elb.amazonaws.com`.
fn described(record: &RecordSet) -> String {
    let mut words = record.kind.clone();
    if let Some(role) = &record.failover {
        words.push_str(&format!(" {role}"));
    }
    if let Some(set) = &record.set_identifier {
        words.push_str(&format!(" \"{set}\""));
    }
    let to: Vec<&str> = record.leads_to().map(|name| name.trim_end_matches('.')).collect();
    let how = if record.alias.is_some() { "alias to" } else { "to" };
    format!("{words}, {how} {}", to.join(" "))
}

fn region(facts: &Facts, side: Side) -> Node {
    let own: &SideFacts = facts.sides.of(side);
    let record = Node::of("record", &own.record, |found| match &found.how {
        None => described(&found.record),
        Some(how) => format!("{}; {how}", described(&found.record)),
    });
    let record = record.needed().or_else(pair::NEXT);
    let record = match own.record.found() {
        Some(found) => {
            let check = Node::of("health check", &found.health_check, health_check).needed();
            let next = "make a health check of this region alone and name it in the record";
            record.with([check.or_else(next)])
        }
        None => record,
    };
    let region = &facts.asked.regions.of(side).region;
    Node::found(side.as_str(), region).with([record, environment(own, side)])
}

fn health_check(check: &HealthCheck) -> String {
    let field = |name: &str| check.fields.get(name).map(String::as_str);
    let host = field("FullyQualifiedDomainName").or(field("IPAddress")).unwrap_or_default();
    let port = check.port.map(|port| format!(":{port}")).unwrap_or_default();
    let path = field("ResourcePath").unwrap_or_default();
    let every = check.interval_s.map(|seconds| format!(", every {seconds} s")).unwrap_or_default();
    let after = check
        .failure_threshold
        .map(|times| format!(", {}", plural(times.unsigned_abs() as usize, "failure")));
    let flags = [(check.disabled, ", disabled"), (check.inverted, ", inverted")];
    let flags: String = flags.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    let what = format!("{} {host}{port}{path}", check.kind);
    format!("{}, {}{every}{}{flags}", check.id, what.trim_end(), after.unwrap_or_default())
}

fn environment(own: &SideFacts, side: Side) -> Node {
    let node = Node::of("environment", &own.environment, |found| {
        let it = &found.environment;
        let health = if it.health.is_empty() { &it.color } else { &it.health };
        let words = [it.status.as_str(), health.as_str()].join(" ");
        format!("{}, application {}, {}; {}", it.name, it.application, words.trim(), found.how)
    });
    let node = node.needed().or_else(format!("say its name: --environment {side}=NAME"));
    match own.environment.found() {
        Some(found) => node.with(parts(found)),
        None => node,
    }
}

fn parts(found: &EnvironmentFacts) -> Vec<Node> {
    let instances = Node::of("instances", &found.instances, |all| {
        let ids: Vec<&str> = all.iter().map(|instance| instance.id.as_str()).collect();
        ids.join(", ")
    });
    let groups = Node::of("groups", &found.groups, |all| {
        let named = |group: &SecurityGroup| format!("{} ({})", group.id, group.name);
        all.iter().map(named).collect::<Vec<_>>().join(", ")
    });
    let balancer = Node::of("load balancer", &found.balancer, balancer)
        .needed()
        .or_else("drills need an environment of the load-balanced kind");
    let balancer = match found.balancer.found() {
        Some(own) => balancer.with(behind(own)),
        None => balancer,
    };
    let running = "wait until the environment has instances";
    let mut all = vec![
        instances.needed().or_else(running),
        groups.needed().or_else(running),
        balancer,
        items("pipelines", &found.pipelines),
    ];
    // What they say is told with the database.
    if let Some(why) = &found.variables_unread {
        all.push(Node::of("variables", &Find::<()>::Unknown(why.clone()), |()| String::new()));
    }
    all
}

fn balancer(own: &BalancerFacts) -> String {
    let ports = own.listeners.found().map(|all| {
        let port = |one: &Listener| format!("{} {}", one.port.unwrap_or_default(), one.protocol);
        all.iter().map(port).collect::<Vec<_>>().join(", ")
    });
    let it = &own.balancer;
    format!("{}, {} {}, ports {}", it.name, it.scheme, it.kind, ports.unwrap_or_else(|| "unknown".to_owned()))
}

fn behind(own: &BalancerFacts) -> Vec<Node> {
    let targets = Node::of("targets", &own.target_groups, |all| {
        let said = |one: &TargetGroup| {
            let port = one.port.map_or_else(|| "?".to_owned(), |port| port.to_string());
            let path = one.check_path.as_deref().unwrap_or_default();
            let every = one.interval_s.map(|seconds| format!(" every {seconds} s")).unwrap_or_default();
            format!("port {port} {}, checked by {} {path}{every}", one.protocol, one.check_protocol)
        };
        all.iter().map(said).collect::<Vec<_>>().join("; ")
    });
    let mut all = vec![targets];
    // A balancer that listens is asked for; what it listens on is told in its own line.
    if own.listeners.found().is_none() {
        all.push(Node::of("listeners", &own.listeners, |_| String::new()));
    }
    all.push(items("certificates", &own.certificates));
    all.push(Node::of("web ACL", &own.web_acl, |item: &Item| item.says.clone()));
    all
}

fn items(name: &str, all: &Find<Vec<Item>>) -> Node {
    Node::of(name, all, |all| all.iter().map(|item| item.says.as_str()).collect::<Vec<_>>().join("; "))
}

fn database(facts: &Facts) -> Node {
    let Some(find) = &facts.database else { return Node::found("database", "none, as told") };
    let node = Node::of("database", find, |found| {
        let global = &found.global;
        format!("{}, {} {}; {}", global.id, global.engine, global.engine_version, found.how)
    });
    let node = node.needed().or_else("say --global-cluster ID, or --no-database");
    match find.found() {
        Some(found) => node.with(members(found)),
        None => node,
    }
}

fn members(found: &DatabaseFacts) -> Vec<Node> {
    let member = |one: &crate::aws::GlobalMember| {
        let id = one.arn.rsplit(':').next().unwrap_or(&one.arn);
        let role = match (one.is_writer, one.synchronization.as_str()) {
            (true, _) => "writer",
            (false, "") => "reader",
            (false, state) => state,
        };
        Node::found("cluster", format!("{id} in {}, {role}", one.region))
    };
    found.global.members.iter().map(member).collect()
}

fn peering(facts: &Facts) -> Node {
    items("peering", &facts.peering)
}
