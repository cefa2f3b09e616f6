//! Hook: one message to an address that is itself a secret, as chats hand them out.
//! Invariant: the address is in no error, no log and no `Debug`; one attempt, within one time limit, and no redirect is
//! followed: it would carry the secret, or the message, to another place.
//! Not here: what the message says (see `report::ci`).
//! Used by: cli.

use std::{fmt, net::IpAddr, time::Duration};

use reqwest::{Url, header, redirect, retry};

use super::{fetch::USER_AGENT, tls};

/// Where to send. Its `Debug` says nothing.
pub struct Hook(Url);

/// Why nothing was sent, or nobody took it; never with the address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HookError {
    /// The text is no address.
    #[error("it holds no address: write https://… into it")]
    NoAddress,
    /// An address that would be sent over a net in the clear.
    #[error("its address is neither https nor on this machine: a secret is not sent in the clear")]
    InTheClear,
    /// This machine can not send at all.
    #[error("this machine can not send it: no certificate authority can be used")]
    Unable,
    /// Nobody answered in time.
    #[error("nobody answered within {} s", .0.as_secs())]
    Timeout(Duration),
    /// There was no connection.
    #[error("no connection came about")]
    NoConnection,
    /// The connection was there, and then no answer.
    #[error("the connection broke off")]
    BrokeOff,
    /// The answer sends elsewhere.
    #[error("the answer was {0}, and redirects are not followed")]
    Redirect(u16),
    /// Nobody took it.
    #[error("the answer was {0}")]
    Refused(u16),
}

impl Hook {
    /// From the text of an address: https, or http on this machine.
    ///
    /// # Errors
    /// What is wrong with it, without repeating it.
    pub fn parse(text: &str) -> Result<Hook, HookError> {
        let url = Url::parse(text.trim()).map_err(|_| HookError::NoAddress)?;
        match url.scheme() {
            "https" if url.has_host() => Ok(Hook(url)),
            "http" if is_here(&url) => Ok(Hook(url)),
            "http" | "https" => Err(HookError::InTheClear),
            _ => Err(HookError::NoAddress),
        }
    }

    /// Sends a JSON body once.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn post(&self, body: Vec<u8>, within: Duration) -> Result<(), HookError> {
        let sent = self.client(within)?.post(self.0.clone());
        let sent = sent.header(header::CONTENT_TYPE, "application/json").body(body).send().await;
        let status = sent.map_err(|error| failed(&error, within))?.status();
        match status.as_u16() {
            200..300 => Ok(()),
            code @ 300..400 => Err(HookError::Redirect(code)),
            code => Err(HookError::Refused(code)),
        }
    }

    fn client(&self, within: Duration) -> Result<reqwest::Client, HookError> {
        let config = match tls::config(None).map_err(|_| HookError::Unable)? {
            Some(config) => config,
            None if self.0.scheme() == "https" => return Err(HookError::Unable),
            None => tls::trusting_nobody().map_err(|_| HookError::Unable)?,
        };
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .timeout(within)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .user_agent(USER_AGENT);
        let builder = if is_here(&self.0) { builder.no_proxy() } else { builder };
        builder.build().map_err(|_| HookError::Unable)
    }
}

/// True for this machine's own addresses: nothing leaves it.
fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn failed(error: &reqwest::Error, within: Duration) -> HookError {
    match error {
        _ if error.is_timeout() => HookError::Timeout(within),
        _ if error.is_connect() => HookError::NoConnection,
        _ => HookError::BrokeOff,
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook(secret)")
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    const SECRET: &str = "T0SECRET";

    /// A server on this machine that reads a request and answers with this, or never; the address and what it read.
    async fn server(answer: Option<&'static str>) -> (Hook, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut read = Vec::new();
            let mut part = [0; 1024];
            while !String::from_utf8_lossy(&read).contains("{}") {
                let count = socket.read(&mut part).await.unwrap();
                if count == 0 {
                    break;
                }
                read.extend_from_slice(&part[..count]);
            }
            match answer {
                Some(answer) => socket.write_all(answer.as_bytes()).await.unwrap(),
                None => drop(socket.read(&mut part).await),
            }
            String::from_utf8_lossy(&read).into_owned()
        });
        (Hook::parse(&format!("http://{address}/services/{SECRET}")).unwrap(), task)
    }

    async fn posted(answer: Option<&'static str>, within: Duration) -> (Result<(), HookError>, String) {
        let (hook, task) = server(answer).await;
        let result = hook.post(b"{}".to_vec(), within).await;
        drop(hook);
        (result, task.await.unwrap())
    }

    fn says_nothing(error: &HookError) {
        let all = format!("{error} {error:?}");
        assert!(!all.contains(SECRET) && !all.contains("127.0.0.1") && !all.contains("services"), "{all}");
    }

    #[tokio::test]
    async fn a_message_is_posted_as_json() {
        let (result, read) =
            posted(Some("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"), Duration::from_secs(60)).await;
        assert_eq!(result, Ok(()));
        assert!(read.starts_with(&format!("POST /services/{SECRET} HTTP/1.1\r\n")), "{read}");
        assert!(
            read.to_lowercase().contains("content-type: application/json") && read.ends_with("\r\n\r\n{}"),
            "{read}"
        );
    }

    #[tokio::test]
    async fn a_server_that_never_answers_is_given_up() {
        let within = Duration::from_millis(200);
        let (result, read) = posted(None, within).await;
        let error = result.unwrap_err();
        assert_eq!(error, HookError::Timeout(within));
        says_nothing(&error);
        assert!(read.starts_with("POST"), "it did read the message");
    }

    #[tokio::test]
    async fn an_answer_that_is_no_yes_is_an_error_without_the_address() {
        for (answer, wanted) in [
            ("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n", HookError::Refused(500)),
            ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", HookError::Refused(404)),
            (
                "HTTP/1.1 307 x\r\nlocation: http://127.0.0.1:9/T0SECRET\r\ncontent-length: 0\r\n\r\n",
                HookError::Redirect(307),
            ),
            ("nonsense\r\n\r\n", HookError::BrokeOff),
        ] {
            let (result, _) = posted(Some(answer), Duration::from_secs(60)).await;
            let error = result.unwrap_err();
            says_nothing(&error);
            assert_eq!(error, wanted);
        }
    }

    #[tokio::test]
    async fn nobody_there_is_told_as_that() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let hook = Hook::parse(&format!("http://{address}/{SECRET}")).unwrap();
        let error = hook.post(Vec::new(), Duration::from_secs(60)).await.unwrap_err();
        assert_eq!(error, HookError::NoConnection);
        says_nothing(&error);
    }

    #[test]
    fn an_address_is_https_or_on_this_machine_and_is_never_shown() {
        for good in [
            "https://hooks.example.com/T0SECRET",
            "http://127.0.0.1:1/x",
            "http://[::1]/x",
            "http://localhost/x",
        ] {
            let hook = Hook::parse(good).unwrap();
            assert_eq!(format!("{hook:?}"), "Hook(secret)");
        }
        for (bad, wanted) in [
            ("http://hooks.example.com/T0SECRET", HookError::InTheClear),
            ("http://127.0.0.1.example.com/T0SECRET", HookError::InTheClear),
            ("http://localhost.example.com/T0SECRET", HookError::InTheClear),
            ("T0SECRET", HookError::NoAddress),
            ("file:///T0SECRET", HookError::NoAddress),
            ("", HookError::NoAddress),
        ] {
            let error = Hook::parse(bad).unwrap_err();
            says_nothing(&error);
            assert_eq!(error, wanted, "{bad}");
        }
    }
}
