//! What a world file says of the services that a drill meets beside networks and balancers.

use super::{
    super::{named::Thing, testing::changed, testing::world},
    *,
};

const HERE: &str = SEOUL.code;

fn ask(world: &mut World, service: Service, operation: &str, params: &[(&str, &str)]) -> Tree {
    call(world, service, operation, HERE, params).unwrap()
}

/// The value of a tag in a list of `Key` and `Value`.
fn tag(tags: &[Tree], key: &str) -> String {
    tags.iter().find(|tag| text(tag, "Key") == key).map(|tag| text(tag, "Value")).unwrap_or_default()
}

#[test]
fn a_certificate_is_as_far_as_the_file_says() {
    let line = "- { name: www, domain: example.com,";
    let found = |more: &str| {
        let mut world = changed(&[(line, &format!("- {{ name: www, {more}, domain: example.com,"))]);
        let all = ask(&mut world, Service::Acm, "ListCertificates", &[]);
        let arn = text(&all, "CertificateSummaryList.0.CertificateArn");
        let own = ask(&mut world, Service::Acm, "DescribeCertificate", &[("CertificateArn", &arn)]);
        let tags = ask(&mut world, Service::Acm, "ListTagsForCertificate", &[("CertificateArn", &arn)]);
        assert_eq!(tag(items(&tags, "Tags"), "Name"), "www");
        assert_eq!(tag(items(&tags, "Tags"), "firedrill"), "allowed");
        (text(&own, "Certificate.Status"), text(&own, "Certificate.RenewalSummary.RenewalStatus"))
    };
    let word = str::to_owned;
    assert_eq!(found("days_left: 200"), (word("ISSUED"), String::new()));
    assert_eq!(found("days_left: 30"), (word("ISSUED"), word("PENDING_AUTO_RENEWAL")));
    assert_eq!(found("status: EXPIRED").0, "EXPIRED");
    assert_eq!(found("status: PENDING_VALIDATION").0, "PENDING_VALIDATION");
    assert_eq!(found("status: REVOKED").0, "REVOKED");
}

#[test]
fn a_pipeline_ended_as_the_file_says_or_still_runs() {
    let line = "{ name: wordpress-seoul, repository: wordpress,";
    for last in ["Succeeded", "Failed", "Stopped", "InProgress"] {
        let mut world = changed(&[(line, &format!("{line} last: {last},"))]);
        let name = [("pipelineName", "wordpress-seoul")];
        let newest = |world: &mut World| {
            let all = ask(world, Service::CodePipeline, "ListPipelineExecutions", &name);
            text(&all, "pipelineExecutionSummaries.0.status")
        };
        assert_eq!(newest(&mut world), last);
        wait(&mut world, 900.0);
        let end = if last == "InProgress" { "Succeeded" } else { last };
        assert_eq!(newest(&mut world), end);
    }
}

#[test]
fn an_environment_runs_what_the_file_says_and_can_go_back() {
    let settings = "aws:elasticbeanstalk:application:environment: { WORDPRESS_DB_NAME: wordpress }";
    let more = format!("{settings}\n          aws:autoscaling:asg: {{ MaxSize: \"9\" }}");
    let mut world = changed(&[(settings, &more)]);
    let named = [("ApplicationName", "wordpress"), ("EnvironmentName", "wordpress-seoul")];
    let options = ask(&mut world, Service::Beanstalk, "DescribeConfigurationSettings", &named);
    let option = |name: &str| {
        let mut all = items(&options, "ConfigurationSettings.0.OptionSettings").iter();
        all.find(|own| text(own, "OptionName") == name).map(|own| text(own, "Value")).unwrap_or_default()
    };
    assert_eq!((option("MaxSize"), option("MinSize")), ("9".to_owned(), "2".to_owned()));
    assert_eq!(option("VPCId"), world.named(HERE, Thing::Vpc, "seoul-vpc").unwrap());
    assert!(option("SSLCertificateArns").starts_with("arn:aws:acm:ap-northeast-2:111122223333:certificate/"));
    let back = [("EnvironmentName", "wordpress-seoul"), ("VersionLabel", "wordpress-6.8.2-0")];
    ask(&mut world, Service::Beanstalk, "UpdateEnvironment", &back);
    wait(&mut world, 600.0);
    let name = [("EnvironmentNames.1", back[0].1)];
    let now = ask(&mut world, Service::Beanstalk, "DescribeEnvironments", &name);
    assert_eq!(text(&now, "Environments.0.VersionLabel"), "wordpress-6.8.2-0");
}

#[test]
fn an_application_writes_to_the_database_that_its_environment_names() {
    let write = |world: &mut World| {
        let (method, path) = ("POST".to_owned(), "/write-check".to_owned());
        let request = SiteRequest { method, path, ..get(&SEOUL, 80) };
        let now = world.now();
        status(&world.site(now, &request))
    };
    assert_eq!(write(&mut world()), 200);
    let mut none = changed(&[("        database: wordpress-global\n", "")]);
    assert_eq!(write(&mut none), 503);
}

#[test]
fn a_web_acl_lets_nothing_through_if_the_file_says_so() {
    let mut world = changed(&[("block_paths: [/xmlrpc.php]", "default: block")]);
    let now = world.now();
    assert_eq!(status(&world.site(now, &get(&SEOUL, 80))), 403);
}

#[test]
fn an_alarm_watches_what_its_environment_is_measured_by() {
    let mut world = changed(&[("metric: UnHealthyHostCount", "metric: RequestCount")]);
    let found = ask(&mut world, Service::CloudWatch, "DescribeAlarms", &[]);
    let alarm = |name: &str| {
        let mut all = items(&found, "MetricAlarms").iter();
        all.find(|own| text(own, "AlarmName") == name).cloned().unwrap()
    };
    let names = |name: &str| {
        let alarm = alarm(name);
        items(&alarm, "Dimensions").iter().map(|own| text(own, "Name")).collect::<Vec<_>>()
    };
    assert_eq!(names("wordpress-seoul-unhealthy-hosts"), ["LoadBalancer"]);
    assert_eq!(names("wordpress-seoul-health"), ["EnvironmentName"]);
    assert_eq!(text(&alarm("wordpress-seoul-health"), "StateValue"), "OK");
}

#[test]
fn a_private_zone_is_seen_from_every_network() {
    let mut world = changed(&[("\nzones:\n", "\nzones:\n  - { zone: inside.example, private: true }\n")]);
    let all = call(&mut world, Service::Route53, "ListHostedZones", "us-east-1", &[]).unwrap();
    let own = items(&all, "HostedZones").iter().find(|own| text(own, "Name") == "inside.example.");
    let id = text(own.unwrap(), "Id").replace("/hostedzone/", "");
    let zone = call(&mut world, Service::Route53, "GetHostedZone", "us-east-1", &[("Id", &id)]).unwrap();
    assert_eq!(items(&zone, "VPCs").len(), 2);
}
