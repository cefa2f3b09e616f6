//! Listing: what there is in a region or an account, for whoever knows no names yet.
//! Invariant: every page is read; what is gone or going is left out.
//! Not here: reading one thing by its name (see the service's own file).
//! Used by: discover.

use super::{
    Aws, AwsError, Balancer, Cluster, Environment, GlobalCluster, Interface, beanstalk, ec2, elb, pages, rds,
};
use crate::drill::model::Side;

impl Aws {
    /// Every environment of the side's region that lives. Without a size AWS sends all of them in one page (Elastic
    /// Beanstalk API, DescribeEnvironments); another endpoint may do otherwise.
    pub async fn environments(&self, side: Side) -> Result<Vec<Environment>, AwsError> {
        self.environments_called(side, None).await
    }

    /// Those called `name`, or all.
    pub(super) async fn environments_called(
        &self,
        side: Side,
        name: Option<&str>,
    ) -> Result<Vec<Environment>, AwsError> {
        const OPERATION: &str = "elasticbeanstalk:DescribeEnvironments";
        let client = self.clients(side).await.beanstalk.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_environments().include_deleted(false).set_next_token(from);
            let call = call.set_environment_names(name.map(|name| vec![name.to_owned()])).send();
            let answer = self.send(&self.budgets(side).beanstalk, OPERATION, call).await?;
            let living = answer.environments().iter().filter(|one| beanstalk::lives(one));
            Ok((living.map(beanstalk::environment).collect(), pages::marker(answer.next_token())))
        })
        .await
    }

    /// Every load balancer of the side's region, but for Classic ones, which have another API.
    pub async fn balancers_in_region(&self, side: Side) -> Result<Vec<Balancer>, AwsError> {
        const OPERATION: &str = "elasticloadbalancing:DescribeLoadBalancers";
        let client = self.clients(side).await.elb.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_load_balancers().set_marker(from).send();
            let answer = self.send(&self.budgets(side).elb, OPERATION, call).await?;
            let found = answer.load_balancers().iter().map(elb::balancer).collect();
            Ok((found, pages::marker(answer.next_marker())))
        })
        .await
    }

    /// Every global cluster with a member in the side's region, and, as AWS answers, those of the account's other regions.
    pub async fn global_clusters(&self, side: Side) -> Result<Vec<GlobalCluster>, AwsError> {
        self.global_clusters_called(side, None).await
    }

    /// The one with this identifier, or all.
    pub(super) async fn global_clusters_called(
        &self,
        side: Side,
        id: Option<&str>,
    ) -> Result<Vec<GlobalCluster>, AwsError> {
        const OPERATION: &str = "rds:DescribeGlobalClusters";
        let client = self.clients(side).await.rds.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_global_clusters().set_marker(from);
            let call = call.set_global_cluster_identifier(id.map(str::to_owned)).send();
            let answer = self.send(&self.budgets(side).rds, OPERATION, call).await?;
            let found = answer.global_clusters().iter().map(rds::global_cluster).collect();
            Ok((found, pages::marker(answer.marker())))
        })
        .await
    }

    /// Every cluster of the side's region.
    pub async fn clusters_in_region(&self, side: Side) -> Result<Vec<Cluster>, AwsError> {
        const OPERATION: &str = "rds:DescribeDBClusters";
        let client = self.clients(side).await.rds.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_db_clusters().set_marker(from).send();
            let answer = self.send(&self.budgets(side).rds, OPERATION, call).await?;
            let found = answer.db_clusters().iter().map(rds::cluster).collect();
            Ok((found, pages::marker(answer.marker())))
        })
        .await
    }

    /// The network interfaces that have one of these public addresses, elastic or not.
    pub async fn interfaces_at(&self, side: Side, addresses: &[String]) -> Result<Vec<Interface>, AwsError> {
        const OPERATION: &str = "ec2:DescribeNetworkInterfaces";
        // Without a filter AWS would answer with every interface of the region.
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        let client = self.clients(side).await.ec2.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let filter = ec2::filter("association.public-ip", addresses);
            let call = client.describe_network_interfaces().filters(filter).max_results(1000);
            let answer =
                self.send(&self.budgets(side).ec2, OPERATION, call.set_next_token(from).send()).await?;
            let found = answer.network_interfaces().iter().map(ec2::interface).collect();
            Ok((found, pages::marker(answer.next_token())))
        })
        .await
    }
}
