//! Permission: EC2's `IpPermission`, as a call has it.
//! Invariant: what comes in is checked as EC2 checks it; each source of a permission is one rule.
//! Not here: how reads show it (see `permission_tree`), what a group does with rules (see `rules`).
//! Used by: `groups`, `rules`, `modify`.

use super::{
    State,
    ids::formed,
    model::{Group, Network, Peer, Peered, Rule, RuleKey, Tags},
};
use crate::lab::world::call::{AwsFault, Params};
use crate::lab::world::cidr::Cidr;

/// Where the rules of a call apply.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// All networks.
    pub(super) state: &'a State,
    /// The region.
    pub(super) region: &'a str,
    /// The network of the group.
    pub(super) vpc: &'a str,
    /// True for outbound.
    pub(super) egress: bool,
}

impl<'a> Scope<'a> {
    /// The scope of a group's rules.
    pub(super) fn new(state: &'a State, region: &'a str, group: &'a Group, egress: bool) -> Scope<'a> {
        Scope { state, region, vpc: &group.vpc, egress }
    }

    /// The region's network.
    pub(super) fn network(&self) -> &'a Network {
        self.state.network(self.region)
    }
}

/// A rule as a caller describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// What it admits.
    pub(super) key: RuleKey,
    /// Where its group is, if that is another network.
    pub(super) peered: Option<Peered>,
    /// A person's words.
    pub(super) description: Option<String>,
}

impl Wanted {
    /// The rule, with tags.
    pub(super) fn into_rule(self, tags: &Tags) -> Rule {
        Rule { key: self.key, peered: self.peered, description: self.description, tags: tags.clone() }
    }
}

/// The other side of a rule, and where it is.
pub(super) type Source = (Peer, Option<Peered>);

/// The rules of a call: its `IpPermissions`, or the older parameters beside them.
pub(super) fn read(scope: &Scope<'_>, params: &Params) -> Result<Vec<Wanted>, AwsFault> {
    let mut wanted = Vec::new();
    for permission in params.list("IpPermissions") {
        wanted.extend(permission_rules(scope, &permission)?);
    }
    if let Some(name) = params.text("SourceSecurityGroupName") {
        let (peer, peered) = (Peer::Group(group_by_name(scope.network(), name)?), None);
        // AWS: this grants full ICMP, UDP, and TCP access (AuthorizeSecurityGroupIngress API reference).
        for (protocol, ports) in [("icmp", (-1, -1)), ("tcp", (0, 65_535)), ("udp", (0, 65_535))] {
            let (protocol, ports, peer) = (protocol.to_owned(), Some(ports), peer.clone());
            let key = RuleKey { egress: scope.egress, protocol, ports, peer };
            wanted.push(Wanted { key, peered: peered.clone(), description: None });
        }
    } else if params.has("IpProtocol") {
        let range = params.text("CidrIp").unwrap_or_default();
        let key = key(params, scope.egress, Peer::Range(v4(range)?))?;
        wanted.push(Wanted { key, peered: None, description: None });
    }
    Ok(wanted)
}

fn permission_rules(scope: &Scope<'_>, permission: &Params) -> Result<Vec<Wanted>, AwsFault> {
    let mut wanted = Vec::new();
    let mut add = |source: &Params, (peer, peered): Source| -> Result<(), AwsFault> {
        let description = source.text("Description").map(str::to_owned);
        check_description(description.as_deref())?;
        wanted.push(Wanted { key: key(permission, scope.egress, peer)?, peered, description });
        Ok(())
    };
    for source in permission.list("IpRanges") {
        add(&source, (Peer::Range(v4(source.text("CidrIp").unwrap_or_default())?), None))?;
    }
    for source in permission.list("Ipv6Ranges") {
        add(&source, (Peer::Range(v6(source.text("CidrIpv6").unwrap_or_default())?), None))?;
    }
    for source in permission.list("PrefixListIds") {
        let id = source.text("PrefixListId").unwrap_or_default();
        add(&source, (prefix_list(scope.network(), id)?, None))?;
    }
    for source in permission.list("Groups") {
        let found = match (source.text("GroupId"), source.text("GroupName")) {
            (None, Some(name)) => (Peer::Group(group_by_name(scope.network(), name)?), None),
            (id, _) => group(scope, id.unwrap_or_default())?,
        };
        add(&source, found)?;
    }
    if wanted.is_empty() {
        let message = "missing mandatory parameter: exactly one of remote-security-group, remote-ip-range, \
                       remote-ipv6-range, or prefix-list-id must be present";
        return Err(AwsFault::new(400, "InvalidParameterValue", message));
    }
    Ok(wanted)
}

/// The key of a rule whose protocol and ports are members of `params`.
pub(super) fn key(params: &Params, egress: bool, peer: Peer) -> Result<RuleKey, AwsFault> {
    let protocol = protocol(params.text("IpProtocol").unwrap_or_default())?;
    let port = |name: &str| params.text(name).map(str::parse::<i32>).transpose();
    let wrong = |_| invalid("Invalid value for portRange. Ports are whole numbers.");
    let pair = (port("FromPort").map_err(wrong)?, port("ToPort").map_err(wrong)?);
    let ports = ports(&protocol, pair)?;
    Ok(RuleKey { egress, protocol, ports, peer })
}

