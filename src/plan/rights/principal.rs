//! Principal: whose policies decide for a caller.
//! Invariant: a user or a role; a session stands for its role, with the path that only IAM knows.
//! Used by: ask; policy, for the statement that lets it be asked.
//!
//! Source: IAM API reference, SimulatePrincipalPolicy: a session of an assumed role is refused; IAM user guide, "IAM
//! identifiers": a session's ARN does not have its role's path.

use crate::{
    aws::{Aws, AwsError},
    drill::model::{Drill, PerSide, Side},
    journal::event::FailureClass,
    plan::policy::Arns,
};

/// Whose policies decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) struct Principal {
    /// Its ARN, or why there is none.
    pub(in crate::plan) arn: Result<String, String>,
    /// What IAM answered when it was asked for the role; `None`: it was not asked.
    pub(super) role_read: Option<Result<(), AwsError>>,
}

/// Of both sides: one and the same, unless the deployment says otherwise. `named` stands for both.
pub(in crate::plan) async fn principals(
    aws: &Aws,
    drill: &Drill,
    standby: &str,
    named: Option<&str>,
) -> PerSide<Principal> {
    if let Some(arn) = named {
        let own = Principal { arn: Ok(arn.to_owned()), role_read: None };
        return PerSide { primary: own.clone(), standby: own };
    }
    let account = &drill.deployment.account;
    let of_standby = principal(aws, Side::Standby, standby, account).await;
    let (one, other) = (&drill.deployment.regions.primary, &drill.deployment.regions.standby);
    if (&one.role_arn, &one.profile) == (&other.role_arn, &other.profile) {
        return PerSide { primary: of_standby.clone(), standby: of_standby };
    }
    let primary = match aws.caller_identity(Side::Primary).await {
        Ok(caller) => principal(aws, Side::Primary, &caller.arn, account).await,
        Err(why) => unknown(why.to_string()),
    };
    PerSide { primary, standby: of_standby }
}

async fn principal(aws: &Aws, side: Side, caller: &str, account: &str) -> Principal {
    let resource = caller.splitn(6, ':').nth(5).unwrap_or_default();
    let mut parts = resource.split('/');
    match (parts.next(), parts.next()) {
        (Some("user" | "role"), Some(_)) => Principal { arn: Ok(caller.to_owned()), role_read: None },
        (Some("assumed-role"), Some(role)) => match aws.role_arn(side, role).await {
            Ok(arn) => Principal { arn: Ok(arn), role_read: Some(Ok(())) },
            // Most roles have no path: then the name is all that there is to know.
            Err(why) if why.class == FailureClass::Denied => {
                Principal { arn: Ok(Arns::new(caller, account).role(role)), role_read: Some(Err(why)) }
            }
            Err(why) => Principal { arn: Err(why.to_string()), role_read: Some(Err(why)) },
        },
        _ => unknown(format!("IAM tells the rights of users and roles alone, and the caller is {caller}")),
    }
}

fn unknown(why: String) -> Principal {
    Principal { arn: Err(why), role_read: None }
}
