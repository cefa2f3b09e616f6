//! Lab: a small two-region AWS of our own, that speaks AWS's wire protocols.
//! Invariant: knows nothing of the program above `clock`; a client cannot tell it from AWS.
//! Not here: anything that measures or changes a world (see `engine`).
//! Used by: cli.
//!
//! `world` is the model: pure, deterministic, without sockets, tasks or a clock. `wire` turns AWS's protocols into
//! calls of it and back. `door` holds the sockets.

pub mod door;
pub mod wire;
pub mod world;

pub use self::door::{InMemory, Lab, LabError, LabInfo, LabSettings, SiteUrls, Unanswered};
