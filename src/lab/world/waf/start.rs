//! Start: the web ACLs that a world begins with.
//! Used by: `World::reference` and whoever builds a world.

use serde_json::{Map, Value, json};

use super::model::{Acl, IpSet};
use crate::lab::world::{
    World,
    call::Service,
    iam::{
        lagged::Lagged,
        look::{items, text},
    },
    reference::REGIONS,
    rng::Rng,
};

impl World {
    /// Sets the service up as the reference deployment has it: the same rules in both regions.
    pub(in crate::lab) fn waf_start(&mut self) {
        self.waf.rng = Rng::stream(self.seed(), "waf");
        for region in REGIONS {
            let blocked = self.waf_ip_set(region.code, "blocked", "IPV4", &["192.0.2.192/26"]);
            let visibility = |name: &str| json!({ "SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": name });
            let members = json!({
                "DefaultAction": { "Allow": {} },
                "VisibilityConfig": visibility("wordpress"),
                "Rules": [
                    {
                        "Name": "blocked",
                        "Priority": 0,
                        "Statement": { "IPSetReferenceStatement": { "ARN": blocked } },
                        "Action": { "Block": {} },
                        "VisibilityConfig": visibility("blocked"),
                    },
                    {
                        "Name": "common",
                        "Priority": 1,
                        "Statement": {
                            "ManagedRuleGroupStatement": { "VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet" }
                        },
                        "OverrideAction": { "None": {} },
                        "VisibilityConfig": visibility("common"),
                    },
                ],
            });
            let Value::Object(members) = members else { continue };
            let acl = self.waf_acl(region.code, "wordpress", Some("The site's"), members);
            let Ok(found) = self.look(Service::Elb, "DescribeLoadBalancers", region.code, &[]) else {
                continue;
            };
            for balancer in
                items(&found, "LoadBalancers").iter().filter_map(|own| text(own, "LoadBalancerArn"))
            {
                self.waf_associate(&balancer, &acl);
            }
        }
    }

    /// An IP set; its ARN.
    pub(in crate::lab) fn waf_ip_set(
        &mut self,
        region: &str,
        name: &str,
        version: &str,
        addresses: &[&str],
    ) -> String {
        let head = self.waf_head("ipset", region, "REGIONAL", name);
        let arn = head.arn.clone();
        let addresses = Lagged::new(addresses.iter().map(|text| (*text).to_owned()).collect());
        self.waf.sets.insert(arn.clone(), IpSet { head, version: version.to_owned(), addresses });
        arn
    }

    /// A web ACL with these members, as `CreateWebACL` takes them; its ARN.
    pub(in crate::lab) fn waf_acl(
        &mut self,
        region: &str,
        name: &str,
        description: Option<&str>,
        members: Map<String, Value>,
    ) -> String {
        let mut head = self.waf_head("webacl", region, "REGIONAL", name);
        head.description = description.map(str::to_owned);
        let arn = head.arn.clone();
        self.waf.acls.insert(arn.clone(), Acl { head, members: Lagged::new(members) });
        arn
    }

    /// Associates a resource with a web ACL, from the beginning.
    pub(in crate::lab) fn waf_associate(&mut self, resource: &str, acl: &str) {
        self.waf.associations.insert(resource.to_owned(), Lagged::new(Some(acl.to_owned())));
    }
}
