//! Rule: one ingress rule of a security group, in everything that a user can set.
//! Invariant: two rules are the same rule if protocol, ports and source are: AWS holds each such key once per
//! group; description and tags hang on it, and the id is AWS's own.
//! Not here: which rules a change touches (see `change`).
//! Used by: `ec2`; `change::ec2_revoke_ingress`.

use std::{
    collections::BTreeMap,
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

use serde::{Deserialize, Serialize};

/// One ingress rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IngressRule {
    /// AWS's id; a rule that is created again gets another one.
    pub id: String,
    /// The group it belongs to.
    pub group: String,
    /// Protocol, ports and source.
    #[serde(flatten)]
    pub key: RuleKey,
    /// The description; `None` if there is none.
    #[serde(default)]
    pub description: Option<String>,
    /// The rule's own tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// What makes a rule the rule it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RuleKey {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all.
    pub protocol: String,
    /// First port (or ICMP type); `None` where the protocol has none.
    pub from_port: Option<i32>,
    /// Last port (or ICMP code).
    pub to_port: Option<i32>,
    /// Who is let in.
    pub source: Source,
}

/// Who a rule lets in; exactly one of four kinds (AWS: AuthorizeSecurityGroupIngress API reference).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// An IPv4 network.
    Ipv4(String),
    /// An IPv6 network.
    Ipv6(String),
    /// A managed prefix list.
    PrefixList(String),
    /// Another group.
    Group {
        /// Its id.
        id: String,
        /// The account it belongs to.
        #[serde(default)]
        account: Option<String>,
        /// Set if it is in a peered VPC.
        #[serde(default)]
        peering: Option<String>,
        /// Its VPC, if AWS says so: for peered groups only.
        #[serde(default)]
        vpc: Option<String>,
    },
    /// A kind that this program does not know: it can be seen but not put back.
    Unknown,
}

impl RuleKey {
    /// True if the rule lets traffic of `protocol` (`tcp` or `udp`) to `port` in: also by a range around it, or by all
    /// protocols.
    pub fn admits(&self, protocol: &str, port: u16) -> bool {
        let own = self.canonical();
        match own.protocol.as_str() {
            "-1" => true,
            name if name == protocol => match (own.from_port, own.to_port) {
                // AWS: -1 as a port means all of them.
                (None | Some(-1), None | Some(-1)) => true,
                (from, to) => {
                    let port = i32::from(port);
                    from.unwrap_or(port) <= port && port <= to.or(from).unwrap_or(port)
                }
            },
            _ => false,
        }
    }

    /// The key in one spelling, so that two keys are equal exactly if AWS would call them duplicates.
    ///
    /// AWS stores networks canonically: 100.68.0.18/18 becomes 100.68.0.0/18 (EC2 user guide, security group
    /// rules). A reference to a group is its id: peering and VPC are told only by some answers.
    pub fn canonical(&self) -> RuleKey {
        let protocol = match self.protocol.to_ascii_lowercase().as_str() {
            "6" => "tcp".to_owned(),
            "17" => "udp".to_owned(),
            "1" => "icmp".to_owned(),
            "58" => "icmpv6".to_owned(),
            "all" => "-1".to_owned(),
            other => other.to_owned(),
        };
        // For all protocols AWS ignores the ports.
        let ported = protocol != "-1";
        let port = |value: Option<i32>| value.filter(|_| ported);
        let source = match &self.source {
            Source::Ipv4(cidr) => Source::Ipv4(canonical_v4(cidr).unwrap_or_else(|| cidr.clone())),
            Source::Ipv6(cidr) => Source::Ipv6(canonical_v6(cidr).unwrap_or_else(|| cidr.clone())),
            Source::Group { id, .. } => {
                Source::Group { id: id.clone(), account: None, peering: None, vpc: None }
            }
            other => other.clone(),
        };
        RuleKey { protocol, from_port: port(self.from_port), to_port: port(self.to_port), source }
    }
}

fn canonical_v4(cidr: &str) -> Option<String> {
    let (address, bits) = split(cidr, 32)?;
    let address: Ipv4Addr = address.parse().ok()?;
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    Some(format!("{}/{bits}", Ipv4Addr::from(u32::from(address) & mask)))
}

