//! What a simulation answers.

use super::ask;
use crate::lab::world::testing::{items, text, world};

const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[
 {"Effect":"Allow","Action":"ec2:*","Resource":"arn:aws:ec2:*:*:security-group/sg-1","Condition":{"StringEquals":{"aws:ResourceTag/firedrill":"allowed"}}},
 {"Effect":"Deny","Action":"ec2:Authorize*","Resource":"*"}]}"#;
const GROUP: &str = "arn:aws:ec2:ap-northeast-2:111122223333:security-group/sg-1";

/// "Decisions: allowed, explicitDeny, implicitDeny. MissingContextValues lists condition keys you did not supply."
#[test]
fn each_action_on_each_resource_has_its_result() {
    let mut world = world();
    let params = [
        ("PolicyInputList.1", POLICY),
        ("ActionNames.1", "ec2:RevokeSecurityGroupIngress"),
        ("ActionNames.2", "ec2:AuthorizeSecurityGroupIngress"),
        ("ResourceArns.1", GROUP),
        ("ResourceArns.2", "arn:aws:ec2:ap-northeast-2:111122223333:security-group/sg-2"),
    ];
    let bare = ask(&mut world, "SimulateCustomPolicy", &params).unwrap();
    let decisions = |tree: &_| -> Vec<String> {
        items(tree, "EvaluationResults").iter().map(|own| text(own, "EvalDecision")).collect()
    };
    assert_eq!(decisions(&bare), ["implicitDeny", "implicitDeny", "explicitDeny", "explicitDeny"]);
    let specific = "EvaluationResults.0.ResourceSpecificResults.0";
    assert_eq!(text(&bare, &format!("{specific}.MissingContextValues.0")), "aws:ResourceTag/firedrill");
    assert_eq!(text(&bare, &format!("{specific}.EvalResourceName")), GROUP);

    let mut told = params.to_vec();
    told.extend([
        ("ContextEntries.1.ContextKeyName", "aws:ResourceTag/firedrill"),
        ("ContextEntries.1.ContextKeyValues.1", "allowed"),
        ("ContextEntries.1.ContextKeyType", "string"),
    ]);
    let told = ask(&mut world, "SimulateCustomPolicy", &told).unwrap();
    assert_eq!(decisions(&told), ["allowed", "implicitDeny", "explicitDeny", "explicitDeny"]);
    let matched = "EvaluationResults.0.MatchedStatements.0";
    assert_eq!(text(&told, &format!("{matched}.SourcePolicyId")), "PolicyInputList.1");
    assert_eq!(text(&told, &format!("{matched}.StartPosition.Line")), "2");
    assert_eq!(text(&told, &format!("{matched}.StartPosition.Column")), "2");
    assert_eq!(text(&told, "IsTruncated"), "false");
}

/// "PolicySourceArn: an assumed-role session ARN is refused"; "NoSuchEntity 404, InvalidInput 400".
#[test]
fn a_principal_is_a_user_a_group_or_a_role() {
    let mut world = world();
    let mut simulate = |arn: &str| {
        let params = [("PolicySourceArn", arn), ("ActionNames.1", "rds:FailoverGlobalCluster")];
        ask(&mut world, "SimulatePrincipalPolicy", &params)
    };
    let own = simulate("arn:aws:iam::111122223333:role/firedrill").unwrap();
    assert_eq!(text(&own, "EvaluationResults.0.EvalDecision"), "allowed");
    assert_eq!(text(&own, "EvaluationResults.0.EvalResourceName"), "*");
    assert_eq!(text(&own, "EvaluationResults.0.MatchedStatements.0.SourcePolicyType"), "aws-managed");
    let session = simulate("arn:aws:sts::111122223333:assumed-role/firedrill/me").unwrap_err();
    assert_eq!((session.status, session.code), (400, "InvalidInput"));
    let nobody = simulate("arn:aws:iam::111122223333:role/nobody").unwrap_err();
    assert_eq!((nobody.status, nobody.code), (404, "NoSuchEntity"));
    let bad = [("PolicyInputList.1", "{"), ("ActionNames.1", "ec2:X")];
    assert_eq!(ask(&mut world, "SimulateCustomPolicy", &bad).unwrap_err().code, "InvalidInput");
}

/// "PermissionsBoundaryDecisionDetail"; a boundary that is given decides in place of none.
#[test]
fn a_boundary_can_be_given() {
    let mut world = world();
    let limit = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}"#;
    let params = [
        ("PolicySourceArn", "arn:aws:iam::111122223333:user/firedrill"),
        ("PermissionsBoundaryPolicyInputList.1", limit),
        ("ActionNames.1", "rds:FailoverGlobalCluster"),
    ];
    let own = ask(&mut world, "SimulatePrincipalPolicy", &params).unwrap();
    assert_eq!(text(&own, "EvaluationResults.0.EvalDecision"), "implicitDeny");
    let detail = "EvaluationResults.0.PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary";
    assert_eq!(text(&own, detail), "false");
}

#[test]
fn the_keys_that_a_policy_needs_are_listed() {
    let mut world = world();
    let own = ask(&mut world, "GetContextKeysForCustomPolicy", &[("PolicyInputList.1", POLICY)]).unwrap();
    assert_eq!(text(&own, "ContextKeyNames.0"), "aws:ResourceTag/firedrill");
}
