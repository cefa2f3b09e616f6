//! Running: a lab with its sockets open.
//! Invariant: once started, every port answers; once stopped or dropped, none does.
//! Not here: what each port does (see the other doors).
//! Used by: cli, tests.

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use tokio_rustls::TlsAcceptor;

use super::{
    aws,
    certificate::{CertificateError, Certificates},
    control,
    dns::{DnsPort, Role},
    gate::Gate,
    info::{LabInfo, SiteUrls},
    record::{self, Recorder},
    shared::{Seen, Shared},
    site::{self, Balancer},
};
use crate::{
    clock::Clock,
    lab::world::{
        World, dns::NAME_SERVERS, fronts::Front, misbehave::Rule, options::Options, reference,
        truth::Transition,
    },
};

/// So many balancers have ports; each takes four.
const MOST_SERVED: usize = 64;

/// How a lab starts.
#[derive(Debug, Clone)]
pub struct LabSettings {
    /// What decides everything random.
    pub seed: u64,
    /// The world's time; its speed is the lab's.
    pub clock: Clock,
    /// The port of the AWS protocols; 0 for any.
    pub api_port: u16,
    /// The port of the resolver; 0 for any.
    pub dns_port: u16,
    /// The port of the control door; 0 for any.
    pub control_port: u16,
    /// The first port of the sites, which take eight in a row; 0 for any.
    pub site_port: u16,
    /// Where every AWS exchange is written, one JSON object a line.
    pub record: Option<PathBuf>,
    /// What is wanted of the world beside what it is.
    pub options: Options,
    /// How AWS misbehaves from the start.
    pub misbehave: Vec<Rule>,
}

impl LabSettings {
    /// Any free ports.
    pub fn new(seed: u64, clock: Clock) -> LabSettings {
        LabSettings {
            seed,
            clock,
            api_port: 0,
            dns_port: 0,
            control_port: 0,
            site_port: 0,
            record: None,
            options: Options::default(),
            misbehave: Vec::new(),
        }
    }
}

