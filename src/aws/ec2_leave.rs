//! Ec2_leave: whether the calls that alter ingress rules would be allowed, asked with EC2's DryRun.
//! Invariant: every call is one that would change nothing even where DryRun is not known: it names no rule, or says of a
//! rule what it is.
//! Not here: the calls themselves (see `ec2_change`).
//! Used by: change.
//!
//! EC2 answers a dry run with an error either way: `DryRunOperation` if the call would be allowed, `UnauthorizedOperation`
//! if not; it does not look at parameters (EC2 API reference, common parameters).

use std::collections::BTreeMap;

use aws_sdk_ec2::types as sdk;

use super::{
    Aws, AwsError,
    ec2_change::{request, sdk_tags},
    rule::RuleKey,
};
use crate::drill::model::Side;

impl Aws {
    /// Whether rules of the group may be removed.
    pub(crate) async fn may_revoke_ingress(&self, side: Side, group: &str) -> Result<bool, AwsError> {
        const OPERATION: &str = "ec2:RevokeSecurityGroupIngress";
        let call = self.clients(side).await.ec2.revoke_security_group_ingress().group_id(group);
        let answer = self.send(&self.budgets(side).ec2, OPERATION, call.dry_run(true).send()).await;
        leave(OPERATION, answer)
    }

    /// Whether rules of the group may be made, with these tags.
    pub(crate) async fn may_authorise_ingress(
        &self,
        side: Side,
        group: &str,
        tags: &BTreeMap<String, String>,
    ) -> Result<bool, AwsError> {
        const OPERATION: &str = "ec2:AuthorizeSecurityGroupIngress";
        let call = self.clients(side).await.ec2.authorize_security_group_ingress().group_id(group);
        let specification = (!tags.is_empty()).then(|| {
            let of = sdk::TagSpecification::builder().resource_type(sdk::ResourceType::SecurityGroupRule);
            vec![of.set_tags(Some(sdk_tags(tags))).build()]
        });
        let call = call.set_tag_specifications(specification).dry_run(true).send();
        leave(OPERATION, self.send(&self.budgets(side).ec2, OPERATION, call).await)
    }

    /// Whether a rule of the group may be changed in place: it is given as it is.
    pub(crate) async fn may_modify_ingress(
        &self,
        side: Side,
        group: &str,
        (rule, key, description): &(String, RuleKey, Option<String>),
    ) -> Result<bool, AwsError> {
        const OPERATION: &str = "ec2:ModifySecurityGroupRules";
        let update = sdk::SecurityGroupRuleUpdate::builder().security_group_rule_id(rule);
        let update = update.security_group_rule(request(key, description.as_deref())).build();
        let call = self.clients(side).await.ec2.modify_security_group_rules().group_id(group);
        let call = call.security_group_rules(update).dry_run(true).send();
        leave(OPERATION, self.send(&self.budgets(side).ec2, OPERATION, call).await)
    }

    /// Whether descriptions of the group's rules may be set: this rule's is given as it is.
    pub(crate) async fn may_describe_ingress(
        &self,
        side: Side,
        group: &str,
        rule: &str,
        description: &str,
    ) -> Result<bool, AwsError> {
        const OPERATION: &str = "ec2:UpdateSecurityGroupRuleDescriptionsIngress";
        let set = sdk::SecurityGroupRuleDescription::builder()
            .security_group_rule_id(rule)
            .description(description);
        let call = self.clients(side).await.ec2.update_security_group_rule_descriptions_ingress();
        let call = call.group_id(group).security_group_rule_descriptions(set.build()).dry_run(true).send();
        leave(OPERATION, self.send(&self.budgets(side).ec2, OPERATION, call).await)
    }

    /// Whether tags may be put on a rule: it is given those that it has.
    pub(crate) async fn may_tag_rule(
        &self,
        side: Side,
        rule: &str,
        tags: &BTreeMap<String, String>,
    ) -> Result<bool, AwsError> {
        const OPERATION: &str = "ec2:CreateTags";
        let call = self.clients(side).await.ec2.create_tags().resources(rule);
        let call = call.set_tags(Some(sdk_tags(tags))).dry_run(true).send();
        leave(OPERATION, self.send(&self.budgets(side).ec2, OPERATION, call).await)
    }
}

/// What the answer to a dry run says.
fn leave<T>(operation: &'static str, answer: Result<T, AwsError>) -> Result<bool, AwsError> {
    match answer {
        Ok(_) => Err(AwsError::incomplete(operation, "it was answered as if it were no dry run")),
        Err(error) => match error.code.as_deref() {
            Some("DryRunOperation") => Ok(true),
            Some("UnauthorizedOperation") => Ok(false),
            _ => Err(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::event::FailureClass;

    #[test]
    fn only_the_two_words_of_a_dry_run_are_believed() {
        let error = |code: &str| AwsError {
            class: FailureClass::Invalid,
            operation: "ec2:CreateTags",
            code: Some(code.to_owned()),
            message: String::new(),
            status: Some(400),
        };
        let said = |answer: Result<(), AwsError>| leave("ec2:CreateTags", answer).ok();
        assert_eq!(said(Err(error("DryRunOperation"))), Some(true));
        assert_eq!(said(Err(error("UnauthorizedOperation"))), Some(false));
        assert_eq!(said(Err(error("MissingParameter"))), None);
        assert_eq!(said(Ok(())), None, "an endpoint that does not know dry runs says nothing of rights");
    }
}
