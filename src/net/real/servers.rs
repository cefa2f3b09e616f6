//! Servers: the name servers that this machine itself asks.
//! Invariant: only `nameserver` lines count; the search list and the hosts file do not, so that the answer is the one
//! that users get.
//! Not here: servers that a drill names.
//! Used by: `net::real::lookup`.

use std::{
    fs,
    net::{IpAddr, SocketAddr},
};

const RESOLV_CONF: &str = "/etc/resolv.conf";

/// The servers of `/etc/resolv.conf`, or why there are none.
pub(super) fn of_this_machine() -> Result<Vec<SocketAddr>, String> {
    let text = fs::read_to_string(RESOLV_CONF).map_err(|error| {
        format!("{RESOLV_CONF} cannot be read ({error}); name a `resolver:` in the deployment")
    })?;
    match parse(&text) {
        servers if servers.is_empty() => {
            Err(format!("{RESOLV_CONF} names no server; name a `resolver:` in the deployment"))
        }
        servers => Ok(servers),
    }
}

fn parse(text: &str) -> Vec<SocketAddr> {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("nameserver"))
        .filter_map(|rest| rest.split_whitespace().next()?.parse::<IpAddr>().ok())
        .map(|address| SocketAddr::new(address, 53))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_servers_are_read_in_order_and_the_rest_is_left() {
        let text = "# made by hand\nsearch example.com\nnameserver 192.0.2.53 # near\nnameserver ::1\nnameserver x\n";
        let read: Vec<String> = parse(text).iter().map(ToString::to_string).collect();
        assert_eq!(read, ["192.0.2.53:53", "[::1]:53"]);
    }
}
