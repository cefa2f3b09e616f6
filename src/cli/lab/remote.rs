//! Remote: asking the control door of a lab that runs.
//! Invariant: no proxy and no certificate is involved: the door is on this machine.
//! Used by: `perform`.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use clap::Args;
use http::{
    Request, StatusCode,
    header::{CONTENT_TYPE, HOST},
};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::{cli::error::CliError, lab::LabInfo};

/// Which lab, and for whom the answer is.
#[derive(Debug, Clone, Args)]
pub(crate) struct At {
    /// The lab: its control address, or a file that holds its `lab up --json` line
    #[arg(long, value_name = "FILE-OR-ADDRESS", env = "FIREDRILL_LAB")]
    at: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(super) json: bool,
}

impl At {
    /// Asks the door, and returns what it answers.
    pub(super) async fn get(&self, path: &str) -> Result<Value, CliError> {
        self.ask("GET", path, Bytes::new()).await
    }

    /// Tells the door to do something, and returns what it answers.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, CliError> {
        self.ask("POST", path, Bytes::from(body.to_string())).await
    }

    async fn ask(&self, method: &str, path: &str, body: Bytes) -> Result<Value, CliError> {
        let address = self.address()?;
        let unreachable = |why| {
            CliError::broken(
                format!("no lab answers at {address}; is it still up, and is this its control address?"),
                why,
            )
        };
        let stream = TcpStream::connect(&address).await.map_err(unreachable)?;
        let broken =
            |why: hyper::Error| CliError::broken(format!("the lab at {address} did not answer"), why);
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        // It ends with the answer; what goes wrong on it is told by the answer's absence.
        let connection = tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &address)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .map_err(|why| CliError::broken("the request could not be made", why))?;
        let answer = sender.send_request(request).await.map_err(broken)?;
        let status = answer.status();
        let body = answer.into_body().collect().await.map_err(broken)?.to_bytes();
        connection.abort();
        read(&address, status, &body)
    }

    /// `127.0.0.1:PORT`.
    fn address(&self) -> Result<String, CliError> {
        let Some(at) = &self.at else {
            return Err(CliError::Usage(
                "which lab? say --at FILE-OR-ADDRESS, or export FIREDRILL_LAB as `lab up` prints it"
                    .to_owned(),
            ));
        };
        let address = at.strip_prefix("http://").unwrap_or(at).trim_end_matches('/');
        match address.rsplit_once(':') {
            Some((_, port)) if port.parse::<u16>().is_ok() => Ok(address.to_owned()),
            _ => in_file(&PathBuf::from(at)),
        }
    }
}

fn in_file(path: &Path) -> Result<String, CliError> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|why| {
        CliError::broken(format!("{shown} is no address, and cannot be read as a file"), why)
    })?;
    let info: LabInfo = serde_json::from_str(text.trim())
        .map_err(|why| CliError::broken(format!("{shown} is not what `lab up --json` prints"), why))?;
    Ok(info.control.trim_start_matches("http://").to_owned())
}

fn read(address: &str, status: StatusCode, body: &[u8]) -> Result<Value, CliError> {
    let answer: Value = serde_json::from_slice(body)
        .map_err(|why| CliError::broken(format!("{address} is not the control door of a lab"), why))?;
    if status.is_success() {
        return Ok(answer);
    }
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    let why = text("shown").or(text("error")).unwrap_or("the lab refused it without a reason").trim_end();
    Err(match status {
        StatusCode::BAD_REQUEST => CliError::Usage(why.to_owned()),
        _ => CliError::Refused(why.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: Option<&str>) -> At {
        At { at: text.map(str::to_owned), json: false }
    }

    #[test]
    fn a_lab_is_found_by_its_address_or_by_its_file() {
        for text in ["127.0.0.1:4000", "http://127.0.0.1:4000", "http://127.0.0.1:4000/"] {
            assert_eq!(at(Some(text)).address().ok().as_deref(), Some("127.0.0.1:4000"));
        }
        assert!(at(None).address().unwrap_err().to_string().contains("FIREDRILL_LAB"));
        assert!(
            at(Some("no-such-file.json")).address().unwrap_err().to_string().contains("no-such-file.json")
        );
    }
}
