//! Delivery: repositories and pipelines, as a world file has them.
//! Used by: the builders of `codecommit` and `codepipeline`.

use super::{TAGS, Tags, rule::RESOURCE};
use crate::grammar::{
    Kind,
    described::{OPTIONAL, REQUIRED, described, or},
};

described! {
    /// A CodeCommit repository.
    Repository / REPOSITORY = "repository" {
        /// Its name.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "wordpress";
        /// A person's words.
        description: Option<String> = OPTIONAL, Kind::Text, "The site";
        /// Its default branch.
        branch: String = or("main"), Kind::Text, "main";
        /// What its newest commit says; equal words in two repositories make equal commits.
        commit: String = or("Release"), Kind::Text, "WordPress 6.8.2";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: web-team }";
    }

    /// A CodePipeline pipeline from a repository to an environment.
    Pipeline / PIPELINE = "pipeline" {
        /// Its name.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "wordpress-seoul";
        /// Where it takes from.
        repository: String = REQUIRED, Kind::Text, "wordpress";
        /// The branch that it follows.
        branch: String = or("main"), Kind::Text, "main";
        /// Where it deploys to.
        environment: String = REQUIRED, Kind::Text, "wordpress-seoul";
        /// How its last execution ended.
        last: String = or("Succeeded"), Kind::Words(&["Succeeded", "Failed", "InProgress", "Stopped"]), "Succeeded";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: web-team }";
    }
}
