//! Put: writing parameters.
//! Invariant: a write that is refused changes nothing; the newest version is the one that reads show.
//! Used by: `ssm_operate`.
//!
//! AWS: PutParameter, LabelParameterVersion and DeleteParameters API references.

use super::model::{Parameter, Version, invalid, need};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
    refusal,
};

/// AWS: versions that are kept of a parameter.
const VERSIONS: usize = 100;
/// AWS: labels of one version.
const LABELS: usize = 10;

/// `PutParameter`.
pub(super) fn put(world: &mut World, call: &Call) -> Reply {
    let params = &call.params;
    let name = need(params, "Name")?;
    let user = world.caller(call).arn;
    let (now, key) = (world.now(), (call.region.clone(), name.to_owned()));
    check_name(name)?;
    let before = world.ssm.parameters.get(&key);
    let overwrite = params.text("Overwrite") == Some("true");
    if before.is_some() && !overwrite {
        let message = "The parameter already exists. To overwrite this value, set the overwrite option in the request \
                       to true.";
        return Err(AwsFault::new(400, "ParameterAlreadyExists", message));
    }
    if before.is_some() && params.has("Tags") {
        return Err(invalid(
            "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
        ));
    }
    let version = version(params, before.and_then(Parameter::newest), user, now)?;
    let (number, tier) = (version.number, version.tier.clone());
    let parameter = world.ssm.parameters.entry(key).or_default();
    if parameter.versions.len() >= VERSIONS {
        if parameter.versions.first().is_some_and(|oldest| !oldest.labels.is_empty()) {
            let message = format!(
                "You attempted to create a new version of {name} by calling the PutParameter API with the overwrite \
                 flag. Version {}, the oldest version, can't be deleted because it has a label associated with it. \
                 Move the label to another version of the parameter, and try again.",
                parameter.versions.first().map_or(0, |oldest| oldest.number)
            );
            return Err(AwsFault::new(400, "ParameterMaxVersionLimitExceeded", message));
        }
        parameter.versions.remove(0);
    }
    parameter.versions.push(version);
    parameter.tags.extend(super::tags::read(params, "Tags"));
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    Ok(Tree::map([("Version", Some(Tree::Int(number))), ("Tier", Tree::text(tier))]))
}

fn check_name(name: &str) -> Result<(), AwsFault> {
    let first = name.trim_start_matches('/').split('/').next().unwrap_or_default().to_lowercase();
    let is_path = name.matches('/').count() > 1;
    if !is_path && ["aws", "ssm"].iter().any(|reserved| first.starts_with(reserved)) {
        return Err(invalid("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive)."));
    }
    if first.starts_with("aws") {
        return Err(AwsFault::new(
            400,
            "AccessDeniedException",
            format!("No access to reserved parameter name: {name}."),
        ));
    }
    let fits = |character: char| character.is_ascii_alphanumeric() || "/.-_".contains(character);
    let slash = name.contains('/') && !name.starts_with('/');
    if first.starts_with("ssm") || name.is_empty() || !name.chars().all(fits) || slash || name.ends_with('/')
    {
        return Err(invalid(
            "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of \
             sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the \
             following 3 symbols .-_",
        ));
    }
    if name.matches('/').count() > 15 {
        let message = "A hierarchy can have a maximum of 15 levels.";
        return Err(AwsFault::new(400, "HierarchyLevelLimitExceededException", message));
    }
    Ok(())
}

fn version(
    params: &Params,
    before: Option<&Version>,
    user: String,
    now: jiff::Timestamp,
) -> Result<Version, AwsFault> {
    let value = need(params, "Value")?;
    // AWS: two braces are a reference to another parameter, and values do not nest.
    if value.split_once("{{").is_some_and(|(_, rest)| rest.contains("}}")) {
        return Err(invalid(
            "Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.",
        ));
    }
    let kind = params.text("Type").or(before.map(|before| before.kind.as_str()));
    let kind = kind.ok_or_else(|| invalid("A parameter type is required when you create a parameter."))?;
    if !["String", "StringList", "SecureString"].contains(&kind) {
        return Err(AwsFault::new(
            400,
            "UnsupportedParameterType",
            format!("The parameter type is not supported: {kind}"),
        ));
    }
    if before.is_some_and(|before| before.kind != kind) {
        let message = "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you \
                       can't change a parameter from a String type to a SecureString type. You must create a new, \
                       unique parameter.";
        return Err(AwsFault::new(400, "HierarchyTypeMismatchException", message));
    }
    let own = |name: &str, old: Option<&String>| params.text(name).map(str::to_owned).or(old.cloned());
    let tier = tier(params, before, value)?;
    let key = own("KeyId", before.and_then(|before| before.key.as_ref()));
    Ok(Version {
        number: before.map_or(1, |before| before.number + 1),
        kind: kind.to_owned(),
        value: value.to_owned(),
        description: own("Description", before.and_then(|before| before.description.as_ref())),
        pattern: own("AllowedPattern", before.and_then(|before| before.pattern.as_ref())),
        // AWS: without a key the account's own, `alias/aws/ssm`.
        key: (kind == "SecureString").then(|| key.unwrap_or_else(|| "alias/aws/ssm".to_owned())),
        tier,
        data_type: own("DataType", before.map(|before| &before.data_type))
            .unwrap_or_else(|| "text".to_owned()),
        labels: Default::default(),
        modified: now,
        user,
    })
}