fn canonical_v6(cidr: &str) -> Option<String> {
    let (address, bits) = split(cidr, 128)?;
    let address: Ipv6Addr = address.parse().ok()?;
    let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
    Some(format!("{}/{bits}", Ipv6Addr::from(u128::from(address) & mask)))
}

fn split(cidr: &str, most: u32) -> Option<(&str, u32)> {
    let (address, bits) = cidr.split_once('/')?;
    let bits: u32 = bits.parse().ok()?;
    (bits <= most).then_some((address, bits))
}

impl fmt::Display for RuleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = if self.protocol == "-1" { "all protocols" } else { &self.protocol };
        match (self.from_port, self.to_port) {
            (Some(-1), _) => f.write_str(protocol)?,
            (Some(from), Some(to)) if from == to => write!(f, "{protocol} {from}")?,
            (Some(from), Some(to)) => write!(f, "{protocol} {from}-{to}")?,
            _ => f.write_str(protocol)?,
        }
        write!(f, " from {}", self.source)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Ipv4(name) | Source::Ipv6(name) | Source::PrefixList(name) => f.write_str(name),
            Source::Group { id, peering: Some(peering), .. } => write!(f, "{id} over {peering}"),
            Source::Group { id, .. } => f.write_str(id),
            Source::Unknown => f.write_str("a source of an unknown kind"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(protocol: &str, from: Option<i32>, to: Option<i32>, source: Source) -> RuleKey {
        RuleKey { protocol: protocol.into(), from_port: from, to_port: to, source }
    }

    #[test]
    fn ranges_and_all_protocols_admit_a_port_too() {
        let any = || Source::Ipv4("0.0.0.0/0".into());
        assert!(key("tcp", Some(80), Some(80), any()).admits("tcp", 80));
        assert!(key("tcp", Some(0), Some(65535), any()).admits("tcp", 80));
        assert!(key("-1", None, None, any()).admits("tcp", 80));
        assert!(key("-1", Some(-1), Some(-1), any()).admits("tcp", 80));
        assert!(key("6", Some(80), Some(90), any()).admits("tcp", 80));
        assert!(!key("tcp", Some(443), Some(443), any()).admits("tcp", 80));
        assert!(!key("udp", Some(80), Some(80), any()).admits("tcp", 80));
    }

    #[test]
    fn a_rule_reads_as_people_say_it() {
        let any = || Source::Ipv4("0.0.0.0/0".into());
        assert_eq!(key("tcp", Some(80), Some(80), any()).to_string(), "tcp 80 from 0.0.0.0/0");
        assert_eq!(key("tcp", Some(0), Some(65535), any()).to_string(), "tcp 0-65535 from 0.0.0.0/0");
        assert_eq!(key("-1", Some(-1), Some(-1), any()).to_string(), "all protocols from 0.0.0.0/0");
    }

    #[test]
    fn one_network_in_two_spellings_is_one_key() {
        let spelled = |cidr: &str| key("tcp", Some(80), Some(80), Source::Ipv4(cidr.into())).canonical();
        assert_eq!(spelled("100.68.0.18/18"), spelled("100.68.0.0/18"));
        assert_ne!(spelled("100.68.0.0/18"), spelled("100.68.0.0/19"));
        let spelled = |cidr: &str| key("tcp", Some(80), Some(80), Source::Ipv6(cidr.into())).canonical();
        assert_eq!(spelled("2001:DB8:0:0::1/32"), spelled("2001:db8::/32"));
        assert_eq!(spelled("::1/0"), spelled("::/0"));
    }

    #[test]
    fn a_group_is_its_id_whatever_else_the_answer_said() {
        let full = Source::Group {
            id: "sg-1".into(),
            account: Some("1".into()),
            peering: None,
            vpc: Some("v".into()),
        };
        let bare = Source::Group { id: "sg-1".into(), account: None, peering: None, vpc: None };
        assert_eq!(
            key("tcp", Some(1), Some(1), full).canonical(),
            key("tcp", Some(1), Some(1), bare).canonical()
        );
    }
}
