//! Network: VPCs, peerings, routes, subnets and prefix lists.
//! Invariant: a peering or route that AWS still shows after its end keeps its state, which says so.
//! Not here: security groups (see `ec2`), network ACLs.
//! Used by: survey, discover.

use std::collections::BTreeMap;

use aws_sdk_ec2::types as sdk;

use super::{Aws, AwsError, pages, text};
use crate::drill::model::Side;

/// One network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vpc {
    /// Its id.
    pub id: String,
    /// Its IPv4 ranges.
    pub ranges: Vec<String>,
}

/// One peering between two networks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peering {
    /// Its id, the same in both regions.
    pub id: String,
    /// `active`, `pending-acceptance`, `deleted` … What has ended stays visible for hours (VPC peering guide).
    pub status: String,
    /// The network that asked.
    pub requester: PeeringSide,
    /// The network that agreed.
    pub accepter: PeeringSide,
}

/// One side of a peering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeeringSide {
    /// The network's region.
    pub region: String,
    /// The network.
    pub vpc: String,
    /// Its ranges; AWS tells them only while the peering is active.
    pub ranges: Vec<String>,
}

/// One route table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteTable {
    /// Its id.
    pub id: String,
    /// True for the one that holds for every subnet without one of its own.
    pub main: bool,
    /// The subnets that it is given to.
    pub subnets: Vec<String>,
    /// Its routes.
    pub routes: Vec<Route>,
}

/// One route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Where to: a range, or a prefix list's id.
    pub to: String,
    /// By what way: `local`, `pcx-…`, `nat-…`, `igw-…` …
    pub by: String,
    /// `active` or `blackhole`.
    pub state: String,
}

/// One subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    /// Its id.
    pub id: String,
    /// Its network.
    pub vpc: String,
    /// Its zone.
    pub zone: String,
    /// Its range.
    pub range: String,
    /// Addresses that nobody has yet.
    pub free: Option<i32>,
}

impl Aws {
    /// The networks with these ids.
    pub async fn vpcs(&self, side: Side, ids: &[String]) -> Result<Vec<Vpc>, AwsError> {
        const OPERATION: &str = "ec2:DescribeVpcs";
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let client = self.clients(side).await.ec2.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_vpcs().filters(filter("vpc-id", ids)).set_next_token(from).send();
            let answer = self.send(&self.budgets(side).ec2, OPERATION, call).await?;
            Ok((answer.vpcs().iter().map(vpc).collect(), pages::marker(answer.next_token())))
        })
        .await
    }

    /// Every peering that one of these networks has a part in, asked or agreed: one call, for filters of different names
    /// would all have to hold.
    pub async fn peerings(&self, side: Side, vpcs: &[String]) -> Result<Vec<Peering>, AwsError> {
        const OPERATION: &str = "ec2:DescribeVpcPeeringConnections";
        let client = self.clients(side).await.ec2.clone();
        let mut all = pages::all(OPERATION, async |from: Option<String>| {
            let call =
                client.describe_vpc_peering_connections().max_results(1000).set_next_token(from).send();
            let answer = self.send(&self.budgets(side).ec2, OPERATION, call).await?;
            let found = answer.vpc_peering_connections().iter().map(peering).collect();
            Ok((found, pages::marker(answer.next_token())))
        })
        .await?;
        all.retain(|peering: &Peering| {
            vpcs.contains(&peering.requester.vpc) || vpcs.contains(&peering.accepter.vpc)
        });
        Ok(all)
    }

    /// The route tables of these networks.
    pub async fn route_tables(&self, side: Side, vpcs: &[String]) -> Result<Vec<RouteTable>, AwsError> {
        const OPERATION: &str = "ec2:DescribeRouteTables";
        if vpcs.is_empty() {
            return Ok(Vec::new());
        }
        let client = self.clients(side).await.ec2.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_route_tables().filters(filter("vpc-id", vpcs)).max_results(100);
            let call = call.set_next_token(from).send();
            let answer = self.send(&self.budgets(side).ec2, OPERATION, call).await?;
            Ok((answer.route_tables().iter().map(route_table).collect(), pages::marker(answer.next_token())))
        })
        .await
    }

    /// The subnets of these networks.
    pub async fn subnets(&self, side: Side, vpcs: &[String]) -> Result<Vec<Subnet>, AwsError> {
        const OPERATION: &str = "ec2:DescribeSubnets";
        if vpcs.is_empty() {
            return Ok(Vec::new());
        }
        let client = self.clients(side).await.ec2.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_subnets().filters(filter("vpc-id", vpcs)).max_results(1000);
            let call = call.set_next_token(from).send();
            let answer = self.send(&self.budgets(side).ec2, OPERATION, call).await?;
            Ok((answer.subnets().iter().map(subnet).collect(), pages::marker(answer.next_token())))
        })
        .await
    }

    /// The ranges of a prefix list.
    pub async fn prefix_list(&self, side: Side, id: &str) -> Result<Vec<String>, AwsError> {
        const OPERATION: &str = "ec2:GetManagedPrefixListEntries";
        let client = self.clients(side).await.ec2.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call =
                client.get_managed_prefix_list_entries().prefix_list_id(id).set_next_token(from).send();
            let answer = self.send(&self.budgets(side).ec2, OPERATION, call).await?;
            let ranges = answer.entries().iter().filter_map(|entry| entry.cidr().map(str::to_owned));
            Ok((ranges.collect(), pages::marker(answer.next_token())))
        })
        .await
    }

    /// The names of prefix lists, by id.
    pub async fn prefix_list_names(
        &self,
        side: Side,
        ids: &[String],
    ) -> Result<BTreeMap<String, String>, AwsError> {
        const OPERATION: &str = "ec2:DescribeManagedPrefixLists";
        // Without ids AWS would answer with every list of the region.
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let client = self.clients(side).await.ec2.clone();
        let names = pages::all(OPERATION, async |from: Option<String>| {
            let inside = filter("prefix-list-id", ids);
            let call = client.describe_managed_prefix_lists().filters(inside).set_next_token(from).send();
            let answer = self.send(&self.budgets(side).ec2, OPERATION, call).await?;
            let names = answer.prefix_lists().iter();
            let names = names.map(|list| (text(list.prefix_list_id()), text(list.prefix_list_name())));
            Ok((names.collect(), pages::marker(answer.next_token())))
        });
        Ok(names.await?.into_iter().collect())
    }
}

