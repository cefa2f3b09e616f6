//! Options: the option settings of an Elastic Beanstalk environment.
//! Invariant: an environment variable's value never leaves this file: only a digest of it, which tells equal from other.
//! Not here: the environment itself (see `beanstalk`).
//! Used by: survey.

use std::collections::BTreeMap;

use aws_sdk_elasticbeanstalk::types::ConfigurationSettingsDescription;
use sha2::{Digest, Sha256};

use super::{Aws, AwsError, text};
use crate::{drill::model::Side, text::hex};

/// The options of an environment as they are deployed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EnvironmentOptions {
    /// How the newest configuration ended: `deployed`, `pending`, `failed`.
    pub status: String,
    /// Values by namespace and option.
    pub values: BTreeMap<(String, String), String>,
}

/// The namespace of an application's environment variables, which may be secrets.
pub const VARIABLES: &str = "aws:elasticbeanstalk:application:environment";

impl Aws {
    /// The options of the environment called `name`. Of two sets the deployed one counts; that the newer one failed, or is
    /// on its way, is kept (Elastic Beanstalk API reference, DescribeConfigurationSettings).
    pub async fn environment_options(
        &self,
        side: Side,
        application: &str,
        name: &str,
    ) -> Result<EnvironmentOptions, AwsError> {
        const OPERATION: &str = "elasticbeanstalk:DescribeConfigurationSettings";
        let call = self.clients(side).await.beanstalk.describe_configuration_settings();
        let call = call.application_name(application).environment_name(name).send();
        let answer = self.send(&self.budgets(side).beanstalk, OPERATION, call).await?;
        let sets = answer.configuration_settings();
        let status = |set: &ConfigurationSettingsDescription| {
            text(set.deployment_status().map(|status| status.as_str()))
        };
        let deployed = sets.iter().find(|set| status(set) == "deployed").or(sets.first());
        let Some(deployed) = deployed else {
            return Err(AwsError::incomplete(OPERATION, format!("the answer for {name} holds no settings")));
        };
        let newest = sets.iter().find(|set| status(set) != "deployed").unwrap_or(deployed);
        let values = deployed.option_settings().iter().filter_map(|option| {
            let (namespace, name) = (option.namespace()?, option.option_name()?);
            // An option of one resource among several, such as a scheduled action, is named with it.
            let name = match option.resource_name() {
                Some(resource) if !resource.is_empty() => format!("{resource}: {name}"),
                _ => name.to_owned(),
            };
            let value = option.value().filter(|value| !value.is_empty())?;
            let value = if namespace == VARIABLES { digest(value) } else { value.to_owned() };
            Some(((namespace.to_owned(), name), value))
        });
        Ok(EnvironmentOptions { status: status(newest), values: values.collect() })
    }
}

/// Enough of a digest to tell two values apart.
fn digest(value: &str) -> String {
    hex(&Sha256::digest(value.as_bytes())[..8])
}
