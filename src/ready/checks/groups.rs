//! Groups: whether both regions let in the same, in meaning.
//! Invariant: what is regional by nature is compared by its part: a group by whose it is, an address by which network it is
//! of and where in it, a prefix list by its ranges, one of AWS's own by its name. Other names, ids and descriptions do not
//! count.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{
    aws::{IngressRule, Instance, RuleKey, Source},
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
        |side: Side| -> Vec<&Meaning> { admitted.of(side).difference(admitted.of(side.other())).collect() };
    let (missing, more) = (only(Side::Primary), only(Side::Standby));
    // The same but for the place in the same network: subnets and machines lie elsewhere in each region.
    let has_partner =
        |one: &&Meaning, others: &[&Meaning]| others.iter().any(|other| one.roughly == other.roughly);
    let absent: Vec<&&Meaning> = missing.iter().filter(|one| !has_partner(one, &more)).collect();
    let extra: Vec<&&Meaning> = more.iter().filter(|one| !has_partner(one, &missing)).collect();
    match () {
        () if !absent.is_empty() => fail(
            format!("only the primary lets in: {}", listed(absent)),
            "add the rule to the standby's group: aws ec2 authorize-security-group-ingress",
        ),
        () if !extra.is_empty() => warn(
            format!("only the standby lets in: {}", listed(extra)),
            "take the rule from the standby's group, or add it to the primary's",
        ),
        () if !missing.is_empty() => warn(
            format!("{} in the primary, {} in the standby", listed(missing), listed(more)),
            "see that what is at the one address is at the other",
        ),
        () => pass(format!("{} rules mean the same in both regions", admitted.primary.len())),
    }
}

/// What a rule means, in words that are the same in both regions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Meaning {
    exactly: String,
    /// Without the place in a network.
    roughly: String,
}

impl Meaning {
    fn of(words: impl Into<String>) -> Meaning {
        let words = words.into();
        Meaning { roughly: words.clone(), exactly: words }
    }

    /// The same with something around it.
    fn within(&self, before: &str, after: &str) -> Meaning {
        let around = |words: &str| format!("{before}{words}{after}");
        Meaning { exactly: around(&self.exactly), roughly: around(&self.roughly) }
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.exactly)
    }
}

/// Every rule of a side.
fn admitted(case: &Case<'_>, side: Side) -> Known<BTreeSet<Meaning>> {
    let parts = parts(case, side)?;
    let rules = known(&case.of(side).rules)?;
    let mut all = BTreeSet::new();
    for rule in rules {
        // Groups of others in the same network are not the deployment's.
        let Some(own) = parts.get(rule.group.as_str()) else { continue };
        let RuleKey { protocol, from_port, to_port, source } = rule.key.canonical();
        let ports = match (from_port, to_port) {
            (Some(from), Some(to)) if from == to => format!(" {from}"),
            (Some(from), Some(to)) => format!(" {from}-{to}"),
            _ => String::new(),
        };
        let protocol = if protocol == "-1" { "all protocols" } else { &protocol };
        let (before, after) = (format!("{protocol}{ports} from "), format!(" to {}", own.as_str()));
        let sources = meanings(case, side, &source, &parts)?;
        all.extend(sources.iter().map(|source| source.within(&before, &after)));
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

/// Who is let in: one meaning for each range of a list, as if it were a rule of its own.
fn meanings(
    case: &Case<'_>,
    side: Side,
    source: &Source,
    parts: &BTreeMap<&str, Part>,
) -> Known<Vec<Meaning>> {
    match source {
        Source::Ipv4(range) => Ok(vec![address(case, side, range)?]),
        Source::Ipv6(range) => Ok(vec![Meaning::of(range)]),
        Source::PrefixList(id) => match case.of(side).prefix_lists.get(id) {
            None => Err(Unknown::because(format!("nobody read prefix list {id}"))),
            Some(Err(why)) => Err(why.clone()),
            Some(Ok(ranges)) => match named(case, side, id)? {
                Some(name) => Ok(vec![Meaning::of(name)]),
                None => ranges.iter().map(|range| address(case, side, range)).collect(),
            },
        },
        Source::Group { id, .. } => Ok(vec![match parts.get(id.as_str()) {
            Some(own) => Meaning::of(own.as_str()),
            None => Meaning::of("a group of others"),
        }]),
        Source::Unknown => {
            Err(Unknown::because("a rule has a source of a kind that this program does not know"))
        }
    }
}

/// The name of a list of AWS's own, which holds other ranges in each region; `None` for a list of the user's. Names are read
/// only where the two sides' lists differ.
fn named(case: &Case<'_>, side: Side, id: &str) -> Known<Option<String>> {
    let Some(names) = &case.of(side).list_names else { return Ok(None) };
    let own = known(names)?.get(id).and_then(|name| name.strip_prefix("com.amazonaws."));
    Ok(own.map(|name| format!("AWS's list {}", name.replace(case.region(side), "REGION"))))
}

/// A range of addresses by whose network it is of and where in it.
fn address(case: &Case<'_>, side: Side, text: &str) -> Known<Meaning> {
    let Some(range) = Range::parse(text) else { return Ok(Meaning::of(text)) };
    if is_bastion(case, side, range)? {
        return Ok(Meaning::of(Part::Bastion.as_str()));
    }
    for (whose, of) in [("its own network", side), ("the other region's network", side.other())] {
        for (place, network) in
            case.survey.ranges(of)?.iter().filter_map(|text| Range::parse(text)).enumerate()
        {
            if network == range {
                return Ok(match place {
                    0 => Meaning::of(whose),
                    more => Meaning::of(format!("range {} of {whose}", more + 1)),
                });
            }
            if network.holds(range) {
                let offset = std::net::Ipv4Addr::from(network.offset(range));
                return Ok(Meaning {
                    exactly: format!("+{offset}/{} of {whose}", range.bits()),
                    roughly: format!("a /{} of {whose}", range.bits()),
                });
            }
        }
    }
    Ok(Meaning::of(range.to_string()))
}

/// True if the range is one bastion's address.
fn is_bastion(case: &Case<'_>, side: Side, range: Range) -> Known<bool> {
    if range.bits() < 32 {
        return Ok(false);
    }
    let own = part(&case.survey.found.regions.of(side).instances)?;
    let region = case.of(side);
    let bastions = survey::bastions(known(&region.neighbours)?, own, known(&region.rules)?);
    let address = |one: &&Instance| Range::parse(&format!("{}/32", one.private_ip.as_deref()?));
    Ok(bastions.iter().filter_map(address).any(|own| own == range))
}
