//! Checks: one function each, grouped by system.
//! Invariant: each says what was found, and how to mend what is wrong.
//! Used by: registry.

pub(super) mod access;
pub(super) mod alarm;
pub(super) mod balancer;
pub(super) mod capacity;
pub(super) mod certificate;
pub(super) mod credentials;
pub(super) mod database;
pub(super) mod dns;
pub(super) mod environment;
pub(super) mod groups;
pub(super) mod health_check;
pub(super) mod names;
pub(super) mod network;
pub(super) mod release;
mod route;
pub(super) mod settings;
pub(super) mod web_acl;
