//! Runner: this machine is not behind what the drill closes.
//! Invariant: refuses what is certain; an address alone, which another network may use too, is a warning.
//! Not here: what is known of this machine (see `plan::machine`). A bastion, a proxy or a VPN on the way is not known.
//! Used by: guard.

use super::{Case, Finding};
use crate::{aws::Interface, drill::model::Side, plan::radius};

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let machine = &case.from.looked.machine;
    let groups = case.groups();
    let mut warned = Vec::new();
    let known = Side::BOTH.into_iter().filter_map(|side| case.from.looked.interfaces.of(side).as_ref().ok());
    for interface in known.flat_map(|all| radius::inside(all, &groups)) {
        let is_instance = interface.instance.is_some() && interface.instance == machine.instance;
        if is_instance || machine.macs.contains(&interface.mac.to_ascii_lowercase()) {
            return vec![Finding::Refused(format!(
                "this machine is {}, behind a security group that the drill closes: run it from a machine that is not \
                 part of the deployment, best in another region than the primary's",
                named(interface)
            ))];
        }
        if interface.addresses.iter().any(|address| machine.addresses.contains(address)) {
            warned.push(Finding::Warned(format!(
                "this machine has the address of {}, which is behind a security group that the drill closes: if it is \
                 that one, run the drill from elsewhere",
                named(interface)
            )));
        }
    }
    warned
}

fn named(interface: &Interface) -> String {
    match &interface.instance {
        Some(instance) => format!("{instance} ({})", interface.id),
        None => interface.id.clone(),
    }
}
