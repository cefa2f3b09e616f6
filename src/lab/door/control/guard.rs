//! Guard: keeps web sites that a person visits from reaching the control door through the person's browser.
//! Invariant: a request with an origin, for another host, or with a body that a form could send is refused.
//! Used by: `control`.
//!
//! The door needs no key, for it is open on loopback only. What remains is a page on the internet that lets a browser
//! on this machine send requests: such requests name their origin, and after a rebound DNS name they name that name as
//! their host.

use std::net::IpAddr;

use http::{
    Method,
    header::{CONTENT_TYPE, HOST, ORIGIN},
    request::Parts,
};

/// Why a request is refused, if it is.
pub(super) fn check(head: &Parts) -> Result<(), &'static str> {
    let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let from_a_page = header("sec-fetch-site").is_some_and(|site| site != "none");
    if head.headers.contains_key(ORIGIN) || from_a_page {
        return Err("the lab's control door takes no requests of web pages");
    }
    if !head.headers.get_all(HOST).iter().all(|host| host.to_str().is_ok_and(is_here))
        || !head.headers.contains_key(HOST)
    {
        return Err("the lab's control door is asked by its address on loopback only");
    }
    let kind = header(CONTENT_TYPE.as_str()).unwrap_or_default();
    let is_json =
        kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if head.method == Method::POST && !is_json {
        return Err("the lab's control door takes requests as application/json");
    }
    Ok(())
}

/// `127.0.0.1:PORT`, `[::1]:PORT` or `localhost:PORT`.
fn is_here(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn allowed(method: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().method(method).uri("/do/state");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        check(&request.body(()).unwrap().into_parts().0).is_ok()
    }

    #[test]
    fn only_programs_on_this_machine_are_heard() {
        let json = ("content-type", "application/json");
        for host in ["127.0.0.1:4000", "localhost", "[::1]:4000"] {
            assert!(allowed("GET", &[("host", host)]), "{host}");
            assert!(allowed("POST", &[("host", host), json]), "{host}");
        }
        let here = ("host", "127.0.0.1:4000");
        assert!(!allowed("GET", &[]));
        assert!(!allowed("GET", &[("host", "evil.example:4000")]));
        assert!(!allowed("GET", &[("host", "127.0.0.1.evil.example")]));
        assert!(!allowed("POST", &[here, json, ("origin", "https://evil.example")]));
        assert!(!allowed("POST", &[here, json, ("origin", "null")]));
        assert!(!allowed("GET", &[here, ("sec-fetch-site", "cross-site")]));
        assert!(!allowed("POST", &[here, ("content-type", "text/plain")]));
        assert!(!allowed("POST", &[here]));
    }
}
