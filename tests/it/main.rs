//! The one integration-test binary.

mod changes_on_lab;
