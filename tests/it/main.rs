//! The integration tests: the program as its users run it, against the lab, with real processes and signals.

#[cfg(feature = "aws")]
mod changes_on_lab;
#[cfg(feature = "aws")]
mod crash;
mod drill_errors;
mod layers;
#[cfg(feature = "aws")]
#[path = "support/lossy.rs"]
mod lossy;
mod support;
