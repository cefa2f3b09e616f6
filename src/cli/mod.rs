//! cli

pub mod lab;
