//! Start: repositories that a world begins with.
//! Invariant: one function for each kind of resource, which takes plain values; equal words make equal commits, in every
//! repository and region.
//! Used by: `World::build`, `beanstalk::start`, `codepipeline::start`.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, Timestamp};

use super::{
    commit::{sha1, tree_id},
    model::{Commit, Person, Repository},
};
use crate::lab::world::{
    World,
    blueprint::{Blueprint, Region, delivery, environment::Environment},
    rng::Rng,
};

/// One of an environment's versions: the one that it runs, or one that it ran before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) struct Release {
    /// The version's label.
    pub(in crate::lab) label: String,
    /// The repository and the commit that a pipeline made it of; `None` if none did.
    pub(in crate::lab) commit: Option<(String, String)>,
    /// What the commit says.
    pub(in crate::lab) message: String,
    /// How long before the start it was made.
    pub(in crate::lab) ago: SignedDuration,
}

/// The versions of an environment, oldest first: the newest nine days old, those before it further and further apart.
pub(in crate::lab) fn releases(region: &Region, environment: &Environment) -> Vec<Release> {
    let pipeline = region.pipelines.iter().find(|own| own.environment == environment.name);
    let source = pipeline.map(|own| own.repository.as_str());
    let repository = region.repositories.iter().find(|own| Some(own.name.as_str()) == source);
    let labels = environment.former_versions.iter().chain([&environment.version]);
    let last = environment.former_versions.len();
    let release = |(place, label): (usize, &String)| {
        let message = match repository {
            Some(own) if place == last => own.commit.clone(),
            _ => format!("Release {label}"),
        };
        let commit = repository.map(|own| (own.name.clone(), commit_id(&message)));
        let steps = i64::try_from(last - place).unwrap_or(0).min(10);
        let ago = SignedDuration::from_hours(24 * (9 + 14 * steps * steps));
        Release { label: label.clone(), commit, message, ago }
    };
    labels.enumerate().map(release).collect()
}

/// The id of a commit that a world begins with.
fn commit_id(message: &str) -> String {
    sha1(format!("commit {message}").as_bytes())
}

impl World {
    /// Sets the service up as the blueprint has it.
    pub(in crate::lab) fn codecommit_start(&mut self) {
        self.codecommit.rng = Rng::stream(self.seed, "codecommit");
        let blueprint = Arc::clone(self.blueprint());
        for region in &blueprint.regions {
            for repository in &region.repositories {
                self.start_repository(&blueprint, region, repository);
            }
        }
    }

    /// A repository with what its pipelines have deployed, on the branches that they follow.
    fn start_repository(&mut self, blueprint: &Blueprint, region: &Region, own: &delivery::Repository) {
        let (code, name) = (region.region.as_str(), own.name.as_str());
        let ago = SignedDuration::from_hours(24 * 210);
        let tags = blueprint.tags_on(name, &own.tags);
        self.add_repository(code, name, own.description.as_deref(), &own.branch, ago, tags);
        let mut branches: BTreeMap<&str, Vec<Release>> = BTreeMap::new();
        for pipeline in region.pipelines.iter().filter(|pipeline| pipeline.repository == name) {
            let environment = region.environments.iter().find(|own| own.name == pipeline.environment);
            let released = environment.map(|environment| releases(region, environment));
            branches.entry(&pipeline.branch).or_default().extend(released.into_iter().flatten());
        }
        let newest = Release {
            label: String::new(),
            commit: Some((name.to_owned(), commit_id(&own.commit))),
            message: own.commit.clone(),
            ago: SignedDuration::from_hours(24 * 9),
        };
        branches.entry(&own.branch).or_default().push(newest);
        for (branch, mut commits) in branches {
            commits.sort_by_key(|release| std::cmp::Reverse(release.ago));
            for release in commits {
                let Some((_, id)) = release.commit else { continue };
                let message = format!("{}\n", release.message);
                let who = ("Web Team", "web-team@example.com");
                self.add_commit((code, name, branch), &id, &message, who, release.ago);
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

    /// Adds a commit of this id at the head of a branch; one that is there already becomes its head.
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
        if own.commits.contains_key(id) {
            own.branches.insert(branch.to_owned(), id.to_owned());
            return;
        }
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
