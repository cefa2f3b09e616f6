//! Source: what AWS's own metrics are read from, and when that is read again.
//! Invariant: a source is read when the world begins and when something about it changed, never on a schedule.
//! Not here: what was read (see `series`).
//! Used by: `cloudwatch`; `World::note`, which tells of changes; `rds`.

use std::collections::BTreeSet;

use super::{
    Due,
    series::{Key, Measure, Reading, Series},
};
use crate::lab::world::{
    World, agenda,
    call::{Call, Params, Service, Tree},
    rng::Rng,
};

/// AWS: Route 53 Developer Guide, monitoring health checks: the metrics exist in this region alone.
const ROUTE53_REGION: &str = "us-east-1";

/// Something that is measured.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lab) enum Source {
    /// A load balancer with its targets.
    Balancer(String),
    /// A Beanstalk environment, by region and name.
    Environment(String, String),
    /// A health check.
    Check(String),
    /// A database cluster, by ARN.
    Cluster(String),
}

/// A metric as it reads now: where, in which unit, how often a minute, what.
pub(super) type Gauge = (Key, &'static str, u32, Reading);

impl World {
    /// Something about a source changed: it is read once whatever changes it has done so.
    pub(in crate::lab) fn touch(&mut self, source: Source) {
        if self.cloudwatch.touched.is_empty() {
            self.at(self.now(), agenda::Due::CloudWatch(Due::Read));
        }
        self.cloudwatch.touched.insert(source);
    }

    /// Hears of every physical transition, and touches what it is about.
    pub(in crate::lab) fn metrics_hear(&mut self, what: &str, with: &[(&'static str, String)]) {
        let get = |name: &str| with.iter().find(|(own, _)| *own == name).map(|(_, text)| text.clone());
        let region = get("region").unwrap_or_default();
        match what.split('.').next().unwrap_or_default() {
            "target" | "balancer" => {
                for balancer in self.balancer_keys(&region) {
                    self.touch(Source::Balancer(balancer));
                }
            }
            "environment" => {
                if let Some(name) = get("environment") {
                    self.touch(Source::Environment(region, name));
                }
            }
            "health_check" => {
                if let Some(check) = get("check") {
                    self.touch(Source::Check(check));
                }
            }
            "lab" => {
                for arn in self.cluster_arns() {
                    self.touch(Source::Cluster(arn));
                }
            }
            _ => {}
        }
    }

    /// Reads what was touched.
    pub(super) fn read_touched(&mut self) {
        for source in std::mem::take(&mut self.cloudwatch.touched) {
            self.read(&source, None);
        }
    }

    /// Every source that the world has, read; `since` is when what it reads began.
    pub(super) fn read_everything(&mut self, since: jiff::Timestamp) {
        let mut sources: Vec<Source> = self.elb.balancers.keys().cloned().map(Source::Balancer).collect();
        let environments = self.environments().map(|(region, name)| (region.to_owned(), name.to_owned()));
        sources.extend(environments.map(|(region, name)| Source::Environment(region, name)));
        let checks = self.route53.check_statuses();
        sources.extend(checks.into_iter().map(|(id, ..)| Source::Check(id)));
        sources.extend(self.cluster_arns().into_iter().map(Source::Cluster));
        for source in sources {
            self.read(&source, Some(since));
        }
    }

    /// Takes in what a source reads now. What it no longer emits ends.
    fn read(&mut self, source: &Source, since: Option<jiff::Timestamp>) {
        let now = self.now();
        let gauges = self.gauges_of(source);
        let keys: BTreeSet<Key> = gauges.iter().map(|(key, ..)| key.clone()).collect();
        let before = self.cloudwatch.emitted.insert(source.clone(), keys.clone()).unwrap_or_default();
        let mut changed: Vec<Key> = Vec::new();
        for key in before.difference(&keys) {
            if self.cloudwatch.series.get_mut(key).is_some_and(|series| series.change(now, None)) {
                changed.push(key.clone());
            }
        }
        for (key, unit, times, reading) in gauges {
            if !self.cloudwatch.series.contains_key(&key) {
                let measure = Measure::Read { times, changes: Vec::new() };
                self.add_series(&key, unit, measure, since);
            }
            let series = self.cloudwatch.series.get_mut(&key);
            if series.is_some_and(|series| series.change(since.unwrap_or(now), Some(reading))) {
                changed.push(key);
            }
        }
        for key in changed {
            self.wake_alarms(&key);
        }
    }

    /// A new metric; it is listed a while after, unless it was there `since` long.
    pub(super) fn add_series(
        &mut self,
        key: &Key,
        unit: &str,
        measure: Measure,
        since: Option<jiff::Timestamp>,
    ) {
        let name = format!("{}/{}/{}/{:?}", key.region, key.namespace, key.metric, key.dimensions);
        let mut rng = Rng::stream(self.seed(), &name);
        let seed = rng.number();
        let takes = self.cloudwatch.settings.listed.draw(&mut rng);
        let listed = since.unwrap_or(crate::clock::later(self.now(), takes));
        let series = Series { unit: unit.to_owned(), seed, listed, measure };
        self.cloudwatch.series.insert(key.clone(), series);
    }

    fn gauges_of(&mut self, source: &Source) -> Vec<Gauge> {
        match source {
            Source::Balancer(balancer) => self.balancer_gauges(balancer),
            Source::Environment(region, name) => self.environment_gauges(region, name),
            Source::Check(check) => self.check_gauges(check),
            Source::Cluster(arn) => self.database_gauges(arn),
        }
    }

    /// AWS: Application Load Balancer user guide, CloudWatch metrics: per target group and load balancer.
    fn balancer_gauges(&self, balancer: &str) -> Vec<Gauge> {
        let gauge = |metric, path: &str, group: &str, value: usize| {
            let dimensions = [("LoadBalancer", path), ("TargetGroup", group)];
            let key = Key::new(region_of(balancer), "AWS/ApplicationELB", metric, &dimensions);
            (key, "Count", 6, Reading::Constant(value as f64))
        };
        let groups = self.balancer_gauges_of(balancer).into_iter();
        let both = groups.flat_map(|(path, group, healthy, unhealthy)| {
            [("HealthyHostCount", healthy), ("UnHealthyHostCount", unhealthy)]
                .map(|(metric, count)| gauge(metric, &path, &group, count))
        });
        both.collect()
    }

    /// AWS: Beanstalk developer guide, publishing custom metrics: EnvironmentHealth by itself, the others where an
    /// environment is configured to.
    fn environment_gauges(&mut self, region: &str, name: &str) -> Vec<Gauge> {
        let wanted = self.cloudwatch.settings.beanstalk_metrics.clone();
        let dimensions = [("EnvironmentName", name)];
        let gauge = |metric: &str, unit, value| {
            let key = Key::new(region, "AWS/ElasticBeanstalk", metric, &dimensions);
            (key, unit, 1, Reading::Constant(value))
        };
        let mut gauges = Vec::new();
        if let Some(value) = self
            .environment_health_in(region, name)
            .filter(|_| wanted.iter().any(|own| own == "EnvironmentHealth"))
        {
            gauges.push(gauge("EnvironmentHealth", "None", f64::from(value)));
        }
        let instances = wanted.iter().filter_map(|own| Some((own, own.strip_prefix("Instances")?)));
        let instances: Vec<(&String, &str)> = instances.collect();
        if !instances.is_empty() {
            let health = self.asked(
                region,
                "DescribeEnvironmentHealth",
                &[("EnvironmentName", name), ("AttributeNames.1", "InstancesHealth")],
            );
            for (metric, status) in instances {
                let count = health.as_ref().and_then(|tree| number_at(tree, &["InstancesHealth", status]));
                gauges.extend(count.map(|count| gauge(metric, "None", count)));
            }
        }
        gauges
    }

    /// AWS: Route 53 Developer Guide, monitoring health checks: none while a check is disabled.
    fn check_gauges(&self, id: &str) -> Vec<Gauge> {
        let found = self.route53.check_statuses().into_iter().find(|(own, ..)| own == id);
        let Some((_, healthy, percent)) = found else { return Vec::new() };
        let gauge = |metric, unit, value| {
            let key = Key::new(ROUTE53_REGION, "AWS/Route53", metric, &[("HealthCheckId", id)]);
            (key, unit, 1, Reading::Constant(value))
        };
        let status = if healthy { 1.0 } else { 0.0 };
        vec![
            gauge("HealthCheckStatus", "None", status),
            gauge("HealthCheckPercentageHealthy", "Percent", percent),
        ]
    }

    /// AWS: Aurora User Guide, CloudWatch metrics: the lags in milliseconds, by the cluster's name; load by instance.
    fn database_gauges(&self, arn: &str) -> Vec<Gauge> {
        let Some(own) = self.cluster_gauges(arn) else { return Vec::new() };
        let region = region_of(arn);
        let least = self.least_lag().as_secs_f64() * 1_000.0;
        let mut gauges = Vec::new();
        for follower in &own.lags {
            let dimensions = [("DBClusterIdentifier", own.id.as_str())];
            for metric in
                ["AuroraGlobalDBReplicationLag", "AuroraGlobalDBRPOLag", "AuroraGlobalDBProgressLag"]
            {
                let key = Key::new(region, "AWS/RDS", metric, &dimensions);
                gauges.push((key, "Milliseconds", 6, Reading::Lag(follower.clone(), least)));
            }
            let key = Key::new(region, "AWS/RDS", "AuroraGlobalDBDataTransferBytes", &dimensions);
            let of = format!("transfer of {follower}");
            gauges.push((key, "Bytes", 1, Reading::Load(of, 40_000.0, 400_000.0)));
        }
        for (instance, writes) in &own.instances {
            let dimensions = [("DBInstanceIdentifier", instance.as_str())];
            let mut load = |metric: &str, unit, low, high| {
                let key = Key::new(region, "AWS/RDS", metric, &dimensions);
                gauges.push((key, unit, 1, Reading::Load(format!("{metric} of {instance}"), low, high)));
            };
            load("CPUUtilization", "Percent", 4.0, if *writes { 22.0 } else { 12.0 });
            load("DatabaseConnections", "Count", 6.0, if *writes { 24.0 } else { 12.0 });
            load("FreeableMemory", "Bytes", 4.0e9, 6.0e9);
            if !writes {
                load("AuroraReplicaLag", "Milliseconds", 8.0, 30.0);
            }
        }
        gauges
    }

    /// What Beanstalk answers to a question of this service's own.
    fn asked(&mut self, region: &str, operation: &str, params: &[(&str, &str)]) -> Option<Tree> {
        let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        let call = Call {
            service: Service::Beanstalk,
            operation: operation.to_owned(),
            region: region.to_owned(),
            access_key: String::new(),
            params: Params::new(params.iter().map(own)),
        };
        self.beanstalk_operate(&call).ok()
    }

    fn balancer_keys(&self, region: &str) -> Vec<String> {
        self.elb.balancers.keys().filter(|key| region_of(key) == region).cloned().collect()
    }
}

/// The region that an ARN names; a balancer that is known by its region is there.
fn region_of(key: &str) -> &str {
    key.split(':').nth(3).unwrap_or(key)
}

fn member<'a>(tree: &'a Tree, name: &str) -> Option<&'a Tree> {
    let Tree::Map(members) = tree else { return None };
    members.iter().find(|(own, _)| *own == name).map(|(_, tree)| tree)
}

fn number_at(tree: &Tree, path: &[&str]) -> Option<f64> {
    match path.iter().try_fold(tree, |tree, name| member(tree, name))? {
        Tree::Int(number) => Some(*number as f64),
        Tree::Float(number) => Some(*number),
        _ => None,
    }
}
