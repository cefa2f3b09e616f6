//! What each answer of AWS's means.

use std::collections::{BTreeMap, BTreeSet};

use super::ruling::{May, by_dry_run, by_simulation};
use crate::{
    aws::Decision,
    change::Leave,
    drill::model::Side,
    plan::policy::{Need, Subject},
};

const CHECK: &str = "arn:aws:route53:::healthcheck/hc-1";

fn need() -> Need {
    Need {
        action: "route53:UpdateHealthCheck",
        resource: CHECK.to_owned(),
        subject: Subject::HealthCheck,
        side: Side::Standby,
        proven: false,
        tags: BTreeMap::new(),
        sends_tags: BTreeSet::new(),
    }
}

fn decided(decision: &str) -> Decision {
    Decision {
        action: "route53:UpdateHealthCheck".into(),
        resource: CHECK.into(),
        decision: decision.into(),
        missing: Vec::new(),
        by_organisation: None,
        by_boundary: None,
    }
}

fn ruled(decision: Decision) -> (May, String) {
    let ruling = by_simulation(&need(), Ok(&[decision]));
    (ruling.may, ruling.because)
}

#[test]
fn a_decision_is_believed_and_told_with_its_reason() {
    assert_eq!(ruled(decided("allowed")).0, May::Allowed);
    assert_eq!(ruled(decided("implicitDeny")), (May::Denied, "no policy allows it".into()));
    assert_eq!(ruled(decided("explicitDeny")), (May::Denied, "a policy denies it".into()));
    let (may, because) = ruled(Decision { by_organisation: Some(false), ..decided("explicitDeny") });
    assert!(may == May::Denied && because.contains("(SCP)"), "{because}");
    let (may, because) = ruled(Decision { by_boundary: Some(false), ..decided("implicitDeny") });
    assert!(may == May::Denied && because.contains("boundary"), "{because}");
    assert_eq!(ruled(decided("perhaps")).0, May::Unknown);
}

#[test]
fn what_iam_was_not_told_makes_it_unknown_whatever_it_decided() {
    for decision in ["allowed", "implicitDeny", "explicitDeny"] {
        let missing = vec!["aws:MultiFactorAuthPresent".to_owned(), "aws:TagKeys".to_owned()];
        let (may, because) = ruled(Decision { missing, ..decided(decision) });
        assert_eq!(may, May::Unknown, "{decision}");
        assert!(because.contains("aws:MultiFactorAuthPresent") && !because.contains("TagKeys"), "{because}");
    }
    let missing = vec!["aws:ResourceTag/firedrill".to_owned(), "ec2:CreateAction".to_owned()];
    assert_eq!(ruled(Decision { missing, ..decided("allowed") }).0, May::Allowed, "the call has neither");
}

#[test]
fn no_answer_is_no_permission() {
    assert_eq!(by_simulation(&need(), Err("InvalidAction".into())).may, May::Unknown);
    assert_eq!(by_simulation(&need(), Ok(&[])).may, May::Unknown);
    let other = Decision { resource: "arn:aws:route53:::healthcheck/hc-2".into(), ..decided("allowed") };
    assert_eq!(by_simulation(&need(), Ok(&[other])).may, May::Unknown);
}

#[test]
fn a_dry_run_is_about_its_own_action_and_resource() {
    let need = Need {
        action: "ec2:RevokeSecurityGroupIngress",
        resource: "arn:aws:ec2:ap-northeast-2:111122223333:security-group/sg-1".into(),
        subject: Subject::SecurityGroup,
        ..need()
    };
    let leave = |id: &str, answer| Leave { action: "ec2:RevokeSecurityGroupIngress", id: id.into(), answer };
    let may = |leaves: &[Leave]| by_dry_run(&need, leaves).map(|ruling| ruling.may);
    assert_eq!(may(&[leave("sg-1", Ok(true))]), Some(May::Allowed));
    assert_eq!(may(&[leave("sg-1", Ok(false))]), Some(May::Denied));
    assert_eq!(may(&[leave("sg-2", Ok(true))]), None);
    assert_eq!(may(&[leave("sg-1", Err("MissingParameter".into()))]), None);
}
