//! Line: what carries the SDK's calls into the world, without sockets.
//! Invariant: a call leaves only while its life lasts, and its answer is seen only then.
//! Not here: what AWS answers (see `lab`), how the SDK speaks (see `aws`).
//! Used by: `stage`.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use super::life::Life;
use crate::{
    aws::{Broken, Transport},
    lab::{InMemory, Unanswered},
};

/// The line of one life.
#[derive(Debug)]
pub(super) struct Line {
    door: InMemory,
    life: Arc<Life>,
}

impl Line {
    /// A line from this life into the world behind the door.
    pub(super) fn new(door: InMemory, life: Arc<Life>) -> Line {
        Line { door, life }
    }
}

#[async_trait]
impl Transport for Line {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Broken> {
        let operation = operation_of(&request);
        let writes = changes(&operation);
        let Some(call) = self.life.sends(operation, writes) else {
            return std::future::pending().await;
        };
        let lost = self.life.loses(call);
        if lost.is_some_and(|lost| !lost.done) {
            return Err(Broken::Closed);
        }
        let answer = self.door.aws(&request).await;
        if !self.life.sent_and_done(call) {
            return std::future::pending().await;
        }
        match answer {
            _ if lost.is_some() => Err(Broken::Closed),
            Ok(answer) => Ok(answer),
            Err(Unanswered::Closed) => Err(Broken::Closed),
            Err(Unanswered::Reset) => Err(Broken::Reset),
        }
    }
}

/// Service and operation, out of what every SDK sends.
fn operation_of(request: &http::Request<Bytes>) -> String {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let service = header("authorization").and_then(|signed| signed.split('/').nth(3)).unwrap_or("unsigned");
    let body = request.body();
    let action = body.strip_prefix(b"Action=").and_then(|rest| rest.split(|byte| *byte == b'&').next());
    let operation = match (header("x-amz-target"), action) {
        (Some(target), _) => target.rsplit('.').next().unwrap_or_default().to_owned(),
        // A dry run of EC2's does nothing but ask.
        (None, Some(action)) if is_dry(body) => format!("DryRun {}", String::from_utf8_lossy(action)),
        (None, Some(action)) => String::from_utf8_lossy(action).into_owned(),
        (None, None) => format!("{} {}", request.method(), request.uri().path()),
    };
    format!("{service} {operation}")
}

fn is_dry(body: &[u8]) -> bool {
    body.split(|byte| *byte == b'&').any(|pair| pair == b"DryRun=true")
}

/// True if a call that is called so may change what a user set up. What is kept in the account about runs is not meant.
fn changes(operation: &str) -> bool {
    let Some((service, name)) = operation.split_once(' ') else { return true };
    let reads = ["Describe", "DryRun", "Get", "List", "GET ", "Simulate", "Search"];
    service != "ssm" && service != "monitoring" && !reads.iter().any(|read| name.starts_with(read))
}
