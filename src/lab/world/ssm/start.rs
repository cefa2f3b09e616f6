//! Start: the parameters and managed instances that a world begins with.
//! Used by: `World::reference` and whoever builds a world.

use super::model::{Parameter, Version};
use crate::lab::world::{
    World,
    call::Service,
    iam::look::{items, text},
    reference::{APPLICATION, REGIONS},
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
}

impl World {
    /// Sets the service up as the reference deployment has it.
    pub(in crate::lab) fn ssm_start(&mut self) {
        for region in REGIONS {
            let values = [
                (
                    format!("/{APPLICATION}/database/cluster"),
                    "String",
                    region.cluster,
                    "Aurora cluster of the region",
                ),
                (
                    format!("/{APPLICATION}/environment"),
                    "String",
                    region.environment,
                    "Beanstalk environment of the region",
                ),
                (
                    format!("/{APPLICATION}/database/password"),
                    "SecureString",
                    "correct horse battery staple",
                    "Opens nothing",
                ),
            ];
            for (name, kind, value, words) in values {
                let description = Some(words);
                self.ssm_parameter(&NewParameter {
                    region: region.code,
                    name: &name,
                    kind,
                    value,
                    description,
                });
            }
            let params = [("Filter.1.Name", "tag:Name"), ("Filter.1.Value.1", "*bastion*")];
            let Ok(found) = self.look(Service::Ec2, "DescribeInstances", region.code, &params) else {
                continue;
            };
            for instance in items(&found, "reservationSet").iter().flat_map(|own| items(own, "instancesSet"))
            {
                if let Some(id) = text(instance, "instanceId") {
                    let name = text(instance, "privateDnsName").unwrap_or_else(|| id.clone());
                    self.ssm_managed(region.code, &id, &name);
                }
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
            user: format!("arn:aws:iam::{}:root", self.iam.account),
        };
        let key = (new.region.to_owned(), new.name.to_owned());
        self.ssm.parameters.insert(key, Parameter { versions: vec![version], tags: Default::default() });
    }

    /// An instance whose agent reports, and the name that it has for itself.
    pub(in crate::lab) fn ssm_managed(&mut self, region: &str, instance: &str, name: &str) {
        self.ssm.managed.insert((region.to_owned(), instance.to_owned()), name.to_owned());
    }
}
