//! Platform: the platform versions that a region offers.
//! Invariant: a platform's ARN and its solution stack name say the same.
//! Used by: `start`, `describe`, `beanstalk_operate`.

use super::refusal::refused;
use crate::lab::world::{
    World,
    call::{Call, Params, Reply, Tree},
    page::{self, page},
};

/// A platform version of AWS's own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Platform {
    /// The language or server and its version: `PHP 8.4`.
    pub language: String,
    /// The operating system: `64bit Amazon Linux 2023`.
    pub system: String,
    /// The platform's version: `4.7.0`.
    pub version: String,
}

impl Platform {
    /// Reads a solution stack name: `64bit Amazon Linux 2023 v4.7.0 running PHP 8.4`.
    pub fn of_stack(stack: &str) -> Option<Platform> {
        let (system, language) = stack.split_once(" running ")?;
        let (system, version) = system.rsplit_once(" v")?;
        let own = |text: &str| text.to_owned();
        Some(Platform { language: own(language), system: own(system), version: own(version) })
    }

    /// Its name as a solution stack.
    pub fn stack(&self) -> String {
        format!("{} v{} running {}", self.system, self.version, self.language)
    }

    /// The name of its branch, without the version.
    pub fn branch(&self) -> String {
        format!("{} running on {}", self.language, self.system)
    }

    /// Its ARN in a region.
    pub fn arn(&self, region: &str) -> String {
        format!("arn:aws:elasticbeanstalk:{region}::platform/{}/{}", self.branch(), self.version)
    }

    fn category(&self) -> &str {
        self.language.split(' ').next().unwrap_or_default()
    }

    /// The operating system's name and version, as `Amazon Linux` and `2023`.
    fn system_parts(&self) -> (&str, &str) {
        let system = self.system.strip_prefix("64bit ").unwrap_or(&self.system);
        system.rsplit_once(' ').unwrap_or((system, ""))
    }
}

/// `ListAvailableSolutionStacks`.
pub(super) fn stacks(world: &World) -> Reply {
    let stacks = || world.beanstalk.platforms.iter().map(Platform::stack);
    let details = stacks().map(|stack| {
        Tree::map([
            ("SolutionStackName", Tree::text(stack)),
            ("PermittedFileTypes", Tree::list("member", [Tree::Text("zip".to_owned())])),
        ])
    });
    Ok(Tree::map([
        ("SolutionStacks", Tree::list("member", stacks().map(Tree::Text))),
        ("SolutionStackDetails", Tree::list("member", details)),
    ]))
}

/// `ListPlatformVersions`: filters are a conjunction; newest first.
pub(super) fn versions(world: &World, call: &Call) -> Reply {
    let filters = call.params.list("Filters");
    let mut kept = Vec::new();
    for platform in world.beanstalk.platforms.iter().rev() {
        let mut passes = true;
        for filter in &filters {
            passes &= passes_filter(platform, &call.region, filter)?;
        }
        if passes {
            kept.push(Tree::Map(summary(platform, &call.region)));
        }
    }
    let (part, next) = page(kept, &call.params, page::BEANSTALK)?;
    Ok(Tree::map([("PlatformSummaryList", Tree::list("member", part)), ("NextToken", next.map(Tree::Text))]))
}

fn passes_filter(
    platform: &Platform,
    region: &str,
    filter: &Params,
) -> Result<bool, crate::lab::world::call::AwsFault> {
    let kind = filter.text("Type").unwrap_or_default();
    let own = match kind {
        "PlatformName" => platform.branch(),
        "PlatformBranchName" => platform.branch(),
        "PlatformVersion" => platform.version.clone(),
        "PlatformArn" => platform.arn(region),
        "PlatformStatus" => "Ready".to_owned(),
        "PlatformOwner" => "AWSElasticBeanstalk".to_owned(),
        "PlatformLifecycleState" => "Recommended".to_owned(),
        "PlatformBranchLifecycleState" => "Supported".to_owned(),
        "OperatingSystemName" => platform.system_parts().0.to_owned(),
        "SupportedTier" => "WebServer/Standard".to_owned(),
        "SupportedAddon" => "Log/S3".to_owned(),
        other => {
            let message = format!("Invalid Platform filter type '{other}'.");
            return Err(refused("InvalidParameterValue", message));
        }
    };
    let values = filter.texts("Values");
    let any = |test: &dyn Fn(&str) -> bool| values.iter().any(|value| test(value));
    Ok(match filter.text("Operator").unwrap_or("=") {
        "=" | "in" => any(&|value| value == own),
        "!=" | "not_in" => !any(&|value| value == own),
        "contains" => any(&|value| own.contains(value)),
        "begins_with" => any(&|value| own.starts_with(value)),
        "ends_with" => any(&|value| own.ends_with(value)),
        other => {
            let message = format!("Invalid Platform filter operator '{other}'.");
            return Err(refused("InvalidParameterValue", message));
        }
    })
}

fn summary(platform: &Platform, region: &str) -> Vec<(&'static str, Tree)> {
    let (system, release) = platform.system_parts();
    let texts = |texts: &[&str]| {
        Tree::List("member", texts.iter().map(|text| Tree::Text((*text).to_owned())).collect())
    };
    let text = |value: &str| Tree::Text(value.to_owned());
    vec![
        ("PlatformArn", Tree::Text(platform.arn(region))),
        ("PlatformOwner", text("AWSElasticBeanstalk")),
        ("PlatformStatus", text("Ready")),
        ("PlatformCategory", text(platform.category())),
        ("OperatingSystemName", text(system)),
        ("OperatingSystemVersion", text(release)),
        ("SupportedTierList", texts(&["WebServer/Standard", "Worker/SQS/HTTP"])),
        ("SupportedAddonList", texts(&["Log/S3", "Monitoring/Healthd", "WorkerDaemon/SQSD"])),
        ("PlatformLifecycleState", text("Recommended")),
        ("PlatformVersion", text(&platform.version)),
        ("PlatformBranchName", Tree::Text(platform.branch())),
        ("PlatformBranchLifecycleState", text("Supported")),
    ]
}

/// `DescribePlatformVersion`.
pub(super) fn version(world: &World, call: &Call) -> Reply {
    let arn = call.params.text("PlatformArn").unwrap_or_default();
    let own = world.beanstalk.platforms.iter().find(|own| own.arn(&call.region) == arn);
    let platform = own.ok_or_else(|| {
        refused("InvalidParameterValue", format!("No Platform found for PlatformArn = '{arn}'."))
    })?;
    let (name, release) = platform.language.rsplit_once(' ').unwrap_or((&platform.language, ""));
    let language = Tree::map([("Name", Tree::text(name)), ("Version", Tree::text(release))]);
    let mut members = summary(platform, &call.region);
    members.extend([
        ("PlatformName", Tree::Text(platform.branch())),
        ("SolutionStackName", Tree::Text(platform.stack())),
        ("Description", Tree::Text(platform.stack())),
        ("Maintainer", Tree::Text("aws-elasticbeanstalk-platforms@amazon.com".to_owned())),
        ("ProgrammingLanguages", Tree::List("member", vec![language])),
    ]);
    Ok(Tree::map([("PlatformDescription", Some(Tree::Map(members)))]))
}
