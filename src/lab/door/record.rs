//! Record: every AWS exchange of a lab as one line of JSON, for whoever holds them against AWS's models.
//! Invariant: no signature, session token or secret key is ever written; a line is written whole or not at all.
//! Not here: what an exchange means (see `lab::wire`).
//! Used by: `aws`, `running`.

use std::{
    collections::BTreeMap,
    env,
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, Uri};
use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::watch;

use crate::lab::{
    wire::Asked,
    world::call::{Reply, Service},
};

/// Names a folder in which every lab of every process records what it answers.
pub(super) const RECORD_FOLDER: &str = "FIREDRILL_LAB_RECORD";

/// Headers that prove who asks.
const SECRET_HEADERS: [&str; 3] = ["authorization", "x-amz-security-token", "cookie"];
/// The same in the query of a presigned request.
const SECRET_FIELDS: [&str; 3] = ["X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token"];
/// Elements of answers that open something.
const SECRET_ELEMENTS: [&str; 2] = ["SessionToken", "SecretAccessKey"];
/// What stands where a secret was.
const LEFT_OUT: &str = "not-recorded";

/// Labs of this process that record into a folder, so that each has a file of its own.
static LABS: AtomicUsize = AtomicUsize::new(0);

/// A file that grows by one line with each exchange.
#[derive(Debug)]
pub(super) struct Recorder {
    file: Mutex<File>,
    failure: watch::Sender<Option<String>>,
}

/// One exchange.
pub(super) struct Exchange<'a> {
    /// The request.
    pub(super) request: &'a Request<Bytes>,
    /// What was read from it.
    pub(super) asked: &'a Asked,
    /// What the world said, if it was asked.
    pub(super) reply: &'a Reply,
    /// What went out; `None` if nothing did.
    pub(super) response: Option<&'a Response<Bytes>>,
    /// The rule by which the lab misbehaved, in words.
    pub(super) misbehaved: Option<String>,
    /// The world's time.
    pub(super) at: Timestamp,
}

#[derive(Serialize)]
struct Line<'a> {
    at: Timestamp,
    service: Option<&'static str>,
    operation: &'a str,
    region: Option<&'a str>,
    status: Option<u16>,
    /// `answer`, `error`, `unrouted` (the lab has no such operation), `unread` (the request was refused as such).
    reply: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    misbehaved: Option<String>,
    request: Sent,
    response: Option<Answered>,
}

#[derive(Serialize)]
struct Sent {
    method: String,
    uri: String,
    headers: BTreeMap<String, String>,
    body_base64: String,
}

#[derive(Serialize)]
struct Answered {
    status: u16,
    headers: BTreeMap<String, String>,
    body_base64: String,
}

/// The file that a lab records into: the one asked for, or one of its own in the folder that the environment names.
pub(super) fn file_for(asked: Option<&Path>) -> Option<PathBuf> {
    if let Some(file) = asked {
        return Some(file.to_owned());
    }
    let folder = env::var_os(RECORD_FOLDER).filter(|folder| !folder.is_empty())?;
    let number = LABS.fetch_add(1, Ordering::Relaxed);
    Some(Path::new(&folder).join(format!("lab-{}-{number}.jsonl", std::process::id())))
}

impl Recorder {
    /// Starts a new file, with the folder it is in.
    pub(super) fn create(path: &Path) -> io::Result<Recorder> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)?;
        }
        let file = File::create(path)?;
        Ok(Recorder { file: Mutex::new(file), failure: watch::Sender::new(None) })
    }

    /// Adds one exchange. A failure is kept for whoever waits in [`Recorder::failures`].
    pub(super) fn write(&self, exchange: &Exchange<'_>) {
        let mut line = match serde_json::to_vec(&line(exchange)) {
            Ok(line) => line,
            Err(error) => return self.fail(&io::Error::from(error)),
        };
        line.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(&line) {
            self.fail(&error);
        }
    }

    /// Tells once a line could not be written.
    pub(super) fn failures(&self) -> watch::Receiver<Option<String>> {
        self.failure.subscribe()
    }

    fn fail(&self, error: &io::Error) {
        self.failure.send_replace(Some(error.to_string()));
    }
}

