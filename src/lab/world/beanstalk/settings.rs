//! Settings: reading applications and environments' options.
//! Invariant: what an option says of a group, a balancer or a check is read from the thing itself.
//! Used by: `beanstalk_operate`.

use super::{
    describe::{PLATFORM, STACK, environment, refused},
    model::Environment,
};
use crate::lab::world::{
    World,
    call::{Call, Reply, Tree},
    ec2::{Role, group_of},
    reference::{ACCOUNT, APPLICATION},
};

/// `DescribeApplications`.
pub(super) fn applications(world: &World, call: &Call) -> Reply {
    let names = call.params.texts("ApplicationNames");
    let asked = names.is_empty() || names.iter().any(|name| name == APPLICATION);
    let own = environment(world, &call.region).filter(|_| asked);
    let trees = own.map(|own| {
        let arn = format!("arn:aws:elasticbeanstalk:{}:{ACCOUNT}:application/{APPLICATION}", call.region);
        Tree::map([
            ("ApplicationArn", Tree::text(arn)),
            ("ApplicationName", Tree::text(APPLICATION)),
            ("Description", Tree::text("The site, one environment a region")),
            ("DateCreated", Some(Tree::Time(own.created))),
            ("DateUpdated", Some(Tree::Time(own.updated))),
            ("Versions", Tree::list("member", [Tree::Text(own.version.to_owned())])),
            ("ConfigurationTemplates", Tree::list("member", [])),
        ])
    });
    Ok(Tree::map([("Applications", Tree::list("member", trees))]))
}

/// `DescribeConfigurationSettings`. AWS: exactly one of environment and template.
pub(super) fn configuration(world: &World, call: &Call) -> Reply {
    let params = &call.params;
    if params.text("ApplicationName") != Some(APPLICATION) {
        let name = params.text("ApplicationName").unwrap_or_default();
        return Err(refused("InvalidParameterValue", format!("No Application named '{name}' found.")));
    }
    let name = match (params.text("EnvironmentName"), params.text("TemplateName")) {
        (Some(_), Some(_)) => {
            let message = "You may not specify both a template name and an environment name.";
            return Err(refused("InvalidParameterCombination", message));
        }
        (Some(name), None) => name,
        (None, Some(name)) => {
            let message = format!("No Configuration Template named '{APPLICATION}/{name}' found.");
            return Err(refused("InvalidParameterValue", message));
        }
        (None, None) => {
            let message = "You must specify either a template name or an environment name.";
            return Err(refused("MissingRequiredParameter", message));
        }
    };
    let own = environment(world, &call.region).filter(|own| own.name == name);
    let own = own.ok_or_else(|| {
        refused("InvalidParameterValue", format!("No Environment found for EnvironmentName = '{name}'."))
    })?;
    let settings = Tree::map([
        ("SolutionStackName", Tree::text(STACK)),
        ("PlatformArn", Tree::text(format!("arn:aws:elasticbeanstalk:{}::platform/{PLATFORM}", call.region))),
        ("ApplicationName", Tree::text(APPLICATION)),
        ("EnvironmentName", Tree::text(own.name)),
        ("DeploymentStatus", Tree::text("deployed")),
        ("DateCreated", Some(Tree::Time(own.created))),
        ("DateUpdated", Some(Tree::Time(own.updated))),
        ("OptionSettings", Tree::list("member", options(world, &call.region, own))),
    ]);
    Ok(Tree::map([("ConfigurationSettings", Tree::list("member", [settings]))]))
}

fn options(world: &World, region: &str, own: &Environment) -> Vec<Tree> {
    let network = world.ec2.network(region);
    let group = |role| group_of(network, role).unwrap_or_default();
    let subnets = |public| {
        let of_kind = network.subnets.iter().filter(|(_, subnet)| subnet.public == public);
        of_kind.map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(",")
    };
    let vpc = network.vpcs.keys().next().cloned().unwrap_or_default();
    let machines = own.machines.len().to_string();
    let mut options = vec![
        ("aws:autoscaling:asg", "MaxSize", "4".to_owned()),
        ("aws:autoscaling:asg", "MinSize", machines),
        (
            "aws:autoscaling:launchconfiguration",
            "IamInstanceProfile",
            "aws-elasticbeanstalk-ec2-role".to_owned(),
        ),
        ("aws:autoscaling:launchconfiguration", "InstanceType", "t3.small".to_owned()),
        ("aws:autoscaling:launchconfiguration", "SecurityGroups", group(Role::Instances)),
        ("aws:ec2:vpc", "ELBSubnets", subnets(true)),
        ("aws:ec2:vpc", "Subnets", subnets(false)),
        ("aws:ec2:vpc", "VPCId", vpc),
        ("aws:elasticbeanstalk:application:environment", "WORDPRESS_DB_NAME", "wordpress".to_owned()),
        ("aws:elasticbeanstalk:environment", "EnvironmentType", "LoadBalanced".to_owned()),
        ("aws:elasticbeanstalk:environment", "LoadBalancerIsShared", "false".to_owned()),
        ("aws:elasticbeanstalk:environment", "LoadBalancerType", "application".to_owned()),
        ("aws:elasticbeanstalk:environment", "ServiceRole", "aws-elasticbeanstalk-service-role".to_owned()),
        ("aws:elasticbeanstalk:healthreporting:system", "SystemType", "enhanced".to_owned()),
    ];
    let balancers = world.balancers_in(region);
    let balancer = balancers.first().and_then(|arn| world.elb.balancers.get(arn));
    let group = balancer.and_then(|balancer| world.elb.groups_behind(balancer).next());
    if let Some((balancer, group)) = balancer.zip(group) {
        let check = &group.check;
        let process = "aws:elasticbeanstalk:environment:process:default";
        options.extend([
            ("aws:elbv2:loadbalancer", "SecurityGroups", balancer.groups.join(",")),
            (process, "DeregistrationDelay", "20".to_owned()),
            (process, "HealthCheckInterval", check.interval.as_secs().to_string()),
            (process, "HealthCheckPath", check.path.clone()),
            (process, "HealthCheckTimeout", check.timeout.as_secs().to_string()),
            (process, "HealthyThresholdCount", check.healthy_after.to_string()),
            (process, "MatcherHTTPCode", check.matcher.to_string()),
            (process, "Port", group.port.to_string()),
            (process, "Protocol", "HTTP".to_owned()),
            (process, "UnhealthyThresholdCount", check.unhealthy_after.to_string()),
        ]);
        let certificates = balancer.listeners.values().flat_map(|listener| listener.certificates.clone());
        let certificates = certificates.map(|arn| ("aws:elbv2:listener:443", "SSLCertificateArns", arn));
        options.extend(certificates);
        options.push(("aws:elbv2:listener:443", "Protocol", "HTTPS".to_owned()));
    }
    let tree = |(namespace, name, value): (&str, &str, String)| {
        Tree::map([
            ("Namespace", Tree::text(namespace)),
            ("OptionName", Tree::text(name)),
            ("Value", Tree::text(value)),
        ])
    };
    options.into_iter().map(tree).collect()
}
