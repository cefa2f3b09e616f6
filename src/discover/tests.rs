//! Tests of `discover`.
