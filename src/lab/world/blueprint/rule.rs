//! Rule: the forms of texts in a world file.
//! Invariant: a rule's check and its pattern accept the same texts; the pattern may be wider where a pattern
//! cannot say it.
//! Not here: forms that other files share (see `grammar::rule`).
//! Used by: the blueprint's shapes.

use std::net::Ipv4Addr;

use crate::{grammar::rule::Rule, lab::world::cidr::Cidr};

/// A range of addresses.
pub(crate) static CIDR: Rule = Rule {
    wants: "a range of addresses",
    pattern: r"^[0-9a-fA-F.:]+/[0-9]{1,3}$",
    check: |text| match Cidr::parse(text) {
        Some(_) => Ok(()),
        None => Err("write an address and a length: `10.10.0.0/16`, `2001:db8::/56`".to_owned()),
    },
};
/// An IPv4 address.
pub(crate) static ADDRESS: Rule = Rule {
    wants: "an IPv4 address",
    pattern: r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$",
    check: |text| match text.parse::<Ipv4Addr>() {
        Ok(_) => Ok(()),
        Err(_) => Err("write four numbers: `192.0.2.10`".to_owned()),
    },
};
/// A name of DNS.
pub(crate) static DOMAIN: Rule = Rule {
    wants: "a DNS name",
    pattern: r"^(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?$",
    check: |text| {
        let inside = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let labels = text.strip_suffix('.').unwrap_or(text);
        let labels = labels.strip_prefix("*.").unwrap_or(labels);
        let good =
            labels.split('.').all(|label| (1..=63).contains(&label.len()) && label.bytes().all(inside));
        if good && text.len() <= 255 {
            Ok(())
        } else {
            Err("write a name such as `www.example.com`".to_owned())
        }
    },
};
/// A name of an AWS resource.
pub(crate) static RESOURCE: Rule = Rule {
    wants: "a resource's name",
    pattern: r"^[A-Za-z0-9/][A-Za-z0-9 ._/-]{0,127}$",
    check: |text| {
        let inside = |b: u8| b.is_ascii_alphanumeric() || b" ._/-".contains(&b);
        let starts = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'/');
        match starts && text.len() <= 128 && text.bytes().all(inside) {
            true => Ok(()),
            false => Err("letters, digits, blanks and `._/-`, at most 128".to_owned()),
        }
    },
};
/// An availability zone's letter.
pub(crate) static ZONE: Rule = Rule {
    wants: "a zone's letter",
    pattern: "^[a-f]$",
    check: |text| match text.len() == 1 && text.bytes().all(|b| (b'a'..=b'f').contains(&b)) {
        true => Ok(()),
        false => Err("write the letter alone, without the region: `a`".to_owned()),
    },
};
/// A tag's key.
pub(crate) static TAG_KEY: Rule = Rule {
    wants: "a tag's key",
    pattern: "^.{1,128}$",
    check: |text| match (1..=128).contains(&text.chars().count()) && !text.starts_with("aws:") {
        true => Ok(()),
        false => Err("at most 128 characters, and not starting with `aws:`".to_owned()),
    },
};
/// Ports of a rule.
pub(crate) static PORTS: Rule = Rule {
    wants: "a port or a range of ports",
    pattern: "^[0-9]{1,5}(-[0-9]{1,5})?$",
    check: |text| match super::ports(text) {
        Some(_) => Ok(()),
        None => Err("write `80` or `8000-8999`".to_owned()),
    },
};
/// A platform of Elastic Beanstalk, as solution stacks are named.
pub(crate) static PLATFORM: Rule = Rule {
    wants: "a solution stack's name",
    pattern: r"^.+ v[0-9]+(\.[0-9]+)* running .+$",
    check: |text| {
        let system = text.split_once(" running ").filter(|(_, language)| !language.is_empty());
        let version = system.and_then(|(system, _)| system.rsplit_once(" v"));
        let is_version = |text: &str| {
            text.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        match version.is_some_and(|(system, version)| !system.is_empty() && is_version(version)) {
            true => Ok(()),
            false => Err("write it whole: `64bit Amazon Linux 2023 v4.7.3 running PHP 8.4`".to_owned()),
        }
    },
};
/// A number.
pub(crate) static NUMBER: Rule = Rule {
    wants: "a number",
    pattern: r"^-?[0-9]+(\.[0-9]+)?$",
    check: |text| match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(()),
        Ok(_) | Err(_) => Err("write digits: `20`, `0.5`".to_owned()),
    },
};
