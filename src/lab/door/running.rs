//! Running: a lab with its sockets open.
//! Invariant: once started, every port answers; once stopped or dropped, none does.
//! Not here: what each port does (see the other doors).
//! Used by: cli, tests.

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
};

use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use super::{
    aws,
    certificate::{CertificateError, Certificates},
    control,
    dns::{DnsPort, Role},
    info::LabInfo,
    record::{self, Recorder},
    settings::{LabError, LabSettings, refused},
    shared::{Seen, Shared},
    site,
    sites::{fronts, open_gates, sites},
    tls,
};
use crate::lab::world::{World, dns::NAME_SERVERS, reference, truth::Transition};

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
        let mut world = world(&settings)?;
        let zones = world.zone_names();
        let certificates = Arc::new(Certificates::make(clock.now().wall, &zones)?);
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
            world: settings.world.world.clone(),
            account: settings.world.account.clone(),
            regions: settings.world.regions.iter().map(|region| region.region.clone()).collect(),
            zones,
            access_key_id: reference::ACCESS_KEY.to_owned(),
            secret_access_key: reference::SECRET_KEY.to_owned(),
            ca_pem: certificates.ca_pem(),
            connect_map: map,
            unserved,
            speed: clock.speed(),
            seed: settings.seed,
            anchor: clock.anchor(),
        };

        let mut tasks = JoinSet::new();
        tasks.spawn(Arc::clone(&shared).pass_time());
        tasks.spawn(aws::serve(api, Arc::clone(&shared)));
        tasks.spawn(control::serve(control, Arc::clone(&shared)));
        tasks.spawn(resolver.serve(Role::Resolver, Arc::clone(&shared)));
        tasks.spawn(name_server.serve(Role::NameServer, Arc::clone(&shared)));
        for (balancer, gate) in gates {
            let tls = tls::acceptor(balancer, &shared, &certificates).map_err(CertificateError::Use)?;
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

/// The world, as it is wanted, before anybody can ask it.
fn world(settings: &LabSettings) -> Result<World, LabError> {
    let start = settings.clock.now().wall;
    let mut world = World::build(Arc::clone(&settings.world), settings.seed, start);
    world.set_options(settings.options);
    for rule in &settings.misbehave {
        world.misbehave(rule.clone());
    }
    if let Some(policy) = &settings.policy {
        world.enforce(policy).map_err(LabError::Policy)?;
    }
    Ok(world)
}

fn open_record(asked: Option<&Path>) -> Result<Option<Recorder>, LabError> {
    let Some(path) = record::file_for(asked) else { return Ok(None) };
    Recorder::create(&path).map(Some).map_err(|source| LabError::Record { path, source })
}

fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
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
