//! What a key may do when policies decide.

use super::ask;
use crate::lab::world::{
    World,
    call::{AwsFault, Reply, Service},
    ec2::{Role, group_of},
    iam::model::Kind,
    reference::SEOUL,
    testing::{call, items, request, text, wait, web_rule, world},
};

fn policy(statements: &str) -> String {
    format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}")
}

/// Revokes the balancers' access to the instances.
fn revoke(world: &mut World, dry: bool) -> Reply {
    web_rule(world, "RevokeSecurityGroupIngress", dry)
}

fn code(reply: Reply) -> (u16, &'static str) {
    reply.map_or_else(|AwsFault { status, code, .. }| (status, code), |_| (200, ""))
}

/// "Allowed → error code DryRunOperation, HTTP 412; not allowed → UnauthorizedOperation, HTTP 403."
#[test]
fn a_dry_run_tells_what_policies_say() {
    let mut world = world();
    world.enforce(&policy(r#"{"Effect":"Allow","Action":"ec2:Describe*","Resource":"*"}"#)).unwrap();
    assert_eq!(code(revoke(&mut world, true)), (403, "UnauthorizedOperation"));
    assert_eq!(code(call(&mut world, Service::Ec2, "DescribeVpcs", SEOUL.code, &[])), (200, ""));
    world.enforce(&policy(r#"{"Effect":"Allow","Action":"ec2:*","Resource":"*"}"#)).unwrap();
    assert_eq!(code(revoke(&mut world, true)), (412, "DryRunOperation"));
    assert_eq!(code(revoke(&mut world, false)), (200, ""));
}

/// "You are not authorized to perform this operation. User: ARN is not authorized to perform: ec2:X on resource: ARN
/// because no identity-based policy allows the ec2:X action. Encoded authorization failure message: ...".
#[test]
fn a_refusal_says_why_and_its_message_can_be_decoded() {
    let mut world = world();
    world.enforce(&policy(r#"{"Effect":"Allow","Action":"sts:*","Resource":"*"}"#)).unwrap();
    let fault = revoke(&mut world, false).unwrap_err();
    let group = group_of(world.ec2.network(SEOUL.code), Role::Instances).unwrap();
    let words = format!(
        "You are not authorized to perform this operation. User: arn:aws:iam::111122223333:user/firedrill is not \
         authorized to perform: ec2:RevokeSecurityGroupIngress on resource: \
         arn:aws:ec2:ap-northeast-2:111122223333:security-group/{group} because no identity-based policy allows the \
         ec2:RevokeSecurityGroupIngress action. Encoded authorization failure message: "
    );
    let encoded =
        fault.message.strip_prefix(&words).unwrap_or_else(|| panic!("{}", fault.message)).to_owned();
    let params = [("EncodedMessage", encoded.as_str())];
    let decoded = call(&mut world, Service::Sts, "DecodeAuthorizationMessage", SEOUL.code, &params).unwrap();
    let decoded: serde_json::Value = serde_json::from_str(&text(&decoded, "DecodedMessage")).unwrap();
    assert_eq!(decoded["context"]["action"], "ec2:RevokeSecurityGroupIngress");
    assert_eq!((&decoded["allowed"], &decoded["explicitDeny"]), (&false.into(), &false.into()));
    let mut wrong = encoded;
    wrong.replace_range(50..51, if &wrong[50..51] == "A" { "B" } else { "A" });
    let params = [("EncodedMessage", wrong.as_str())];
    let fault =
        call(&mut world, Service::Sts, "DecodeAuthorizationMessage", SEOUL.code, &params).unwrap_err();
    assert_eq!(fault.code, "InvalidAuthorizationMessageException");
}

/// Each service refuses in its own words; GetCallerIdentity "works even with an explicit deny".
#[test]
fn every_service_refuses_in_its_own_words() {
    let mut world = world();
    world.enforce(&policy(r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#)).unwrap();
    let mut refused = |service, operation: &str| {
        let now = crate::clock::later(world.now(), std::time::Duration::from_secs(60));
        world
            .handle(now, &request(service, operation, SEOUL.code, &[]))
            .map_or_else(|fault| fault, |tree| panic!("{tree:?}"))
    };
    let fault = refused(Service::Rds, "DescribeGlobalClusters");
    assert_eq!((fault.status, fault.code), (403, "AccessDenied"));
    assert_eq!(
        fault.message,
        "User: arn:aws:iam::111122223333:user/firedrill is not authorized to perform: rds:DescribeGlobalClusters on \
         resource: arn:aws:rds::111122223333:global-cluster:* with an explicit deny in an identity-based policy"
    );
    for service in [Service::Acm, Service::Ssm] {
        let operation = if service == Service::Acm { "ListCertificates" } else { "DescribeParameters" };
        let fault = refused(service, operation);
        assert_eq!((fault.status, fault.code), (400, "AccessDeniedException"));
    }
    assert_eq!(refused(Service::Route53, "ListHostedZones").status, 403);
    assert_eq!(refused(Service::Iam, "ListUsers").code, "AccessDenied");
    assert_eq!(code(call(&mut world, Service::Sts, "GetCallerIdentity", SEOUL.code, &[])), (200, ""));
}

/// "Missing permission on an environment gives an EMPTY list, not an error."
#[test]
fn an_environment_that_one_may_not_see_is_not_listed() {
    let mut world = world();
    world.enforce(&policy(r#"{"Effect":"Allow","Action":"sts:*","Resource":"*"}"#)).unwrap();
    let list = |world: &mut World| {
        let reply = call(world, Service::Beanstalk, "DescribeEnvironments", SEOUL.code, &[]).unwrap();
        items(&reply, "Environments").len()
    };
    assert_eq!(list(&mut world), 0);
    let seen = r#"{"Effect":"Allow","Action":"elasticbeanstalk:Describe*","Resource":"arn:aws:elasticbeanstalk:*:*:environment/wordpress/*"}"#;
    world.enforce(&policy(seen)).unwrap();
    assert_eq!(list(&mut world), 1);
    let health = [("EnvironmentName", SEOUL.environment), ("AttributeNames.1", "All")];
    let asked = call(&mut world, Service::Beanstalk, "DescribeEnvironmentHealth", SEOUL.code, &health);
    assert_eq!(code(asked), (200, ""));
}

/// "ec2:RevokeSecurityGroupIngress: aws:ResourceTag, ec2:SecurityGroupID, ec2:Vpc."
#[test]
fn conditions_know_the_resource() {
    let mut world = world();
    let group = group_of(world.ec2.network(SEOUL.code), Role::Instances).unwrap();
    let params = [("GroupIds.1", group.as_str()), ("GroupId.1", group.as_str())];
    let found = call(&mut world, Service::Ec2, "DescribeSecurityGroups", SEOUL.code, &params).unwrap();
    let vpc = text(&found, "securityGroupInfo.0.vpcId");
    for (condition, expected) in [
        (r#""StringEquals":{"aws:ResourceTag/firedrill":"allowed"}"#.to_owned(), 412),
        (r#""StringEquals":{"ec2:ResourceTag/firedrill":"forbidden"}"#.to_owned(), 403),
        (format!(r#""StringEquals":{{"ec2:SecurityGroupID":"{group}"}}"#), 412),
        (format!(r#""ArnLike":{{"ec2:Vpc":"arn:aws:ec2:*:*:vpc/{vpc}"}}"#), 412),
        (r#""StringEquals":{"aws:RequestedRegion":"ap-northeast-1"}"#.to_owned(), 403),
        (r#""StringEquals":{"aws:username":"firedrill"}"#.to_owned(), 412),
        (r#""IpAddress":{"aws:SourceIp":"203.0.113.0/24"}"#.to_owned(), 412),
        (r#""DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}"#.to_owned(), 403),
    ] {
        let statement =
            format!(r#"{{"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{{{condition}}}}}"#);
        world.enforce(&policy(&statement)).unwrap();
        assert_eq!(code(revoke(&mut world, true)).0, expected, "{condition}");
    }
}

/// "route53:ChangeResourceRecordSets can be limited to one record name."
#[test]
fn a_change_of_records_can_be_limited_to_one_name() {
    let mut world = world();
    let zones = call(&mut world, Service::Route53, "ListHostedZones", "us-east-1", &[]).unwrap();
    let zone = text(&zones, "HostedZones.0.Id").replace("/hostedzone/", "");
    let statement = r#"{"Effect":"Allow","Action":"route53:ChangeResourceRecordSets","Resource":"arn:aws:route53:::hostedzone/*","Condition":{"ForAllValues:StringEquals":{"route53:ChangeResourceRecordSetsNormalizedRecordNames":["canary.example.com"]}}}"#;
    world.enforce(&policy(statement)).unwrap();
    let mut change = |name: &str| {
        let params = [
            ("Id", zone.as_str()),
            ("ChangeBatch.Changes.1.Action", "UPSERT"),
            ("ChangeBatch.Changes.1.ResourceRecordSet.Name", name),
            ("ChangeBatch.Changes.1.ResourceRecordSet.Type", "TXT"),
            ("ChangeBatch.Changes.1.ResourceRecordSet.TTL", "60"),
            ("ChangeBatch.Changes.1.ResourceRecordSet.ResourceRecords.1.Value", "\"x\""),
        ];
        code(call(&mut world, Service::Route53, "ChangeResourceRecordSets", "us-east-1", &params)).0
    };
    assert_eq!((change("Canary.example.com."), change("www.example.com.")), (200, 403));
}

/// Policy edits take effect after 5 to 30 s.
#[test]
fn an_edit_is_felt_a_while_later() {
    let mut world = world();
    world.set_enforced(true);
    assert_eq!(
        code(revoke(&mut world, true)),
        (412, "DryRunOperation"),
        "the reference's user may do everything"
    );
    let deny = policy(r#"{"Effect":"Deny","Action":"ec2:Revoke*","Resource":"*"}"#);
    let put = [("UserName", "firedrill"), ("PolicyName", "no"), ("PolicyDocument", deny.as_str())];
    ask(&mut world, "PutUserPolicy", &put).unwrap();
    let named = [("UserName", "firedrill"), ("PolicyName", "no")];
    assert!(ask(&mut world, "GetUserPolicy", &named).is_ok(), "it is read at once");
    wait(&mut world, 4.0);
    assert_eq!(code(revoke(&mut world, true)).0, 412);
    wait(&mut world, 26.5);
    assert_eq!(code(revoke(&mut world, true)).0, 403);
}

/// "Session policies limit what the role's policies allow"; the caller of a session is its role.
#[test]
fn a_session_may_what_its_role_and_its_policy_allow() {
    let mut world = world();
    world.set_enforced(true);
    let reads = policy(r#"{"Effect":"Allow","Action":"ec2:Describe*","Resource":"*"}"#);
    let params = [
        ("RoleArn", "arn:aws:iam::111122223333:role/firedrill"),
        ("RoleSessionName", "me"),
        ("Policy", reads.as_str()),
    ];
    let reply = call(&mut world, Service::Sts, "AssumeRole", SEOUL.code, &params).unwrap();
    let key = text(&reply, "Credentials.AccessKeyId");
    let mut as_session = |service, operation: &str| {
        let mut asked = request(service, operation, SEOUL.code, &[]);
        asked.access_key.clone_from(&key);
        let now = world.now();
        world.handle(now, &asked)
    };
    assert_eq!(code(as_session(Service::Ec2, "DescribeVpcs")), (200, ""));
    let fault = as_session(Service::Iam, "ListUsers").unwrap_err();
    assert_eq!(
        fault.message,
        "User: arn:aws:sts::111122223333:assumed-role/firedrill/me is not authorized to perform: iam:ListUsers on \
         resource: * because no session policy allows the iam:ListUsers action"
    );
}

/// A permissions boundary limits a user; a group's policies are its members'.
#[test]
fn boundaries_and_groups_count() {
    let mut world = world();
    world.set_enforced(true);
    let reads = policy(r#"{"Effect":"Allow","Action":"ec2:Describe*","Resource":"*"}"#);
    let arn = world.iam_policy("reads", "/", &reads).unwrap();
    world.iam_bound(Kind::User, "firedrill", &arn).unwrap();
    let fault = revoke(&mut world, true).unwrap_err();
    assert!(fault.message.contains("because no permissions boundary allows the"), "{}", fault.message);

    let mut world = crate::lab::world::testing::world();
    world.enforce(&reads).unwrap();
    world.iam_group("ops", "/", &["firedrill"]).unwrap();
    let revokes = policy(r#"{"Effect":"Allow","Action":"ec2:Revoke*","Resource":"*"}"#);
    world.iam_inline(Kind::Group, "ops", "revokes", &revokes).unwrap();
    assert_eq!(code(revoke(&mut world, true)).0, 412);
}

/// A global cluster's change needs its clusters of both regions.
#[test]
fn a_global_change_needs_every_cluster() {
    let mut world = world();
    let one = r#"{"Effect":"Allow","Action":"rds:SwitchoverGlobalCluster","Resource":["arn:aws:rds::111122223333:global-cluster:*","arn:aws:rds:ap-northeast-2:*:cluster:*"]}"#;
    world.enforce(&policy(one)).unwrap();
    let params = [
        ("GlobalClusterIdentifier", "wordpress-global"),
        ("TargetDbClusterIdentifier", "arn:aws:rds:ap-northeast-1:111122223333:cluster:wordpress-tokyo-db"),
    ];
    let fault = call(&mut world, Service::Rds, "SwitchoverGlobalCluster", SEOUL.code, &params).unwrap_err();
    assert!(fault.code == "AccessDenied" && fault.message.contains("ap-northeast-1"), "{}", fault.message);
}

#[test]
fn what_iam_would_not_take_is_not_enforced() {
    let mut world = world();
    assert_eq!(world.enforce("{").unwrap_err().code, "MalformedPolicyDocument");
    assert_eq!(code(revoke(&mut world, true)).0, 412);
}
