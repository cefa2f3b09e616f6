//! Machine: launching and terminating the instances themselves.
//! Invariant: the only place of this service that asks for machines.
//! Used by: `capacity`, `health`, `members`.

use super::model::Group;
use crate::lab::world::{
    World,
    ec2::{
        LaunchPlan, MachinePlan,
        model::{App, InstanceState},
    },
};

impl World {
    /// Launches an instance in a subnet. Gives its id; `None` if the network has no room for it.
    pub(super) fn launch_machine(&mut self, group: &Group, subnet: &str) -> Option<String> {
        let own = ("aws:autoscaling:groupName".to_owned(), group.name.clone());
        let given = group.tags.iter().filter(|(_, tag)| tag.propagates);
        let given = given.map(|(key, tag)| (key.clone(), tag.value.clone()));
        let machine = MachinePlan {
            image: group.recipe.image.clone(),
            kind: group.recipe.kind.clone(),
            key_name: None,
            profile: None,
            app: App::Serving,
        };
        let plan = LaunchPlan {
            machine,
            subnet: subnet.to_owned(),
            groups: group.recipe.groups.clone(),
            tags: given.chain([own]).collect(),
            public: None,
        };
        self.launch_instance(&group.region, &plan).ok()
    }

    /// Ends an instance.
    pub(super) fn end_machine(&mut self, region: &str, instance: &str) {
        self.terminate_instance(region, instance);
    }

    /// True if the machine runs, or will soon.
    pub(super) fn machine_runs(&self, region: &str, instance: &str) -> bool {
        let state = self.instance_state(region, instance);
        matches!(state, Some(InstanceState::Pending | InstanceState::Running))
    }

    /// True if the machine's system is up.
    pub(super) fn machine_is_up(&self, region: &str, instance: &str) -> bool {
        self.ec2.network(region).instances.get(instance).is_some_and(|own| own.is_up())
    }
}