/// Why a lab did not start.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// A port is taken or not allowed.
    #[error("the lab cannot listen on {address} for {purpose}; choose another port with {flag}")]
    Listen {
        /// What was to listen there.
        purpose: &'static str,
        /// Where.
        address: SocketAddr,
        /// The flag that chooses another port.
        flag: &'static str,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The record cannot be begun.
    #[error("{path} cannot be written, where the lab should record what it answers")]
    Record {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// No certificates.
    #[error("the lab has no certificates for its sites")]
    Certificate(#[from] CertificateError),
}

/// A running lab. Dropping it closes its ports at once.
#[derive(Debug)]
pub struct Lab {
    info: LabInfo,
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
}

impl Lab {
    /// Starts a lab on loopback; it answers when this returns. Must be called inside a tokio runtime.
    pub async fn start(settings: LabSettings) -> Result<Lab, LabError> {
        let clock = settings.clock;
        let api = listen("the AWS protocols", settings.api_port, "--api-port").await?;
        let control = listen("the control door", settings.control_port, "--control-port").await?;
        let resolver = open_dns(settings.dns_port).await?;
        let name_server = open_dns(0).await?;
        let record = open_record(settings.record.as_deref())?;
        let mut world = World::reference(settings.seed, clock.now().wall);
        world.set_options(settings.options);
        for rule in settings.misbehave {
            world.misbehave(rule);
        }
        let blueprint = Arc::clone(world.blueprint());
        let certificates = Certificates::make(clock.now().wall, &world.zone_names())?;
        let (served, unserved) = fronts(&mut world);
        let gates = open_gates(&served, settings.site_port)?;
        let shared = Shared::new(world, clock, record);
        let mut map = BTreeMap::new();
        for (balancer, gate) in &gates {
            map.insert(format!("{}:{}", balancer.address, balancer.port), gate.address().to_string());
        }
        let name_server_address = local(name_server.address())?;
        for (_, address) in NAME_SERVERS {
            map.insert(format!("{address}:53"), name_server_address.to_string());
        }
        let info = LabInfo {
            aws_endpoint: format!("http://{}", local(api.local_addr())?),
            control: format!("http://{}", local(control.local_addr())?),
            dns: local(resolver.address())?.to_string(),
            sites: sites(&served, &map),
            account: blueprint.account.clone(),
            regions: blueprint.regions.iter().map(|region| region.region.clone()).collect(),
            access_key_id: reference::ACCESS_KEY.to_owned(),
            secret_access_key: reference::SECRET_KEY.to_owned(),
            ca_pem: certificates.ca_pem,
            connect_map: map,
            unserved,
            speed: clock.speed(),
            seed: settings.seed,
            anchor: clock.anchor(),
        };

        let tls = TlsAcceptor::from(certificates.server);
        let mut tasks = JoinSet::new();
        tasks.spawn(Arc::clone(&shared).pass_time());
        tasks.spawn(aws::serve(api, Arc::clone(&shared)));
        tasks.spawn(control::serve(control, Arc::clone(&shared)));
        tasks.spawn(resolver.serve(Role::Resolver, Arc::clone(&shared)));
        tasks.spawn(name_server.serve(Role::NameServer, Arc::clone(&shared)));
        for (balancer, gate) in gates {
            let tls = (balancer.port == 443).then(|| tls.clone());
            tasks.spawn(site::serve(gate, balancer, tls, Arc::clone(&shared)));
        }
        Ok(Lab { info, shared, tasks })
    }

    /// Where it is.
    pub fn info(&self) -> &LabInfo {
        &self.info
    }

    /// The world's physical transitions so far, from number `from` on.
    pub fn truth(&self, from: usize) -> Vec<Transition> {
        self.shared.with(|world, _| world.truth().all().get(from..).unwrap_or_default().to_vec())
    }

    /// Tells when there may be new transitions.
    pub fn changes(&self) -> LabChanges {
        LabChanges(self.shared.changes())
    }

    /// Looks at or changes the world itself, for tests.
    pub fn with_world<R>(&self, ask: impl FnOnce(&mut World) -> R) -> R {
        self.shared.with(|world, _| ask(world))
    }

    /// Returns why an exchange could not be recorded, once that happens.
    pub async fn record_failed(&self) -> String {
        let Some(mut failures) = self.shared.record.as_ref().map(Recorder::failures) else {
            return std::future::pending().await;
        };
        match failures.wait_for(Option::is_some).await {
            Ok(why) => why.clone().unwrap_or_default(),
            // The lab is gone: nothing will ever happen.
            Err(_) => std::future::pending().await,
        }
    }

    /// Closes every port and ends every task; returns all transitions.
    pub async fn stop(mut self) -> Vec<Transition> {
        self.tasks.shutdown().await;
        self.truth(0)
    }
}

/// Waits for something to happen in the world.
#[derive(Debug)]
pub struct LabChanges(pub(super) watch::Receiver<Seen>);

impl LabChanges {
    /// Returns the number of transitions once it is more than `known`.
    pub async fn past(&mut self, known: usize) -> usize {
        match self.0.wait_for(|seen| seen.transitions > known).await {
            Ok(seen) => seen.transitions,
            // The lab is gone: nothing will ever happen.
            Err(_) => std::future::pending().await,
        }
    }
}

fn open_record(asked: Option<&Path>) -> Result<Option<Recorder>, LabError> {
    let Some(path) = record::file_for(asked) else { return Ok(None) };
    Recorder::create(&path).map(Some).map_err(|source| LabError::Record { path, source })
}

fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn refused(
    purpose: &'static str,
    address: SocketAddr,
    flag: &'static str,
) -> impl FnOnce(io::Error) -> LabError {
    move |source| LabError::Listen { purpose, address, flag, source }
}

fn local(address: io::Result<SocketAddr>) -> Result<SocketAddr, LabError> {
    address.map_err(refused("its clients", loopback(0), "--api-port"))
}

async fn listen(purpose: &'static str, port: u16, flag: &'static str) -> Result<TcpListener, LabError> {
    let address = loopback(port);
    TcpListener::bind(address).await.map_err(refused(purpose, address, flag))
}

async fn open_dns(port: u16) -> Result<DnsPort, LabError> {
    let address = loopback(port);
    DnsPort::open(address).await.map_err(refused("DNS", address, "--dns-port"))
}

/// The balancers that get ports, the primary region's first, and the names of those that get none.
fn fronts(world: &mut World) -> (Vec<Front>, Vec<String>) {
    let blueprint = Arc::clone(world.blueprint());
    let place = |front: &Front| blueprint.regions.iter().position(|region| region.region == front.region);
    let (mut served, unserved): (Vec<Front>, Vec<Front>) =
        world.fronts().into_iter().partition(|front| front.is_led_to);
    served.sort_by_key(|front| place(front).unwrap_or(usize::MAX));
    let too_many = served.split_off(served.len().min(MOST_SERVED));
    let name = |front: Front| format!("{} in {}", front.name, front.region);
    (served, unserved.into_iter().chain(too_many).map(name).collect())
}

/// One gate for each balancer address and port.
fn open_gates(served: &[Front], first: u16) -> Result<Vec<(Balancer, Gate)>, LabError> {
    let addresses = served.iter().flat_map(|front| front.addresses.iter().copied());
    let balancers = addresses.flat_map(|address| [80, 443].map(|port| Balancer { address, port }));
    balancers
        .zip(0..)
        .map(|(balancer, offset)| {
            let address = loopback(if first == 0 { 0 } else { first.saturating_add(offset) });
            let gate = Gate::open(address).map_err(refused("the sites", address, "--site-port"))?;
            Ok((balancer, gate))
        })
        .collect()
}

/// Each region's first balancer, at its first address.
fn sites(served: &[Front], map: &BTreeMap<String, String>) -> BTreeMap<String, SiteUrls> {
    let mut sites = BTreeMap::new();
    for front in served {
        let Some(address) = front.addresses.first() else { continue };
        let at = |port| map.get(&format!("{address}:{port}")).cloned().unwrap_or_default();
        let urls = SiteUrls { http: format!("http://{}", at(80)), https: format!("https://{}", at(443)) };
        sites.entry(front.region.clone()).or_insert(urls);
    }
    sites
}
