//! Start: repositories that a world begins with.
//! Invariant: one function for each kind of resource, which takes plain values.
//! Used by: `World::reference`, `beanstalk::start`, `codepipeline::start`.

/// The releases of the reference deployment, oldest first: label, commit, and how many hours before the start.
pub(in crate::lab) const RELEASES: [(&str, &str, i64); 3] = [
    ("wordpress-6.8.1-2", "3f1c0a5b9d7e24680ace13579bdf02468ace1357", 24 * 65),
    ("wordpress-6.8.2-0", "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3", 24 * 23),
    ("wordpress-6.8.2-1", "7c211433f02071597741e6ff5a8ea34789abbf43", 24 * 9),
];
