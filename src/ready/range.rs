//! Range: arithmetic of IPv4 networks.
//! Used by: the checks.

use std::{fmt, net::Ipv4Addr};

/// An IPv4 network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    first: u32,
    bits: u32,
}

impl Range {
    /// Reads `10.10.0.0/16`; nothing else.
    pub(super) fn parse(text: &str) -> Option<Range> {
        let (address, bits) = text.split_once('/')?;
        let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 32)?;
        let address: Ipv4Addr = address.parse().ok()?;
        Some(Range { first: u32::from(address) & mask(bits), bits })
    }

    /// True if every address of `other` is one of this.
    pub(super) fn holds(self, other: Range) -> bool {
        self.bits <= other.bits && other.first & mask(self.bits) == self.first
    }

    /// True if any address is in both.
    pub(super) fn overlaps(self, other: Range) -> bool {
        self.holds(other) || other.holds(self)
    }

    /// Where `other` begins in this, which holds it.
    pub(super) fn offset(self, other: Range) -> u32 {
        other.first - self.first
    }

    /// Its length in bits.
    pub(super) fn bits(self) -> u32 {
        self.bits
    }
}

fn mask(bits: u32) -> u32 {
    u32::MAX.checked_shl(32 - bits).unwrap_or(0)
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.first), self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Range {
        Range::parse(text).unwrap()
    }

    #[test]
    fn a_part_overlaps_its_whole_and_neighbours_do_not() {
        assert!(range("10.10.0.0/16").overlaps(range("10.10.128.0/17")));
        assert!(range("10.10.128.0/17").overlaps(range("10.10.0.0/16")));
        assert!(!range("10.10.0.0/16").overlaps(range("10.11.0.0/16")));
        assert!(range("0.0.0.0/0").holds(range("255.255.255.255/32")));
        assert_eq!(range("10.10.3.7/16").to_string(), "10.10.0.0/16");
        assert_eq!(range("10.10.0.0/16").offset(range("10.10.1.0/24")), 256);
        assert_eq!(Range::parse("10.0.0.0/33"), None);
        assert_eq!(Range::parse("::/0"), None);
    }
}
