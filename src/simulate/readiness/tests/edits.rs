//! Edits: what is planted in what was read, for what no world's file can say.

use std::collections::BTreeMap;

use crate::{
    aws::{Alarm, IngressRule, Metric, Route, RuleKey, Source, TargetGroup},
    drill::model::Side,
    survey::{Survey, Unknown},
};

/// The label of a release that CodePipeline made so many seconds after that execution of the side's pipeline began; the
/// newest is 0.
fn label(survey: &Survey, side: Side, execution: usize, later: i64) -> String {
    let release = survey.regions.of(side).release.as_ref().unwrap().as_ref().unwrap();
    let began = release.executions.as_ref().unwrap()[execution].began.unwrap();
    format!("code-pipeline-{}-Source-of-the-{side}", began.as_millisecond() + later * 1000)
}

fn labelled(survey: &mut Survey, primary: usize, standby: usize) {
    for (side, execution) in [(Side::Primary, primary), (Side::Standby, standby)] {
        let label = label(survey, side, execution, 60);
        own(&mut survey.found.regions, side).environment.as_mut().unwrap().version = Some(label);
    }
}

/// A side's own, to be changed.
fn own<T>(both: &mut crate::drill::model::PerSide<T>, side: Side) -> &mut T {
    match side {
        Side::Primary => &mut both.primary,
        Side::Standby => &mut both.standby,
    }
}

pub(super) fn labels_of_the_newest(survey: &mut Survey) {
    labelled(survey, 0, 0);
}

pub(super) fn one_went_back(survey: &mut Survey) {
    labelled(survey, 0, 1);
}

pub(super) fn both_went_back(survey: &mut Survey) {
    labelled(survey, 1, 1);
}

pub(super) fn labels_without_pipelines(survey: &mut Survey) {
    labelled(survey, 0, 0);
    survey.regions.primary.release = Ok(None);
    survey.regions.standby.release = Ok(None);
}

pub(super) fn labels_and_denied_pipelines(survey: &mut Survey) {
    labelled(survey, 0, 0);
    survey.regions.primary.release = Err(Unknown::because("denied"));
    survey.regions.standby.release = Err(Unknown::because("denied"));
}

pub(super) fn from_buckets(survey: &mut Survey) {
    labelled(survey, 0, 0);
    for side in Side::BOTH {
        let release = own(&mut survey.regions, side).release.as_mut().unwrap().as_mut().unwrap();
        release.pipeline.provider = "S3".into();
        release.head = Ok(None);
        for execution in release.executions.as_mut().unwrap() {
            execution.revisions = vec![format!("version-of-the-{side}")];
        }
    }
}

pub(super) fn asks_the_balancer(survey: &mut Survey) {
    let name = survey.found.regions.standby.balancers.as_ref().unwrap()[0].balancer.dns_name.clone();
    let site = survey.found.site.as_mut().unwrap().as_mut().unwrap();
    let check = site.health_checks.standby.as_mut().unwrap().as_mut().unwrap();
    check.fields.insert("FullyQualifiedDomainName".into(), format!("Dualstack.{name}."));
    survey.asked.standby = Ok(Vec::new());
}

pub(super) fn asks_another_zone(survey: &mut Survey) {
    let site = survey.found.site.as_mut().unwrap().as_mut().unwrap();
    let check = site.health_checks.standby.as_mut().unwrap().as_mut().unwrap();
    check.fields.insert("FullyQualifiedDomainName".into(), "tokyo.example.net".into());
    survey.asked.standby = Ok(Vec::new());
}

/// An environment of one instance: no balancer, and an address of its own, which the health check asks.
pub(super) fn single_instance(survey: &mut Survey) {
    let region = &mut survey.found.regions.standby;
    region.balancers = Ok(Vec::new());
    region.environment.as_mut().unwrap().endpoint = Some("198.51.100.20".into());
    let site = survey.found.site.as_mut().unwrap().as_mut().unwrap();
    let check = site.health_checks.standby.as_mut().unwrap().as_mut().unwrap();
    check.fields.remove("FullyQualifiedDomainName");
    check.fields.insert("IPAddress".into(), "198.51.100.20".into());
}

/// As where nobody keeps a bastion, and the instances' role has what Session Manager needs.
pub(super) fn session_manager(survey: &mut Survey) {
    for side in Side::BOTH {
        let ids = survey.found.regions.of(side).instances.as_ref().unwrap().iter().map(|one| one.id.clone());
        let ids: Vec<String> = ids.collect();
        own(&mut survey.regions, side).managed = Some(Ok(ids));
    }
}

