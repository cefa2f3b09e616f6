//! Get: reading parameters.
//! Used by: `ssm_operate`.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::model::{Parameter, Version, invalid, need};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
    page::{Paging, page},
};

const fn paging(most: usize) -> Paging {
    Paging {
        token: "NextToken",
        limit: "MaxResults",
        range: (1, most),
        default: most,
        bad_token: "InvalidNextToken",
        bad_limit: "ValidationException",
    }
}

/// One part of a listing.
pub(super) fn listing(name: &'static str, items: Vec<Tree>, params: &Params, most: usize) -> Reply {
    let (items, next) = page(items, params, paging(most))?;
    let mut members = vec![(name, Tree::List("member", items))];
    members.extend(next.map(|token| ("NextToken", Tree::Text(token))));
    Ok(Tree::Map(members))
}

/// The value as a call may see it: a secret only if it is asked for in the clear.
fn value(version: &Version, params: &Params) -> String {
    if version.kind != "SecureString" || params.text("WithDecryption") == Some("true") {
        return version.value.clone();
    }
    // Nothing is secret in a lab; it only looks as KMS's ciphertexts do.
    let hidden: Vec<u8> = version.value.bytes().map(|byte| byte ^ 0x5a).collect();
    format!("AQICAHi{}", STANDARD.encode(hidden))
}

fn arn(world: &World, region: &str, name: &str) -> String {
    format!("arn:aws:ssm:{region}:{}:parameter/{}", world.iam.account, name.trim_start_matches('/'))
}

fn number(version: &Version) -> Option<Tree> {
    Some(Tree::Int(i64::try_from(version.number).unwrap_or(i64::MAX)))
}

fn whole(world: &World, call: &Call, name: &str, version: &Version, selector: Option<&str>) -> Tree {
    Tree::map([
        ("Name", Tree::text(name)),
        ("Type", Tree::text(&version.kind)),
        ("Value", Tree::text(value(version, &call.params))),
        ("Version", number(version)),
        ("Selector", selector.map(|text| Tree::Text(format!(":{text}")))),
        ("LastModifiedDate", Some(Tree::Time(version.modified))),
        ("ARN", Tree::text(arn(world, &call.region, name))),
        ("DataType", Tree::text(&version.data_type)),
    ])
}

fn selector(text: &str) -> Option<&str> {
    if text.starts_with("arn:") {
        text.splitn(7, ':').nth(6)
    } else {
        text.split_once(':').map(|(_, rest)| rest)
    }
}

/// `GetParameter`.
pub(super) fn one(world: &World, call: &Call) -> Reply {
    let text = need(&call.params, "Name")?;
    let (name, _, version) = world.ssm.find(&call.region, text)?;
    Ok(Tree::map([("Parameter", Some(whole(world, call, name, version, selector(text))))]))
}

/// `GetParameters`. AWS: names that are not there are answered, not refused.
pub(super) fn many(world: &World, call: &Call) -> Reply {
    let names = call.params.texts("Names");
    super::put::need_list(&names, "names", 10)?;
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for text in names {
        match world.ssm.find(&call.region, &text) {
            Ok((name, _, version)) => found.push(whole(world, call, name, version, selector(&text))),
            Err(_) => missing.push(Tree::Text(text)),
        }
    }
    Ok(Tree::map([
        ("Parameters", Tree::list("member", found)),
        ("InvalidParameters", Tree::list("member", missing)),
    ]))
}

fn of_region<'a>(
    world: &'a World,
    region: &'a str,
) -> impl Iterator<Item = (&'a str, &'a Parameter, &'a Version)> {
    let from = (region.to_owned(), String::new());
    let own = world.ssm.parameters.range(from..).take_while(move |((own, _), _)| own == region);
    own.filter_map(|((_, name), parameter)| Some((name.as_str(), parameter, parameter.newest()?)))
}

fn is_below(name: &str, path: &str, recursive: bool) -> bool {
    let path = if path.ends_with('/') { path.to_owned() } else { format!("{path}/") };
    name.strip_prefix(&path).is_some_and(|rest| recursive || !rest.contains('/'))
}

/// `GetParametersByPath`.
pub(super) fn by_path(world: &World, call: &Call) -> Reply {
    let path = need(&call.params, "Path")?;
    if !path.starts_with('/') {
        return Err(invalid(
            "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward \
             slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only letters, \
             numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not \
             allowed. All sub-paths, if specified, must use the forward slash symbol \"/\".",
        ));
    }
    let recursive = call.params.text("Recursive") == Some("true");
    let filters = filters(&call.params)?;
    let own = of_region(world, &call.region).filter(|(name, _, _)| is_below(name, path, recursive)).filter(
        |(name, parameter, version)| filters.iter().all(|filter| filter.fits(name, parameter, version)),
    );
    let trees = own.map(|(name, _, version)| whole(world, call, name, version, None)).collect();
    listing("Parameters", trees, &call.params, 10)
}

