//! Whole: answers are taken whole or not at all.
//! Invariant: an XML answer without its end never reaches the SDK's parsers. They take the end of the bytes for the end
//! of whatever they are in, so that a rule whose description was cut off would be read as one that has none.
//! Not here: which client carries the answer (see `config`); JSON and CBOR, whose parsers notice.
//! Used by: `config`.

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        connector_metadata::ConnectorMetadata,
        http::{
            HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
            SharedHttpConnector,
        },
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
        retries::ErrorKind,
        runtime_components::{RuntimeComponents, RuntimeComponentsBuilder},
    },
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream, config_bag::ConfigBag};

/// A client that gives the answers of `inner`, and only whole ones.
pub(super) fn answers(inner: SharedHttpClient) -> SharedHttpClient {
    SharedHttpClient::new(Client(inner))
}

#[derive(Debug)]
struct Client(SharedHttpClient);

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector(self.0.http_connector(settings, components)))
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.validate_base_client_config(components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

#[derive(Debug)]
struct Connector(SharedHttpConnector);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move { whole(answer.await?).await })
    }
}

/// The answer with its body read to the end.
async fn whole(mut answer: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    let body = std::mem::replace(answer.body_mut(), SdkBody::taken());
    let bytes = ByteStream::new(body).collect().await.map_err(|why| ConnectorError::io(why.into()))?;
    let bytes = bytes.into_bytes();
    if !has_its_end(&bytes) {
        // Nothing is known of what was asked for, as if the connection had ended in the middle.
        let why = "the answer breaks off before the end of its XML";
        return Err(ConnectorError::other(why.into(), Some(ErrorKind::TransientError)));
    }
    *answer.body_mut() = SdkBody::from(bytes);
    Ok(answer)
}

/// False for XML that ends before its root element does; whatever is no XML is for its own parser to judge.
fn has_its_end(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
    if !body.starts_with(b"<") {
        return true;
    }
    let Some(root) = root_tag(body) else { return false };
    let name = root.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or(root);
    match root.last() {
        Some(b'/') => body.ends_with(b"/>"),
        _ => {
            let end = body.strip_suffix(b">").map(<[u8]>::trim_ascii_end);
            let end = end.and_then(|body| body.strip_suffix(name));
            end.is_some_and(|body| body.ends_with(b"</"))
        }
    }
}

/// What stands between the angle brackets of the first element, after declarations and comments.
fn root_tag(body: &[u8]) -> Option<&[u8]> {
    let mut rest = body;
    loop {
        rest = rest.trim_ascii_start();
        let (opened, closing): (&[u8], &[u8]) = match rest {
            [b'<', b'?', ..] => (b"<?", b"?>"),
            [b'<', b'!', b'-', b'-', ..] => (b"<!--", b"-->"),
            [b'<', b'!', ..] => (b"<!", b">"),
            _ => break,
        };
        let inside = &rest[opened.len()..];
        rest = &inside[position(inside, closing)? + closing.len()..];
    }
    let inside = rest.strip_prefix(b"<")?;
    Some(&inside[..position(inside, b">")?])
}

fn position(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- x -->\n<DescribeResponse xmlns=\"http://ec2\">\
                          <set><item><id>sgr-1</id><description>web</description></item></set></DescribeResponse>\n";

    #[test]
    fn an_answer_that_breaks_off_anywhere_is_not_whole() {
        let end = ANSWER.trim_end().len();
        for cut in 1..ANSWER.len() {
            // Bare declarations and white space in front are cut too: nothing of them is an answer.
            assert_eq!(has_its_end(&ANSWER.as_bytes()[..cut]), cut >= end, "cut at {cut}");
        }
        assert!(has_its_end(ANSWER.as_bytes()));
    }

    #[test]
    fn what_is_no_xml_is_left_to_its_parser() {
        for whole in ["", "{\"a\":", "\u{feff}<a/>", "<a b=\"c\"/>", "<a>1</a >", "<html></html>", "\u{a0}"] {
            assert!(has_its_end(whole.as_bytes()), "{whole}");
        }
        assert!(!has_its_end(b"<a><b/>"));
        assert!(!has_its_end(b"<a>1</ab>"));
    }

    #[derive(Debug)]
    struct Says(&'static str);

    impl HttpConnector for Says {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            let status = 200.try_into().unwrap();
            HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(self.0))))
        }
    }

    async fn asked(says: &'static str) -> Result<HttpResponse, ConnectorError> {
        Connector(SharedHttpConnector::new(Says(says))).call(HttpRequest::empty()).await
    }

    #[tokio::test]
    async fn half_an_answer_is_a_connection_that_ended_and_a_whole_one_stays_as_it_is() {
        let broken = asked(&ANSWER[..ANSWER.len() / 2]).await.unwrap_err();
        assert_eq!(broken.as_other(), Some(ErrorKind::TransientError), "{broken:?}");
        assert_eq!(asked(ANSWER).await.unwrap().body().bytes(), Some(ANSWER.as_bytes()));
    }
}
