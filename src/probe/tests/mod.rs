//! The clients' probes on a net of paper: names, addresses and pages that a test can change between two looks.

mod dns;
mod region;
mod site;
mod support;