/// `GetParameterHistory`.
pub(super) fn history(world: &World, call: &Call) -> Reply {
    let name = need(&call.params, "Name")?;
    let (name, parameter, _) = world.ssm.find(&call.region, name)?;
    let tree = |version: &Version| {
        let Tree::Map(mut members) = metadata(world, call, name, version) else {
            return Tree::Map(Vec::new());
        };
        members.retain(|(member, _)| *member != "ARN");
        members.push(("Value", Tree::Text(value(version, &call.params))));
        members.push((
            "Labels",
            Tree::List("member", version.labels.iter().map(|own| Tree::Text(own.clone())).collect()),
        ));
        Tree::Map(members)
    };
    listing("Parameters", parameter.versions.iter().map(tree).collect(), &call.params, 50)
}

fn metadata(world: &World, call: &Call, name: &str, version: &Version) -> Tree {
    Tree::map([
        ("Name", Tree::text(name)),
        ("ARN", Tree::text(arn(world, &call.region, name))),
        ("Type", Tree::text(&version.kind)),
        ("KeyId", version.key.clone().map(Tree::Text)),
        ("LastModifiedDate", Some(Tree::Time(version.modified))),
        ("LastModifiedUser", Tree::text(&version.user)),
        ("Description", version.description.clone().map(Tree::Text)),
        ("AllowedPattern", version.pattern.clone().map(Tree::Text)),
        ("Version", number(version)),
        ("Tier", Tree::text(&version.tier)),
        ("Policies", Tree::list("member", [])),
        ("DataType", Tree::text(&version.data_type)),
    ])
}

/// `DescribeParameters`.
pub(super) fn describe(world: &World, call: &Call) -> Reply {
    let filters = filters(&call.params)?;
    let own = of_region(world, &call.region).filter(|(name, parameter, version)| {
        filters.iter().all(|filter| filter.fits(name, parameter, version))
    });
    let trees = own.map(|(name, _, version)| metadata(world, call, name, version)).collect();
    listing("Parameters", trees, &call.params, 50)
}

/// One filter of a call.
struct Filter {
    key: String,
    option: String,
    values: Vec<String>,
}

/// `ParameterFilters`, and the older `Filters` of DescribeParameters.
fn filters(params: &Params) -> Result<Vec<Filter>, AwsFault> {
    let new = params.list("ParameterFilters").into_iter().map(|own| {
        let key = own.text("Key").unwrap_or_default().to_owned();
        let default = if key == "Path" { "OneLevel" } else { "Equals" };
        Filter { key, option: own.text("Option").unwrap_or(default).to_owned(), values: own.texts("Values") }
    });
    let old = params.list("Filters").into_iter().map(|own| Filter {
        key: own.text("Key").unwrap_or_default().to_owned(),
        option: "BeginsWith".to_owned(),
        values: own.texts("Values"),
    });
    let all: Vec<Filter> = new.chain(old).collect();
    let keys = ["Name", "Type", "KeyId", "Path", "Label", "Tier", "DataType"];
    for filter in &all {
        if !keys.contains(&filter.key.as_str()) && !filter.key.starts_with("tag:") {
            let message = format!(
                "The following filter key is not valid: {}. Valid filter keys include: [Path, Name, Type, KeyId, Tier, DataType].",
                filter.key
            );
            return Err(AwsFault::new(400, "InvalidFilterKey", message));
        }
        if !["Equals", "BeginsWith", "Contains", "OneLevel", "Recursive"].contains(&filter.option.as_str()) {
            let message = format!(
                "The following filter option is not valid: {}. Valid options include: [BeginsWith, Equals].",
                filter.option
            );
            return Err(AwsFault::new(400, "InvalidFilterOption", message));
        }
    }
    Ok(all)
}

impl Filter {
    fn fits(&self, name: &str, parameter: &Parameter, version: &Version) -> bool {
        let hit = |text: &str| {
            self.values.iter().any(|value| match self.option.as_str() {
                "BeginsWith" => text.starts_with(value.as_str()),
                "Contains" => text.contains(value.as_str()),
                _ => text == value,
            })
        };
        match self.key.as_str() {
            "Name" => hit(name) || hit(name.trim_start_matches('/')),
            "Type" => hit(&version.kind),
            "KeyId" => version.key.as_deref().is_some_and(hit),
            "Path" => self.values.iter().any(|path| is_below(name, path, self.option == "Recursive")),
            "Label" => version.labels.iter().any(|label| hit(label)),
            "Tier" => hit(&version.tier),
            "DataType" => hit(&version.data_type),
            key => {
                let tag = key.strip_prefix("tag:").and_then(|key| parameter.tags.get(key));
                tag.is_some_and(|value| self.values.is_empty() || hit(value))
            }
        }
    }
}