/// A rule of the instances' group for SSH from somewhere.
fn let_in(survey: &mut Survey, side: Side, source: Source) {
    let group = survey.found.regions.of(side).instances.as_ref().unwrap()[0].security_groups[0].clone();
    let key = RuleKey { protocol: "tcp".into(), from_port: Some(22), to_port: Some(22), source };
    let rule = IngressRule { id: String::new(), group, key, description: None, tags: BTreeMap::new() };
    own(&mut survey.regions, side).rules.as_mut().unwrap().push(rule);
}

pub(super) fn bastions_by_address(survey: &mut Survey) {
    for (side, address) in [(Side::Primary, "10.10.0.7"), (Side::Standby, "10.20.1.9")] {
        let inside = survey.found.regions.of(side).instances.as_ref().unwrap().clone();
        let neighbours = own(&mut survey.regions, side).neighbours.as_mut().unwrap();
        let bastion = neighbours.iter_mut().find(|one| !inside.iter().any(|own| own.id == one.id));
        bastion.unwrap().private_ip = Some(address.into());
        let_in(survey, side, Source::Ipv4(format!("{address}/32")));
    }
}

pub(super) fn places_differ(survey: &mut Survey) {
    let_in(survey, Side::Primary, Source::Ipv4("10.10.7.0/24".into()));
    let_in(survey, Side::Standby, Source::Ipv4("10.20.8.0/24".into()));
}

pub(super) fn a_list_of_amazons(survey: &mut Survey) {
    for (side, range) in [(Side::Primary, "192.0.2.0/25"), (Side::Standby, "192.0.2.128/25")] {
        let region = survey.found.regions.of(side).region.clone();
        let_in(survey, side, Source::PrefixList("pl-5ea7".into()));
        let own = own(&mut survey.regions, side);
        own.prefix_lists.insert("pl-5ea7".into(), Ok(vec![range.into()]));
        let name = format!("com.amazonaws.{region}.vpc-lattice");
        own.list_names = Some(Ok([("pl-5ea7".to_owned(), name)].into()));
    }
}

pub(super) fn nothing_joins_the_networks(survey: &mut Survey) {
    survey.peerings = Ok(Vec::new());
    survey.found.database = Ok(None);
    survey.database = None;
}

/// Every route by a peering, changed.
fn peered(survey: &mut Survey, change: impl Fn(&mut Route)) {
    for side in Side::BOTH {
        let tables = own(&mut survey.regions, side).route_tables.as_mut().unwrap();
        let routes = tables.iter_mut().flat_map(|table| &mut table.routes);
        routes.filter(|route| route.by.starts_with("pcx-")).for_each(&change);
    }
}

pub(super) fn a_transit_gateway(survey: &mut Survey) {
    survey.peerings = Ok(Vec::new());
    peered(survey, |route| route.by = "tgw-0123456789abcdef0".into());
}

pub(super) fn routes_to_parts(survey: &mut Survey) {
    peered(survey, |route| route.to = route.to.replace("/16", "/17"));
}

pub(super) fn a_hole_in_the_range(survey: &mut Survey) {
    for table in survey.regions.standby.route_tables.as_mut().unwrap() {
        let hole = Route {
            to: "10.10.100.0/24".into(),
            by: "pcx-0123456789abcdef0".into(),
            state: "blackhole".into(),
        };
        table.routes.push(hole);
    }
}

fn certificate(survey: &mut Survey) -> &mut crate::aws::Certificate {
    &mut survey.regions.standby.certificates.as_mut().unwrap()[0]
}

pub(super) fn renewal_failed(survey: &mut Survey) {
    certificate(survey).renewal = Some("FAILED".into());
}

pub(super) fn renewal_waits_for_proof(survey: &mut Survey) {
    certificate(survey).renewal = Some("PENDING_VALIDATION".into());
}

pub(super) fn renewal_failed_and_the_end_is_near(survey: &mut Survey) {
    let end = crate::clock::later(survey.at, std::time::Duration::from_secs(3 * 24 * 3600));
    certificate(survey).renewal = Some("FAILED".into());
    certificate(survey).expires = Some(end);
}

pub(super) fn no_date(survey: &mut Survey) {
    certificate(survey).expires = None;
}

