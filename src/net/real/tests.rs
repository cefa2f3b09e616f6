//! The real net against small servers on loopback that answer, refuse, stall, lie and hang up.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use hickory_proto::{
    op::{Message, ResponseCode},
    rr::{Name, RData, Record, rdata},
};
use http::Method;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
};

use super::*;
use crate::{
    drill::model::Url,
    net::{Code, Failure, Phase},
};

/// Long for loopback, so that a busy machine does not fail a test; nothing waits for it that does not have to.
const LONG: Duration = Duration::from_secs(20);
/// A wait that a test has to sit out.
const SHORT: Duration = Duration::from_millis(150);

fn net_with(map: &str, extra_ca: Option<String>) -> RealNet {
    let map = ConnectMap::parse(map).unwrap();
    RealNet::new(RealNetSettings { clock: Clock::real_time(), map, extra_ca }).unwrap()
}

fn net() -> RealNet {
    net_with("", None)
}

fn question(server: SocketAddr, within: Duration) -> Question {
    Question { server: Some(server), name: "www.example.com".into(), recursive: true, within }
}

fn url(tls: bool, port: u16) -> Url {
    Url { tls, host: "www.example.com".into(), port, path: "/shop?x=1".into() }
}

fn get(address: SocketAddr, tls: bool, within: Duration) -> Request {
    let url = url(tls, address.port());
    Request { address, url, method: Method::GET, connect_within: within, within }
}

fn a(name: &str, ttl: u32, address: [u8; 4]) -> Record {
    Record::from_rdata(Name::from_ascii(name).unwrap(), ttl, RData::A(rdata::A(address.into())))
}

fn reply_to(query: &[u8]) -> Message {
    let query = Message::from_vec(query).unwrap();
    let mut reply = Message::response(query.metadata.id, query.metadata.op_code);
    reply.add_queries(query.queries);
    reply
}

/// A UDP server that gives for each packet the packets that `answers` makes of it and of its number.
async fn dns(answers: impl Fn(usize, Message) -> Vec<Message> + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        for number in 0.. {
            let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
            for reply in answers(number, reply_to(&buffer[..length])) {
                socket.send_to(&reply.to_vec().unwrap(), from).await.unwrap();
            }
        }
    });
    address
}

/// A TCP server that hands each connection to `talk`.
async fn tcp<F>(talk: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(talk(stream));
        }
    });
    address
}

/// The text of one request, up to the empty line.
async fn request_of(stream: &mut (impl AsyncReadExt + Unpin)) -> Option<String> {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n") {
        text.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(text).ok()
}

/// An address on which nothing listens.
async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

#[tokio::test]
async fn an_answer_holds_addresses_in_order_and_the_shortest_ttl() {
    let server = dns(|_, mut reply| {
        reply.metadata.authoritative = true;
        reply.add_answer(a("www.example.com.", 60, [192, 0, 2, 11]));
        reply.add_answer(a("www.example.com.", 30, [192, 0, 2, 10]));
        vec![reply]
    })
    .await;
    let answer = net().lookup(&question(server, LONG)).await.unwrap();
    let expected: [IpAddr; 2] = ["192.0.2.11".parse().unwrap(), "192.0.2.10".parse().unwrap()];
    assert_eq!(answer.addresses, expected);
    assert_eq!(answer.ttl, Duration::from_secs(30));
    assert!(answer.authoritative);
    assert_eq!(answer.code, Code::NoError);
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_an_answer() {
    let server = dns(|_, mut reply| {
        reply.metadata.response_code = ResponseCode::NXDomain;
        vec![reply]
    })
    .await;
    let answer = net().lookup(&question(server, LONG)).await.unwrap();
    assert_eq!((answer.code, answer.addresses), (Code::NxDomain, vec![]));
}

#[tokio::test]
async fn a_silent_server_is_a_timeout_and_an_absent_one_refuses() {
    let silent = dns(|_, _| vec![]).await;
    let error = net().lookup(&question(silent, SHORT)).await.unwrap_err();
    assert!(matches!(error.failure, Failure::Timeout(SHORT)), "{error}");
    assert_eq!(error.to_string(), format!("asking {silent}: no answer within 150 ms"));

    let error = net().lookup(&question(nobody().await, LONG)).await.unwrap_err();
    assert!(matches!(error.failure, Failure::Refused), "{error}");
}

#[tokio::test]
async fn a_lost_question_is_sent_again() {
    let server = dns(|number, mut reply| {
        reply.add_answer(a("www.example.com.", 60, [192, 0, 2, 10]));
        if number == 0 { vec![] } else { vec![reply] }
    })
    .await;
    let answer = net().lookup(&question(server, LONG)).await.unwrap();
    assert_eq!(answer.addresses.len(), 1);
    assert!(answer.took >= Duration::from_secs(1), "the lost try counts: {:?}", answer.took);
}

#[tokio::test]
async fn a_reply_with_another_id_or_question_is_left_unread() {
    let server = dns(|_, mut reply| {
        let mut forged = reply.clone();
        forged.metadata.id = !reply.metadata.id;
        forged.add_answer(a("www.example.com.", 60, [203, 0, 113, 66]));
        let mut other = reply.clone();
        other.queries[0].set_name(Name::from_ascii("evil.example.com.").unwrap());
        other.add_answer(a("evil.example.com.", 60, [203, 0, 113, 67]));
        reply.add_answer(a("www.example.com.", 60, [192, 0, 2, 10]));
        vec![forged, other, reply]
    })
    .await;
    let answer = net().lookup(&question(server, LONG)).await.unwrap();
    assert_eq!(answer.addresses, ["192.0.2.10".parse::<IpAddr>().unwrap()]);
}

#[tokio::test]
async fn a_reply_cut_short_is_asked_for_again_over_tcp() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let over_tcp = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut query = vec![0; usize::from(stream.read_u16().await.unwrap())];
        stream.read_exact(&mut query).await.unwrap();
        let mut reply = reply_to(&query);
        for last in 1..=100 {
            reply.add_answer(a("www.example.com.", 60, [192, 0, 2, last]));
        }
        let reply = reply.to_vec().unwrap();
        stream.write_u16(u16::try_from(reply.len()).unwrap()).await.unwrap();
        stream.write_all(&reply).await.unwrap();
    });
    let socket = UdpSocket::bind(over_tcp).await.unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
        let mut reply = reply_to(&buffer[..length]);
        reply.metadata.truncation = true;
        socket.send_to(&reply.to_vec().unwrap(), from).await.unwrap();
    });
    let answer = net().lookup(&question(over_tcp, LONG)).await.unwrap();
    assert_eq!(answer.addresses.len(), 100);
}

