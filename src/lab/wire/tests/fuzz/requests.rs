//! Requests of every protocol: an operation that there is, members that some operation has, values that the world has.

use std::{collections::BTreeMap, fs, path::Path, sync::LazyLock};

use bytes::Bytes;
use http::Request;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ring::{digest, hmac};

use crate::{
    fuzz::{Parts, Rng, doc::Doc, mutate},
    lab::{
        wire::rest::ROUTES,
        world::{
            World,
            call::{Service, Tree},
            reference::{ACCESS_KEY, SECRET_KEY},
            testing,
        },
    },
};

/// Method, target, headers, body, and the scope that signs: `REGION/SERVICE`, or nothing.
pub(super) const PIECES: usize = 5;
const DAY: &str = "20261122";
const MOMENT: &str = "20261122T000000Z";
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const ESCAPED_PATH: &AsciiSet = &ESCAPED.remove(b'/');

/// What the lab's own code says in quotes, by service: names of members, values, operations.
static WORDS: LazyLock<BTreeMap<Service, Vec<String>>> = LazyLock::new(|| {
    let folders = [
        (Service::Sts, "sts"),
        (Service::Ec2, "ec2"),
        (Service::Beanstalk, "beanstalk"),
        (Service::Elb, "elb"),
        (Service::Rds, "rds"),
        (Service::Route53, "route53"),
        (Service::CloudWatch, "cloudwatch"),
        (Service::AutoScaling, "autoscaling"),
        (Service::Acm, "acm"),
        (Service::Waf, "waf"),
        (Service::CodeCommit, "codecommit"),
        (Service::CodePipeline, "codepipeline"),
        (Service::Ssm, "ssm"),
        (Service::Iam, "iam"),
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lab/world");
    folders.map(|(service, folder)| (service, quoted(&root.join(folder)))).into()
});

fn quoted(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            found.extend(quoted(&path));
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let words =
            code.flat_map(|line| line.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>());
        found.extend(words.filter(|word| (1..40).contains(&word.len()) && !word.contains(['{', '\\', ' '])));
    }
    found.sort();
    found.dedup();
    found
}

/// What the world itself says when it is asked what there is: ids, names, addresses.
static VALUES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut world = testing::world();
    world.set_unlimited(true);
    let mut values = Vec::new();
    for (service, operation) in World::routes() {
        if ["Describe", "List", "Get"].iter().any(|verb| operation.name.starts_with(verb)) {
            for region in ["ap-northeast-2", "ap-northeast-1"] {
                if let Ok(tree) = testing::call(&mut world, service, operation.name, region, &[]) {
                    texts(&tree, &mut values);
                }
            }
        }
    }
    values.sort();
    values.dedup();
    values
});

fn texts(tree: &Tree, into: &mut Vec<String>) {
    match tree {
        Tree::Text(text) => into.push(text.clone()),
        Tree::List(_, items) => items.iter().for_each(|item| texts(item, into)),
        Tree::Map(members) => members.iter().for_each(|(_, value)| texts(value, into)),
        Tree::Dict(members) => members.iter().for_each(|(_, value)| texts(value, into)),
        _ => {}
    }
}

fn name(rng: &mut Rng, service: Service) -> String {
    let capital = |word: &&String| word.starts_with(|c: char| c.is_ascii_uppercase());
    let words = &WORDS[&service];
    for _ in 0..8 {
        if let Some(word) = Some(rng.one(words)).filter(capital) {
            return word.clone();
        }
    }
    rng.one(words).clone()
}

fn value(rng: &mut Rng, service: Service) -> String {
    match rng.below(8) {
        0 | 1 => rng.one(&WORDS[&service]).clone(),
        2 => (*rng.one(&mutate::ODD)).to_owned(),
        3 => rng.below(70_000).to_string(),
        4 => (*rng.one(&[
            "true",
            "false",
            "10.0.0.0/8",
            "tcp",
            "-1",
            "2026-11-22T00:00:00Z",
            "2026-11-22",
            "a=b",
        ]))
        .to_owned(),
        _ => rng.one(&VALUES).clone(),
    }
}

