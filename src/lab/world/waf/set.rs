//! Set: IP sets.
//! Used by: `waf_operate`.

use std::net::IpAddr;

use super::{
    model::{IpSet, absent, associated, duplicate, invalid, need, scope, under},
    tree::{listing, summary, tags},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    iam::lagged::Lagged,
};

/// The addresses of a call. AWS: every address in CIDR notation, all lengths but /0.
fn addresses(call: &Call, version: &str) -> Result<Vec<String>, AwsFault> {
    let addresses = call.params.texts("Addresses");
    let fits = |text: &String| {
        let (address, bits) = text.split_once('/')?;
        let (address, bits): (IpAddr, u8) = (address.parse().ok()?, bits.parse().ok()?);
        Some(match address {
            IpAddr::V4(_) => version == "IPV4" && (1..=32).contains(&bits),
            IpAddr::V6(_) => version == "IPV6" && (1..=128).contains(&bits),
        })
    };
    match addresses.iter().find(|text| fits(text) != Some(true)) {
        Some(wrong) => {
            Err(invalid("The parameter contains formatting that is not valid.", "IP_ADDRESS", wrong))
        }
        None => Ok(addresses),
    }
}

fn named<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut IpSet, AwsFault> {
    scope(call)?;
    let arn = world.waf_arn("ipset", call)?;
    world.waf.sets.get_mut(&arn).ok_or_else(absent)
}

/// `CreateIPSet`.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let (name, scope) = (need(&call.params, "Name")?, scope(call)?);
    let version = need(&call.params, "IPAddressVersion")?;
    if !["IPV4", "IPV6"].contains(&version) {
        return Err(invalid("The parameter is not valid.", "IP_ADDRESS_VERSION", version));
    }
    let addresses = Lagged::new(addresses(call, version)?);
    let twins = format!("{}{name}/", world.waf_prefix("ipset", &call.region, scope));
    if under(&world.waf.sets, &twins).next().is_some() {
        return Err(duplicate());
    }
    let mut head = world.waf_head("ipset", &call.region, scope, name);
    head.description = call.params.text("Description").map(str::to_owned);
    head.tags = tags(&call.params);
    let shown = summary(&head);
    world.waf.sets.insert(head.arn.clone(), IpSet { head, version: version.to_owned(), addresses });
    Ok(Tree::map([("Summary", Some(shown))]))
}

/// `UpdateIPSet`.
pub(super) fn update(world: &mut World, call: &Call) -> Reply {
    let own = named(world, call)?;
    own.head.unlock(&call.params)?;
    let addresses = addresses(call, &own.version.clone())?;
    let (lock, now, effective) = (world.waf_id(), world.now(), world.waf_effective());
    let own = named(world, call)?;
    own.head.lock.clone_from(&lock);
    own.head.description = call.params.text("Description").map(str::to_owned);
    own.addresses.write(now, effective, addresses);
    Ok(Tree::map([("NextLockToken", Tree::text(lock))]))
}

/// `DeleteIPSet`. AWS: a set that a rule refers to stays.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let own = named(world, call)?;
    own.head.unlock(&call.params)?;
    let arn = own.head.arn.clone();
    let quoted = format!("\"{arn}\"");
    let used = |rules: &serde_json::Value| rules.to_string().contains(&quoted);
    if world.waf.acls.values().any(|own| own.members.written().get("Rules").is_some_and(used)) {
        return Err(associated());
    }
    world.waf.sets.remove(&arn);
    Ok(Tree::Map(Vec::new()))
}

/// `GetIPSet`.
pub(super) fn get(world: &mut World, call: &Call) -> Reply {
    let own = named(world, call)?;
    let addresses = own.addresses.written().iter().map(|text| Tree::Text(text.clone()));
    let set = Tree::map([
        ("Name", Tree::text(&own.head.name)),
        ("Id", Tree::text(&own.head.id)),
        ("ARN", Tree::text(&own.head.arn)),
        ("Description", Tree::text(own.head.description.clone().unwrap_or_default())),
        ("IPAddressVersion", Tree::text(&own.version)),
        ("Addresses", Tree::list("member", addresses)),
    ]);
    Ok(Tree::map([("IPSet", Some(set)), ("LockToken", Tree::text(&own.head.lock))]))
}

/// `ListIPSets`.
pub(super) fn list(world: &World, call: &Call) -> Reply {
    let scope = scope(call)?;
    let all = world.waf_prefix("ipset", &call.region, scope);
    listing("IPSets", under(&world.waf.sets, &all).map(|own| summary(&own.head)).collect(), &call.params)
}
