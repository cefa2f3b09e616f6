//! Reference: the lab's own keys and user, whatever world it builds; for tests, the reference deployment by name.
//! Invariant: names and addresses are fixed.
//! Not here: what a world consists of (see `blueprint`).
//! Used by: `iam`, `site` and the front doors; tests.

use std::net::{IpAddr, Ipv4Addr};

/// An access key of the lab's own user.
pub const ACCESS_KEY: &str = "AKIAFIREDRILLLAB0001";
/// Its secret: a lab has nothing to hide.
pub const SECRET_KEY: &str = "firedrill/lab/secret/key/that/opens/nothing";
/// A user of the site, somewhere on the internet: where the truth is seen from, and where requests of clients whose
/// own address is a loopback one come from.
pub const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 200));

#[cfg(test)]
pub use self::deployment::{ACCOUNT, APPLICATION, REGIONS, Region, SEOUL, SITE, TOKYO, ZONE, region};

/// What tests know of the reference deployment without asking.
#[cfg(test)]
mod deployment {
    use std::net::Ipv4Addr;

    /// The account.
    pub const ACCOUNT: &str = "111122223333";
    /// The zone's apex.
    pub const ZONE: &str = "example.com";
    /// The host that users type.
    pub const SITE: &str = "www.example.com";
    /// The Beanstalk application.
    pub const APPLICATION: &str = "wordpress";

    /// One region of the deployment.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Region {
        /// AWS's code: `ap-northeast-2`.
        pub code: &'static str,
        /// The city, as names of resources have it: `seoul`.
        pub city: &'static str,
        /// The Beanstalk environment.
        pub environment: &'static str,
        /// The environment's CNAME.
        pub cname: &'static str,
        /// The network's second octet: 10.`octet`.0.0/16.
        pub octet: u8,
        /// The two zones.
        pub zones: [&'static str; 2],
        /// The balancer's public addresses, one per zone.
        pub balancer: [Ipv4Addr; 2],
        /// The hosted zone of application load balancers' names, for aliases.
        pub balancer_zone: &'static str,
        /// The hosted zone of Beanstalk's names, for aliases.
        pub beanstalk_zone: &'static str,
        /// The Aurora cluster.
        pub cluster: &'static str,
    }

    /// The region that serves at the start.
    pub const SEOUL: Region = Region {
        code: "ap-northeast-2",
        city: "seoul",
        environment: "wordpress-seoul",
        cname: "wordpress-seoul.ap-northeast-2.elasticbeanstalk.com",
        octet: 10,
        zones: ["ap-northeast-2a", "ap-northeast-2c"],
        balancer: [Ipv4Addr::new(192, 0, 2, 10), Ipv4Addr::new(192, 0, 2, 11)],
        balancer_zone: "ZWKZPGTI48KDX",
        beanstalk_zone: "Z3JE5OI70TWKCP",
        cluster: "wordpress-seoul-db",
    };

    /// The region that takes over.
    pub const TOKYO: Region = Region {
        code: "ap-northeast-1",
        city: "tokyo",
        environment: "wordpress-tokyo",
        cname: "wordpress-tokyo.ap-northeast-1.elasticbeanstalk.com",
        octet: 20,
        zones: ["ap-northeast-1a", "ap-northeast-1c"],
        balancer: [Ipv4Addr::new(198, 51, 100, 20), Ipv4Addr::new(198, 51, 100, 21)],
        balancer_zone: "Z14GRHDCWA56QT",
        beanstalk_zone: "Z1R25G3KIG2GBW",
        cluster: "wordpress-tokyo-db",
    };

    /// Both, the primary first.
    pub const REGIONS: [Region; 2] = [SEOUL, TOKYO];

    /// The region of this code, if the deployment has it.
    pub fn region(code: &str) -> Option<&'static Region> {
        REGIONS.iter().find(|region| region.code == code)
    }
}
