//! Api: control planes that are down, as rules of misbehaviour.
//! Invariant: what runs goes on; only calls fail.
//! Used by: `breakage`.

use super::{effect::Effect, error::BreakError, with::With};
use crate::{
    lab::world::{
        World,
        call::Service,
        misbehave::{Kind, Rule},
    },
    text,
};

/// `route53-control-plane`. AWS: the control plane "is located in us-east-1", the data plane is spread over the world
/// (Route 53 developer guide, disaster recovery).
pub(super) fn route53_control_plane(world: &mut World, _: &With) -> Result<Vec<Effect>, BreakError> {
    let rule = Rule { service: Some(Service::Route53), ..Rule::always(Kind::Unavailable) };
    Ok(vec![Effect::Rule(world.misbehave(rule))])
}

/// `service-down`.
pub(super) fn service_down(world: &mut World, with: &With) -> Result<Vec<Effect>, BreakError> {
    let name = with.need("service");
    let service = Service::named(name).ok_or_else(|| {
        let meant = text::nearest(name, Service::names());
        let meant = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
        BreakError::Nothing(format!("service {name}{meant}"))
    })?;
    let region = with.need("region").to_owned();
    if service.is_global() {
        return Err(BreakError::With(format!(
            "{} is one service for the whole world: use the misbehaviour `{}:* unavailable`",
            service.scope(),
            service.scope()
        )));
    }
    let region = world.breakable_region(&region)?;
    let rule = Rule { service: Some(service), region: Some(region), ..Rule::always(Kind::Unavailable) };
    Ok(vec![Effect::Rule(world.misbehave(rule))])
}
