//! Start: the parameters and managed instances that a world begins with.
//! Used by: `World::build`.

use std::sync::Arc;

use super::model::{Parameter, Version};
use crate::lab::world::{
    World,
    blueprint::Tags,
    call::Service,
    iam::look::{items, text},
    named::Thing,
};

/// What a world says of a parameter.
#[derive(Debug, Clone)]
pub(in crate::lab) struct NewParameter<'a> {
    /// Its region.
    pub(in crate::lab) region: &'a str,
    /// Its name.
    pub(in crate::lab) name: &'a str,
    /// `String`, `StringList` or `SecureString`.
    pub(in crate::lab) kind: &'a str,
    /// Its value.
    pub(in crate::lab) value: &'a str,
    /// Its description.
    pub(in crate::lab) description: Option<&'a str>,
    /// Its tags.
    pub(in crate::lab) tags: Tags,
}

impl World {
    /// Sets the service up as the blueprint has it: its parameters, and an agent on every instance that stands alone, as
    /// bastions have one.
    pub(in crate::lab) fn ssm_start(&mut self) {
        let blueprint = Arc::clone(self.blueprint());
        for region in &blueprint.regions {
            for own in &region.parameters {
                self.ssm_parameter(&NewParameter {
                    region: &region.region,
                    name: &own.name,
                    kind: &own.kind,
                    value: &own.value,
                    description: own.description.as_deref(),
                    tags: blueprint.tags_on(&own.name, &own.tags),
                });
            }
            for own in &region.instances {
                let id = self.named(&region.region, Thing::Instance, &own.name).map(str::to_owned);
                let Some(id) = id else { continue };
                let params = [("InstanceId.1", id.as_str())];
                let found = self.look(Service::Ec2, "DescribeInstances", &region.region, &params);
                let name = found.ok().and_then(|found| {
                    let machines = items(&found, "reservationSet").first()?;
                    text(items(machines, "instancesSet").first()?, "privateDnsName")
                });
                self.ssm_managed(&region.region, &id, &name.unwrap_or_else(|| id.clone()));
            }
        }
    }

    /// A parameter, in its first version.
    pub(in crate::lab) fn ssm_parameter(&mut self, new: &NewParameter<'_>) {
        let version = Version {
            number: 1,
            kind: new.kind.to_owned(),
            value: new.value.to_owned(),
            description: new.description.map(str::to_owned),
            pattern: None,
            key: (new.kind == "SecureString").then(|| "alias/aws/ssm".to_owned()),
            tier: "Standard".to_owned(),
            data_type: "text".to_owned(),
            labels: Default::default(),
            modified: self.now(),
            user: format!("arn:aws:iam::{}:root", self.account()),
        };
        let key = (new.region.to_owned(), new.name.to_owned());
        self.ssm.parameters.insert(key, Parameter { versions: vec![version], tags: new.tags.clone() });
    }

    /// An instance whose agent reports, and the name that it has for itself.
    pub(in crate::lab) fn ssm_managed(&mut self, region: &str, instance: &str, name: &str) {
        self.ssm.managed.insert((region.to_owned(), instance.to_owned()), name.to_owned());
    }
}
