//! Info: where a running lab is, for its clients.
//! Invariant: enough to use the lab from another process; the shape of `lab up --json`.
//! Not here: how it got there (see `running`).
//! Used by: cli, tests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Anchor;

/// Everything a client of the lab must know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabInfo {
    /// Where every AWS service answers: `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL`.
    pub aws_endpoint: String,
    /// Where things are broken and healed, and what is true is told: `http://127.0.0.1:PORT`.
    pub control: String,
    /// The resolver, UDP and TCP: `127.0.0.1:PORT`. Without recursion desired it answers as the name servers do.
    pub dns: String,
    /// Each region's site, at its balancer's first address.
    pub sites: BTreeMap<String, SiteUrls>,
    /// The name of the world, as its file has it.
    pub world: String,
    /// The account.
    pub account: String,
    /// The regions, the one that serves first.
    pub regions: Vec<String>,
    /// The hosted zones, by name.
    pub zones: Vec<String>,
    /// The key that the lab accepts.
    pub access_key_id: String,
    /// Its secret. It opens nothing but this lab.
    pub secret_access_key: String,
    /// The authority that signed the sites' certificates, in PEM. It was made when the lab started.
    pub ca_pem: String,
    /// The world's addresses and the loopback ports that serve them: `192.0.2.10:443` to `127.0.0.1:PORT`.
    pub connect_map: BTreeMap<String, String>,
    /// Balancers that no port serves, by name: nobody can reach their sites.
    pub unserved: Vec<String>,
    /// Seconds of the world in one second of the machine.
    pub speed: f64,
    /// What decides everything random.
    pub seed: u64,
    /// The world's time against the machine's.
    pub anchor: Anchor,
}

/// Where one region's site answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteUrls {
    /// `http://127.0.0.1:PORT`
    pub http: String,
    /// `https://127.0.0.1:PORT`; the certificate is for the site's names.
    pub https: String,
}
