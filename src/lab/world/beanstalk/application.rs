//! Application: applications and their versions.
//! Invariant: a version's label is unique in its application; a version that runs somewhere is not deleted.
//! Not here: environments (see `describe`, `change`).
//! Used by: `beanstalk_operate`, `codepipeline`.

use std::collections::BTreeMap;

use super::{
    describe::in_region,
    events::Event,
    model::{Application, Environment, Source, Version},
    refusal::refused,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
    page::{self, page},
};

fn arn(world: &World, region: &str, application: &str) -> String {
    format!("arn:aws:elasticbeanstalk:{region}:{}:application/{application}", world.account())
}

fn version_arn(world: &World, region: &str, application: &str, label: &str) -> String {
    let account = world.account();
    format!("arn:aws:elasticbeanstalk:{region}:{account}:applicationversion/{application}/{label}")
}

/// The tags that a call gives.
pub(super) fn tags_of(params: &Params, list: &str) -> BTreeMap<String, String> {
    let text = |tag: &Params, name: &str| tag.text(name).unwrap_or_default().to_owned();
    params.list(list).iter().map(|tag| (text(tag, "Key"), text(tag, "Value"))).collect()
}

fn required<'a>(call: &'a Call, name: &str) -> Result<&'a str, AwsFault> {
    let value = call.params.text(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| refused("MissingParameter", format!("The request must contain the parameter {name}")))
}

fn known<'a>(world: &'a World, call: &Call, name: &str) -> Result<&'a Application, AwsFault> {
    let own = world.beanstalk.applications.get(&(call.region.clone(), name.to_owned()));
    own.ok_or_else(|| refused("InvalidParameterValue", format!("No Application named '{name}' found.")))
}

fn tree(world: &World, region: &str, name: &str, own: &Application) -> Tree {
    let labels = versions_of(world, region, name).map(|((_, _, label), _)| Tree::Text(label.clone()));
    Tree::map([
        ("ApplicationArn", Tree::text(arn(world, region, name))),
        ("ApplicationName", Tree::text(name)),
        ("Description", own.description.clone().map(Tree::Text)),
        ("DateCreated", Some(Tree::Time(own.created))),
        ("DateUpdated", Some(Tree::Time(own.updated))),
        ("Versions", Tree::list("member", labels)),
        ("ConfigurationTemplates", Tree::list("member", [])),
    ])
}

fn versions_of<'a>(
    world: &'a World,
    region: &'a str,
    application: &'a str,
) -> impl Iterator<Item = (&'a (String, String, String), &'a Version)> {
    let from = (region.to_owned(), application.to_owned(), String::new());
    let rest = world.beanstalk.versions.range(from..);
    rest.take_while(move |((own, name, _), _)| own == region && name == application)
}

/// `DescribeApplications`.
pub(super) fn describe(world: &World, call: &Call) -> Reply {
    let names = call.params.texts("ApplicationNames");
    let from = (call.region.clone(), String::new());
    let all = world.beanstalk.applications.range(from..).take_while(|((own, _), _)| *own == call.region);
    let asked = all.filter(|((_, name), _)| names.is_empty() || names.contains(name));
    let trees = asked.map(|((_, name), own)| tree(world, &call.region, name, own));
    Ok(Tree::map([("Applications", Tree::list("member", trees))]))
}

/// `CreateApplication`.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let name = required(call, "ApplicationName")?;
    let key = (call.region.clone(), name.to_owned());
    if world.beanstalk.applications.contains_key(&key) {
        return Err(refused("InvalidParameterValue", format!("Application {name} already exists.")));
    }
    let now = world.now();
    let description = call.params.text("Description").map(str::to_owned);
    let tags = tags_of(&call.params, "Tags");
    let own = Application { description, created: now, updated: now, tags };
    world.beanstalk.applications.insert(key, own.clone());
    Ok(Tree::map([("Application", Some(tree(world, &call.region, name, &own)))]))
}

/// `UpdateApplication`. AWS: only the description.
pub(super) fn update(world: &mut World, call: &Call) -> Reply {
    let name = required(call, "ApplicationName")?;
    known(world, call, name)?;
    let now = world.now();
    let key = (call.region.clone(), name.to_owned());
    if let (Some(own), Some(description)) =
        (world.beanstalk.applications.get_mut(&key), call.params.text("Description"))
    {
        own.description = Some(description.to_owned());
        own.updated = now;
    }
    let own = known(world, call, name)?;
    Ok(Tree::map([("Application", Some(tree(world, &call.region, name, own)))]))
}

fn version_tree(world: &World, region: &str, application: &str, label: &str, own: &Version) -> Tree {
    let (bundle, build) = match &own.source {
        Source::Bundle { bucket, key } => {
            let members = [("S3Bucket", Tree::text(bucket)), ("S3Key", Tree::text(key))];
            (Some(Tree::map(members)), None)
        }
        Source::Commit(location) => {
            let members = [
                ("SourceType", Tree::text("Git")),
                ("SourceRepository", Tree::text("CodeCommit")),
                ("SourceLocation", Tree::text(location)),
            ];
            (None, Some(Tree::map(members)))
        }
        Source::Sample => {
            let members = [
                ("S3Bucket", Tree::text(format!("elasticbeanstalk-samples-{region}"))),
                ("S3Key", Tree::text("php.zip")),
            ];
            (Some(Tree::map(members)), None)
        }
    };
    Tree::map([
        ("ApplicationVersionArn", Tree::text(version_arn(world, region, application, label))),
        ("ApplicationName", Tree::text(application)),
        ("Description", own.description.clone().map(Tree::Text)),
        ("VersionLabel", Tree::text(label)),
        ("SourceBuildInformation", build),
        ("SourceBundle", bundle),
        ("DateCreated", Some(Tree::Time(own.created))),
        ("DateUpdated", Some(Tree::Time(own.updated))),
        ("Status", Tree::text("Processed")),
    ])
}