pub(super) fn not_of_acm(survey: &mut Survey) {
    certificate(survey).names = vec!["api.example.com".into()];
    let balancer = &mut survey.found.regions.standby.balancers.as_mut().unwrap()[0];
    let own = "arn:aws:iam::111122223333:server-certificate/www".to_owned();
    for listener in balancer.listeners.as_mut().unwrap().iter_mut().filter(|one| one.protocol == "HTTPS") {
        listener.certificates.push(own.clone());
    }
}

pub(super) fn shown_to_who_asks(survey: &mut Survey) {
    let mut other = certificate(survey).clone();
    other.arn.push('2');
    certificate(survey).names = vec!["api.example.com".into()];
    survey.regions.standby.certificates.as_mut().unwrap().push(other);
}

fn cluster(survey: &mut Survey, side: Side) -> &mut crate::aws::Cluster {
    let database = survey.found.database.as_mut().unwrap().as_mut().unwrap();
    own(&mut database.clusters, side).as_mut().unwrap().as_mut().unwrap()
}

pub(super) fn parameters_of_one_name(survey: &mut Survey) {
    for side in Side::BOTH {
        cluster(survey, side).parameter_group = "wordpress".into();
    }
    let set = |value: &str| Ok([("max_connections".to_owned(), value.to_owned())].into());
    let both = crate::drill::model::PerSide { primary: set("100"), standby: set("1000") };
    survey.database.as_mut().unwrap().cluster_parameters = Some(both);
}

fn serverless(survey: &mut Survey, primary: Option<&str>, standby: Option<&str>) {
    for (side, capacity) in [(Side::Primary, primary), (Side::Standby, standby)] {
        let instances = &mut survey.database.as_mut().unwrap().instances;
        for instance in own(instances, side).as_mut().unwrap() {
            instance.class = "db.serverless".into();
        }
        cluster(survey, side).capacity = capacity.map(str::to_owned);
    }
}

pub(super) fn alike_and_serverless(survey: &mut Survey) {
    serverless(survey, Some("1 to 64 ACU"), Some("1 to 64 ACU"));
}

pub(super) fn smaller_and_serverless(survey: &mut Survey) {
    serverless(survey, Some("1 to 64 ACU"), Some("0.5 to 2 ACU"));
}

pub(super) fn serverless_without_a_word(survey: &mut Survey) {
    serverless(survey, Some("1 to 64 ACU"), None);
}

pub(super) fn not_in_sync(survey: &mut Survey) {
    let database = survey.found.database.as_mut().unwrap().as_mut().unwrap();
    let reader = database.global.members.iter_mut().find(|member| !member.is_writer);
    reader.unwrap().synchronization = "pending-resync".into();
}

/// What Beanstalk makes for an environment: on an idle one it always rings.
pub(super) fn an_alarm_that_scales(survey: &mut Survey) {
    let group = survey.regions.standby.scaling.as_ref().unwrap()[0].name.clone();
    let policy = format!(
        "arn:aws:autoscaling:ap-northeast-1:111122223333:scalingPolicy:1:autoScalingGroupName/{group}:policyName/down"
    );
    survey.regions.standby.alarms.as_mut().unwrap().push(Alarm {
        name: "awseb-e-1-stack-AWSEBCloudwatchAlarmLow-1".into(),
        metric: Some(Metric {
            namespace: "AWS/EC2".into(),
            name: "NetworkOut".into(),
            dimensions: [("AutoScalingGroupName".to_owned(), group)].into(),
        }),
        acts: true,
        actions: vec![policy],
        state: "ALARM".into(),
        reason: String::new(),
        since: None,
    });
}

/// A balancer that sends another application's requests too.
pub(super) fn a_shared_balancer(survey: &mut Survey) {
    let balancer = &mut survey.found.regions.standby.balancers.as_mut().unwrap()[0];
    let groups = balancer.target_groups.as_mut().unwrap();
    let other = TargetGroup {
        arn: format!("{}2", groups[0].arn),
        name: "another-application".into(),
        check_path: Some("/another".into()),
        ..groups[0].clone()
    };
    groups.push(other);
    survey.regions.standby.targets.as_mut().unwrap().insert("another-application".into(), Vec::new());
}

pub(super) fn one_region_is_named_in_both(survey: &mut Survey) {
    let option = ("aws:elasticbeanstalk:application".to_owned(), "Home".to_owned());
    for side in Side::BOTH {
        let values = &mut own(&mut survey.regions, side).options.as_mut().unwrap().values;
        values.insert(option.clone(), "ap-northeast-2".into());
    }
}
