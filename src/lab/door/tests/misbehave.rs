//! Each misbehaviour as a client meets it at the real port, and what is true of the world afterwards.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Lab, http, misbehaving, signing::signed};
use crate::{clock::Clock, lab::world::reference::SEOUL};

/// A call that makes a security group of this name.
fn create(lab: &Lab, name: &str) -> String {
    let vpc = lab.with_world(|world| world.ec2.network(SEOUL.code).vpcs.keys().next().cloned().unwrap());
    let body = format!(
        "Action=CreateSecurityGroup&Version=2016-11-15&GroupName={name}&GroupDescription=new&VpcId={vpc}"
    );
    signed("ec2", SEOUL.code, &body)
}

/// Whether the world has a group of this name, whatever clients were told.
fn is_made(lab: &Lab, name: &str) -> bool {
    lab.with_world(|world| world.ec2.network(SEOUL.code).groups.values().any(|group| group.name == name))
}

/// Everything that comes back before the connection ends in any way, or for a short while.
async fn answer(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let patience = Duration::from_millis(500);
    // What was received counts, also where a reset or the client's patience ended it.
    let _ = Clock::real_time().timeout(patience, stream.read_to_end(&mut answer)).await;
    String::from_utf8(answer).unwrap()
}

/// The rule, what the answer begins with and contains (nothing: there is none), and whether the call was carried out.
const PROMISES: [(&str, &str, &str, bool); 12] = [
    ("throttle", "HTTP/1.1 503 ", "<Code>RequestLimitExceeded</Code>", false),
    ("internal-error", "HTTP/1.1 500 ", "<Code>InternalError</Code>", false),
    ("unavailable", "HTTP/1.1 503 ", "<Code>Unavailable</Code>", false),
    ("denied", "HTTP/1.1 403 ", "<Code>UnauthorizedOperation</Code>", false),
    ("expired-token", "HTTP/1.1 400 ", "<Code>RequestExpired</Code>", false),
    ("reply-lost-after", "", "", true),
    ("reply-lost-before", "", "", false),
    ("slow=2s", "HTTP/1.1 200 ", "</CreateSecurityGroupResponse>", true),
    ("malformed", "HTTP/1.1 200 ", "<CreateSecurityGroupResponse", true),
    ("html", "HTTP/1.1 502 ", "<html>", false),
    ("reset", "", "", false),
    ("mute", "", "", false),
];

#[tokio::test]
async fn every_misbehaviour_reaches_the_client_once_and_does_to_the_world_what_it_says() {
    for (rule, status, says, made) in PROMISES {
        let (lab, address) = misbehaving(&format!("ec2:CreateSecurityGroup {rule} count=1")).await;
        let request = create(&lab, "new");
        let first = answer(&address, &request).await;
        assert_eq!(first.is_empty(), status.is_empty(), "{rule}: {first}");
        assert!(first.starts_with(status) && first.contains(says), "{rule}: {first}");
        assert_eq!(is_made(&lab, "new"), made, "{rule}");
        // Once is once: the same call again is answered as AWS answers it.
        let second = answer(&address, &request).await;
        let truth =
            if made { "<Code>InvalidGroup.Duplicate</Code>" } else { "</CreateSecurityGroupResponse>" };
        assert!(second.contains(truth), "{rule}: {second}");
        assert!(is_made(&lab, "new"), "{rule}");
    }
}

#[tokio::test]
async fn a_malformed_answer_breaks_off() {
    let (lab, address) = misbehaving("ec2:* malformed").await;
    let answer = http(&address, &create(&lab, "new")).await;
    assert!(!answer.contains("</CreateSecurityGroupResponse>"), "{answer}");
}

#[tokio::test]
async fn a_stale_read_repeats_what_was_true_before_a_write() {
    let (lab, address) = misbehaving("ec2:DescribeSecurityGroups stale-read=1h").await;
    lab.with_world(|world| world.set_prompt_reads(true));
    let body =
        "Action=DescribeSecurityGroups&Version=2016-11-15&Filter.1.Name=group-name&Filter.1.Value.1=new";
    let read = signed("ec2", SEOUL.code, body);
    assert!(!http(&address, &read).await.contains("<groupName>new<"));
    http(&address, &create(&lab, "new")).await;
    assert!(is_made(&lab, "new"));
    let stale = http(&address, &read).await;
    assert!(stale.starts_with("HTTP/1.1 200 ") && !stale.contains("<groupName>new<"), "{stale}");
    let rule = lab.with_world(|world| world.rules()[0].name.clone());
    assert!(lab.with_world(|world| world.forget_rule(&rule)));
    assert!(http(&address, &read).await.contains("<groupName>new<"));
}