/// A filter of EC2's.
fn filter(name: &str, values: &[String]) -> sdk::Filter {
    sdk::Filter::builder().name(name).set_values(Some(values.to_vec())).build()
}

fn vpc(from: &sdk::Vpc) -> Vpc {
    let mut ranges: Vec<String> = from.cidr_block().into_iter().map(str::to_owned).collect();
    let held = |one: &&sdk::VpcCidrBlockAssociation| {
        one.cidr_block_state()
            .and_then(|state| state.state())
            .is_none_or(|state| state.as_str() == "associated")
    };
    let associated = from.cidr_block_association_set().iter().filter(held);
    for range in associated.filter_map(|one| one.cidr_block()) {
        if !ranges.iter().any(|known| known == range) {
            ranges.push(range.to_owned());
        }
    }
    Vpc { id: text(from.vpc_id()), ranges }
}

fn peering(from: &sdk::VpcPeeringConnection) -> Peering {
    let side = |side: Option<&sdk::VpcPeeringConnectionVpcInfo>| PeeringSide {
        region: text(side.and_then(|side| side.region())),
        vpc: text(side.and_then(|side| side.vpc_id())),
        ranges: side.map(ranges).unwrap_or_default(),
    };
    Peering {
        id: text(from.vpc_peering_connection_id()),
        status: text(from.status().and_then(|status| status.code()).map(|code| code.as_str())),
        requester: side(from.requester_vpc_info()),
        accepter: side(from.accepter_vpc_info()),
    }
}

fn ranges(of: &sdk::VpcPeeringConnectionVpcInfo) -> Vec<String> {
    let mut all: Vec<String> =
        of.cidr_block_set().iter().filter_map(|range| range.cidr_block()).map(str::to_owned).collect();
    if all.is_empty() {
        all.extend(of.cidr_block().map(str::to_owned));
    }
    all
}

fn route_table(from: &sdk::RouteTable) -> RouteTable {
    let given = from.associations().iter();
    RouteTable {
        id: text(from.route_table_id()),
        main: given.clone().any(|one| one.main() == Some(true)),
        subnets: given.filter_map(|one| one.subnet_id().map(str::to_owned)).collect(),
        routes: from.routes().iter().map(route).collect(),
    }
}

fn route(from: &sdk::Route) -> Route {
    let to = from.destination_cidr_block().or(from.destination_ipv6_cidr_block());
    let by = [
        from.vpc_peering_connection_id(),
        from.transit_gateway_id(),
        from.nat_gateway_id(),
        from.egress_only_internet_gateway_id(),
        from.local_gateway_id(),
        from.carrier_gateway_id(),
        from.core_network_arn(),
        from.gateway_id(),
        from.network_interface_id(),
        from.instance_id(),
    ];
    Route {
        to: text(to.or(from.destination_prefix_list_id())),
        by: text(by.into_iter().flatten().next()),
        state: text(from.state().map(|state| state.as_str())),
    }
}

fn subnet(from: &sdk::Subnet) -> Subnet {
    Subnet {
        id: text(from.subnet_id()),
        vpc: text(from.vpc_id()),
        zone: text(from.availability_zone()),
        range: text(from.cidr_block()),
        free: from.available_ip_address_count(),
    }
}