/// Members with values, a few levels of them.
fn members(rng: &mut Rng, service: Service, depth: usize) -> Doc {
    let members = (0..=rng.below(5)).map(|_| {
        let below = match rng.below(if depth == 0 { 3 } else { 6 }) {
            0..3 => Doc::Quoted(value(rng, service)),
            3 => Doc::List((0..=rng.below(2)).map(|_| Doc::Quoted(value(rng, service))).collect()),
            4 => Doc::List(vec![members(rng, service, depth - 1)]),
            _ => members(rng, service, depth - 1),
        };
        let named = name(rng, service);
        let named = if rng.once_in(3) && uses_json(service) { lowered(&named) } else { named };
        (named, below)
    });
    Doc::Map(members.collect())
}

fn lowered(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn uses_json(service: Service) -> bool {
    matches!(
        service,
        Service::Acm | Service::Waf | Service::CodeCommit | Service::CodePipeline | Service::Ssm
    )
}

fn form(doc: &Doc, path: &str, wrapper: &str, into: &mut String) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match doc {
        Doc::Plain(text) | Doc::Quoted(text) => {
            *into += &format!("&{path}={}", utf8_percent_encode(text, NON_ALPHANUMERIC));
        }
        Doc::List(items) => {
            for (at, item) in items.iter().enumerate() {
                form(item, &below(&format!("{wrapper}{}", at + 1)), wrapper, into);
            }
        }
        Doc::Map(entries) => entries.iter().for_each(|(name, item)| form(item, &below(name), wrapper, into)),
    }
}

fn elements(doc: &Doc, into: &mut String) {
    match doc {
        Doc::Plain(text) | Doc::Quoted(text) => *into += &quick_xml::escape::escape(text.as_str()),
        Doc::List(items) => items.iter().for_each(|item| elements(item, into)),
        Doc::Map(entries) => {
            for (name, item) in entries {
                *into += &format!("<{name}>");
                elements(item, into);
                *into += &format!("</{name}>");
            }
        }
    }
}

fn cbor(doc: &Doc, out: &mut minicbor::Encoder<Vec<u8>>) {
    // Writing to memory does not fail.
    let _ = match doc {
        Doc::Plain(text) => out.f64(text.parse().unwrap_or(f64::NAN)).map(drop),
        Doc::Quoted(text) => match text.parse::<i64>() {
            Ok(number) => out.i64(number).map(drop),
            Err(_) => out.str(text).map(drop),
        },
        Doc::List(items) => {
            let written = out.array(items.len() as u64).map(drop);
            items.iter().for_each(|item| cbor(item, out));
            written
        }
        Doc::Map(entries) => {
            let written = out.map(entries.len() as u64).map(drop);
            for (name, item) in entries {
                let _ = out.str(name);
                cbor(item, out);
            }
            written
        }
    };
}

/// A request in the protocol of a service, a little wrong now and then.
pub(super) fn said(rng: &mut Rng) -> Parts {
    static ROUTED: LazyLock<Vec<(Service, &str)>> = LazyLock::new(|| {
        World::routes().into_iter().map(|(service, operation)| (service, operation.name)).collect()
    });
    let (service, operation) = *rng.one(&ROUTED);
    let mut doc = members(rng, service, 3);
    if rng.once_in(4) {
        let other = members(rng, service, 2);
        doc.mutate(rng, &other);
    }
    let region = *rng.one(&["ap-northeast-2", "ap-northeast-2", "ap-northeast-1", "us-east-1", "x"]);
    let mut parts = in_protocol(rng, service, operation, &doc);
    parts.push(format!("{region}/{}", service.scope()).into_bytes());
    if rng.once_in(3) {
        let which = *rng.one(&[0, 1, 2, 3, 3, 3, 3, 4]);
        let other = parts[3].clone();
        mutate::any(rng, &mut parts[which], &other);
    }
    if rng.once_in(40) {
        parts[4].clear();
    }
    parts
}

