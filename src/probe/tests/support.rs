//! A net of paper, in virtual time.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use http::{HeaderMap, HeaderValue, Method};

use crate::{
    clock::Clock,
    drill::model::{Deployment, Drill, Marker, Objectives, PerSide, RegionOf, Side, Url, WriteCheck},
    journal::sample::{Outcome, Seen},
    net::{
        Answer, Code, Failure, Fetched, KeepAlive, KeepAliveSpec, Kept, Net, NetError, Phase, Progress,
        Question, Request, Response,
    },
    probe::{Landmarks, Look, Probe, ProbeContext, probes},
};

/// The site's name.
pub(super) const HOST: &str = "www.example.com";
/// The balancers' names.
pub(super) const SEOUL: &str = "seoul-1.ap-northeast-2.elb.amazonaws.com";
pub(super) const TOKYO: &str = "tokyo-1.ap-northeast-1.elb.amazonaws.com";
/// One address of each.
pub(super) const SEOUL_IP: &str = "192.0.2.10";
pub(super) const TOKYO_IP: &str = "198.51.100.20";

/// What a page of paper does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Page {
    /// Answers with a status and a value of `X-Served-By`.
    Says(u16, &'static str),
    /// Never answers.
    Silent,
    /// This machine has no port left to ask from.
    NotAsked,
}

/// Names and pages.
#[derive(Default)]
struct Paper {
    names: BTreeMap<String, (Vec<IpAddr>, Duration)>,
    aliases: BTreeMap<String, String>,
    silent: Vec<String>,
    at_server: BTreeMap<SocketAddr, String>,
    pages: BTreeMap<IpAddr, Page>,
    lookups: Vec<String>,
    fetches: Vec<(IpAddr, Method)>,
}

/// The net of paper.
pub(super) struct PaperNet {
    clock: Clock,
    paper: Arc<Mutex<Paper>>,
}

impl PaperNet {
    /// Both balancers have their address and answer 200; the site is in Seoul.
    pub(super) fn new() -> Arc<PaperNet> {
        let net = PaperNet { clock: Clock::real_time(), paper: Arc::default() };
        net.name(HOST, &[SEOUL_IP], 60);
        net.name(SEOUL, &[SEOUL_IP], 60);
        net.name(TOKYO, &[TOKYO_IP], 60);
        net.page(SEOUL_IP, Page::Says(200, "seoul"));
        net.page(TOKYO_IP, Page::Says(200, "tokyo"));
        Arc::new(net)
    }

    pub(super) fn name(&self, name: &str, addresses: &[&str], ttl: u64) {
        let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
        self.paper.lock().unwrap().names.insert(name.into(), (addresses, Duration::from_secs(ttl)));
    }

    pub(super) fn no_name(&self, name: &str) {
        self.paper.lock().unwrap().names.remove(name);
    }

    /// The server at `address` answers questions for the site as if it were asked for `name`.
    pub(super) fn server(&self, address: &str, name: &str) {
        self.paper.lock().unwrap().at_server.insert(address.parse().unwrap(), name.into());
    }

    pub(super) fn alias(&self, name: &str, target: &str) {
        self.paper.lock().unwrap().aliases.insert(name.into(), target.into());
    }

    pub(super) fn silence(&self, name: &str) {
        self.paper.lock().unwrap().silent.push(name.into());
    }

    pub(super) fn page(&self, address: &str, page: Page) {
        self.paper.lock().unwrap().pages.insert(address.parse().unwrap(), page);
    }

    /// How often a name was looked up.
    pub(super) fn lookups_of(&self, name: &str) -> usize {
        self.paper.lock().unwrap().lookups.iter().filter(|asked| *asked == name).count()
    }

    /// Every request so far.
    pub(super) fn fetches(&self) -> Vec<(IpAddr, Method)> {
        self.paper.lock().unwrap().fetches.clone()
    }

    /// Lets virtual time go by, and what runs beside the looks come to its end.
    pub(super) async fn after(&self, seconds: u64) {
        self.clock.sleep(Duration::from_secs(seconds)).await;
    }

    /// The drill's probe that feeds `watch`.
    pub(super) fn probe(self: &Arc<PaperNet>, watch: &str) -> Arc<dyn Probe> {
        self.probe_of(watch, drill())
    }

    pub(super) fn probe_of(self: &Arc<PaperNet>, watch: &str, drill: Drill) -> Arc<dyn Probe> {
        let mut cx = ProbeContext::clients_only(drill, self.clock, self.clone());
        cx.landmarks = landmarks();
        let mut all = probes(&cx);
        let place = all.iter().position(|probe| probe.watch().0 == watch);
        all.swap_remove(place.unwrap_or_else(|| panic!("no probe feeds {watch}")))
    }
}

#[async_trait]
impl Net for PaperNet {
    async fn lookup(&self, question: &Question) -> Result<Answer, NetError> {
        let mut paper = self.paper.lock().unwrap();
        let asked = question.server.and_then(|server| paper.at_server.get(&server).cloned());
        let asked = asked.unwrap_or_else(|| question.name.clone());
        paper.lookups.push(asked.clone());
        if paper.silent.contains(&asked) {
            return Err(NetError::new(Phase::Lookup, "192.0.2.53:53", Failure::Timeout(question.within)));
        }
        let known = paper.names.get(&asked).cloned();
        let canonical = paper.aliases.get(&asked).cloned();
        let code = if known.is_some() || canonical.is_some() { Code::NoError } else { Code::NxDomain };
        let (addresses, ttl) = known.unwrap_or_default();
        let authoritative = !question.recursive;
        Ok(Answer { addresses, ttl, authoritative, code, canonical, took: Duration::ZERO })
    }

