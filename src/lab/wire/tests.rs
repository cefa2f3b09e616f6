use proptest::prelude::*;

use super::*;
use crate::lab::world::call::{Service, Tree};

fn now() -> Timestamp {
    "2026-11-22T13:07:39.5Z".parse().unwrap()
}

/// Signs nothing: the envelope is what is looked at here.
fn asked(scope: &str, request: http::request::Builder, body: impl Into<Bytes>) -> Asked {
    let request = request
        .header("x-amz-date", "20261122T130739Z")
        .header(
            "authorization",
            format!(
                "AWS4-HMAC-SHA256 Credential=AKID/20261122/ap-northeast-2/{scope}/aws4_request, \
                 SignedHeaders=host, Signature=00"
            ),
        )
        .body(body.into())
        .unwrap();
    let mut envelope = Envelope::guess(&request);
    let call = (|| {
        envelope.serve(scope)?;
        let (operation, params) = envelope.operation(&request)?;
        envelope.operation = operation.clone();
        let service = envelope.service.unwrap();
        Ok(Call { service, operation, region: String::new(), access_key: String::new(), params })
    })();
    Asked { call, envelope }
}

fn body(response: &Response<Bytes>) -> &str {
    std::str::from_utf8(response.body()).unwrap()
}

fn fault() -> Reply {
    Err(AwsFault::new(400, "Throttling", "Rate exceeded"))
}

#[test]
fn ec2_answers_without_a_result_wrapper_and_errs_with_a_capital_request_id() {
    let asked = asked("ec2", Request::post("/"), "Action=DescribeVpcs");
    assert_eq!(asked.call.as_ref().unwrap().service, Service::Ec2);
    let reply =
        Ok(Tree::map([("vpcSet", Tree::list("item", [Tree::map([("vpcId", Tree::text("vpc-1"))])]))]));
    let answer = asked.answer(&reply, "id-1", now());
    assert_eq!(
        body(&answer),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><DescribeVpcsResponse \
         xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>id-1</requestId><vpcSet><item>\
         <vpcId>vpc-1</vpcId></item></vpcSet></DescribeVpcsResponse>"
    );
    assert_eq!(answer.headers()["date"], "Sun, 22 Nov 2026 13:07:39 GMT");
    assert_eq!(answer.headers()["x-amzn-requestid"], "id-1");
    assert!(body(&asked.answer(&fault(), "id-2", now())).contains("</Errors><RequestID>id-2</RequestID>"));
}

#[test]
fn query_services_answer_in_a_result_wrapper() {
    let asked = asked("rds", Request::post("/"), "Action=DescribeGlobalClusters");
    let answer = asked.answer(&Ok(Tree::map([("Marker", Tree::text("m"))])), "id-1", now());
    let wrapped = "<DescribeGlobalClustersResult><Marker>m</Marker></DescribeGlobalClustersResult>\
                   <ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>";
    assert!(body(&answer).contains(wrapped), "{}", body(&answer));
    let failure = asked.answer(&fault(), "id-1", now());
    assert_eq!(failure.status(), 400);
    assert!(body(&failure).contains("<Type>Sender</Type><Code>Throttling</Code>"));
}

#[test]
fn json_and_cbor_carry_their_error_codes_also_in_the_query_error_header() {
    let json = Request::post("/").header("x-amz-target", "GraniteServiceVersion20100801.ListMetrics");
    let cbor = Request::post("/service/GraniteServiceVersion20100801/operation/ListMetrics")
        .header("smithy-protocol", "rpc-v2-cbor");
    for builder in [json, cbor] {
        let asked = asked("monitoring", builder, "");
        assert_eq!(asked.call.as_ref().unwrap().operation, "ListMetrics");
        let answer = asked.answer(&fault(), "id-1", now());
        assert_eq!(answer.headers()["x-amzn-query-error"], "Throttling;Sender");
    }
}