fn in_protocol(rng: &mut Rng, service: Service, operation: &str, doc: &Doc) -> Parts {
    let parts = |method: &str, target: &str, headers: &str, body: Vec<u8>| {
        vec![method.as_bytes().to_vec(), target.as_bytes().to_vec(), headers.as_bytes().to_vec(), body]
    };
    let how = rng.below(3);
    if service == Service::Route53 {
        return rest(rng, operation, doc);
    }
    if uses_json(service) || service == Service::CloudWatch && how == 0 {
        return parts("POST", "/", &format!("x-amz-target: Any.{operation}\n"), doc.json().into_bytes());
    }
    if service == Service::CloudWatch && how == 1 {
        let mut out = minicbor::Encoder::new(Vec::new());
        cbor(doc, &mut out);
        let target = format!("/service/Any/operation/{operation}");
        return parts("POST", &target, "smithy-protocol: rpc-v2-cbor\n", out.into_writer());
    }
    let mut body = format!("Action={operation}&Version=any");
    form(doc, "", if service == Service::Ec2 { "" } else { "member." }, &mut body);
    match rng.once_in(10) {
        true => parts("GET", &format!("/?{body}"), "", Vec::new()),
        false => parts("POST", "/", "", body.into_bytes()),
    }
}

fn rest(rng: &mut Rng, operation: &str, doc: &Doc) -> Parts {
    let (method, pattern, _, _) =
        ROUTES.iter().find(|(_, _, name, _)| *name == operation).unwrap_or(&ROUTES[0]);
    let encoded = |text: String| utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string();
    let segments = pattern.split('/').map(|part| match part.starts_with('{') {
        true => encoded(value(rng, Service::Route53)),
        false => part.to_owned(),
    });
    let mut target = format!("/2013-04-01/{}", segments.collect::<Vec<_>>().join("/"));
    if *method == "GET" {
        target += "?";
        for _ in 0..rng.below(4) {
            let name = *rng.one(&[
                "maxitems",
                "name",
                "type",
                "identifier",
                "marker",
                "hostedzoneid",
                "dnsname",
                "nexttoken",
            ]);
            target += &format!("{name}={}&", encoded(value(rng, Service::Route53)));
        }
    }
    let mut body = String::new();
    if *method == "POST" {
        body += &format!("<{operation}Request>");
        elements(doc, &mut body);
        body += &format!("</{operation}Request>");
    }
    vec![method.as_bytes().to_vec(), target.into_bytes(), Vec::new(), body.into_bytes()]
}

/// The request that the pieces make, signed; `None` for what no HTTP server would let through.
pub(super) fn request(parts: &[Vec<u8>]) -> Option<Request<Bytes>> {
    let [method, target, headers, body, scope] = parts else { return None };
    let mut builder =
        Request::builder().method(method.as_slice()).uri(target.as_slice()).header("host", "lab");
    for line in headers.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let colon = line.iter().position(|byte| *byte == b':')?;
        builder = builder.header(&line[..colon], line[colon + 1..].trim_ascii());
    }
    let mut request = builder.body(Bytes::from(body.clone())).ok()?;
    if let Some(signature) = signature(&request, scope).and_then(|text| text.parse().ok()) {
        request.headers_mut().insert("x-amz-date", MOMENT.parse().ok()?);
        request.headers_mut().insert("authorization", signature);
    }
    Some(request)
}

fn signature(request: &Request<Bytes>, scope: &[u8]) -> Option<String> {
    let scope =
        format!("{DAY}/{}/aws4_request", std::str::from_utf8(scope).ok().filter(|scope| !scope.is_empty())?);
    let hash = |bytes: &[u8]| hex(digest::digest(&digest::SHA256, bytes).as_ref());
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let encoded = |text: &str| utf8_percent_encode(&decoded(text), ESCAPED).to_string();
    let query = request.uri().query().unwrap_or("");
    let mut pairs: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    pairs.sort();
    let path = utf8_percent_encode(request.uri().path(), ESCAPED_PATH).to_string();
    let canonical = format!(
        "{}\n{path}\n{}\nhost:lab\nx-amz-date:{MOMENT}\n\nhost;x-amz-date\n{}",
        request.method(),
        pairs.join("&"),
        hash(request.body())
    );
    let to_sign = format!("AWS4-HMAC-SHA256\n{MOMENT}\n{scope}\n{}", hash(canonical.as_bytes()));
    let mac =
        |key: &[u8], text: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec();
    let key = scope
        .split('/')
        .fold(format!("AWS4{SECRET_KEY}").into_bytes(), |key, part| mac(&key, part.as_bytes()));
    let signed = hex(&mac(&key, to_sign.as_bytes()));
    Some(format!(
        "AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{scope}, SignedHeaders=host;x-amz-date, Signature={signed}"
    ))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
