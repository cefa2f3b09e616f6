//! Choose: which environment of a region is the site's.
//! Invariant: what a person says goes first, then where the records lead, then what is the only one; of several that fit
//! none is taken without asking.
//! Not here: asking AWS which balancer an environment has (see `read::side`).
//! Used by: `read`.

use super::{
    ask::{Ask, Question, settle},
    facts::Goal,
    find::Find,
    leads::Known,
};
use crate::{
    aws::{Environment, plain},
    drill::model::Side,
    text::{nearest, plural},
};

/// What is known about the environment of one region.
pub(super) struct Case<'a> {
    /// The region.
    pub(super) side: Side,
    /// Its AWS name.
    pub(super) region: &'a str,
    /// What there is.
    pub(super) known: &'a Known,
    /// What a person says.
    pub(super) wish: Option<&'a str>,
    /// Where the records lead.
    pub(super) goal: Option<&'a Goal>,
    /// Environments whose resources hold the balancer that the records lead to, where no endpoint says it; or why nobody
    /// knows.
    pub(super) behind: &'a Result<Vec<String>, String>,
    /// The application of the other region's environment.
    pub(super) application: Option<&'a str>,
}

/// An environment and why it is this one.
pub(super) type Chosen = Find<(Environment, String)>;

/// The environment that a person named or the records lead to; `None` if neither says anything.
pub(super) fn told(case: &Case<'_>, ask: &dyn Ask) -> Option<Chosen> {
    if let Some(wish) = case.wish {
        return Some(by_name(case, wish));
    }
    match case.goal? {
        Goal::Environment(_, name) => {
            let found = case.known.environments.iter().find(|one| one.name == *name)?;
            Some(Find::Found((found.clone(), "the site's record leads to it".to_owned())))
        }
        Goal::Balancer(_, arn) => Some(by_balancer(case, arn, ask)),
        Goal::Instance(_, id) => Some(Find::NotFound(format!(
            "the site's record leads to an address of instance {id}, which is behind no load balancer; a drill needs one"
        ))),
    }
}

/// The only environment of the region, or of the other region's application in it.
pub(super) fn only(case: &Case<'_>, ask: &dyn Ask) -> Chosen {
    let all = &case.known.environments;
    // An environment without a name in DNS takes its work from a queue.
    let mut fit: Vec<Environment> = all.iter().filter(|one| one.cname.is_some()).cloned().collect();
    if fit.is_empty() {
        fit.clone_from(all);
    }
    let mut of = String::new();
    if let Some(application) = case.application {
        let same: Vec<Environment> =
            fit.iter().filter(|one| one.application == application).cloned().collect();
        if !same.is_empty() {
            of = format!(" of application {application}");
            fit = same;
        }
    }
    if fit.is_empty() {
        return Find::NotFound(nobody(case));
    }
    let how = match fit.len() {
        1 => format!("the only one{of} in the region"),
        count => format!("chosen among {}{of}", plural(count, "environment")),
    };
    among(case, fit, how, ask)
}

/// AWS answers a caller who may see none with an empty list, too.
fn nobody(case: &Case<'_>) -> String {
    format!(
        "no Elastic Beanstalk environment lives in {}, or none that these credentials may see",
        case.region
    )
}

fn by_name(case: &Case<'_>, wish: &str) -> Chosen {
    let all = &case.known.environments;
    if all.is_empty() {
        return Find::NotFound(nobody(case));
    }
    if let Some(found) = all.iter().find(|one| one.name == wish) {
        return Find::Found((found.clone(), "as told".to_owned()));
    }
    let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    let near = nearest(wish, names.iter().copied()).map(|near| format!("; did you mean {near}?"));
    let there = match names.len() {
        0..=8 => format!("there are {}", names.join(", ")),
        count => format!("there are {count} others"),
    };
    let region = case.region;
    Find::NotFound(format!(
        "no environment in {region} is called {wish}; {}",
        near.map_or(there, |near| near[2..].to_owned())
    ))
}

fn by_balancer(case: &Case<'_>, arn: &str, ask: &dyn Ask) -> Chosen {
    if case.known.environments.is_empty() {
        return Find::NotFound(nobody(case));
    }
    let balancer = case.known.balancers.iter().find(|one| one.arn == arn);
    let name = balancer.map_or("", |one| one.dns_name.as_str());
    let has = |one: &&Environment| {
        one.endpoint.as_deref().is_some_and(|end| plain(end) == plain(name))
            || case.behind.as_ref().is_ok_and(|names| names.contains(&one.name))
    };
    let fit: Vec<Environment> = case.known.environments.iter().filter(has).cloned().collect();
    if let (true, Err(why)) = (fit.is_empty(), case.behind) {
        return Find::Unknown(why.clone());
    }
    if fit.is_empty() {
        let balancer = balancer.map_or(arn, |one| one.name.as_str());
        return Find::NotFound(format!(
            "the site's record leads to load balancer {balancer}, which belongs to no environment of {}; if its instances \
             are one's all the same, say {}NAME",
            case.region,
            option(case.side)
        ));
    }
    let how = match fit.len() {
        1 => "the site's record leads to its load balancer".to_owned(),
        count => format!("chosen among {} that share the load balancer", plural(count, "environment")),
    };
    among(case, fit, how, ask)
}

fn among(case: &Case<'_>, fit: Vec<Environment>, how: String, ask: &dyn Ask) -> Chosen {
    let question = Question {
        what: format!("the environment of {} ({})", case.side, case.region),
        candidates: fit.iter().map(|one| one.name.clone()).collect(),
        option: option(case.side),
    };
    match settle(&fit, &question, ask) {
        Some(found) => Find::Found((found.clone(), how)),
        None => Find::NotFound(question.unanswered()),
    }
}

/// The option that names a region's environment.
pub(super) fn option(side: Side) -> String {
    format!("--environment {side}=")
}
