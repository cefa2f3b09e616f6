//! Groups: whether both regions let in the same, in meaning.
//! Invariant: what is regional by nature is compared by its part: a group by whose it is, an address by which network it is
//! of and where in it, a prefix list by its ranges. Names, ids and descriptions do not count.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    aws::{IngressRule, RuleKey, Source},
    drill::model::Side,
    ready::{
        case::{Case, Judged, both, fail, known, listed, part, pass, warn},
        range::Range,
    },
    survey::{self, Known, Unknown},
};

/// Whose a group is; the groups of one of them are taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Balancer,
    Instances,
    Database,
    Bastion,
}

impl Part {
    fn as_str(self) -> &'static str {
        match self {
            Part::Balancer => "the balancer",
            Part::Instances => "the instances",
            Part::Database => "the database",
            Part::Bastion => "the bastion",
        }
    }
}

pub(in crate::ready) fn groups(case: &Case<'_>) -> Judged {
    let admitted = both(|side| admitted(case, side))?;
    let only =
        |side: Side| -> Vec<&String> { admitted.of(side).difference(admitted.of(side.other())).collect() };
    let (missing, more) = (only(Side::Primary), only(Side::Standby));
    match (missing.is_empty(), more.is_empty()) {
        (true, true) => pass(format!("{} rules mean the same in both regions", admitted.primary.len())),
        (false, _) => fail(
            format!("only the primary lets in: {}", listed(missing)),
            "add the rule to the standby's group: aws ec2 authorize-security-group-ingress",
        ),
        (true, false) => warn(
            format!("only the standby lets in: {}", listed(more)),
            "take the rule from the standby's group, or add it to the primary's",
        ),
    }
}

/// Every rule of a side, in words that mean the same in both regions.
fn admitted(case: &Case<'_>, side: Side) -> Known<BTreeSet<String>> {
    let parts = parts(case, side)?;
    let rules = known(&case.of(side).rules)?;
    let mut all = BTreeSet::new();
    for rule in rules {
        // Groups of others in the same network are not the deployment's.
        let Some(own) = parts.get(rule.group.as_str()) else { continue };
        let RuleKey { protocol, from_port, to_port, source } = rule.key.canonical();
        let source = meaning(case, side, &source, &parts)?;
        let ports = match (from_port, to_port) {
            (Some(from), Some(to)) if from == to => format!(" {from}"),
            (Some(from), Some(to)) => format!(" {from}-{to}"),
            _ => String::new(),
        };
        let protocol = if protocol == "-1" { "all protocols" } else { &protocol };
        all.insert(format!("{protocol}{ports} from {source} to {}", own.as_str()));
    }
    Ok(all)
}

/// Whose each group is.
fn parts<'a>(case: &Case<'a>, side: Side) -> Known<BTreeMap<&'a str, Part>> {
    let found = case.survey.found.regions.of(side);
    let own = part(&found.instances)?;
    let mut parts = BTreeMap::new();
    let neighbours = known(&case.of(side).neighbours)?;
    let rules: &Vec<IngressRule> = known(&case.of(side).rules)?;
    for bastion in survey::bastions(neighbours, own, rules) {
        parts.extend(bastion.security_groups.iter().map(|id| (id.as_str(), Part::Bastion)));
    }
    if let Some(database) = case.database()?
        && let Some(cluster) = part(database.clusters.of(side))?
    {
        parts.extend(cluster.security_groups.iter().map(|id| (id.as_str(), Part::Database)));
    }
    let of_instances = own.iter().flat_map(|instance| &instance.security_groups);
    parts.extend(of_instances.map(|id| (id.as_str(), Part::Instances)));
    for balancer in case.balancers(side)? {
        parts.extend(balancer.balancer.security_groups.iter().map(|id| (id.as_str(), Part::Balancer)));
    }
    Ok(parts)
}

/// Who is let in, in words that mean the same in both regions.
fn meaning(case: &Case<'_>, side: Side, source: &Source, parts: &BTreeMap<&str, Part>) -> Known<String> {
    match source {
        Source::Ipv4(range) => address(case, side, range),
        Source::Ipv6(range) => Ok(range.clone()),
        Source::PrefixList(id) => match case.of(side).prefix_lists.get(id) {
            None => Err(Unknown::because(format!("nobody read prefix list {id}"))),
            Some(Err(why)) => Err(why.clone()),
            Some(Ok(ranges)) => {
                let mut ranges = ranges.clone();
                ranges.sort();
                Ok(ranges.join(" or "))
            }
        },
        Source::Group { id, .. } => Ok(match parts.get(id.as_str()) {
            Some(own) => own.as_str().to_owned(),
            None => "a group of others".to_owned(),
        }),
        Source::Unknown => {
            Err(Unknown::because("a rule has a source of a kind that this program does not know"))
        }
    }
}

/// A range of addresses by whose network it is of and where in it.
fn address(case: &Case<'_>, side: Side, text: &str) -> Known<String> {
    let Some(range) = Range::parse(text) else { return Ok(text.to_owned()) };
    for (whose, of) in [("its own network", side), ("the other region's network", side.other())] {
        for (place, network) in
            case.survey.ranges(of)?.iter().filter_map(|text| Range::parse(text)).enumerate()
        {
            if network == range {
                return Ok(match place {
                    0 => whose.to_owned(),
                    more => format!("range {} of {whose}", more + 1),
                });
            }
            if network.holds(range) {
                let offset = std::net::Ipv4Addr::from(network.offset(range));
                return Ok(format!("+{offset}/{} of {whose}", range.bits()));
            }
        }
    }
    Ok(range.to_string())
}