/// `DescribeApplicationVersions`: newest first.
pub(super) fn describe_versions(world: &World, call: &Call) -> Reply {
    let labels = call.params.texts("VersionLabels");
    let application = call.params.text("ApplicationName");
    let from = (call.region.clone(), application.unwrap_or_default().to_owned(), String::new());
    let rest = world.beanstalk.versions.range(from..).take_while(|((region, ..), _)| *region == call.region);
    let mut found: Vec<_> = rest
        .filter(|((_, name, label), _)| {
            application.is_none_or(|asked| asked == name) && (labels.is_empty() || labels.contains(label))
        })
        .collect();
    found.sort_by_key(|(_, own)| std::cmp::Reverse(own.created));
    let (part, next) = page(found, &call.params, page::BEANSTALK)?;
    let trees =
        part.into_iter().map(|((region, name, label), own)| version_tree(world, region, name, label, own));
    Ok(Tree::map([("ApplicationVersions", Tree::list("member", trees)), ("NextToken", next.map(Tree::Text))]))
}

/// `CreateApplicationVersion`. AWS: an unknown application is refused unless it may be made; a label is used once.
pub(super) fn create_version(world: &mut World, call: &Call) -> Reply {
    let params = &call.params;
    let application = required(call, "ApplicationName")?;
    let label = required(call, "VersionLabel")?;
    let source =
        match (params.text("SourceBundle.S3Key"), params.text("SourceBuildInformation.SourceLocation")) {
            (Some(_), Some(_)) => {
                let message = "You may not specify both a source bundle and source build information.";
                return Err(refused("InvalidParameterCombination", message));
            }
            (Some(key), None) => {
                let bucket = params.text("SourceBundle.S3Bucket").unwrap_or_default().to_owned();
                Source::Bundle { bucket, key: key.to_owned() }
            }
            (None, Some(location)) => Source::Commit(location.to_owned()),
            (None, None) => Source::Sample,
        };
    if known(world, call, application).is_err() {
        if params.text("AutoCreateApplication") != Some("true") {
            known(world, call, application)?;
        }
        let now = world.now();
        let own = Application { description: None, created: now, updated: now, tags: BTreeMap::new() };
        world.beanstalk.applications.insert((call.region.clone(), application.to_owned()), own);
    }
    let key = (call.region.clone(), application.to_owned(), label.to_owned());
    if world.beanstalk.versions.contains_key(&key) {
        let message = format!("Application Version {label} already exists.");
        return Err(refused("InvalidParameterValue", message));
    }
    let description = params.text("Description").map(str::to_owned);
    world.make_version(key, description, source, tags_of(params, "Tags"));
    let own = known_version(world, call, application, label)?;
    let tree = version_tree(world, &call.region, application, label, own);
    Ok(Tree::map([("ApplicationVersion", Some(tree))]))
}

fn known_version<'a>(
    world: &'a World,
    call: &Call,
    application: &str,
    label: &str,
) -> Result<&'a Version, AwsFault> {
    let key = (call.region.clone(), application.to_owned(), label.to_owned());
    let unknown = || format!("No Application Version named '{label}' found.");
    world.beanstalk.versions.get(&key).ok_or_else(|| refused("InvalidParameterValue", unknown()))
}

/// `UpdateApplicationVersion`. AWS: only the description.
pub(super) fn update_version(world: &mut World, call: &Call) -> Reply {
    let application = required(call, "ApplicationName")?;
    let label = required(call, "VersionLabel")?;
    known_version(world, call, application, label)?;
    let now = world.now();
    let key = (call.region.clone(), application.to_owned(), label.to_owned());
    if let Some(own) = world.beanstalk.versions.get_mut(&key) {
        own.description = call.params.text("Description").map(str::to_owned);
        own.updated = now;
    }
    let own = known_version(world, call, application, label)?;
    let tree = version_tree(world, &call.region, application, label, own);
    Ok(Tree::map([("ApplicationVersion", Some(tree))]))
}

/// `DeleteApplicationVersion`. AWS: a version that is associated with a running environment cannot be deleted.
pub(super) fn delete_version(world: &mut World, call: &Call) -> Reply {
    let application = required(call, "ApplicationName")?;
    let label = required(call, "VersionLabel")?;
    known_version(world, call, application, label)?;
    let runs = |own: &Environment| own.lives() && own.application == application && own.version == label;
    if in_region(world, &call.region).any(runs) {
        let message = format!(
            "Unable to delete application version '{label}' because it is deployed to running environments."
        );
        return Err(refused("InvalidParameterValue", message));
    }
    world.beanstalk.versions.remove(&(call.region.clone(), application.to_owned(), label.to_owned()));
    Ok(Tree::Map(Vec::new()))
}

impl World {
    /// Makes a version of an application.
    pub(in crate::lab) fn make_version(
        &mut self,
        key: (String, String, String),
        description: Option<String>,
        source: Source,
        tags: BTreeMap<String, String>,
    ) {
        let now = self.now();
        let (region, application, label) = key.clone();
        let own = Version { description, source, created: now, updated: now, deploys: true, tags };
        self.beanstalk.versions.insert(key, own);
        let event = Event {
            at: now,
            severity: "INFO",
            message: format!("Created new Application Version: {label}"),
            application,
            environment: None,
            version: Some(label),
        };
        self.environment_tells(&region, event);
    }
}