fn line<'a>(exchange: &'a Exchange<'_>) -> Line<'a> {
    let request = exchange.request;
    let service = exchange.asked.service();
    let sent = Sent {
        method: request.method().to_string(),
        uri: without_secrets(request.uri()),
        headers: texts(request.headers()),
        body_base64: BASE64_STANDARD.encode(request.body()),
    };
    let response = exchange.response.map(|response| Answered {
        status: response.status().as_u16(),
        headers: texts(response.headers()),
        body_base64: BASE64_STANDARD.encode(open_body(service, response.body())),
    });
    Line {
        at: exchange.at,
        service: service.map(Service::scope),
        operation: exchange.asked.operation(),
        region: exchange.asked.call.as_ref().ok().map(|call| call.region.as_str()),
        status: response.as_ref().map(|response| response.status),
        reply: kind(exchange),
        misbehaved: exchange.misbehaved.clone(),
        request: sent,
        response,
    }
}

fn kind(exchange: &Exchange<'_>) -> &'static str {
    match (&exchange.asked.call, exchange.reply) {
        (_, Err(fault)) if fault.status == 501 => "unrouted",
        (Err(_), _) => "unread",
        (Ok(_), Ok(_)) => "answer",
        (Ok(_), Err(_)) => "error",
    }
}

fn texts(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::<String, String>::new();
    for (name, value) in headers.iter().filter(|(name, _)| !SECRET_HEADERS.contains(&name.as_str())) {
        let value = String::from_utf8_lossy(value.as_bytes());
        texts
            .entry(name.to_string())
            .and_modify(|before| *before = format!("{before}, {value}"))
            .or_insert_with(|| value.into_owned());
    }
    texts
}

fn without_secrets(uri: &Uri) -> String {
    let Some(query) = uri.query() else { return uri.path().to_owned() };
    let is_secret = |field: &&str| SECRET_FIELDS.contains(&field.split('=').next().unwrap_or_default());
    let fields: Vec<&str> = query.split('&').filter(|field| !is_secret(field)).collect();
    format!("{}?{}", uri.path(), fields.join("&"))
}

/// The body, without the credentials that token and identity services hand out.
fn open_body(service: Option<Service>, body: &Bytes) -> Bytes {
    let hands_out = matches!(service, Some(Service::Sts | Service::Iam));
    let Some(text) = std::str::from_utf8(body).ok().filter(|_| hands_out) else { return body.clone() };
    let text = SECRET_ELEMENTS.iter().fold(text.to_owned(), |text, element| without(&text, element));
    Bytes::from(text)
}

fn without(text: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, secret)) = rest.split_once(&open) {
        let Some((_, after)) = secret.split_once(&close) else { break };
        out.push_str(&format!("{before}{open}{LEFT_OUT}{close}"));
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_proves_an_identity_is_left_out() {
        let uri = "/?Action=A&X-Amz-Signature=s3cret&X-Amz-Security-Token=t0ken&X-Amz-Date=now";
        assert_eq!(without_secrets(&uri.parse().unwrap()), "/?Action=A&X-Amz-Date=now");
        let body = Bytes::from(
            "<C><AccessKeyId>AK</AccessKeyId><SecretAccessKey>a</SecretAccessKey><SessionToken>b</SessionToken></C>",
        );
        let open = open_body(Some(Service::Sts), &body);
        let text = std::str::from_utf8(&open).unwrap();
        assert_eq!(
            text,
            "<C><AccessKeyId>AK</AccessKeyId><SecretAccessKey>not-recorded</SecretAccessKey>\
             <SessionToken>not-recorded</SessionToken></C>"
        );
        assert_eq!(open_body(Some(Service::Ec2), &body), body);
    }
}
