//! Own lists: the prefix lists that AWS keeps in every region.
//! Invariant: ids do not depend on what else there is; the ranges are those that the world's own parts come from.
//! Not here: lists of ranges that nothing of the world has (S3, DynamoDB, CloudFront).
//! Used by: `start`.

use super::{
    build,
    model::{Network, PrefixList},
};
use crate::lab::world::{cidr::Cidr, rng::Rng};

/// Where Route 53's checkers come from (AWS: ip-ranges.json, service ROUTE53_HEALTHCHECKS).
const CHECKERS: &str = "15.177.0.0/18";
/// What the list counts as in a rule (AWS: VPC user guide, "AWS-managed prefix list weight").
const CHECKERS_WEIGHT: usize = 25;

/// Puts AWS's own lists into a region.
pub(super) fn add_own_lists(network: &mut Network, seed: u64, region: &str) {
    let mut rng = Rng::stream(seed, &format!("ec2.own-lists.{region}"));
    let name = format!("com.amazonaws.{region}.route53-healthchecks");
    let list = PrefixList {
        name,
        entries: Cidr::parse(CHECKERS).into_iter().collect(),
        max_entries: CHECKERS_WEIGHT,
        owner: "AWS".to_owned(),
    };
    network.prefix_lists.insert(build::id(&mut rng, "pl"), list);
}
