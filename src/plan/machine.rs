//! Machine: what tells this machine from the deployment's own instances.
//! Invariant: reads only this machine; sends nothing.
//! Not here: what follows if it is one of them (see `guard::runner`).
//! Used by: look.
//!
//! An instance of EC2's present kind (Nitro) has its id as the board's asset tag, and the hardware address of each of its
//! network interfaces is the one that AWS tells. Where neither is known (another system than Linux, a container with
//! addresses of its own), only an address can tell, and private addresses are not unique.

use std::{
    fs,
    net::{IpAddr, SocketAddr, UdpSocket},
    path::Path,
};

use crate::aws::Interface;

/// What is known of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Machine {
    /// Its instance id, if it is one of EC2.
    pub instance: Option<String>,
    /// The hardware addresses of its network interfaces.
    pub macs: Vec<String>,
    /// Those of the deployment's addresses that it calls its own.
    pub addresses: Vec<String>,
}

impl Machine {
    /// This machine, beside these interfaces of the deployment.
    pub(super) fn beside(interfaces: &[Interface]) -> Machine {
        let addresses = interfaces.iter().flat_map(|interface| &interface.addresses);
        Machine {
            instance: read(Path::new("/sys/devices/virtual/dmi/id/board_asset_tag"))
                .filter(|tag| tag.starts_with("i-")),
            macs: macs(Path::new("/sys/class/net")),
            addresses: addresses.filter(|address| is_own(address)).cloned().collect(),
        }
    }
}

fn read(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_ascii_lowercase())
}

/// Loopback and other interfaces without hardware say zeros.
fn macs(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let found = entries.filter_map(|entry| read(&entry.path().join("address")));
    found.filter(|mac| mac.chars().any(|c| !matches!(c, '0' | ':'))).collect()
}

/// True if the system would reach the address from the address itself. Connecting a datagram socket sends nothing: it only
/// asks the system for the way.
fn is_own(address: &str) -> bool {
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let any: SocketAddr = match address {
        IpAddr::V4(_) => ([0, 0, 0, 0], 0).into(),
        IpAddr::V6(_) => ([0_u16; 8], 0).into(),
    };
    let from = UdpSocket::bind(any).and_then(|socket| {
        socket.connect((address, 9))?;
        socket.local_addr()
    });
    from.is_ok_and(|from| from.ip() == address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_own_address_is_known_and_anothers_is_not() {
        assert!(is_own("127.0.0.1"));
        assert!(!is_own("192.0.2.1"));
        assert!(!is_own("nowhere"));
    }
}
