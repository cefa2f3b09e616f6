//! Gauge: what the world's metrics read now.
//! Invariant: pure reading; the dimensions are those of AWS's own metrics.
//! Used by: `cloudwatch`.

use super::series::Key;
use crate::lab::world::{World, reference};

/// AWS: Route 53 Developer Guide, monitoring health checks: the metrics exist in this region alone.
const ROUTE53_REGION: &str = "us-east-1";

/// A metric, its unit and its value.
pub(super) type Gauge = (Key, &'static str, f64);

impl World {
    /// Every metric's value now; a metric that is not emitted now is left out.
    pub(super) fn gauges(&self) -> Vec<Gauge> {
        let mut gauges = Vec::new();
        for region in &reference::REGIONS {
            gauges.extend(self.balancer_gauges(region));
            gauges.extend(self.environment_gauge(region));
        }
        gauges.extend(self.replication_gauges());
        gauges.extend(self.health_check_gauges());
        gauges
    }

    /// AWS: Application Load Balancer user guide, CloudWatch metrics: per target group and load balancer.
    fn balancer_gauges(&self, region: &reference::Region) -> Vec<Gauge> {
        let arns = self.balancers_in(region.code);
        let counts =
            arns.first().and_then(|arn| self.balancer_host_counts(arn).zip(self.balancer_dimensions(arn)));
        let Some(((healthy, unhealthy), (balancer, group))) = counts else { return Vec::new() };
        let gauge = |metric, value: usize| {
            let dimensions = vec![("LoadBalancer", balancer.clone()), ("TargetGroup", group.clone())];
            let key =
                Key { region: region.code.to_owned(), namespace: "AWS/ApplicationELB", metric, dimensions };
            (key, "Count", value as f64)
        };
        vec![gauge("HealthyHostCount", healthy), gauge("UnHealthyHostCount", unhealthy)]
    }

    fn environment_gauge(&self, region: &reference::Region) -> Option<Gauge> {
        let value = self.environment_health_metric(region.environment)?;
        let key = Key {
            region: region.code.to_owned(),
            namespace: "AWS/ElasticBeanstalk",
            metric: "EnvironmentHealth",
            dimensions: vec![("EnvironmentName", region.environment.to_owned())],
        };
        Some((key, "None", f64::from(value)))
    }

    /// AWS: Aurora User Guide, CloudWatch metrics: emitted by the secondary region, in milliseconds.
    fn replication_gauges(&self) -> Vec<Gauge> {
        let mut gauges = Vec::new();
        for arn in self.cluster_arns() {
            let Some(own) = self.cluster_gauges(&arn) else { continue };
            let region = arn.split(':').nth(3).unwrap_or_default();
            for of in &own.lags {
                let lag = self.replication_lag_at(of, self.now()).as_secs_f64() * 1000.0;
                for metric in
                    ["AuroraGlobalDBReplicationLag", "AuroraGlobalDBRPOLag", "AuroraGlobalDBProgressLag"]
                {
                    let dimensions = vec![("DBClusterIdentifier", own.id.clone())];
                    let key = Key { region: region.to_owned(), namespace: "AWS/RDS", metric, dimensions };
                    gauges.push((key, "Milliseconds", lag));
                }
            }
        }
        gauges
    }

    /// AWS: Route 53 Developer Guide, monitoring health checks: none while a check is disabled.
    fn health_check_gauges(&self) -> Vec<Gauge> {
        let of_check = |(id, healthy, percent): (String, bool, f64)| {
            let gauge = |metric, unit, value| {
                let dimensions = vec![("HealthCheckId", id.clone())];
                let region = ROUTE53_REGION.to_owned();
                (Key { region, namespace: "AWS/Route53", metric, dimensions }, unit, value)
            };
            let status = if healthy { 1.0 } else { 0.0 };
            [
                gauge("HealthCheckStatus", "None", status),
                gauge("HealthCheckPercentageHealthy", "Percent", percent),
            ]
        };
        self.route53.check_statuses().into_iter().flat_map(of_check).collect()
    }
}