fn ports(protocol: &str, pair: (Option<i32>, Option<i32>)) -> Result<Option<(i32, i32)>, AwsFault> {
    match (protocol, pair) {
        ("tcp" | "udp", (Some(from), Some(to)))
            if (0..=65535).contains(&from) && (0..=65535).contains(&to) =>
        {
            if from > to {
                let message = format!("Invalid TCP/UDP port range ({from}:{to})");
                return Err(invalid(message));
            }
            Ok(Some((from, to)))
        }
        ("tcp" | "udp", (Some(from), Some(to))) => {
            Err(invalid(format!("Invalid TCP/UDP port range ({from}:{to})")))
        }
        ("tcp" | "udp", _) => {
            Err(invalid("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange."))
        }
        ("icmp" | "icmpv6", (kind, code)) => Ok(Some((kind.unwrap_or(-1), code.unwrap_or(-1)))),
        // AWS: for -1 and other protocols traffic on all ports is allowed, whatever ports are given
        // (AuthorizeSecurityGroupIngress API reference).
        _ => Ok(None),
    }
}

fn protocol(text: &str) -> Result<String, AwsFault> {
    let name = match text.to_lowercase().as_str() {
        "" => {
            return Err(AwsFault::new(
                400,
                "MissingParameter",
                "The request must contain the parameter ipProtocol",
            ));
        }
        "tcp" | "6" => "tcp".to_owned(),
        "udp" | "17" => "udp".to_owned(),
        "icmp" | "1" => "icmp".to_owned(),
        "icmpv6" | "58" => "icmpv6".to_owned(),
        "-1" | "all" => "-1".to_owned(),
        other if other.parse::<u8>().is_ok() => other.to_owned(),
        _ => return Err(invalid(format!("Invalid value '{text}' for IP protocol. Unknown protocol."))),
    };
    Ok(name)
}

/// An IPv4 range as a source.
pub(super) fn v4(text: &str) -> Result<Cidr, AwsFault> {
    Cidr::parse(text).filter(|range| range.is_v4()).ok_or_else(|| malformed(text))
}

/// An IPv6 range as a source.
pub(super) fn v6(text: &str) -> Result<Cidr, AwsFault> {
    Cidr::parse(text).filter(|range| !range.is_v4()).ok_or_else(|| malformed(text))
}

/// A prefix list as a source.
pub(super) fn prefix_list(network: &Network, id: &str) -> Result<Peer, AwsFault> {
    if network.prefix_lists.contains_key(id) {
        return Ok(Peer::PrefixList(id.to_owned()));
    }
    formed(id, "pl", "InvalidPrefixListId.Malformed")?;
    let message = format!("The prefix list ID '{id}' does not exist");
    Err(AwsFault::new(400, "InvalidPrefixListID.NotFound", message))
}

/// A group as a source: of the same network, or of one that an active peering in the same region joins to it. AWS: a
/// group of a peer network in another region cannot be referenced (VPC peering guide).
pub(super) fn group(scope: &Scope<'_>, id: &str) -> Result<Source, AwsFault> {
    if id.is_empty() {
        return Err(AwsFault::new(400, "MissingParameter", "Source group ID missing."));
    }
    check_group_id(id)?;
    let found = scope.network().groups.get(id).ok_or_else(|| no_group(id))?;
    if found.vpc == scope.vpc {
        return Ok((Peer::Group(id.to_owned()), None));
    }
    let (here, there) = ((scope.region, scope.vpc), (scope.region, found.vpc.as_str()));
    let joining = scope.state.peerings.iter().find(|(_, peering)| peering.joins(here, there));
    let Some((peering, _)) = joining else {
        let message = "You have specified two resources that belong to different networks.";
        return Err(AwsFault::new(400, "InvalidGroup.NotFound", message));
    };
    let peered = Peered { vpc: found.vpc.clone(), peering: peering.clone() };
    Ok((Peer::Group(id.to_owned()), Some(peered)))
}

/// The group of this name in the default network. AWS: elsewhere a name is not enough.
pub(super) fn group_by_name(network: &Network, name: &str) -> Result<String, AwsFault> {
    let default = network.default_vpc();
    let named = |group: &Group| Some(group.vpc.as_str()) == default && group.name == name;
    let found = network.groups.iter().find(|(_, group)| named(group)).map(|(id, _)| id.clone());
    found.ok_or_else(|| {
        let default = default.unwrap_or("null");
        let message = format!("The security group '{name}' does not exist in default VPC '{default}'");
        AwsFault::new(400, "InvalidGroup.NotFound", message)
    })
}

/// Refuses what is not a group's id, as `InvalidGroupId.Malformed`.
pub(super) fn check_group_id(id: &str) -> Result<(), AwsFault> {
    formed(id, "sg", "InvalidGroupId.Malformed")
}

/// No group has this id.
pub(super) fn no_group(id: &str) -> AwsFault {
    AwsFault::new(400, "InvalidGroup.NotFound", format!("The security group '{id}' does not exist"))
}

/// Refuses a description that is too long or has other characters than EC2 allows (IpRange API reference).
pub(super) fn check_description(text: Option<&str>) -> Result<(), AwsFault> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
    if text.is_none_or(|text| text.len() <= 255 && text.chars().all(allowed)) {
        return Ok(());
    }
    let message = "Invalid rule description. Valid descriptions are strings less than 256 characters from the \
                   following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*";
    Err(invalid(message))
}

/// An `InvalidParameterValue`.
pub(super) fn invalid(message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, "InvalidParameterValue", message)
}

fn malformed(range: &str) -> AwsFault {
    invalid(format!("CIDR block {range} is malformed"))
}

/// A rule in EC2's words, as its errors have them: `peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW`.
pub(super) fn spoken(key: &RuleKey) -> String {
    let peer = match &key.peer {
        Peer::Range(range) => range.to_string(),
        Peer::PrefixList(id) | Peer::Group(id) => id.clone(),
    };
    let protocol = if key.protocol == "-1" { "ALL".to_owned() } else { key.protocol.to_uppercase() };
    match key.ports {
        Some((from, to)) => format!("peer: {peer}, {protocol}, from port: {from}, to port: {to}, ALLOW"),
        None => format!("peer: {peer}, {protocol}, ALLOW"),
    }
}
