//! A run's folder is tampered with in every way there is, and each is named. Where the system has `sha256sum` and `ssh-keygen`,
//! theirs is the second opinion.

mod auditor;
mod folder;
mod signed;
mod tampered;
