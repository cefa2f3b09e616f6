//! What needs become, and that no read is forgotten.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    document::{Document, LIMIT, documents},
    need::{Need, Part, Subject, part},
    scope,
    statement::{Statement, statements},
    terraform::terraform,
};
use crate::{
    aws::discover,
    drill::model::{PerSide, Side, Tag},
    probe, survey,
};

fn need(action: &'static str, resource: &str, subject: Subject, side: Side) -> Need {
    Need {
        action,
        resource: resource.to_owned(),
        subject,
        side,
        proven: false,
        tags: BTreeMap::new(),
        sends_tags: BTreeSet::new(),
    }
}

fn made(needs: &[Need]) -> Vec<Statement> {
    let regions = PerSide { primary: "ap-northeast-2".to_owned(), standby: "ap-northeast-1".to_owned() };
    let tag = Tag { key: "firedrill".into(), value: "allowed".into() };
    statements(needs, &regions, Some(&tag))
}

#[test]
fn every_read_that_a_run_calls_has_a_scope() {
    for action in discover::PERMISSIONS.into_iter().chain(probe::PERMISSIONS) {
        assert!(scope::of(action).is_some(), "how far AWS narrows {action} is not known");
        let free = action == "sts:AssumeRole";
        assert!(free || part(action) == Part::Read, "{action}");
    }
}

#[test]
fn every_read_of_the_readiness_checks_has_a_scope() {
    for action in survey::PERMISSIONS {
        let known = scope::of_readiness(action).is_some() || scope::of(action).is_some();
        assert!(known, "how far AWS narrows {action} is not known");
        assert_eq!(part(action), Part::Read, "{action}");
    }
}

#[test]
fn what_is_called_alike_is_allowed_together() {
    let all = made(&[
        need("ec2:DescribeInstances", "*", Subject::Everything, Side::Primary),
        need("ec2:DescribeInstances", "*", Subject::Everything, Side::Standby),
        need("ec2:DescribeSecurityGroups", "*", Subject::Everything, Side::Primary),
        need("ec2:DescribeSecurityGroups", "*", Subject::Everything, Side::Standby),
        need("ec2:DescribeSecurityGroupRules", "*", Subject::Everything, Side::Primary),
        need("ec2:RevokeSecurityGroupIngress", "arn:group", Subject::SecurityGroup, Side::Primary),
    ]);
    let said: Vec<_> = all
        .iter()
        .map(|one| (one.sid.as_str(), one.action.join(" "), serde_json::to_string(&one.condition).unwrap()))
        .collect();
    let region = |names: &str| format!("{{\"StringEquals\":{{\"aws:RequestedRegion\":[{names}]}}}}");
    let both = "ec2:DescribeInstances ec2:DescribeSecurityGroups";
    let tag = r#"{"StringEquals":{"aws:ResourceTag/firedrill":["allowed"]}}"#;
    assert_eq!(
        said,
        [
            ("ReadInstancesAndGroups", both.into(), region("\"ap-northeast-1\",\"ap-northeast-2\"")),
            (
                "ReadInstancesAndGroups2",
                "ec2:DescribeSecurityGroupRules".into(),
                region("\"ap-northeast-2\"")
            ),
            ("ChangeSecurityGroups", "ec2:RevokeSecurityGroupIngress".into(), tag.into()),
        ]
    );
    assert_eq!(all.iter().map(|one| one.part).collect::<Vec<_>>(), [Part::Read, Part::Read, Part::Change]);
}

#[test]
fn statements_have_names_of_their_own_that_iam_takes() {
    let subjects = [
        ("ssm:GetParameter", "arn:a", Subject::Parameter),
        ("ssm:GetParametersByPath", "arn:b", Subject::Parameter),
        ("ssm:PutParameter", "arn:c", Subject::Parameter),
        ("rds:SwitchoverGlobalCluster", "arn:d", Subject::Database),
    ];
    let all = made(&subjects.map(|(action, arn, subject)| need(action, arn, subject, Side::Standby)));
    let names: BTreeSet<&str> = all.iter().map(|one| one.sid.as_str()).collect();
    assert_eq!(names.len(), all.len());
    for one in &all {
        assert!(one.sid.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{}", one.sid);
        assert!(!one.reason.is_empty() && !one.reason.contains('\n'), "{}", one.sid);
    }
}

fn groups(count: usize) -> Vec<Statement> {
    let arn = |n| format!("arn:aws:ec2:ap-northeast-2:111122223333:security-group/sg-{n:017}");
    let needs: Vec<Need> = (0..count)
        .map(|n| need("ec2:RevokeSecurityGroupIngress", &arn(n), Subject::SecurityGroup, Side::Primary))
        .collect();
    made(&needs)
}

#[test]
fn a_policy_that_would_be_too_large_is_cut_and_loses_nothing() {
    let [small] = documents("one", &groups(10)).try_into().unwrap();
    assert!(small.name == "one" && small.characters() < LIMIT);
    let whole = groups(300);
    let cut = documents("many", &whole);
    assert!(cut.len() > 1);
    for (at, document) in cut.iter().enumerate() {
        assert!(document.characters() <= LIMIT, "{}", document.characters());
        assert_eq!(document.name, format!("many-{}", at + 1));
    }
    let statements = || cut.iter().flat_map(|document| &document.statements);
    let kept: Vec<&String> = statements().flat_map(|one| &one.resource).collect();
    assert_eq!(kept, whole[0].resource.iter().collect::<Vec<_>>());
    assert!(statements().all(|one| one.condition == whole[0].condition && one.action == whole[0].action));
    let names: BTreeSet<&String> = statements().map(|one| &one.sid).collect();
    assert_eq!(names.len(), statements().count());
    assert_eq!(documents("none", &[]), []);
}

#[test]
fn white_space_does_not_count() {
    let [document]: [Document; 1] = documents("one", &groups(2)).try_into().unwrap();
    let counted = document.json().chars().filter(|c| !c.is_whitespace()).count();
    assert_eq!(document.characters(), counted);
}

#[test]
fn terraform_reads_no_template_out_of_a_tag() {
    let regions = PerSide { primary: "r1".to_owned(), standby: "r2".to_owned() };
    let tag = Tag { key: "a".into(), value: "${b}\"%{c}".into() };
    let needs = [need("ec2:RevokeSecurityGroupIngress", "arn:g", Subject::SecurityGroup, Side::Primary)];
    let text = terraform("About.", &documents("1 two", &statements(&needs, &regions, Some(&tag))));
    assert!(text.contains(r#"values   = ["$${b}\"%%{c}"]"#), "{text}");
    assert!(text.contains("data \"aws_iam_policy_document\" \"_1_two\" {"), "{text}");
}
