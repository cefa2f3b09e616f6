//! Look: what policies must know of a resource, asked of its own service.
//! Invariant: asks as a client would, so it depends on the services' answers alone.
//! Used by: `enforce`, `known`.

use super::model::Tags;
use crate::lab::world::{
    World,
    call::{Call, Params, Reply, Service, Tree},
};

/// The member at a dotted path; numbers are places in lists.
pub(in crate::lab) fn member<'a>(tree: &'a Tree, path: &str) -> Option<&'a Tree> {
    path.split('.').try_fold(tree, |tree, part| match tree {
        Tree::Map(members) => members.iter().find(|(name, _)| *name == part).map(|(_, tree)| tree),
        Tree::List(_, items) => items.get(part.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The text at a path.
pub(in crate::lab) fn text(tree: &Tree, path: &str) -> Option<String> {
    if let Some(Tree::Text(text)) = member(tree, path) { Some(text.clone()) } else { None }
}

/// The items of the list at a path.
pub(in crate::lab) fn items<'a>(tree: &'a Tree, path: &str) -> &'a [Tree] {
    if let Some(Tree::List(_, items)) = member(tree, path) { items } else { &[] }
}

fn tags_in(items: &[Tree], key: &str, value: &str) -> Tags {
    items.iter().filter_map(|tag| Some((text(tag, key)?, text(tag, value).unwrap_or_default()))).collect()
}

impl World {
    /// Asks a service of the world's own accord: no key, no rate, no policy.
    pub(in crate::lab) fn look(
        &mut self,
        service: Service,
        operation: &str,
        region: &str,
        params: &[(&str, &str)],
    ) -> Reply {
        let params = params.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        let (operation, region) = (operation.to_owned(), region.to_owned());
        let call =
            Call { service, operation, region, access_key: String::new(), params: Params::new(params) };
        self.operate(&call)
    }

    /// The tags of the resource with this ARN; none if it has none or does not exist.
    pub(super) fn tags_of(&mut self, arn: &str) -> Tags {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let [_, _, service, region, _, resource] = parts[..] else { return Tags::new() };
        let id = resource.rsplit(['/', ':']).next().unwrap_or_default();
        let asked = match service {
            "ec2" => {
                let params = [("Filter.1.Name", "resource-id"), ("Filter.1.Value.1", id)];
                let found = self.look(Service::Ec2, "DescribeTags", region, &params);
                return found.map(|tree| tags_in(items(&tree, "tagSet"), "key", "value")).unwrap_or_default();
            }
            "rds" => {
                // A global cluster is known in every region that has a cluster.
                let region = if region.is_empty() { "us-east-1" } else { region };
                self.look(Service::Rds, "ListTagsForResource", region, &[("ResourceName", arn)])
                    .map(|tree| items(&tree, "TagList").to_vec())
            }
            "elasticloadbalancing" => self
                .look(Service::Elb, "DescribeTags", region, &[("ResourceArns.1", arn)])
                .map(|tree| items(&tree, "TagDescriptions.0.Tags").to_vec()),
            "elasticbeanstalk" => self
                .look(Service::Beanstalk, "ListTagsForResource", region, &[("ResourceArn", arn)])
                .map(|tree| items(&tree, "ResourceTags").to_vec()),
            "autoscaling" => {
                let params = [("Filters.1.Name", "auto-scaling-group"), ("Filters.1.Values.1", id)];
                self.look(Service::AutoScaling, "DescribeTags", region, &params)
                    .map(|tree| items(&tree, "Tags").to_vec())
            }
            "acm" => self
                .look(Service::Acm, "ListTagsForCertificate", region, &[("CertificateArn", arn)])
                .map(|tree| items(&tree, "Tags").to_vec()),
            "wafv2" => self
                .look(Service::Waf, "ListTagsForResource", region, &[("ResourceARN", arn)])
                .map(|tree| items(&tree, "TagInfoForResource.TagList").to_vec()),
            "ssm" => {
                let name = resource.strip_prefix("parameter").unwrap_or_default();
                let params = [("ResourceType", "Parameter"), ("ResourceId", name)];
                self.look(Service::Ssm, "ListTagsForResource", region, &params)
                    .map(|tree| items(&tree, "TagList").to_vec())
            }
            "iam" => return self.iam.identity_at(arn).map(|own| own.tags.clone()).unwrap_or_default(),
            _ => return Tags::new(),
        };
        tags_in(&asked.unwrap_or_default(), "Key", "Value")
    }

    /// The ARN of a Beanstalk environment, by name or id.
    pub(super) fn environment_arn(&mut self, region: &str, name: &str) -> Option<String> {
        let by = if name.starts_with("e-") { "EnvironmentIds.1" } else { "EnvironmentNames.1" };
        let found = self.look(Service::Beanstalk, "DescribeEnvironments", region, &[(by, name)]).ok()?;
        text(items(&found, "Environments").first()?, "EnvironmentArn")
    }

    /// The ARNs of a global cluster's clusters.
    pub(super) fn global_members(&mut self, region: &str, id: &str) -> Vec<String> {
        let id = id.rsplit(':').next().unwrap_or(id);
        let found =
            self.look(Service::Rds, "DescribeGlobalClusters", region, &[("GlobalClusterIdentifier", id)]);
        let Ok(found) = found else { return Vec::new() };
        let members = items(&found, "GlobalClusters.0.GlobalClusterMembers");
        members.iter().filter_map(|own| text(own, "DBClusterArn")).collect()
    }

    /// The VPC of a resource of EC2's.
    pub(super) fn vpc_of(&mut self, region: &str, id: &str) -> Option<String> {
        let (operation, by, list) = match id.split_once('-')?.0 {
            "sg" => ("DescribeSecurityGroups", "GroupId.1", "securityGroupInfo"),
            "rtb" => ("DescribeRouteTables", "RouteTableId.1", "routeTableSet"),
            "acl" => ("DescribeNetworkAcls", "NetworkAclId.1", "networkAclSet"),
            "subnet" => ("DescribeSubnets", "SubnetId.1", "subnetSet"),
            _ => return None,
        };
        let found = self.look(Service::Ec2, operation, region, &[(by, id)]).ok()?;
        text(items(&found, list).first()?, "vpcId")
    }
}