    async fn fetch(&self, request: &Request) -> Fetched {
        let address = request.address.ip();
        let page = {
            let mut paper = self.paper.lock().unwrap();
            paper.fetches.push((address, request.method.clone()));
            paper.pages.get(&address).copied().unwrap_or(Page::Silent)
        };
        let now = Some(self.clock.now());
        let failed = |failure| Err(NetError::new(Phase::Connect, request.address, failure));
        let (progress, result) = match page {
            Page::Says(status, region) => {
                let mut headers = HeaderMap::new();
                headers.insert("x-served-by", HeaderValue::from_static(region));
                let progress = Progress { connected: now, first_byte: now, ..Progress::default() };
                (progress, Ok(Response { status, headers, body: region.into() }))
            }
            Page::Silent => {
                self.clock.sleep(request.connect_within).await;
                (Progress::default(), failed(Failure::Timeout(request.connect_within)))
            }
            Page::NotAsked => (Progress::default(), failed(Failure::Ours("no port is free".into()))),
        };
        Fetched { progress, result }
    }

    fn keep_alive(&self, spec: KeepAliveSpec) -> Result<Box<dyn KeepAlive>, NetError> {
        let first = Mutex::new(true);
        Ok(Box::new(PaperKeepAlive { paper: self.paper.clone(), clock: self.clock, spec, first }))
    }
}

/// Keeps the address that it got first.
struct PaperKeepAlive {
    paper: Arc<Mutex<Paper>>,
    clock: Clock,
    spec: KeepAliveSpec,
    first: Mutex<bool>,
}

#[async_trait]
impl KeepAlive for PaperKeepAlive {
    async fn fetch(&self) -> Kept {
        let reused = !std::mem::replace(&mut *self.first.lock().unwrap(), false);
        let ip: IpAddr = SEOUL_IP.parse().unwrap();
        let page = self.paper.lock().unwrap().pages[&ip];
        let address = SocketAddr::new(ip, self.spec.url.port);
        let result = match page {
            Page::Says(status, region) => {
                Ok(Response { status, headers: HeaderMap::new(), body: region.into() })
            }
            _ => Err(NetError::new(Phase::Answer, address, Failure::Reset)),
        };
        let now = self.clock.now();
        let resolved = (!reused).then_some(now);
        Kept { address: Some(address), reused, resolved, first_byte: Some(now), result }
    }
}

/// Where answers can come from.
pub(super) fn landmarks() -> Landmarks {
    Landmarks {
        balancers: PerSide { primary: vec![SEOUL.into()], standby: vec![TOKYO.into()] },
        name_servers: vec!["ns-1.example.net".into(), "ns-2.example.net".into(), "ns-3.example.net".into()],
    }
}

/// A drill whose regions are told apart by address.
pub(super) fn drill() -> Drill {
    let url = |path: &str| Url { tls: false, host: HOST.into(), port: 80, path: path.into() };
    let region = |region: &str, environment: &str| RegionOf {
        region: region.into(),
        environment: environment.into(),
        role_arn: None,
        profile: None,
    };
    let deployment = Deployment {
        name: "wordpress".into(),
        account: "111122223333".into(),
        site: url("/"),
        write_check: Some(WriteCheck { url: url("/write-check"), method: "POST".into() }),
        resolver: Some("127.0.0.1:5353".parse().unwrap()),
        marker: None,
        regions: PerSide {
            primary: region("ap-northeast-2", "wordpress-seoul"),
            standby: region("ap-northeast-1", "wordpress-tokyo"),
        },
        global_cluster: None,
        allow: None,
        allow_regions: Vec::new(),
        calendar: Default::default(),
        freeze: Default::default(),
        limits: Default::default(),
        account_lock: true,
        check_rights: true,
        accepts: Vec::new(),
        report: Default::default(),
    };
    Drill {
        name: "seoul-outage".into(),
        title: "Seoul stops serving".into(),
        deployment,
        objectives: Objectives::default(),
        steady_state: vec![],
        stop_when: vec![],
        time_limit: Duration::from_secs(2700),
        steps: vec![],
        probe_interval: Duration::from_millis(200),
        people: Vec::new(),
        references: Default::default(),
        every: None,
        accepts: Vec::new(),
    }
}

/// The same with a marker: in a header, or in the body.
pub(super) fn drill_with_marker(header: Option<&str>) -> Drill {
    let mut drill = drill();
    let patterns = PerSide { primary: "seoul".into(), standby: "tokyo".into() };
    drill.deployment.marker = Some(Marker { header: header.map(str::to_owned), patterns });
    drill
}

/// The region that a look was served by.
pub(super) fn from(look: &Look) -> Option<Side> {
    match &look.seen {
        Some(Seen::Site { from, .. }) => *from,
        Some(Seen::Dns { side, .. }) => *side,
        _ => None,
    }
}

/// The address that a look spoke to.
pub(super) fn address(look: &Look) -> String {
    match &look.seen {
        Some(Seen::Site { address, .. }) => address.to_string(),
        _ => String::new(),
    }
}

/// What was wrong.
pub(super) fn bad(look: &Look) -> &str {
    match &look.outcome {
        Outcome::Bad { why } => why,
        other => panic!("not bad: {other:?}"),
    }
}

/// What could not be told.
pub(super) fn unknown(look: &Look) -> &str {
    match &look.outcome {
        Outcome::Unknown { error } => error,
        other => panic!("not unknown: {other:?}"),
    }
}
