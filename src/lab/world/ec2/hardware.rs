//! Hardware: what instances are made of, as reads show it.
//! Invariant: everything follows from what the instance is; nothing here can be changed.
//! Not here: volumes of their own: an instance has the one it starts from.
//! Used by: `machines`.

use super::model::Interface;
use crate::lab::world::call::Tree;

/// The volume that the instance starts from. Its id follows the instance's.
pub(super) fn root_device(instance: &str, interface: &Interface) -> Tree {
    let volume = Tree::map([
        ("attachTime", interface.attached.map(Tree::Time)),
        ("deleteOnTermination", Some(Tree::Bool(true))),
        ("status", Tree::text("attached")),
        ("volumeId", Tree::text(instance.replacen("i-", "vol-", 1))),
    ]);
    Tree::map([("deviceName", Tree::text("/dev/xvda")), ("ebs", Some(volume))])
}

/// How instances may ask about themselves. AWS: Amazon Linux 2023 wants sessions, and lets them go over two hops (EC2
/// user guide, "Instance metadata options").
pub(super) fn metadata_options() -> Tree {
    Tree::map([
        ("state", Tree::text("applied")),
        ("httpTokens", Tree::text("required")),
        ("httpPutResponseHopLimit", Some(Tree::Int(2))),
        ("httpEndpoint", Tree::text("enabled")),
        ("httpProtocolIpv6", Tree::text("disabled")),
        ("instanceMetadataTags", Tree::text("disabled")),
    ])
}

/// How an instance is named within its network.
pub(super) fn name_options() -> Tree {
    Tree::map([
        ("hostnameType", Tree::text("ip-name")),
        ("enableResourceNameDnsARecord", Some(Tree::Bool(false))),
        ("enableResourceNameDnsAAAARecord", Some(Tree::Bool(false))),
    ])
}

/// A structure of one switch, which is off.
pub(super) fn switched_off(name: &'static str) -> Tree {
    Tree::Map(vec![(name, Tree::Bool(false))])
}

/// A structure of one choice.
pub(super) fn option(name: &'static str, choice: &str) -> Tree {
    Tree::Map(vec![(name, Tree::Text(choice.to_owned()))])
}

/// Cores and threads of a type of Intel's or AMD's fifth generation and later, and of T3: two virtual CPUs up to
/// `large`, then twice as many with each size (EC2, "Instance types"). Nothing is said of others.
pub(super) fn cpu(kind: &str) -> Option<Tree> {
    let (family, size) = kind.split_once('.')?;
    let generation = family.find(|letter: char| letter.is_ascii_digit())?;
    let number = family[generation..].bytes().next()? - b'0';
    if !(family.starts_with("t3") || number >= 5) || family[generation..].contains('g') {
        return None;
    }
    let cores = match size {
        "nano" | "micro" | "small" | "medium" | "large" => 1,
        "xlarge" => 2,
        _ => size.strip_suffix("xlarge")?.parse::<i64>().ok()?.checked_mul(2)?,
    };
    Some(Tree::map([("coreCount", Some(Tree::Int(cores))), ("threadsPerCore", Some(Tree::Int(2)))]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_those_of_the_type() {
        let cores = |kind| match cpu(kind) {
            Some(Tree::Map(members)) => members.first().map(|(_, cores)| cores.clone()),
            _ => None,
        };
        assert_eq!(cores("t3.small"), Some(Tree::Int(1)));
        assert_eq!(cores("m5.xlarge"), Some(Tree::Int(2)));
        assert_eq!(cores("c6i.4xlarge"), Some(Tree::Int(8)));
        assert_eq!((cores("m6g.large"), cores("t2.micro"), cores("nonsense")), (None, None, None));
    }
}
