//! Requests that no client sends, and a world that has to answer them.

mod answers;
mod packets;
mod requests;

use std::cell::RefCell;

use bytes::Bytes;
use http::{Request, Response};

use self::requests::{PIECES, request, said};
use super::{super::*, now};
use crate::{
    fuzz::{Held, Parts, Property, Rng, ensure},
    lab::world::{World, reference::ACCESS_KEY, testing},
};

/// The largest answer to a refused request: it repeats what was wrong with it once or twice.
const WORDS: usize = 8 * 1024;

fn keys(access_key: &str) -> Option<Key> {
    let secret = crate::lab::world::reference::SECRET_KEY.to_owned();
    (access_key == ACCESS_KEY).then_some(Key { secret, token: None, expired: false })
}

/// What every answer to a request must be.
fn answered(request: &Request<Bytes>, answer: &Response<Bytes>) -> Held {
    ensure!(answer.headers()["x-amzn-requestid"] == "id-1", "no request id");
    ensure!(answer.headers().contains_key("date"), "no date");
    answers::in_the_protocol_of(request, answer)
}

fn decodes(parts: &[Vec<u8>]) -> Held {
    let Some(request) = request(parts) else { return Ok(()) };
    let asked = Asked::read(&request, &keys);
    let fault = match &asked.call {
        Ok(call) => {
            let again = Asked::read(&request, &keys);
            ensure!(again.call.as_ref() == Ok(call), "read twice, it is two calls");
            ensure!(!call.operation.is_empty(), "a call of nothing");
            AwsFault::new(400, "Throttling", "Rate exceeded")
        }
        Err(fault) => fault.clone(),
    };
    ensure!((400..=599).contains(&fault.status), "refused with {}", fault.status);
    let size = fault.message.len();
    ensure!(size <= WORDS + 3 * parts.concat().len(), "{size} bytes to say what is wrong");
    let answer = asked.answer(&Err(fault.clone()), "id-1", now());
    ensure!(answer.status().as_u16() == fault.status, "{} for {}", answer.status(), fault.status);
    answered(&request, &answer)
}

fn one(rng: &mut Rng) -> Parts {
    said(rng)
}

#[test]
fn requests_that_no_client_sends() {
    Property { test: "requests_that_no_client_sends", short: 3_000, make: &one, check: &decodes }.hold();
}

/// A few requests one after the other, to a world that is nobody else's.
fn several(rng: &mut Rng) -> Parts {
    (0..=rng.below(24)).flat_map(|_| said(rng)).collect()
}

fn survives(parts: &[Vec<u8>]) -> Held {
    let mut world = testing::world();
    world.set_unlimited(true);
    for parts in parts.chunks_exact(PIECES) {
        let Some(request) = request(parts) else { continue };
        let asked = Asked::read(&request, &|key| world.key(key));
        let reply = match &asked.call {
            Ok(call) => asks(&mut world, call)?,
            Err(fault) => Err(fault.clone()),
        };
        let answer = asked.answer(&reply, "id-1", now());
        let shown = || String::from_utf8_lossy(answer.body()).chars().take(600).collect::<String>();
        answered(&request, &answer).map_err(|why| format!("{}: {why}: {}", asked.operation(), shown()))?;
    }
    let later = world.now() + jiff::SignedDuration::from_mins(10);
    world.advance(later);
    Ok(())
}

/// A refused call leaves nothing behind in what physically happened.
fn asks(world: &mut World, call: &Call) -> Result<Reply, String> {
    let now = world.now() + jiff::SignedDuration::from_secs(1);
    world.advance(now);
    let before = world.truth().all().len();
    let reply = world.handle(now, call);
    if let Err(fault) = &reply {
        let after = world.truth().all().len();
        ensure!(after == before, "{} is refused ({}) and did something", call.operation, fault.code);
        ensure!((400..=599).contains(&fault.status), "{} is refused with {}", call.operation, fault.status);
    }
    Ok(reply)
}

#[test]
fn a_world_that_is_asked_nonsense() {
    Property { test: "a_world_that_is_asked_nonsense", short: 60, make: &several, check: &survives }.hold();
}

thread_local! {
    static WORLD: RefCell<World> = RefCell::new(testing::world());
}

#[test]
fn packets_that_no_resolver_sends() {
    let check = |parts: &[Vec<u8>]| WORLD.with_borrow_mut(|world| packets::answered(world, &parts[0]));
    Property { test: "packets_that_no_resolver_sends", short: 3_000, make: &packets::said, check: &check }
        .hold();
}
