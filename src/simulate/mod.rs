//! Simulate: whole runs in a world without sockets, in no time: killed, restored and judged.
//! Invariant: the program under test is the program: the same engine, changes, probes, journal and SDK; only the wires,
//! the clock and the moment of death are the simulation's.
//! Not here: the world (see `lab::world`), what a person sees of it (see `cli::simulate`).
//! Used by: cli.

mod checks;
mod disk;
pub mod fate;
mod life;
mod line;
pub mod matrix;
mod net;
pub mod outcome;
mod outsider;
mod play;
#[cfg(test)]
mod readiness;
mod stage;
pub mod sweep;
#[cfg(test)]
mod tests;
pub mod trial;
mod truth;

pub use self::life::{Lost, Moment};
