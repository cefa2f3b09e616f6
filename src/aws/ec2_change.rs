//! Ec2_change: the calls that alter ingress rules.
//! Invariant: each is sent once; what it did is for the caller to read back, whatever the answer was.
//! Not here: which rules and why (see `change::ec2_revoke_ingress`).
//! Used by: change.

use std::collections::BTreeMap;

use aws_sdk_ec2::types as sdk;

use super::{
    Aws, AwsError,
    rule::{IngressRule, RuleKey, Source},
};
use crate::drill::model::Side;

impl Aws {
    /// Removes rules of one group by id. AWS refuses the whole call if one of them does not exist.
    pub(crate) async fn revoke_ingress(
        &self,
        side: Side,
        group: &str,
        rules: &[String],
    ) -> Result<(), AwsError> {
        let call = self.clients(side).await.ec2_once.revoke_security_group_ingress().group_id(group);
        let call = call.set_security_group_rule_ids(Some(rules.to_vec()));
        self.change(&self.budgets(side).ec2, "ec2:RevokeSecurityGroupIngress", || call.clone().send())
            .await?;
        Ok(())
    }

    /// Creates rules of one group; the tags go on every one of them (AWS: AuthorizeSecurityGroupIngress API reference).
    pub(crate) async fn authorise_ingress(
        &self,
        side: Side,
        group: &str,
        rules: &[IngressRule],
        tags: &BTreeMap<String, String>,
    ) -> Result<(), AwsError> {
        let call = self.clients(side).await.ec2_once.authorize_security_group_ingress().group_id(group);
        let call = call.set_ip_permissions(Some(rules.iter().map(permission).collect()));
        let tagged = (!tags.is_empty()).then(|| {
            let specification = sdk::TagSpecification::builder();
            vec![
                specification
                    .resource_type(sdk::ResourceType::SecurityGroupRule)
                    .set_tags(Some(sdk_tags(tags)))
                    .build(),
            ]
        });
        let call = call.set_tag_specifications(tagged);
        self.change(&self.budgets(side).ec2, "ec2:AuthorizeSecurityGroupIngress", || call.clone().send())
            .await?;
        Ok(())
    }

    /// Changes rules of one group in place: ids and tags stay. The whole rule is given each time, the description
    /// too: AWS does not say what becomes of one that is left out.
    pub(crate) async fn modify_ingress(
        &self,
        side: Side,
        group: &str,
        rules: &[(String, RuleKey, Option<String>)],
    ) -> Result<(), AwsError> {
        let updates = rules.iter().map(|(id, key, description)| {
            let request = request(key, description.as_deref());
            sdk::SecurityGroupRuleUpdate::builder()
                .security_group_rule_id(id)
                .security_group_rule(request)
                .build()
        });
        let call = self.clients(side).await.ec2_once.modify_security_group_rules().group_id(group);
        let call = call.set_security_group_rules(Some(updates.collect()));
        self.change(&self.budgets(side).ec2, "ec2:ModifySecurityGroupRules", || call.clone().send()).await?;
        Ok(())
    }

    /// Sets the description of one rule, and nothing else.
    pub(crate) async fn describe_ingress(
        &self,
        side: Side,
        group: &str,
        rule: &str,
        description: &str,
    ) -> Result<(), AwsError> {
        let set = sdk::SecurityGroupRuleDescription::builder()
            .security_group_rule_id(rule)
            .description(description);
        let call = self.clients(side).await.ec2_once.update_security_group_rule_descriptions_ingress();
        let call = call.group_id(group).security_group_rule_descriptions(set.build());
        self.change(&self.budgets(side).ec2, "ec2:UpdateSecurityGroupRuleDescriptionsIngress", || {
            call.clone().send()
        })
        .await?;
        Ok(())
    }

    /// Puts tags on one rule; others stay.
    pub(crate) async fn tag_rule(
        &self,
        side: Side,
        rule: &str,
        tags: &BTreeMap<String, String>,
    ) -> Result<(), AwsError> {
        let call = self.clients(side).await.ec2_once.create_tags().resources(rule);
        let call = call.set_tags(Some(sdk_tags(tags)));
        self.change(&self.budgets(side).ec2, "ec2:CreateTags", || call.clone().send()).await?;
        Ok(())
    }
}

pub(super) fn sdk_tags(tags: &BTreeMap<String, String>) -> Vec<sdk::Tag> {
    tags.iter().map(|(key, value)| sdk::Tag::builder().key(key).value(value).build()).collect()
}

/// One rule as one permission: several sources in one would share nothing but ports.
fn permission(rule: &IngressRule) -> sdk::IpPermission {
    let words = rule.description.clone();
    let of = sdk::IpPermission::builder()
        .ip_protocol(&rule.key.protocol)
        .set_from_port(rule.key.from_port)
        .set_to_port(rule.key.to_port);
    match &rule.key.source {
        Source::Ipv4(cidr) => {
            of.ip_ranges(sdk::IpRange::builder().cidr_ip(cidr).set_description(words).build()).build()
        }
        Source::Ipv6(cidr) => {
            of.ipv6_ranges(sdk::Ipv6Range::builder().cidr_ipv6(cidr).set_description(words).build()).build()
        }
        Source::PrefixList(id) => of
            .prefix_list_ids(sdk::PrefixListId::builder().prefix_list_id(id).set_description(words).build())
            .build(),
        Source::Group { id, account, peering, vpc } => {
            // In the same VPC the id is enough; account and VPC only say where a peered group is.
            let peered = peering.is_some();
            let pair = sdk::UserIdGroupPair::builder()
                .group_id(id)
                .set_user_id(account.clone())
                .set_vpc_id(vpc.clone().filter(|_| peered))
                .set_vpc_peering_connection_id(peering.clone())
                .set_description(words);
            of.user_id_group_pairs(pair.build()).build()
        }
        Source::Unknown => of.build(),
    }
}

pub(super) fn request(key: &RuleKey, description: Option<&str>) -> sdk::SecurityGroupRuleRequest {
    let of = sdk::SecurityGroupRuleRequest::builder()
        .ip_protocol(&key.protocol)
        .set_from_port(key.from_port)
        .set_to_port(key.to_port)
        .set_description(description.map(str::to_owned));
    match &key.source {
        Source::Ipv4(cidr) => of.cidr_ipv4(cidr).build(),
        Source::Ipv6(cidr) => of.cidr_ipv6(cidr).build(),
        Source::PrefixList(id) => of.prefix_list_id(id).build(),
        // The bare id: `account/sg-id` is refused as malformed.
        Source::Group { id, .. } => of.referenced_group_id(id).build(),
        Source::Unknown => of.build(),
    }
}
