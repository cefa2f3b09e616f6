mod misbehave;

use hickory_proto::{
    op::{Message, Query, ResponseCode},
    rr::{Name, RecordType},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
};

use super::*;
use crate::{clock::Clock, lab::world::reference};

async fn lab() -> Lab {
    Lab::start(LabSettings::new(7, Clock::at_speed(20.0))).await.unwrap()
}

pub(super) async fn http(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

fn query(name: &str, kind: RecordType, recursive: bool) -> Vec<u8> {
    let mut message = Message::query();
    message.metadata.recursion_desired = recursive;
    message.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
    message.to_vec().unwrap()
}

async fn udp(address: &str, packet: &[u8]) -> Message {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.send_to(packet, address).await.unwrap();
    let mut answer = [0; 2048];
    let length = socket.recv(&mut answer).await.unwrap();
    Message::from_vec(&answer[..length]).unwrap()
}

async fn tcp(address: &str, packet: &[u8]) -> Message {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_u16(packet.len().try_into().unwrap()).await.unwrap();
    stream.write_all(packet).await.unwrap();
    let length = stream.read_u16().await.unwrap();
    let mut answer = vec![0; usize::from(length)];
    stream.read_exact(&mut answer).await.unwrap();
    Message::from_vec(&answer).unwrap()
}

#[tokio::test]
async fn an_unsigned_request_is_refused_with_id_and_date() {
    let lab = lab().await;
    let address = lab.info().aws_endpoint.strip_prefix("http://").unwrap().to_owned();
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let request = format!(
        "POST / HTTP/1.1\r\nhost: lab\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = http(&address, &request).await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    assert!(answer.contains("<Code>MissingAuthenticationToken</Code>"), "{answer}");
    assert!(answer.contains("\r\nx-amzn-requestid: ") && answer.contains("\r\ndate: "), "{answer}");
}

#[tokio::test]
async fn a_request_larger_than_any_of_awss_is_refused_and_not_kept() {
    let lab = lab().await;
    let address = lab.info().aws_endpoint.strip_prefix("http://").unwrap().to_owned();
    let request = "POST / HTTP/1.1\r\nhost: lab\r\nconnection: close\r\ncontent-length: 99999999\r\n\r\n";
    let answer = http(&address, request).await;
    assert!(
        answer.starts_with("HTTP/1.1 413 ") && answer.contains("<Code>RequestEntityTooLarge</Code>"),
        "{answer}"
    );
}

#[tokio::test]
async fn the_resolver_recurses_when_asked_and_a_name_server_never_does() {
    let lab = lab().await;
    let name_server = &lab.info().connect_map["203.0.113.53:53"];
    let recursive = query(reference::ZONE, RecordType::NS, true);
    let plain = query(reference::ZONE, RecordType::NS, false);
    for (address, packet, authoritative) in [
        (&lab.info().dns, &recursive, false),
        (&lab.info().dns, &plain, true),
        (name_server, &recursive, true),
        (name_server, &plain, true),
    ] {
        for answer in [udp(address, packet).await, tcp(address, packet).await] {
            assert_eq!(answer.metadata.response_code, ResponseCode::NoError);
            assert_eq!(answer.metadata.authoritative, authoritative, "{address}");
            assert_eq!(answer.answers.len(), 4);
        }
    }
}

#[tokio::test]
async fn every_balancer_address_and_name_server_has_a_port_of_loopback() {
    let lab = lab().await;
    let map = &lab.info().connect_map;
    for address in reference::REGIONS.iter().flat_map(|region| region.balancer) {
        for port in [80, 443] {
            assert!(map[&format!("{address}:{port}")].starts_with("127.0.0.1:"));
        }
    }
    assert_eq!(lab.info().sites.len(), 2);
}

#[tokio::test]
async fn a_stopped_lab_closes_its_ports_and_its_connections() {
    let lab = lab().await;
    let address = lab.info().aws_endpoint.strip_prefix("http://").unwrap().to_owned();
    let mut open = TcpStream::connect(&address).await.unwrap();
    open.write_all(b"POST / HTTP/1.1\r\nhost: lab\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    assert!(open.read(&mut [0; 4096]).await.unwrap() > 0);
    lab.stop().await;
    assert!(TcpStream::connect(&address).await.is_err());
    assert!(matches!(open.read(&mut [0; 4096]).await, Ok(0) | Err(_)));
}

#[tokio::test]
async fn the_same_port_cannot_be_taken_twice_and_the_error_names_the_flag() {
    let first = lab().await;
    let port = first.info().aws_endpoint.rsplit(':').next().unwrap().parse().unwrap();
    let settings = LabSettings { api_port: port, ..LabSettings::new(7, Clock::real_time()) };
    let error = Lab::start(settings).await.unwrap_err().to_string();
    assert!(error.contains("--api-port") && error.contains(&port.to_string()), "{error}");
}

#[tokio::test]
async fn time_passes_in_the_world_also_when_nobody_asks() {
    let lab = lab().await;
    // A world at rest has nothing on its agenda: a write puts there when it will be felt.
    let (before, due) = lab.with_world(|world| {
        let group = world.ec2.network(reference::SEOUL.code).groups.keys().next().unwrap().clone();
        world.write_rules(reference::SEOUL.code, &group, Default::default());
        (world.now(), world.next_due().unwrap())
    });
    assert!(due > before);
    let mut changes = lab.changes().0;
    // The task that passes time is the only one that can move the agenda on.
    changes.changed().await.unwrap();
    assert!(lab.with_world(|world| world.now()) >= due);
}

#[tokio::test]
async fn a_site_answers_with_the_worlds_date() {
    let lab = Lab::start(LabSettings::new(7, Clock::starting("2031-05-06T07:08:09Z".parse().unwrap(), 20.0)));
    let lab = lab.await.unwrap();
    let address = lab.info().sites[reference::SEOUL.code].http.strip_prefix("http://").unwrap();
    let answer = http(address, "GET / HTTP/1.1\r\nhost: www.example.com\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("\r\ndate: Tue, 06 May 2031 07:08:"), "{answer}");
}

#[tokio::test]
async fn every_exchange_is_recorded_and_no_signature_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep/record.jsonl");
    let settings = LabSettings { record: Some(file.clone()), ..LabSettings::new(7, Clock::at_speed(20.0)) };
    let lab = Lab::start(settings).await.unwrap();
    let address = lab.info().aws_endpoint.strip_prefix("http://").unwrap().to_owned();
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let request = format!(
        "POST /?X-Amz-Security-Token=t0ken HTTP/1.1\r\nhost: lab\r\nauthorization: AWS4-HMAC-SHA256 s3cret\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    http(&address, &request).await;
    let text = std::fs::read_to_string(file).unwrap();
    assert!(!text.contains("s3cret") && !text.contains("t0ken"), "{text}");
    let line: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
    assert_eq!(line["reply"], "unread");
    assert_eq!(line["status"], 400);
    assert_eq!(line["request"]["method"], "POST");
    assert_eq!(line["response"]["headers"]["content-type"], "text/xml;charset=UTF-8");
}

/// A lab where every call that reaches the world meets this rule.
async fn misbehaving(rule: &str) -> (Lab, String) {
    let lab = lab().await;
    let rule = crate::lab::world::misbehave::read_rule("test", rule).unwrap();
    lab.with_world(|world| world.misbehave(rule));
    let address = lab.info().aws_endpoint.strip_prefix("http://").unwrap().to_owned();
    (lab, address)
}

/// A signed request for the caller's identity, on a connection of its own.
fn identity() -> String {
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    signing::signed("sts", "ap-northeast-2", body)
}

#[tokio::test]
async fn each_delivery_reaches_the_client_as_such() {
    let (_lab, address) = misbehaving("sts:* html").await;
    let answer = http(&address, &identity()).await;
    assert!(answer.starts_with("HTTP/1.1 502 ") && answer.contains("<h1>502 Bad Gateway"), "{answer}");

    let (_lab, address) = misbehaving("sts:* malformed").await;
    let answer = http(&address, &identity()).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && !answer.contains("</GetCallerIdentityResponse>"),
        "{answer}"
    );

    let (_lab, address) = misbehaving("sts:* reply-lost-after").await;
    assert_eq!(http(&address, &identity()).await, "");

    let (_lab, address) = misbehaving("sts:* reset").await;
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(identity().as_bytes()).await.unwrap();
    let error = stream.read(&mut [0; 64]).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);

    let (lab, address) = misbehaving("sts:* throttle").await;
    let answer = http(&address, &identity()).await;
    assert!(answer.contains("<Code>Throttling</Code>"), "{answer}");
    assert_eq!(lab.with_world(|world| world.calls()[0].counts.misbehaved), 1);
}

#[tokio::test]
async fn a_mute_call_is_never_answered_and_a_slow_one_late() {
    let (_lab, address) = misbehaving("sts:* mute").await;
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(identity().as_bytes()).await.unwrap();
    let clock = Clock::real_time();
    let wait = std::time::Duration::from_millis(200);
    assert!(clock.timeout(wait, stream.read(&mut [0; 64])).await.is_none());

    // Four seconds of the world at twenty times its speed.
    let (_lab, address) = misbehaving("sts:* slow=4s").await;
    let before = clock.now().mono;
    assert!(http(&address, &identity()).await.starts_with("HTTP/1.1 200 "));
    assert!(clock.now().mono - before >= wait);
}

#[tokio::test]
async fn a_connection_serves_many_requests_and_bodies_may_come_in_chunks_after_a_go_ahead() {
    let lab = lab().await;
    let address = lab.info().aws_endpoint.strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let first = identity().replace("connection: close\r\n", "");
    stream.write_all(first.as_bytes()).await.unwrap();
    let answer = until(&mut stream, "</GetCallerIdentityResponse>").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");

    let (head, body) = identity().split_once("\r\n\r\n").map(|(h, b)| (h.to_owned(), b.to_owned())).unwrap();
    let length = format!("content-length: {}", body.len());
    let head = head.replace(&length, "transfer-encoding: chunked\r\nexpect: 100-continue");
    stream.write_all(format!("{head}\r\n\r\n").as_bytes()).await.unwrap();
    assert_eq!(until(&mut stream, "\r\n\r\n").await, "HTTP/1.1 100 Continue\r\n\r\n");
    let (a, b) = body.split_at(7);
    let chunks = format!("{:x}\r\n{a}\r\n{:x}\r\n{b}\r\n0\r\n\r\n", a.len(), b.len());
    stream.write_all(chunks.as_bytes()).await.unwrap();
    let answer = until(&mut stream, "</GetCallerIdentityResponse>").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

async fn until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    let mut part = [0; 4096];
    while !text.trim_end_matches('\n').ends_with(end.trim_end_matches('\n')) {
        let length = stream.read(&mut part).await.unwrap();
        assert!(length > 0, "ended after {text}");
        text.push_str(std::str::from_utf8(&part[..length]).unwrap());
    }
    text
}

#[tokio::test]
async fn a_head_request_is_answered_without_a_body() {
    let lab = lab().await;
    let address = lab.info().aws_endpoint.strip_prefix("http://").unwrap().to_owned();
    let answer = http(&address, "HEAD / HTTP/1.1\r\nhost: lab\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 403 ") && answer.ends_with("\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn several_names_are_asked_on_one_tcp_connection() {
    let lab = lab().await;
    let mut stream = TcpStream::connect(&lab.info().dns).await.unwrap();
    let packet = query(reference::ZONE, RecordType::NS, true);
    let length = u16::try_from(packet.len()).unwrap().to_be_bytes();
    let asked = [&length[..], &packet, &length, &packet].concat();
    stream.write_all(&asked).await.unwrap();
    for _ in 0..2 {
        let mut answer = vec![0; usize::from(stream.read_u16().await.unwrap())];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(Message::from_vec(&answer).unwrap().answers.len(), 4);
    }
}

/// Begins TLS with a port of loopback for a name; why that failed, if it did.
async fn handshake(lab: &Lab, port: &str, name: &str) -> Result<(), String> {
    use rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    };
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(lab.info().ca_pem.as_bytes()).unwrap()).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(port).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
    let name = ServerName::try_from(name.to_owned()).unwrap();
    connector.connect(name, stream).await.map(drop).map_err(|why| why.to_string())
}

#[tokio::test]
async fn a_client_is_shown_the_certificate_of_the_name_that_it_asks_for() {
    let lab = lab().await;
    let seoul = reference::SEOUL;
    let port = lab.info().connect_map[&format!("{}:443", seoul.balancer[0])].clone();
    assert_eq!(handshake(&lab, &port, reference::SITE).await, Ok(()));
    let refused = handshake(&lab, &port, "shop.example.org").await.unwrap_err();
    assert!(refused.contains("certificate"), "{refused}");
    lab.with_world(|world| {
        let names = ["example.org".to_owned(), "*.example.org".to_owned()];
        let certificate = world.acm_issue(seoul.code, &names);
        let balancer = world.balancer_at(seoul.balancer[0].into()).unwrap().0.arn.clone();
        let balancer = world.elb.balancers.get_mut(&balancer).unwrap();
        balancer.listeners.get_mut(&443).unwrap().certificates.push(certificate);
    });
    assert_eq!(handshake(&lab, &port, "shop.example.org").await, Ok(()));
    assert_eq!(handshake(&lab, &port, reference::SITE).await, Ok(()));
}