#[tokio::test]
async fn an_alias_left_to_the_client_is_followed_only_when_recursion_was_asked_for() {
    let server = dns(|_, mut reply| {
        let asked = reply.queries[0].name().to_ascii();
        let alias = Name::from_ascii("lb.example.net.").unwrap();
        match asked.as_str() {
            "www.example.com." => reply.add_answer(Record::from_rdata(
                Name::from_ascii(&asked).unwrap(),
                5,
                RData::CNAME(rdata::CNAME(alias)),
            )),
            _ => reply.add_answer(a(&asked, 60, [192, 0, 2, 10])),
        };
        vec![reply]
    })
    .await;
    let mut question = question(server, LONG);
    let followed = net().lookup(&question).await.unwrap();
    assert_eq!(followed.addresses.len(), 1);
    assert_eq!(followed.ttl, Duration::from_secs(5), "the alias may be kept for less than the address");

    question.recursive = false;
    let plain = net().lookup(&question).await.unwrap();
    assert_eq!(plain.canonical.as_deref(), Some("lb.example.net."));
    assert!(plain.addresses.is_empty());
}

#[tokio::test]
async fn an_address_needs_no_server() {
    let mut question = question(nobody().await, LONG);
    for (name, address) in [("192.0.2.10", "192.0.2.10"), ("[::1]", "::1"), ("LocalHost", "127.0.0.1")] {
        question.name = name.into();
        assert_eq!(net().lookup(&question).await.unwrap().addresses, [address.parse::<IpAddr>().unwrap()]);
    }
}

