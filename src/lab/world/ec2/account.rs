//! Account: reading what an account is given: images, keys, limits, and the attributes of its networks.
//! Invariant: reads change nothing; member names are EC2's own.
//! Used by: `operate`.

use super::{
    State,
    acls::{missing, needed},
    describe::tags_of,
    filter::Filters,
    permission::invalid,
};
use crate::lab::world::{
    call::{AwsFault, Call, Reply, Tree},
    page::{self, page},
};

/// `DescribeImages`: those that machines of the world were made from.
pub(super) fn images(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let known =
        ["image-id", "name", "description", "state", "architecture", "owner-id", "owner-alias", "is-public"];
    let filters = Filters::read(&call.params, &known)?;
    let ids = call.params.texts("ImageId");
    if let Some(id) = ids.iter().find(|id| !network.images.contains_key(*id)) {
        let message = format!("The image id '[{id}]' does not exist");
        return Err(AwsFault::new(400, "InvalidAMIID.NotFound", message));
    }
    let owners = call.params.texts("Owner");
    let owned = owners.is_empty() || owners.iter().any(|owner| owner == "amazon" || owner == AMAZON);
    let found = network.images.iter().filter(|(id, image)| {
        owned
            && (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| {
                vec![match name {
                    "image-id" => (*id).clone(),
                    "name" => image.name.clone(),
                    "description" => image.description.clone(),
                    "state" => "available".to_owned(),
                    "architecture" => "x86_64".to_owned(),
                    "owner-id" => AMAZON.to_owned(),
                    "owner-alias" => "amazon".to_owned(),
                    _ => "true".to_owned(),
                }]
            })
    });
    let trees = found.map(|(id, image)| {
        Tree::map([
            ("imageId", Tree::text(id)),
            ("imageState", Tree::text("available")),
            ("imageOwnerId", Tree::text(AMAZON)),
            ("imageOwnerAlias", Tree::text("amazon")),
            ("isPublic", Some(Tree::Bool(true))),
            ("architecture", Tree::text("x86_64")),
            ("imageType", Tree::text("machine")),
            ("name", Tree::text(&image.name)),
            ("description", Tree::text(&image.description)),
            ("creationDate", Tree::text(image.created.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string())),
            ("rootDeviceType", Tree::text("ebs")),
            ("rootDeviceName", Tree::text("/dev/xvda")),
            ("virtualizationType", Tree::text("hvm")),
            ("hypervisor", Tree::text("xen")),
            ("enaSupport", Some(Tree::Bool(true))),
            ("tagSet", tags_of(network, id)),
        ])
    });
    let (part, next) = page(trees.collect(), &call.params, page::EC2)?;
    Ok(Tree::map([("imagesSet", Tree::list("item", part)), ("nextToken", next.map(Tree::Text))]))
}

/// The account that Amazon's own images belong to.
const AMAZON: &str = "137112412989";

/// `DescribeKeyPairs`.
pub(super) fn key_pairs(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters = Filters::read(&call.params, &["key-pair-id", "fingerprint", "key-name"])?;
    let names = call.params.texts("KeyName");
    if let Some(name) = names.iter().find(|name| !network.key_pairs.contains_key(*name)) {
        let message = format!("The key pair '{name}' does not exist");
        return Err(AwsFault::new(400, "InvalidKeyPair.NotFound", message));
    }
    let ids = call.params.texts("KeyPairId");
    let found = network.key_pairs.iter().filter(|(name, key)| {
        (names.is_empty() || names.contains(name))
            && (ids.is_empty() || ids.contains(&key.id))
            && filters.pass(network.tags.get(&key.id), |filter| match filter {
                "key-pair-id" => vec![key.id.clone()],
                "fingerprint" => vec![key.fingerprint.clone()],
                _ => vec![(*name).clone()],
            })
    });
    let trees = found.map(|(name, key)| {
        Tree::map([
            ("keyPairId", Tree::text(&key.id)),
            ("keyType", Tree::text("rsa")),
            ("tagSet", tags_of(network, &key.id)),
            ("createTime", Some(Tree::Time(key.created))),
            ("keyName", Tree::text(name)),
            ("keyFingerprint", Tree::text(&key.fingerprint)),
        ])
    });
    Ok(Tree::map([("keySet", Tree::list("item", trees))]))
}

/// `DescribeAccountAttributes`.
pub(super) fn account(state: &State, call: &Call) -> Reply {
    let default = state.network(&call.region).default_vpc().unwrap_or("none");
    let groups = state.settings.groups_per_interface.to_string();
    let all = [
        ("supported-platforms", "VPC"),
        ("vpc-max-security-groups-per-interface", groups.as_str()),
        ("max-elastic-ips", "5"),
        ("max-instances", "20"),
        ("vpc-max-elastic-ips", "5"),
        ("default-vpc", default),
    ];
    let names = call.params.texts("AttributeName");
    if let Some(wrong) = names.iter().find(|name| all.iter().all(|(known, _)| known != name)) {
        return Err(invalid(format!("Value ({wrong}) for parameter attributeName is invalid.")));
    }
    let asked = all.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|asked| asked == name));
    let trees = asked.map(|(name, value)| {
        let value = Tree::map([("attributeValue", Tree::text(*value))]);
        Tree::map([("attributeName", Tree::text(*name)), ("attributeValueSet", Tree::list("item", [value]))])
    });
    Ok(Tree::map([("accountAttributeSet", Tree::list("item", trees))]))
}

/// `DescribeVpcAttribute`.
pub(super) fn vpc_attribute(state: &State, call: &Call) -> Reply {
    let id = needed(&call.params, "VpcId", "vpcId")?;
    let vpc = state.network(&call.region).vpcs.get(id).ok_or_else(|| {
        AwsFault::new(400, "InvalidVpcID.NotFound", format!("The vpc ID '{id}' does not exist"))
    })?;
    let value = |value| Some(Tree::map([("value", Some(Tree::Bool(value)))]));
    let attribute = match call.params.text("Attribute") {
        Some("enableDnsSupport") => ("enableDnsSupport", value(vpc.dns_support)),
        Some("enableDnsHostnames") => ("enableDnsHostnames", value(vpc.dns_hostnames)),
        Some("enableNetworkAddressUsageMetrics") => ("enableNetworkAddressUsageMetrics", value(false)),
        Some(other) => return Err(invalid(format!("Value ({other}) for parameter attribute is invalid."))),
        None => return Err(missing("attribute")),
    };
    Ok(Tree::map([attribute, ("vpcId", Tree::text(id))]))
}
