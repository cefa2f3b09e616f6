//! Region: AWS's regions as names and routing need them: where they are, and the zones of the names they give away.
//! Invariant: a row is a fact of AWS's (General Reference, endpoints of Elastic Load Balancing and Elastic Beanstalk); a
//! zone that a region has not got is empty.
//! Used by: `dns::aws`, and `route53` for aliases and for routing by latency and place.

/// One region of AWS.
#[derive(Debug)]
pub(in crate::lab) struct AwsRegion {
    /// Its code.
    pub(in crate::lab) code: &'static str,
    /// Degrees north and east, to a degree: what latency and distance are estimated from.
    pub(in crate::lab) at: (f64, f64),
    /// The hosted zone of the names of application and classic load balancers.
    pub(in crate::lab) balancer_zone: &'static str,
    /// The hosted zone of the names of network load balancers.
    pub(in crate::lab) network_zone: &'static str,
    /// The hosted zone of the names of Elastic Beanstalk environments.
    pub(in crate::lab) beanstalk_zone: &'static str,
}

const fn row(
    code: &'static str,
    at: (f64, f64),
    balancer_zone: &'static str,
    network_zone: &'static str,
    beanstalk_zone: &'static str,
) -> AwsRegion {
    AwsRegion { code, at, balancer_zone, network_zone, beanstalk_zone }
}

/// The regions that records can be in.
pub(in crate::lab) const AWS_REGIONS: [AwsRegion; 25] = [
    row("us-east-1", (39.0, -77.0), "Z35SXDOTRQ7X7K", "Z26RNL4JYFTOTI", "Z117KPS5GTRQ2G"),
    row("us-east-2", (40.0, -83.0), "Z3AADJGX6KTTL2", "ZLMOA37VPKANP", "Z14LCN19Q5QHIC"),
    row("us-west-1", (37.0, -122.0), "Z368ELLRRE2KJ0", "Z24FKFUX50B4VW", "Z1LQECGX5PH1X"),
    row("us-west-2", (46.0, -120.0), "Z1H1FL5HABSF5", "Z18D5FSROUN65G", "Z38NKT9BP95V3O"),
    row("ca-central-1", (45.0, -74.0), "ZQSVJUPU6J1EY", "Z2EPGBW3API2WT", "ZJFCZL7SSZB5I"),
    row("ca-west-1", (51.0, -114.0), "Z06473681N0SF6OS049SD", "Z02754302KBB00W2LKWZ9", ""),
    row("sa-east-1", (-24.0, -47.0), "Z2P70J7HTTTPLU", "ZTK26PT1VY4CU", "Z10X7K2B4QSOFV"),
    row("eu-west-1", (53.0, -6.0), "Z32O12XQLNTSW2", "Z2IFOLAFXWLO4F", "Z2NYPWQ7DFZAZH"),
    row("eu-west-2", (51.0, 0.0), "ZHURV8PSTC4K8", "ZD4D7Y8KGAS4G", "Z1GKAAAUGATPF1"),
    row("eu-west-3", (49.0, 2.0), "Z3Q77PNBQS71R4", "Z1CMS0P5QUZ6D5", "ZCMLWB8V5SYIT"),
    row("eu-central-1", (50.0, 9.0), "Z215JYRZR1TBD5", "Z3F0SRJ5LGBH90", "Z1FRNW7UH4DEZJ"),
    row("eu-north-1", (59.0, 18.0), "Z23TAZ6LKFMNIO", "Z1UDT6IFJ4EJM", "Z23GO28BZ5AETM"),
    row("eu-south-1", (45.0, 9.0), "Z3ULH7SSC9OV64", "Z23146JA1KNAFP", "Z10VDYYOA2JFKM"),
    row("af-south-1", (-34.0, 18.0), "Z268VQBMOI5EKX", "Z203XCE67M25HM", "Z1EI3BVKMKK4AM"),
    row("me-south-1", (26.0, 51.0), "ZS929ML54UICD", "Z3QSRYVP46NYYV", "Z2BBTEKR2I36N2"),
    row("me-central-1", (25.0, 55.0), "Z08230872XQRWHG2XF6I", "Z00282643NTTLPANJJG2P", ""),
    row("ap-south-1", (19.0, 73.0), "ZP97RAFLXTNZK", "ZVDDRBQ08TROA", "Z18NTBI3Y7N9TZ"),
    row("ap-southeast-1", (1.0, 104.0), "Z1LMS91P8CMLE5", "ZKVM4W9LS7TM", "Z16FZ9L249IFLT"),
    row("ap-southeast-2", (-34.0, 151.0), "Z1GM3OXH4ZPM65", "ZCT6FZBF4DROD", "Z2PCDNR3VC2G1N"),
    row("ap-southeast-3", (-6.0, 107.0), "Z08888821HLRG5A9ZRTER", "Z01971771FYVNCOVWJU1G", ""),
    row("ap-southeast-4", (-38.0, 145.0), "Z09517862IB2WZLPXG76F", "Z01156963G8MIIL7X90IV", ""),
    row("ap-east-1", (22.0, 114.0), "Z3DQVH9N71FHZ0", "Z12Y7K3UBGUAD1", "ZPWYUBWRU171A"),
    row("ap-northeast-1", (36.0, 140.0), "Z14GRHDCWA56QT", "Z31USIVHYNEOWT", "Z1R25G3KIG2GBW"),
    row("ap-northeast-2", (37.0, 127.0), "ZWKZPGTI48KDX", "ZIBE1TIR4HY56", "Z3JE5OI70TWKCP"),
    row("ap-northeast-3", (35.0, 136.0), "Z5LXEXXYW11ES", "Z1GWIQ4HH19I5X", "ZNE5GEY1TIAGY"),
];