#[tokio::test]
async fn a_fetch_asks_for_the_site_by_name_and_stamps_its_phases() {
    let (heard, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let server = tcp(move |mut stream| {
        let heard = heard.clone();
        async move {
            heard.send(request_of(&mut stream).await.unwrap()).unwrap();
            let answer =
                b"HTTP/1.1 503 Service Unavailable\r\nX-Served-By: seoul\r\nContent-Length: 4\r\n\r\nsick";
            stream.write_all(answer).await.unwrap();
        }
    })
    .await;
    // The world's address is a documentation address; only the map knows the loopback port.
    let world: SocketAddr = "192.0.2.10:8080".parse().unwrap();
    let fetched = net_with(&format!("{world}={server}"), None).fetch(&get(world, false, LONG)).await;
    let response = fetched.result.unwrap();
    assert_eq!(response.status, 503);
    assert_eq!(response.headers["x-served-by"], "seoul");
    assert_eq!(&response.body[..], b"sick");
    assert!(fetched.progress.connected <= fetched.progress.first_byte);
    assert_eq!(fetched.progress.secured, None);

    let request = hears.recv().await.unwrap().to_lowercase();
    assert!(request.starts_with("get /shop?x=1 http/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nhost: www.example.com:8080\r\n"), "{request}");
    assert!(request.contains("\r\nconnection: close\r\n"), "{request}");
}

#[tokio::test]
async fn ways_to_give_no_answer_are_told_apart() {
    let refused = net().fetch(&get(nobody().await, false, LONG)).await.result.unwrap_err();
    assert!(matches!((refused.phase, &refused.failure), (Phase::Connect, Failure::Refused)), "{refused}");

    let stalled = tcp(|stream| async move {
        let _held = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let fetched = net().fetch(&get(stalled, false, SHORT)).await;
    let error = fetched.result.unwrap_err();
    assert!(matches!((error.phase, &error.failure), (Phase::Answer, Failure::Timeout(_))), "{error}");
    assert!(fetched.progress.connected.is_some(), "how far it got is kept");

    let hangs_up = tcp(|mut stream| async move {
        request_of(&mut stream).await;
    })
    .await;
    let error = net().fetch(&get(hangs_up, false, LONG)).await.result.unwrap_err();
    assert!(matches!((error.phase, &error.failure), (Phase::Answer, Failure::Closed)), "{error}");

    let resets = tcp(|mut stream| async move {
        request_of(&mut stream).await;
        // Closed with linger zero the kernel sends RST instead of FIN.
        stream.set_zero_linger().unwrap();
    })
    .await;
    let error = net().fetch(&get(resets, false, LONG)).await.result.unwrap_err();
    assert!(matches!((error.phase, &error.failure), (Phase::Answer, Failure::Reset)), "{error}");

    let babbles = tcp(|mut stream| async move {
        request_of(&mut stream).await;
        stream.write_all(b"220 mail.example.com ESMTP\r\n\r\n").await.unwrap();
    })
    .await;
    let error = net().fetch(&get(babbles, false, LONG)).await.result.unwrap_err();
    assert!(matches!(error.failure, Failure::Malformed(_)), "{error}");

    let stops_short = tcp(|mut stream| async move {
        request_of(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf").await.unwrap();
    })
    .await;
    let error = net().fetch(&get(stops_short, false, LONG)).await.result.unwrap_err();
    assert!(matches!((error.phase, &error.failure), (Phase::Body, Failure::Closed)), "{error}");
}

#[tokio::test]
async fn a_first_byte_that_comes_late_is_no_timeout_within_the_time_given() {
    let (release, released) = tokio::sync::watch::channel(false);
    let slow = tcp(move |mut stream| {
        let mut released = released.clone();
        async move {
            request_of(&mut stream).await;
            released.wait_for(|go| *go).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        }
    })
    .await;
    let request = get(slow, false, LONG);
    let net = net();
    let held = net.fetch(&Request { within: SHORT, ..request.clone() }).await;
    assert!(matches!(held.result.unwrap_err().failure, Failure::Timeout(SHORT)));
    release.send(true).unwrap();
    assert_eq!(net.fetch(&request).await.result.unwrap().status, 200);
}

fn lab_certificate() -> (String, Arc<rustls::ServerConfig>) {
    let made = rcgen::generate_simple_self_signed(vec!["www.example.com".into()]).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .unwrap();
    (made.cert.pem(), Arc::new(config))
}

/// An HTTPS site that answers any number of requests on one connection and counts connections.
async fn https(config: Arc<rustls::ServerConfig>, connections: Arc<AtomicUsize>) -> SocketAddr {
    let acceptor = tokio_rustls::TlsAcceptor::from(config);
    tcp(move |stream| {
        let (acceptor, connections) = (acceptor.clone(), connections.clone());
        async move {
            stream.set_nodelay(true).unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            connections.fetch_add(1, Ordering::SeqCst);
            while request_of(&mut stream).await.is_some() {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
            }
        }
    })
    .await
}

#[tokio::test]
async fn tls_is_verified_and_every_fetch_makes_its_own_connection() {
    let (ca, config) = lab_certificate();
    let connections = Arc::new(AtomicUsize::new(0));
    let site = https(config, connections.clone()).await;
    let trusting = net_with("", Some(ca));
    for _ in 0..3 {
        let fetched = trusting.fetch(&get(site, true, LONG)).await;
        assert_eq!(fetched.result.unwrap().status, 200);
        assert!(fetched.progress.secured.is_some());
    }
    assert_eq!(connections.load(Ordering::SeqCst), 3);

    let error = net().fetch(&get(site, true, LONG)).await.result.unwrap_err();
    assert!(matches!((error.phase, &error.failure), (Phase::Secure, Failure::Tls(_))), "{error}");

    let plain = tcp(|mut stream| async move {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        let _ = stream.read_u8().await;
    })
    .await;
    let error = trusting.fetch(&get(plain, true, LONG)).await.result.unwrap_err();
    assert!(matches!((error.phase, &error.failure), (Phase::Secure, Failure::Tls(_))), "{error}");
}

fn spec(tls: bool, port: u16, server: SocketAddr, within: Duration) -> KeepAliveSpec {
    KeepAliveSpec { url: url(tls, port), server: Some(server), within }
}

#[tokio::test]
async fn a_kept_connection_is_used_again_and_says_so() {
    let (ca, config) = lab_certificate();
    let connections = Arc::new(AtomicUsize::new(0));
    let site = https(config, connections.clone()).await;
    let lookups = Arc::new(AtomicUsize::new(0));
    let counted = lookups.clone();
    let resolver = dns(move |_, mut reply| {
        counted.fetch_add(1, Ordering::SeqCst);
        reply.add_answer(a("www.example.com.", 60, [192, 0, 2, 10]));
        vec![reply]
    })
    .await;
    let net = net_with(&format!("192.0.2.10:443={site}"), Some(ca));
    let client = net.keep_alive(spec(true, 443, resolver, LONG)).unwrap();
    for round in 0..3 {
        let kept = client.fetch().await;
        assert_eq!(kept.result.unwrap().status, 200);
        assert_eq!(kept.reused, round > 0);
        assert_eq!(kept.resolved.is_some(), round == 0);
        assert_eq!(kept.address.unwrap().to_string(), "192.0.2.10:443");
    }
    assert_eq!((connections.load(Ordering::SeqCst), lookups.load(Ordering::SeqCst)), (1, 1));
}

#[tokio::test]
async fn a_kept_connection_that_ended_is_replaced_at_a_freshly_looked_up_address() {
    let seoul = tcp(|mut stream| async move {
        request_of(&mut stream).await;
        let _ =
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nseoul").await;
    })
    .await;
    let tokyo = tcp(|mut stream| async move {
        while request_of(&mut stream).await.is_some() {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntokyo").await.unwrap();
        }
    })
    .await;
    let resolver = dns(|number, mut reply| {
        let address = if number == 0 { [192, 0, 2, 10] } else { [198, 51, 100, 20] };
        reply.add_answer(a("www.example.com.", 60, address));
        vec![reply]
    })
    .await;
    let net = net_with(&format!("192.0.2.10:80={seoul},198.51.100.20:80={tokyo}"), None);
    let client = net.keep_alive(spec(false, 80, resolver, LONG)).unwrap();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let kept = client.fetch().await;
        seen.push((String::from_utf8(kept.result.unwrap().body.to_vec()).unwrap(), kept.reused));
    }
    assert_eq!(seen, [("seoul".into(), false), ("tokyo".into(), false), ("tokyo".into(), true)]);
}

#[tokio::test]
async fn a_keep_alive_client_tells_its_failures_apart() {
    let silent = dns(|_, _| vec![]).await;
    let client = net().keep_alive(spec(false, 80, silent, SHORT)).unwrap();
    let kept = client.fetch().await;
    assert!(matches!(kept.result.as_ref().unwrap_err().failure, Failure::Timeout(_)), "{kept:?}");
    assert!(!kept.reused);

    let gone = dns(|_, mut reply| {
        reply.metadata.response_code = ResponseCode::NXDomain;
        vec![reply]
    })
    .await;
    let kept = net().keep_alive(spec(false, 80, gone, LONG)).unwrap().fetch().await;
    let error = kept.result.unwrap_err();
    assert_eq!(error.to_string(), "asking www.example.com: no address (NXDOMAIN)");

    let resolver = dns(|_, mut reply| {
        reply.add_answer(a("www.example.com.", 60, [127, 0, 0, 1]));
        vec![reply]
    })
    .await;
    let refused = net().keep_alive(spec(false, nobody().await.port(), resolver, LONG)).unwrap().fetch().await;
    assert!(matches!(refused.result.unwrap_err().failure, Failure::Refused));

    let (_, config) = lab_certificate();
    let site = https(config, Arc::default()).await;
    let untrusted = net().keep_alive(spec(true, site.port(), resolver, LONG)).unwrap().fetch().await;
    let error = untrusted.result.unwrap_err();
    assert!(matches!(error.failure, Failure::Tls(_)), "{error}");
}

#[test]
fn a_site_named_by_its_address_has_no_keep_alive_client() {
    let mut spec = spec(false, 80, "127.0.0.1:53".parse().unwrap(), LONG);
    spec.url.host = "192.0.2.10".into();
    assert!(net().keep_alive(spec).is_err_and(|error| error.is_ours()));
}
