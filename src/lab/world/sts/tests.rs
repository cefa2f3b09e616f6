use super::*;
use crate::lab::world::testing::{call, member, request, text, wait, world};

const ROLE: &str = "arn:aws:iam::111122223333:role/firedrill";

fn assume(world: &mut World, params: &[(&str, &str)]) -> Reply {
    call(world, Service::Sts, "AssumeRole", "ap-northeast-1", params)
}

fn with(world: &mut World, key: &str, service: Service, operation: &str, params: &[(&str, &str)]) -> Reply {
    let mut asked = request(service, operation, "ap-northeast-1", params);
    key.clone_into(&mut asked.access_key);
    let now = world.now();
    world.handle(now, &asked)
}

/// "Arn forms: assumed role arn:aws:sts::ACCT:assumed-role/ROLE/SESSION", without the role's path.
#[test]
fn an_assumed_role_is_who_calls_with_its_key() {
    let mut world = world();
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}"#;
    let role = [("RoleName", "drill"), ("Path", "/ops/"), ("AssumeRolePolicyDocument", trust)];
    call(&mut world, Service::Iam, "CreateRole", "us-east-1", &role).unwrap();
    let params = [("RoleArn", "arn:aws:iam::111122223333:role/ops/drill"), ("RoleSessionName", "me")];
    let reply = assume(&mut world, &params).unwrap();
    let key = text(&reply, "Credentials.AccessKeyId");
    let secret = text(&reply, "Credentials.SecretAccessKey");
    assert_eq!(world.key(&key).unwrap().secret, secret);
    assert!(member(&reply, "Credentials.Expiration").is_some());
    let identity = with(&mut world, &key, Service::Sts, "GetCallerIdentity", &[]).unwrap();
    assert_eq!(text(&identity, "Arn"), "arn:aws:sts::111122223333:assumed-role/drill/me");
    assert_eq!(text(&identity, "Account"), "111122223333");
    assert_eq!(text(&identity, "UserId"), text(&reply, "AssumedRoleUser.AssumedRoleId"));
}

/// A role that is not there, and one whose trust policy does not name the caller, look the same.
#[test]
fn only_whom_a_role_trusts_may_assume_it() {
    let mut world = world();
    for role in ["nobody", "bastion"] {
        let arn = format!("arn:aws:iam::111122223333:role/{role}");
        let fault = assume(&mut world, &[("RoleArn", &arn), ("RoleSessionName", "me")]).unwrap_err();
        assert_eq!((fault.status, fault.code), (403, "AccessDenied"));
        let words = format!(
            "User: arn:aws:iam::111122223333:user/firedrill is not authorized to perform: sts:AssumeRole on resource: {arn}"
        );
        assert_eq!(fault.message, words);
    }
}

/// "The value can range from 900 seconds up to the maximum session duration set for the role"; "role chaining limits
/// the session to a maximum of one hour".
#[test]
fn sessions_have_their_limits() {
    let mut world = world();
    let asked = |seconds| [("RoleArn", ROLE), ("RoleSessionName", "me"), ("DurationSeconds", seconds)];
    for (seconds, words) in [
        ("899", "Member must have value greater than or equal to 900"),
        ("43201", "Member must have value less than or equal to 43200"),
        ("3601", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."),
    ] {
        let fault = assume(&mut world, &asked(seconds)).unwrap_err();
        assert!(fault.code == "ValidationError" && fault.message.ends_with(words), "{}", fault.message);
    }
    let reply = assume(&mut world, &asked("900")).unwrap();
    let key = text(&reply, "Credentials.AccessKeyId");
    let chained = with(&mut world, &key, Service::Sts, "AssumeRole", &asked("3700")).unwrap_err();
    assert!(chained.message.contains("1 hour session limit for roles assumed by role chaining"));
    assert!(!world.key(&key).unwrap().expired);
    wait(&mut world, 900.0);
    assert!(world.key(&key).unwrap().expired);
}

/// A trust policy that names the account leaves it to the caller's own policies; one that names the caller does not.
#[test]
fn trust_in_the_account_needs_a_policy_and_trust_in_the_caller_does_not() {
    let mut world = world();
    let own = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/firedrill"},"Action":"sts:AssumeRole"}]}"#;
    let role = [("RoleName", "direct"), ("AssumeRolePolicyDocument", own)];
    call(&mut world, Service::Iam, "CreateRole", "us-east-1", &role).unwrap();
    let code = |world: &mut World, name: &str| {
        let arn = format!("arn:aws:iam::111122223333:role/{name}");
        assume(world, &[("RoleArn", &arn), ("RoleSessionName", "me")]).map_or_else(|fault| fault.code, |_| "")
    };
    let policy = |effect: &str, action: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Action":"{action}","Resource":"*"}}}}"#
        )
    };
    world.enforce(&policy("Allow", "ec2:*")).unwrap();
    assert_eq!((code(&mut world, "direct"), code(&mut world, "firedrill")), ("", "AccessDenied"));
    world.enforce(&policy("Allow", "sts:AssumeRole")).unwrap();
    assert_eq!((code(&mut world, "direct"), code(&mut world, "firedrill")), ("", ""));
    world.enforce(&policy("Deny", "sts:*")).unwrap();
    assert_eq!(code(&mut world, "direct"), "AccessDenied");
}

/// "You cannot call GetSessionToken with session credentials."
#[test]
fn a_session_token_stays_the_user() {
    let mut world = world();
    let reply = call(&mut world, Service::Sts, "GetSessionToken", "us-east-1", &[]).unwrap();
    let key = text(&reply, "Credentials.AccessKeyId");
    let identity = with(&mut world, &key, Service::Sts, "GetCallerIdentity", &[]).unwrap();
    assert_eq!(text(&identity, "Arn"), "arn:aws:iam::111122223333:user/firedrill");
    let again = with(&mut world, &key, Service::Sts, "GetSessionToken", &[]).unwrap_err();
    assert_eq!((again.status, again.code), (403, "AccessDenied"));
}

#[test]
fn only_the_worlds_own_messages_are_decoded() {
    let mut world = world();
    let params = [("EncodedMessage", "AAAA")];
    let fault =
        call(&mut world, Service::Sts, "DecodeAuthorizationMessage", "us-east-1", &params).unwrap_err();
    assert_eq!((fault.status, fault.code), (400, "InvalidAuthorizationMessageException"));
}
