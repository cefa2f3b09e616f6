//! Access: how a person reaches the instances of an environment.
//! Used by: region; ready.

use crate::aws::{IngressRule, Instance, Source};

/// The ports that a person works on a machine by: SSH and RDP.
const BY_HAND: [u16; 2] = [22, 3389];

/// The running instances outside the environment that a rule of the environment's instances lets in where a person works by
/// hand: by their group, or by their address alone.
pub fn bastions<'a>(all: &'a [Instance], own: &[Instance], rules: &[IngressRule]) -> Vec<&'a Instance> {
    let inside =
        |rule: &&IngressRule| own.iter().any(|instance| instance.security_groups.contains(&rule.group));
    let by_hand = |rule: &&IngressRule| BY_HAND.iter().any(|port| rule.key.admits("tcp", *port));
    let admitted = rules.iter().filter(inside).filter(by_hand).map(|rule| &rule.key.source);
    let admitted: Vec<&Source> = admitted.collect();
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
