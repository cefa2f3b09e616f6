//! Settings: how a lab starts, and why it did not.
//! Invariant: what is not said is as the reference world has it, on any free ports.
//! Not here: starting (see `running`).
//! Used by: `running`; cli, tests.

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc};

use super::certificate::CertificateError;
use crate::{
    clock::Clock,
    lab::world::{blueprint::Blueprint, call::AwsFault, misbehave::Rule, options::Options},
};

/// How a lab starts.
#[derive(Debug, Clone)]
pub struct LabSettings {
    /// What there is in its AWS.
    pub world: Arc<Blueprint>,
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
    /// The first port of the sites, which take one for each port of a balancer's address, in a row; 0 for any.
    pub site_port: u16,
    /// Where every AWS exchange is written, one JSON object a line.
    pub record: Option<PathBuf>,
    /// What is wanted of the world beside what it is.
    pub options: Options,
    /// How AWS misbehaves from the start.
    pub misbehave: Vec<Rule>,
    /// The IAM policy that decides from the start what the lab's key may do; without it, the key may do everything.
    pub policy: Option<String>,
}

impl LabSettings {
    /// The reference world, on any free ports.
    pub fn new(seed: u64, clock: Clock) -> LabSettings {
        LabSettings {
            world: Blueprint::reference(),
            seed,
            clock,
            api_port: 0,
            dns_port: 0,
            control_port: 0,
            site_port: 0,
            record: None,
            options: Options::default(),
            misbehave: Vec::new(),
            policy: None,
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
    /// IAM does not take the policy.
    #[error("IAM does not take the policy that is to be enforced: {}: {}", .0.code, .0.message)]
    Policy(AwsFault),
}

/// What could not listen where, and the flag that chooses another port.
pub(super) fn refused(
    purpose: &'static str,
    address: SocketAddr,
    flag: &'static str,
) -> impl FnOnce(io::Error) -> LabError {
    move |source| LabError::Listen { purpose, address, flag, source }
}
