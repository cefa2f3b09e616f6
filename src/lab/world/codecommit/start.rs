//! Start: repositories that a world begins with.
//! Invariant: one function for each kind of resource, which takes plain values.
//! Used by: `World::reference`, `beanstalk::start`, `codepipeline::start`.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{
    commit::tree_id,
    model::{Commit, Person, Repository},
};
use crate::lab::world::{
    World,
    reference::{APPLICATION, REGIONS},
    rng::Rng,
};

/// The releases of the reference deployment, oldest first: label, commit, and how many hours before the start.
pub(in crate::lab) const RELEASES: [(&str, &str, i64); 3] = [
    ("wordpress-6.8.1-2", "3f1c0a5b9d7e24680ace13579bdf02468ace1357", 24 * 65),
    ("wordpress-6.8.2-0", "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3", 24 * 23),
    ("wordpress-6.8.2-1", "7c211433f02071597741e6ff5a8ea34789abbf43", 24 * 9),
];

impl World {
    /// Sets the service up as the reference deployment has it.
    pub(in crate::lab) fn codecommit_start(&mut self) {
        self.codecommit.rng = Rng::stream(self.seed, "codecommit");
        for region in &REGIONS {
            let description = Some("The site's code; the same in both regions");
            let ago = SignedDuration::from_hours(24 * 210);
            let tags = BTreeMap::from([("deployment".to_owned(), "wordpress".to_owned())]);
            self.add_repository(region.code, APPLICATION, description, "main", ago, tags);
            for (label, commit, hours) in RELEASES {
                let message = format!("Release {label}\n");
                let who = ("Web Team", "web-team@example.com");
                let ago = SignedDuration::from_hours(hours);
                self.add_commit((region.code, APPLICATION, "main"), commit, &message, who, ago);
            }
        }
    }

    /// Adds a repository without commits.
    pub(in crate::lab) fn add_repository(
        &mut self,
        region: &str,
        name: &str,
        description: Option<&str>,
        default_branch: &str,
        ago: SignedDuration,
        tags: BTreeMap<String, String>,
    ) {
        let created = self.now.saturating_sub(ago).unwrap_or(self.now);
        let rng = &mut self.codecommit.rng;
        let own = Repository {
            id: [8, 4, 4, 4, 12].map(|length| rng.hex(length)).join("-"),
            description: description.map(str::to_owned),
            default_branch: Some(default_branch.to_owned()),
            created,
            modified: created,
            branches: BTreeMap::new(),
            commits: BTreeMap::new(),
            tags,
        };
        self.codecommit.repositories.insert((region.to_owned(), name.to_owned()), own);
    }

    /// Adds a commit of this id at the head of a branch.
    pub(in crate::lab) fn add_commit(
        &mut self,
        (region, repository, branch): (&str, &str, &str),
        id: &str,
        message: &str,
        (name, email): (&str, &str),
        ago: SignedDuration,
    ) {
        let at: Timestamp = self.now.saturating_sub(ago).unwrap_or(self.now);
        let key = (region.to_owned(), repository.to_owned());
        let Some(own) = self.codecommit.repositories.get_mut(&key) else { return };
        let parents: Vec<String> = own.branches.get(branch).cloned().into_iter().collect();
        let files = parents.first().and_then(|parent| own.commits.get(parent));
        let files = files.map(|parent| parent.files.clone()).unwrap_or_default();
        let author = Person { name: name.to_owned(), email: email.to_owned() };
        let tree = tree_id(&files);
        let commit = Commit { tree, parents, message: message.to_owned(), author, at, files };
        own.commits.insert(id.to_owned(), commit);
        own.branches.insert(branch.to_owned(), id.to_owned());
        own.modified = at;
    }
}
