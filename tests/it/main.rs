//! The integration tests: the program as its users run it, against the lab, with real processes and signals.

#[cfg(feature = "aws")]
mod changes_on_lab;
mod layers;
#[cfg(feature = "aws")]
#[path = "support/lossy.rs"]
mod lossy;
