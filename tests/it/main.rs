//! The integration tests: the program as its users run it, against the lab, with real processes and signals.

mod layers;
