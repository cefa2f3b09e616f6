//! The integration tests: the program as its users run it, against the lab, with real processes and signals.

#[cfg(feature = "aws")]
mod account;
mod browser;
#[cfg(feature = "aws")]
mod changes_on_lab;
mod circles;
#[cfg(feature = "aws")]
mod clients;
#[cfg(feature = "aws")]
mod crash;
#[cfg(feature = "aws")]
mod discover;
mod drill_errors;
#[cfg(feature = "aws")]
mod elsewhere;
#[cfg(feature = "aws")]
mod endings;
#[cfg(feature = "aws")]
mod evidence;
#[cfg(feature = "aws")]
mod forecast;
#[cfg(feature = "aws")]
mod guards;
mod layers;
#[cfg(feature = "aws")]
#[path = "support/lossy.rs"]
mod lossy;
mod pages;
#[cfg(feature = "aws")]
mod policy;
mod promises;
#[cfg(feature = "aws")]
mod readme;
#[cfg(feature = "aws")]
mod ready;
#[cfg(feature = "aws")]
mod record;
#[cfg(feature = "aws")]
mod safety;
#[cfg(feature = "aws")]
mod saved;
#[cfg(feature = "aws")]
mod seed_drill;
#[cfg(feature = "aws")]
mod support;
#[cfg(feature = "aws")]
mod usage;
#[cfg(feature = "aws")]
mod wall;
