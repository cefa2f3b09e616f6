//! Names: ARNs, DNS names and hosted zones of balancers.
//! Invariant: a listener's ARN tells its balancer's, a rule's tells its listener's, as AWS builds them.
//! Used by: the rest of `elb`.

/// An ARN of this service.
pub(super) fn arn(region: &str, account: &str, kind: &str, path: &str) -> String {
    format!("arn:aws:elasticloadbalancing:{region}:{account}:{kind}/{path}")
}

/// What comes after `mark` in an ARN.
pub(super) fn tail<'a>(arn: &'a str, mark: &str) -> &'a str {
    arn.split_once(mark).map_or("", |(_, tail)| tail)
}

/// Another kind of thing in the same account and region as `arn`.
pub(super) fn sibling(arn: &str, kind: &str, path: &str) -> String {
    let prefix: Vec<&str> = arn.splitn(6, ':').take(5).collect();
    format!("{}:{kind}/{path}", prefix.join(":"))
}

/// The balancer that a listener or a rule belongs to.
pub(super) fn balancer_of(arn: &str) -> String {
    sibling(arn, "loadbalancer", &path_of(arn, 3))
}

/// The listener that a rule belongs to.
pub(super) fn listener_of(rule: &str) -> String {
    sibling(rule, "listener", &path_of(rule, 4))
}

/// The first parts of the path after the kind: `app/NAME/ID` and so on.
fn path_of(arn: &str, parts: usize) -> String {
    arn.split('/').skip(1).take(parts).collect::<Vec<_>>().join("/")
}

/// How all ARNs of a region begin.
pub(super) fn region_prefix(region: &str) -> String {
    format!("arn:aws:elasticloadbalancing:{region}:")
}

/// A balancer's DNS name.
pub(super) fn dns_name(name: &str, number: u64, region: &str, internal: bool) -> String {
    let internal = if internal { "internal-" } else { "" };
    format!("{internal}{name}-{number}.{region}.elb.amazonaws.com")
}

/// The hosted zone of application load balancers' names. AWS: General Reference, Elastic Load Balancing endpoints.
pub(super) fn hosted_zone(region: &str) -> &'static str {
    match region {
        "us-east-1" => "Z35SXDOTRQ7X7K",
        "us-east-2" => "Z3AADJGX6KTTL2",
        "us-west-1" => "Z368ELLRRE2KJ0",
        "us-west-2" => "Z1H1FL5HABSF5",
        "ap-northeast-1" => "Z14GRHDCWA56QT",
        "ap-northeast-2" => "ZWKZPGTI48KDX",
        "ap-southeast-1" => "Z1LMS91P8CMLE5",
        "ap-southeast-2" => "Z1GM3OXH4ZPM65",
        "eu-central-1" => "Z215JYRZR1TBD5",
        "eu-west-1" => "Z32O12XQLNTSW2",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_tell_what_they_belong_to() {
        let rule = "arn:aws:elasticloadbalancing:eu-west-1:1:listener-rule/app/site/aa/bb/cc";
        assert_eq!(listener_of(rule), "arn:aws:elasticloadbalancing:eu-west-1:1:listener/app/site/aa/bb");
        assert_eq!(balancer_of(rule), "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/site/aa");
        assert_eq!(balancer_of(&listener_of(rule)), balancer_of(rule));
    }
}