/// AWS: 4 KB for a standard parameter, 8 KB for an advanced one; an advanced one stays so.
fn tier(params: &Params, before: Option<&Version>, value: &str) -> Result<String, AwsFault> {
    let was = before.map_or("Standard", |before| before.tier.as_str());
    let tier = match params.text("Tier").unwrap_or(was) {
        "Intelligent-Tiering" if value.len() > 4_096 => "Advanced",
        "Intelligent-Tiering" => was,
        "Standard" if was == "Advanced" => {
            return Err(invalid(
                "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the \
                 advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced \
                 parameter and recreate it as a standard parameter.",
            ));
        }
        other @ ("Standard" | "Advanced") => other,
        other => {
            return Err(invalid(refusal::not_listed(
                other,
                "tier",
                &["Standard", "Advanced", "Intelligent-Tiering"],
            )));
        }
    };
    if tier == "Standard" && value.len() > 4_096 {
        return Err(invalid(
            "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger \
             parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see \
             https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html",
        ));
    }
    if value.len() > 8_192 {
        return Err(invalid(
            "Advanced tier parameters support a maximum parameter value of 8192 characters.",
        ));
    }
    Ok(tier.to_owned())
}

/// `DeleteParameter`.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let name = need(&call.params, "Name")?;
    let key = (call.region.clone(), name.to_owned());
    let gone = world.ssm.parameters.remove(&key);
    gone.map(|_| Tree::Map(Vec::new())).ok_or_else(|| AwsFault::new(400, "ParameterNotFound", ""))
}

/// `DeleteParameters`.
pub(super) fn delete_many(world: &mut World, call: &Call) -> Reply {
    let mut names = call.params.texts("Names");
    need_list(&names, "names", 10)?;
    names.sort();
    names.dedup();
    let gone = |name: &String| world.ssm.parameters.remove(&(call.region.clone(), name.clone())).is_some();
    let (deleted, invalid): (Vec<_>, Vec<_>) = names.into_iter().partition(gone);
    let list = |names: Vec<String>| Tree::list("member", names.into_iter().map(Tree::Text));
    Ok(Tree::map([("DeletedParameters", list(deleted)), ("InvalidParameters", list(invalid))]))
}

/// AWS: lists of names have from one to ten.
pub(super) fn need_list(names: &[String], member: &str, most: usize) -> Result<(), AwsFault> {
    if (1..=most).contains(&names.len()) {
        return Ok(());
    }
    let (word, bound) = if names.is_empty() { ("greater", 1) } else { ("less", most) };
    Err(invalid(format!(
        "1 validation error detected: Value '[{}]' at '{member}' failed to satisfy constraint: Member must have length \
         {word} than or equal to {bound}",
        names.join(", ")
    )))
}

/// `LabelParameterVersion`. AWS: a label moves from the version that had it; labels that cannot be are answered, not
/// refused.
pub(super) fn label(world: &mut World, call: &Call) -> Reply {
    let name = need(&call.params, "Name")?.to_owned();
    let (labels, bad): (Vec<_>, Vec<_>) =
        call.params.texts("Labels").into_iter().partition(|label| is_label(label));
    let text = call.params.text("ParameterVersion").map_or(name.clone(), |number| format!("{name}:{number}"));
    let (_, _, version) = world.ssm.find(&call.region, &text)?;
    let number = version.number;
    if version.labels.iter().chain(&labels).collect::<std::collections::BTreeSet<_>>().len() > LABELS {
        let message = "A parameter version can have a maximum of ten labels.";
        return Err(AwsFault::new(400, "ParameterVersionLabelLimitExceeded", message));
    }
    if let Some(parameter) = world.ssm.parameters.get_mut(&(call.region.clone(), name)) {
        for version in &mut parameter.versions {
            version.labels.retain(|label| !labels.contains(label));
            if version.number == number {
                version.labels.extend(labels.iter().cloned());
            }
        }
    }
    Ok(Tree::map([
        ("InvalidLabels", Tree::list("member", bad.into_iter().map(Tree::Text))),
        ("ParameterVersion", Some(Tree::Int(i64::try_from(number).unwrap_or(i64::MAX)))),
    ]))
}

/// AWS: letters, digits, `.`, `-`, `_`; not beginning with a digit, `aws` or `ssm`; 100 characters.
fn is_label(label: &str) -> bool {
    let lower = label.to_lowercase();
    let fits = |character: char| character.is_ascii_alphanumeric() || ".-_".contains(character);
    (1..=100).contains(&label.len())
        && label.chars().all(fits)
        && !label.starts_with(|first: char| first.is_ascii_digit())
        && !lower.starts_with("aws")
        && !lower.starts_with("ssm")
}
