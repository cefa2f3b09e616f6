//! Cidr: an address range.
//! Invariant: canonical: no bit is set beyond the length, as EC2 stores ranges (`100.68.0.18/18` is `100.68.0.0/18`).
//! Used by: rules, networks and routes.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// An IPv4 or IPv6 range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr {
    address: IpAddr,
    length: u8,
}

impl Cidr {
    /// `0.0.0.0/0`.
    pub const WORLD: Cidr = Cidr { address: IpAddr::V4(Ipv4Addr::UNSPECIFIED), length: 0 };
    /// `::/0`.
    pub const WORLD_V6: Cidr = Cidr { address: IpAddr::V6(Ipv6Addr::UNSPECIFIED), length: 0 };

    /// The IPv4 range that holds `address` and has this length, or 32 if it is longer.
    pub fn v4(address: Ipv4Addr, length: u8) -> Cidr {
        let length = length.min(32);
        let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
        Cidr { address: IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask)), length }
    }

    /// The range that holds `address` and has this length.
    pub fn new(address: IpAddr, length: u8) -> Option<Cidr> {
        let address = match address {
            IpAddr::V4(v4) if length <= 32 => return Some(Cidr::v4(v4, length)),
            IpAddr::V6(v6) if length <= 128 => {
                let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & mask))
            }
            IpAddr::V4(_) | IpAddr::V6(_) => return None,
        };
        Some(Cidr { address, length })
    }

    /// Reads `10.0.0.0/16` or `2001:db8::/32`.
    pub fn parse(text: &str) -> Option<Cidr> {
        let (address, length) = text.split_once('/')?;
        if length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Cidr::new(address.parse().ok()?, length.parse().ok()?)
    }

    /// True if `address` is in the range.
    pub fn contains(self, address: IpAddr) -> bool {
        Cidr::new(address, self.length) == Some(self)
    }

    /// True if all of `other` is in the range.
    pub fn holds(self, other: Cidr) -> bool {
        self.length <= other.length && self.contains(other.address)
    }

    /// True if some address is in both.
    pub fn overlaps(self, other: Cidr) -> bool {
        self.holds(other) || other.holds(self)
    }

    /// Its first address.
    pub fn first(self) -> IpAddr {
        self.address
    }

    /// How many bits are fixed.
    pub fn length(self) -> u8 {
        self.length
    }

    /// How many addresses it has, as far as 64 bits can say.
    pub fn size(self) -> u64 {
        let bits = if self.is_v4() { 32 } else { 128 } - u32::from(self.length);
        1_u64.checked_shl(bits).unwrap_or(u64::MAX)
    }

    /// True for `0.0.0.0/0` and `::/0`.
    pub fn is_world(self) -> bool {
        self.length == 0
    }

    /// True for IPv4.
    pub fn is_v4(self) -> bool {
        self.address.is_ipv4()
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_canonical_and_know_their_members() {
        let range = |text| Cidr::parse(text).unwrap();
        assert_eq!(range("100.68.0.18/18").to_string(), "100.68.0.0/18");
        assert_eq!(range("2001:DB8::1/32").to_string(), "2001:db8::/32");
        assert!(range("10.10.0.0/16").contains("10.10.3.4".parse().unwrap()));
        assert!(!range("10.10.0.0/16").contains("10.11.3.4".parse().unwrap()));
        assert!(range("0.0.0.0/0").contains("192.0.2.1".parse().unwrap()));
        assert!(!range("0.0.0.0/0").contains("::1".parse().unwrap()));
        for wrong in ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "a/8", "::/129", "10.0.0.0/+8"] {
            assert_eq!(Cidr::parse(wrong), None, "{wrong}");
        }
    }
}