#[test]
fn an_unknown_service_is_named_loudly() {
    let asked = asked("s3", Request::get("/bucket"), "");
    let fault = asked.call.clone().unwrap_err();
    assert_eq!(fault.status, 501);
    assert!(fault.message.contains("\"s3\""), "{}", fault.message);
    assert_eq!(asked.answer(&Err(fault), "id-1", now()).status(), 501);
}

#[test]
fn a_request_without_a_signature_is_refused() {
    let request = Request::post("/").body(Bytes::from_static(b"Action=GetCallerIdentity")).unwrap();
    let asked = Asked::read(&request, &|_| None);
    assert_eq!(asked.call.unwrap_err().code, "MissingAuthenticationToken");
}

/// A body of the largest size, with one long name above very many small values, and one that nests it deeper and deeper.
#[test]
fn a_body_that_would_grow_when_read_is_refused_in_every_protocol() {
    let (name, many) = ("n".repeat(1500), 400_000);
    let json = format!("{{\"{name}\":[{}0]}}", "0,".repeat(many));
    let xml = format!("<R><{name}>{}</{name}></R>", "<a/>".repeat(10) + &"<a>0</a>".repeat(many / 8));
    let mut cbor = minicbor::Encoder::new(Vec::new());
    cbor.map(1).unwrap().str(&name).unwrap().array(many as u64).unwrap();
    (0..many).for_each(|_| assert!(cbor.i8(0).is_ok()));
    let long = "n".repeat(500_000);
    let bodies = [
        (3, json),
        (2, xml),
        (3, format!("{{\"{long}\":{{\"{long}\":[1]}}}}")),
        (2, format!("<R><{long}><a/><a/></{long}></R>")),
    ];
    let texts = bodies.into_iter().map(|(which, text)| (which, text.into_bytes()));
    for (which, body) in texts.chain([(4, cbor.into_writer())]) {
        let (scope, request) = any_protocol(which);
        let fault = asked(scope, request, body).call.unwrap_err();
        assert!(["SerializationException", "MalformedInput"].contains(&fault.code), "{fault:?}");
        assert!(
            fault.message.ends_with("its names are too long for the many values below them"),
            "{fault:?}"
        );
    }
}

/// One request line of each protocol.
fn any_protocol(which: u8) -> (&'static str, http::request::Builder) {
    match which % 5 {
        0 => ("ec2", Request::post("/")),
        1 => ("rds", Request::post("/")),
        2 => ("route53", Request::post("/2013-04-01/hostedzone/Z1/rrset/")),
        3 => {
            let target = "GraniteServiceVersion20100801.GetMetricData";
            ("monitoring", Request::post("/").header("x-amz-target", target))
        }
        _ => {
            let path = "/service/GraniteServiceVersion20100801/operation/GetMetricData";
            ("monitoring", Request::post(path).header("smithy-protocol", "rpc-v2-cbor"))
        }
    }
}

proptest! {
    /// Whatever a client sends, the answer is in its protocol: a call or an error, and never a panic.
    #[test]
    fn any_bytes_are_a_call_or_an_error(which: u8, body: Vec<u8>) {
        let (scope, request) = any_protocol(which);
        let asked = asked(scope, request, body);
        if let Err(fault) = asked.call.clone() {
            prop_assert!((400..=501).contains(&fault.status));
            prop_assert_eq!(asked.answer(&Err(fault.clone()), "id", now()).status().as_u16(), fault.status);
        }
    }

    /// Text comes back from XML as it went in.
    #[test]
    fn text_survives_xml(text in "[ -~가-힣]{0,40}") {
        let tree = Tree::map([("a", Tree::text(text.as_str()))]);
        let document = xml::document("R", None, |out| xml::members(out, &tree));
        let leaves = xml::flatten(&document, |_, _| false).unwrap();
        prop_assert_eq!(leaves, vec![("a".to_owned(), text)]);
    }
}

mod fuzz;
