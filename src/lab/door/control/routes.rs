//! Routes: what the control door does, path by path.
//! Invariant: a request that is not understood changes nothing and is told why.
//! Used by: `control`.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::Answer;
use crate::{
    diagnostic::{
        Problems,
        render::{self, Paint},
    },
    lab::{
        door::shared::Shared,
        world::{
            breakage::{BreakError, KINDS},
            misbehave::{self, read_rule},
        },
    },
    text,
};

/// The paths, with their method.
const ROUTES: [(&str, &str); 6] = [
    ("/do/break", "POST"),
    ("/do/heal", "POST"),
    ("/do/misbehave", "POST"),
    ("/do/state", "GET"),
    ("/do/truth", "GET"),
    ("/do/kinds", "GET"),
];

/// So many transitions come at once; a client asks on from where they end.
const MOST_TRANSITIONS: usize = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Break {
    kind: String,
    #[serde(default)]
    with: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Heal {
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    all: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Misbehave {
    rules: Vec<String>,
}

/// Does what the request asks.
pub(super) fn answer(request: &Request<Bytes>, shared: &Shared) -> Answer {
    let path = request.uri().path();
    let Some((_, method)) = ROUTES.iter().find(|(known, _)| *known == path) else {
        return unknown(path);
    };
    let is_right = request.method() == *method || *method == "GET" && request.method() == Method::HEAD;
    if !is_right {
        let answer = Answer::error(StatusCode::METHOD_NOT_ALLOWED, format!("{path} takes {method}"));
        return Answer { allow: Some(method), ..answer };
    }
    match path {
        "/do/break" => read(request, |asked| break_now(asked, shared)),
        "/do/heal" => read(request, |asked| heal(asked, shared)),
        "/do/misbehave" => read(request, |asked| misbehave_by(&asked, shared)),
        "/do/state" => Answer::done(state(shared)),
        "/do/truth" => truth(request.uri().query().unwrap_or_default(), shared),
        _ => Answer::done(kinds()),
    }
}

fn unknown(path: &str) -> Answer {
    let paths = ROUTES.map(|(path, _)| path);
    let meant = text::nearest(path, paths)
        .map_or_else(|| format!("it has {}", paths.join(", ")), |meant| format!("did you mean {meant}?"));
    Answer::error(StatusCode::NOT_FOUND, format!("the control door has no {path}; {meant}"))
}

fn read<T: DeserializeOwned>(request: &Request<Bytes>, perform: impl FnOnce(T) -> Answer) -> Answer {
    match serde_json::from_slice(request.body()) {
        Ok(asked) => perform(asked),
        Err(why) => Answer::error(StatusCode::BAD_REQUEST, format!("the request is not understood: {why}")),
    }
}

fn refused(why: &BreakError) -> Answer {
    let status = match why {
        BreakError::UnknownName(_) | BreakError::Nothing(_) => StatusCode::NOT_FOUND,
        BreakError::UnknownKind { .. } | BreakError::With(_) => StatusCode::BAD_REQUEST,
        BreakError::Refused(_) => StatusCode::CONFLICT,
    };
    Answer::error(status, why.to_string())
}

fn break_now(asked: Break, shared: &Shared) -> Answer {
    match shared.with(|world, _| world.break_now(&asked.kind, asked.with)) {
        Ok(name) => Answer::done(json!({ "name": name })),
        Err(why) => refused(&why),
    }
}

fn heal(asked: Heal, shared: &Shared) -> Answer {
    match (asked.all, asked.names.is_empty()) {
        (true, true) => {
            let (healed, left) = shared.with(|world, _| world.heal_all());
            let why = |(name, why): &(String, BreakError)| json!({ "name": name, "why": why.to_string() });
            let left: Vec<Value> = left.iter().map(why).collect();
            Answer::done(json!({ "healed": healed, "left": left }))
        }
        (false, false) => {
            let outcome = shared.with(|world, _| asked.names.iter().try_for_each(|name| world.heal(name)));
            match outcome {
                Ok(()) => Answer::done(json!({ "healed": asked.names, "left": [] })),
                Err(why) => refused(&why),
            }
        }
        _ => Answer::error(
            StatusCode::BAD_REQUEST,
            "say what to heal: either \"names\": [...] or \"all\": true",
        ),
    }
}

/// All of the rules, or none.
fn misbehave_by(asked: &Misbehave, shared: &Shared) -> Answer {
    let mut rules = Vec::new();
    for text in &asked.rules {
        match read_rule("rule", text) {
            Ok(rule) => rules.push(rule),
            Err(problems) => return wrong_rule(&problems),
        }
    }
    let names: Vec<String> =
        shared.with(|world, _| rules.into_iter().map(|rule| world.misbehave(rule)).collect());
    Answer::done(json!({ "names": names }))
}

fn wrong_rule(problems: &Problems) -> Answer {
    let shown = render::text(problems, Paint::Plain);
    let first = shown.lines().next().unwrap_or_default().to_owned();
    let answer = Answer::error(StatusCode::BAD_REQUEST, first);
    let body = json!({ "error": answer.body["error"], "shown": shown });
    Answer { body, ..answer }
}

fn state(shared: &Shared) -> Value {
    shared.with(|world, now| {
        json!({
            "now": now,
            "seed": world.seed(),
            "speed": shared.clock.speed(),
            "transitions": world.truth().all().len(),
            "broken": world.broken(),
            "rules": world.rules(),
            "calls": world.calls(),
        })
    })
}

fn truth(query: &str, shared: &Shared) -> Answer {
    let mut from = 0;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match (name.as_ref(), value.parse()) {
            ("from", Ok(number)) => from = number,
            _ => {
                let why = format!("/do/truth takes from=N, not {name}={value}");
                return Answer::error(StatusCode::BAD_REQUEST, why);
            }
        }
    }
    shared.with(|world, _| {
        let all = world.truth().all().get(from..).unwrap_or_default();
        let some = &all[..all.len().min(MOST_TRANSITIONS)];
        Answer::done(json!({ "from": from, "next": from + some.len(), "transitions": some }))
    })
}

fn kinds() -> Value {
    let kinds = KINDS.iter().map(|kind| {
        let takes: Vec<&str> = kind.takes.iter().map(|(name, _)| *name).collect();
        json!({ "kind": kind.name, "does": kind.does, "takes": takes })
    });
    let rules = misbehave::KINDS.iter().map(|kind| {
        let seconds = kind.duration.map(|duration| duration.as_secs());
        json!({ "kind": kind.name, "does": kind.does, "seconds": seconds })
    });
    json!({ "breakages": kinds.collect::<Vec<_>>(), "misbehaviours": rules.collect::<Vec<_>>() })
}
