//! Request: new certificates, and tags.
//! Used by: `acm_operate`.

use std::{collections::BTreeMap, time::Duration};

use super::{due::Due, model::named};
use crate::lab::world::{
    World, agenda,
    call::{AwsFault, Call, Params, Reply, Tree},
};

/// AWS: names of one certificate, unless the quota was raised.
const NAMES: usize = 10;
/// AWS: tags of one certificate.
const TAGS: usize = 50;

fn invalid(message: String) -> AwsFault {
    AwsFault::new(400, "ValidationException", message)
}

/// `RequestCertificate`. AWS: a request with a token that was used within an hour is the same request.
pub(super) fn request(world: &mut World, call: &Call) -> Reply {
    let params = &call.params;
    let names = names(params)?;
    let method = params.text("ValidationMethod").unwrap_or("DNS");
    if !["DNS", "EMAIL"].contains(&method) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{method}' at 'validationMethod' failed to satisfy constraint: Member \
             must satisfy enum value set: [EMAIL, DNS, HTTP]"
        )));
    }
    let (now, token) = (world.now(), params.text("IdempotencyToken"));
    let key = token.map(|token| (call.region.clone(), token.to_owned()));
    let known = key.as_ref().and_then(|key| world.acm.tokens.get(key)).filter(|(_, until)| now < *until);
    let known = known.and_then(|(arn, _)| world.acm.certificates.get(arn)).filter(|own| own.names == names);
    if let Some(own) = known {
        return Ok(Tree::map([("CertificateArn", Tree::text(&own.arn))]));
    }
    let mut own = world.acm_new(&call.region, &names);
    own.method = Some(method.to_owned());
    own.algorithm = params.text("KeyAlgorithm").unwrap_or("RSA_2048").to_owned();
    own.tags = tags(params);
    let arn = own.arn.clone();
    world.acm.certificates.insert(arn.clone(), own);
    if let Some(key) = key {
        world.acm.tokens.retain(|_, (_, until)| now < *until);
        world.acm.tokens.insert(key, (arn.clone(), crate::clock::later(now, Duration::from_secs(3_600))));
    }
    let first = Duration::from_secs(world.acm.settings.check_seconds.max(1));
    world.after(first, agenda::Due::Acm(Due::Look(arn.clone())));
    Ok(Tree::map([("CertificateArn", Tree::text(arn))]))
}

fn names(params: &Params) -> Result<Vec<String>, AwsFault> {
    let domain = params.text("DomainName").unwrap_or_default().to_lowercase();
    let mut names = vec![domain];
    for name in params.texts("SubjectAlternativeNames") {
        let name = name.to_lowercase();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if let Some(wrong) = names.iter().find(|name| !is_domain(name)) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{wrong}' at 'domainName' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: (\\*\\.)?(((?!-)[A-Za-z0-9-]{{0,62}}[A-Za-z0-9])\\.)+((?!-)[A-Za-z0-9-]{{1,62}}[A-Za-z0-9])"
        )));
    }
    if names.len() > NAMES {
        let message = "The maximum number of domain names in a certificate has been reached.";
        return Err(AwsFault::new(400, "LimitExceededException", message));
    }
    Ok(names)
}

fn is_domain(name: &str) -> bool {
    let labels: Vec<&str> = name.strip_prefix("*.").unwrap_or(name).split('.').collect();
    let fits = |label: &&str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.len() <= 253 && labels.len() > 1 && labels.iter().all(fits)
}

fn tags(params: &Params) -> BTreeMap<String, String> {
    let pair =
        |tag: &Params| Some((tag.text("Key")?.to_owned(), tag.text("Value").unwrap_or_default().to_owned()));
    params.list("Tags").iter().filter_map(pair).collect()
}

/// `ListTagsForCertificate`.
pub(super) fn list_tags(world: &World, call: &Call) -> Reply {
    let own = named(world, &call.region, call.params.text("CertificateArn"))?;
    let tag = |(key, value): (&String, &String)| {
        Tree::map([("Key", Tree::text(key)), ("Value", Tree::text(value))])
    };
    Ok(Tree::map([("Tags", Tree::list("member", own.tags.iter().map(tag)))]))
}

/// `AddTagsToCertificate`, `RemoveTagsFromCertificate`. AWS: a tag with a value is removed only if the value is equal.
pub(super) fn change_tags(world: &mut World, call: &Call, adds: bool) -> Reply {
    let arn = named(world, &call.region, call.params.text("CertificateArn"))?.arn.clone();
    let asked = call.params.list("Tags");
    let Some(own) = world.acm.certificates.get_mut(&arn) else { return Ok(Tree::Map(Vec::new())) };
    if adds {
        let mut all = own.tags.clone();
        all.extend(tags(&call.params));
        if all.len() > TAGS {
            let message = format!("The maximum number of tags for certificate {arn} has been exceeded.");
            return Err(AwsFault::new(400, "TooManyTagsException", message));
        }
        own.tags = all;
    } else {
        own.tags.retain(|key, value| {
            let hit = |tag: &Params| {
                tag.text("Key") == Some(key) && tag.text("Value").is_none_or(|asked| asked == value)
            };
            !asked.iter().any(hit)
        });
    }
    Ok(Tree::Map(Vec::new()))
}
