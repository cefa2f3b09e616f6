//! DNS packets.

use std::sync::LazyLock;

use hickory_proto::{
    op::{Edns, Message, MessageType, Query},
    rr::{Name, RecordType, rdata::opt::EdnsOption},
};

use crate::{
    fuzz::{Held, Parts, Rng, ensure, mutate},
    lab::{wire::dns::AskedName, world::World},
};

static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let long = format!("{}.{}.example.com.", "a".repeat(63), "b.".repeat(80));
    let names = [
        ".",
        "example.com.",
        "www.example.com.",
        "WWW.eXample.COM.",
        "seoul.example.com.",
        "*.example.com.",
        "com.",
        "a\\000b.example.com.",
        "a\\.b.example.com.",
        "\\255\\200.example.com.",
        "10.2.0.192.in-addr.arpa.",
        "wordpress-seoul.ap-northeast-2.elasticbeanstalk.com.",
        "xn--9i1b.example.com.",
    ];
    names.iter().map(|name| (*name).to_owned()).chain([long]).collect()
});

fn packet(rng: &mut Rng) -> Vec<u8> {
    let mut message = Message::query();
    message.metadata.id = rng.next() as u16;
    message.metadata.recursion_desired = rng.once_in(2);
    for _ in 0..=usize::from(rng.once_in(10)) {
        if let Ok(name) = Name::from_ascii(rng.one(&NAMES)) {
            let kind = if rng.once_in(4) {
                rng.next() as u16
            } else {
                *rng.one(&[1, 2, 5, 6, 12, 15, 16, 28, 33, 99, 255, 257])
            };
            message.add_query(Query::query(name, RecordType::from(kind)));
        }
    }
    if rng.once_in(2) {
        let mut edns = Edns::new();
        edns.set_max_payload(rng.next() as u16);
        if rng.once_in(2) {
            let subnet = *rng.one(&["203.0.113.0/24", "0.0.0.0/0", "2001:db8::/56", "255.255.255.255/32"]);
            edns.options_mut().insert(EdnsOption::Subnet(subnet.parse().unwrap()));
        }
        message.set_edns(edns);
    }
    message.to_vec().unwrap_or_default()
}

pub(super) fn said(rng: &mut Rng) -> Parts {
    let mut bytes = if rng.once_in(20) { rng.bytes(600) } else { packet(rng) };
    match rng.below(4) {
        // A pointer to somewhere, itself too.
        0 if bytes.len() > 14 => {
            let at = 12 + rng.below(bytes.len() - 13);
            bytes[at] = 0xc0 | (rng.below(2) as u8);
            bytes[at + 1] = if rng.once_in(2) { at as u8 } else { rng.below(64) as u8 };
        }
        1 => {
            let other = packet(rng);
            (0..=rng.below(4)).for_each(|_| mutate::bytes(rng, &mut bytes, &other));
        }
        2 if bytes.len() > 11 => bytes[4 + rng.below(8)] = rng.below(4) as u8,
        _ => {}
    }
    vec![bytes]
}

/// An answer repeats its question, fits its transport, and can be read.
pub(super) fn answered(world: &mut World, packet: &[u8]) -> Held {
    let Some(asked) = AskedName::read(packet) else { return Ok(()) };
    let now = world.now();
    let asked_for = Message::from_vec(packet).map_err(|error| error.to_string())?;
    let room = asked_for.edns.as_ref().map_or(512, |edns| edns.max_payload().clamp(512, 1232));
    for udp in [true, false] {
        let bytes = match &asked.question {
            Err(code) => asked.refuse(*code),
            Ok(question) => {
                let told = [world.answer_for(now, question, asked.client()), world.resolve(now, question)];
                let answers = told.map(|answer| asked.answer(&answer, true, udp));
                let [Some(_), Some(resolved)] = answers else { return Err("no answer".to_owned()) };
                Some(resolved)
            }
        };
        let bytes = bytes.ok_or("no answer")?;
        let message =
            Message::from_vec(&bytes).map_err(|error| format!("an answer that is no packet: {error}"))?;
        ensure!(message.metadata.message_type == MessageType::Response, "not an answer");
        ensure!(message.metadata.id == asked_for.metadata.id, "the answer to another question");
        ensure!(!udp || bytes.len() <= usize::from(room), "{} bytes where {room} fit", bytes.len());
        let same = message.queries.first() == asked_for.queries.first();
        ensure!(same, "{:?} asked, {:?} answered", asked_for.queries.first(), message.queries.first());
    }
    Ok(())
}