/// The region of this code.
pub(in crate::lab) fn region(code: &str) -> Option<&'static AwsRegion> {
    AWS_REGIONS.iter().find(|region| region.code == code)
}

/// The region that one of AWS's own names names: the label that is a region's code.
pub(in crate::lab) fn region_in(name: &str) -> Option<&'static AwsRegion> {
    name.split('.').find_map(region)
}

/// The ending that every name in one of AWS's zones for aliases has; `None` for a zone that is none of them.
pub(in crate::lab) fn alias_zone_ending(zone: &str) -> Option<String> {
    AWS_REGIONS.iter().filter(|_| !zone.is_empty()).find_map(|region| {
        let code = region.code;
        match zone {
            zone if zone == region.balancer_zone => Some(format!(".{code}.elb.amazonaws.com.")),
            zone if zone == region.network_zone => Some(format!(".elb.{code}.amazonaws.com.")),
            zone if zone == region.beanstalk_zone => Some(format!(".{code}.elasticbeanstalk.com.")),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "ALB/CLB: Seoul ZWKZPGTI48KDX, Tokyo Z14GRHDCWA56QT; NLB: Seoul ZIBE1TIR4HY56, Tokyo Z31USIVHYNEOWT; EB: Seoul
    /// Z3JE5OI70TWKCP, Tokyo Z1R25G3KIG2GBW."
    #[test]
    fn each_alias_zone_has_its_own_names() {
        let endings = [
            ("ZWKZPGTI48KDX", ".ap-northeast-2.elb.amazonaws.com."),
            ("Z14GRHDCWA56QT", ".ap-northeast-1.elb.amazonaws.com."),
            ("ZIBE1TIR4HY56", ".elb.ap-northeast-2.amazonaws.com."),
            ("Z31USIVHYNEOWT", ".elb.ap-northeast-1.amazonaws.com."),
            ("Z3JE5OI70TWKCP", ".ap-northeast-2.elasticbeanstalk.com."),
            ("Z1R25G3KIG2GBW", ".ap-northeast-1.elasticbeanstalk.com."),
        ];
        for (zone, ending) in endings {
            assert_eq!(alias_zone_ending(zone).as_deref(), Some(ending));
        }
        assert_eq!(alias_zone_ending(""), None);
        assert_eq!(alias_zone_ending("Z2FDTNDATAQYW2"), None, "CloudFront has no room here");
    }
}
