//! Access: how a person reaches the instances of an environment.
//! Used by: region; ready.

use crate::aws::{IngressRule, Instance, Source};

/// The running instances outside the environment that a rule of the environment's instances lets in: by their group, or by
/// their address alone.
pub fn bastions<'a>(all: &'a [Instance], own: &[Instance], rules: &[IngressRule]) -> Vec<&'a Instance> {
    let inside =
        |rule: &&IngressRule| own.iter().any(|instance| instance.security_groups.contains(&rule.group));
    let admitted: Vec<&Source> = rules.iter().filter(inside).map(|rule| &rule.key.source).collect();
    let is_admitted = |instance: &Instance| {
        admitted.iter().any(|source| match source {
            Source::Group { id, .. } => instance.security_groups.contains(id),
            Source::Ipv4(range) => {
                let own = instance.private_ip.as_deref().map(|address| format!("{address}/32"));
                own.as_deref() == Some(range)
            }
            _ => false,
        })
    };
    let outside = |instance: &&Instance| !own.iter().any(|mine| mine.id == instance.id);
    let running = all.iter().filter(|instance| instance.state == "running");
    running.filter(outside).filter(|instance| is_admitted(instance)).collect()
}
