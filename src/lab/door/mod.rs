//! Door: the sockets of the lab, and its doors without sockets.
//! Invariant: listens on loopback only; everything a door knows it asks the world, at the world's time.
//! Not here: formats (see `lab::wire`), what is true (see `lab::world`).
//! Used by: cli.
//!
//! The world has documentation addresses (RFC 5737); each one that a client may reach is served by a port of
//! loopback, and [`LabInfo::connect_map`] tells which.

mod aws;
mod certificate;
mod control;
mod dns;
mod gate;
mod info;
mod listen;
mod memory;
mod record;
mod running;
mod settings;
mod shared;
#[cfg(test)]
mod signing;
mod site;
mod sites;
#[cfg(test)]
mod tests;
mod tls;

pub use self::{
    aws::Unanswered,
    info::{LabInfo, SiteUrls},
    memory::InMemory,
    running::Lab,
    settings::{LabError, LabSettings},
};
