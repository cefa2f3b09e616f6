//! Remembered: of one look at the world, no question is asked twice.
//! Invariant: only good answers are remembered, word for word, by region, credentials, operation and everything that was
//! asked; nothing outlives the client.
//! Not here: which looks remember (see `AwsSettings::remembers`): only those that change nothing and are over in seconds.
//! Used by: `config`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        connector_metadata::ConnectorMetadata,
        http::{
            HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
            SharedHttpConnector,
        },
        orchestrator::{HttpRequest, HttpResponse},
        runtime_components::{RuntimeComponents, RuntimeComponentsBuilder},
    },
    http::StatusCode,
};
use aws_smithy_types::{body::SdkBody, config_bag::ConfigBag};

/// Everything by which two questions are one.
type Key = (String, String, String, String, Vec<u8>);

/// Every good answer so far.
type Known = Arc<Mutex<BTreeMap<Key, Answer>>>;

/// A client that asks `inner` what it has not been told yet.
pub(super) fn answers(inner: SharedHttpClient) -> SharedHttpClient {
    SharedHttpClient::new(Client { inner, known: Known::default() })
}

#[derive(Debug)]
struct Client {
    inner: SharedHttpClient,
    known: Known,
}

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { inner, known: Arc::clone(&self.known) })
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.inner.validate_base_client_config(components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.inner.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.inner.connector_metadata()
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    known: Known,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Some(key) = key(&request) else { return self.inner.call(request) };
        let known = Arc::clone(&self.known);
        let before = known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(answer) = before {
            return HttpConnectorFuture::ready(Ok(answer.response()));
        }
        let asked = self.inner.call(request);
        HttpConnectorFuture::new(async move {
            let response = asked.await?;
            if let Some(answer) = Answer::of(&response) {
                known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, answer);
            }
            Ok(response)
        })
    }
}

/// What is asked; `None` for a request whose body is a stream or that nobody signed.
fn key(request: &HttpRequest) -> Option<Key> {
    let header = |name: &str| request.headers().get(name).unwrap_or_default().to_owned();
    // `Credential=KEY/DATE/REGION/SERVICE/aws4_request, …`: an endpoint may serve every region.
    let scope =
        header("authorization").split(',').next().filter(|scope| scope.contains("Credential="))?.to_owned();
    let body = request.body().bytes()?.to_vec();
    Some((scope, request.method().to_owned(), request.uri().to_owned(), header("x-amz-target"), body))
}

/// A good answer.
#[derive(Debug, Clone)]
struct Answer {
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn of(response: &HttpResponse) -> Option<Answer> {
        let good = response.status().is_success();
        let body = response.body().bytes().filter(|_| good)?.to_vec();
        let headers = response.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Some(Answer { status: response.status(), headers: headers.collect(), body })
    }

    fn response(self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status, SdkBody::from(self.body));
        for (name, value) in self.headers {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(region: &str, body: &str) -> HttpRequest {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST").unwrap();
        request.set_uri("http://127.0.0.1:1/").unwrap();
        let signed =
            format!("AWS4-HMAC-SHA256 Credential=K/20261122/{region}/rds/aws4_request, Signature=00");
        request.headers_mut().insert("authorization", signed);
        request
    }

    #[test]
    fn two_regions_at_one_endpoint_are_two_questions() {
        let of = |region, body| key(&asked(region, body));
        assert_eq!(of("ap-northeast-1", "Action=A"), of("ap-northeast-1", "Action=A"));
        assert_ne!(of("ap-northeast-1", "Action=A"), of("ap-northeast-2", "Action=A"));
        assert_ne!(of("ap-northeast-1", "Action=A"), of("ap-northeast-1", "Action=B"));
        let mut unsigned = asked("ap-northeast-1", "Action=A");
        unsigned.headers_mut().remove("authorization");
        assert_eq!(key(&unsigned), None);
    }

    #[test]
    fn only_good_answers_are_remembered_and_come_back_as_they_were() {
        let answer = |status: u16| {
            let status = StatusCode::try_from(status).unwrap();
            let mut response = HttpResponse::new(status, SdkBody::from("<a/>"));
            response.headers_mut().insert("date", "Sun, 22 Nov 2026 12:00:00 GMT");
            Answer::of(&response)
        };
        assert!(answer(400).is_none() && answer(503).is_none());
        let again = answer(200).unwrap().response();
        assert_eq!(again.body().bytes(), Some(&b"<a/>"[..]));
        assert_eq!(again.headers().get("date"), Some("Sun, 22 Nov 2026 12:00:00 GMT"));
    }
}
