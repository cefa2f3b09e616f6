//! Credentials: how long the credentials in use last.
//! Invariant: notes what the SDK is given, as it is given; never looks anything up itself, and never keeps a secret.
//! Not here: whether that is long enough (see `plan::guard`).
//! Used by: config, clients; plan.

use std::sync::{Arc, Mutex, PoisonError};

use aws_credential_types::{
    Credentials,
    credential_feature::AwsCredentialFeature as Feature,
    provider::{ProvideCredentials, SharedCredentialsProvider, future},
};
use jiff::Timestamp;

use super::{Aws, time};
use crate::drill::model::Side;

/// How long credentials last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// When they expire, if anyone has said so.
    pub expires: Option<Timestamp>,
    /// True if they are a session's, which always ends.
    pub temporary: bool,
    /// Who renews them.
    pub renewal: Renewal,
}

/// Who renews credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// The SDK, for as long as this machine or its service account stands.
    Itself,
    /// The SDK, for as long as a person's sign-in lasts.
    SignIn,
    /// Nobody: they came as they are, from the environment or a file.
    Nobody,
}

/// Notes what a side's clients sign with. Behind a role of the deployment these are the credentials that assume it: the
/// role's own are renewed with them.
#[derive(Debug, Clone, Default)]
pub(super) struct Noted(Arc<Mutex<Option<Lifetime>>>);

impl Noted {
    /// The provider, watched.
    pub(super) fn watch(&self, inner: SharedCredentialsProvider) -> SharedCredentialsProvider {
        SharedCredentialsProvider::new(Watched { inner, noted: self.clone() })
    }

    fn note(&self, lifetime: Lifetime) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(lifetime);
    }

    fn last(&self) -> Option<Lifetime> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Aws {
    /// How long the side's credentials last; `None` before its first call.
    pub async fn lifetime(&self, side: Side) -> Option<Lifetime> {
        self.clients(side).await.credentials.last()
    }
}

#[derive(Debug)]
struct Watched {
    inner: SharedCredentialsProvider,
    noted: Noted,
}

impl ProvideCredentials for Watched {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let given = self.inner.provide_credentials().await?;
            self.noted.note(lifetime(&given, std::env::var("AWS_CREDENTIAL_EXPIRATION").ok().as_deref()));
            Ok(given)
        })
    }
}

/// `said` is what tools that export a session into the environment say of its end; the SDK does not read it.
fn lifetime(of: &Credentials, said: Option<&str>) -> Lifetime {
    let none = Vec::new();
    let features = of.get_property::<Vec<Feature>>().unwrap_or(&none);
    let any = |wanted: &[Feature]| features.iter().any(|feature| wanted.contains(feature));
    let renewal = match () {
        () if any(&SIGNED_IN) => Renewal::SignIn,
        () if any(&BY_ITSELF) => Renewal::Itself,
        () => Renewal::Nobody,
    };
    let told = of.expiry().and_then(|at| time(Some(&aws_smithy_types::DateTime::from(at))));
    let exported = said.filter(|_| any(&[Feature::CredentialsEnvVars])).and_then(|text| text.parse().ok());
    Lifetime { expires: told.or(exported), temporary: of.session_token().is_some(), renewal }
}

const SIGNED_IN: [Feature; 6] = [
    Feature::CredentialsSso,
    Feature::CredentialsProfileSso,
    Feature::CredentialsProcess,
    Feature::CredentialsProfileProcess,
    Feature::CredentialsLogin,
    Feature::CredentialsProfileLogin,
];

const BY_ITSELF: [Feature; 7] = [
    Feature::CredentialsImds,
    Feature::CredentialsHttp,
    Feature::CredentialsStsAssumeRole,
    Feature::CredentialsStsAssumeRoleWebId,
    Feature::CredentialsEnvVarsStsWebIdToken,
    Feature::CredentialsProfileStsWebIdToken,
    Feature::CredentialsProfileNamedProvider,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn given(features: &[Feature], token: Option<&str>, expiry: Option<&str>) -> Credentials {
        let expiry = expiry.map(|text| std::time::SystemTime::from(text.parse::<Timestamp>().unwrap()));
        let mut key = Credentials::new("AKIA", "secret", token.map(str::to_owned), expiry, "test");
        key.set_property(features.to_vec());
        key
    }

    #[test]
    fn a_session_in_the_environment_ends_when_its_exporter_said() {
        let session = given(&[Feature::CredentialsEnvVars], Some("token"), None);
        let said = lifetime(&session, Some("2026-11-22T12:00:00+00:00"));
        assert_eq!(said.expires, "2026-11-22T12:00:00Z".parse().ok());
        assert_eq!((said.temporary, said.renewal), (true, Renewal::Nobody));
        assert_eq!(lifetime(&session, Some("soon")).expires, None);
        let key = given(&[Feature::CredentialsProfile], None, None);
        let of_key = lifetime(&key, Some("2026-11-22T12:00:00Z"));
        assert_eq!(
            (of_key.expires, of_key.temporary),
            (None, false),
            "the variable is not about a file's key"
        );
    }

    #[test]
    fn a_machines_own_role_is_renewed_and_a_sign_in_is_a_persons() {
        let end = Some("2026-11-22T12:00:00Z");
        let machine = lifetime(&given(&[Feature::CredentialsImds], Some("token"), end), None);
        assert_eq!((machine.expires, machine.renewal), (end.and_then(|at| at.parse().ok()), Renewal::Itself));
        let role = [Feature::CredentialsSso, Feature::CredentialsStsAssumeRole];
        assert_eq!(lifetime(&given(&role, Some("token"), end), None).renewal, Renewal::SignIn);
    }
}
