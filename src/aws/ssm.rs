//! Ssm: parameters of Systems Manager, where a run keeps what must outlive its machine.
//! Invariant: plain strings of the standard tier; a value is written whole or not at all.
//! Not here: what the parameters hold (see `account`).
//! Used by: `account`; survey, for the instances.
//!
//! Source: Systems Manager API reference, PutParameter, GetParametersByPath, DeleteParameters; a standard parameter
//! holds 4 KB, a list of names ten.

use aws_sdk_ssm::types::{Parameter as SdkParameter, ParameterTier, ParameterType};
use jiff::Timestamp;

use super::{Aws, AwsError, pages, text, time};
use crate::{drill::model::Side, journal::event::FailureClass};

/// One parameter as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its whole name.
    pub name: String,
    /// What it holds.
    pub value: String,
    /// When it was last written, by AWS's clock.
    pub modified: Option<Timestamp>,
}

/// Names that one call deletes.
const NAMES: usize = 10;

impl Aws {
    /// Makes a parameter; false if there is one of that name, which then stays as it is. Sent once.
    pub(crate) async fn create_parameter(
        &self,
        side: Side,
        name: &str,
        value: &str,
    ) -> Result<bool, AwsError> {
        let call = self.clients(side).await.ssm_once.put_parameter().name(name).value(value);
        let call = call.r#type(ParameterType::String).tier(ParameterTier::Standard).overwrite(false);
        let made =
            self.change(&self.budgets(side).ssm, "ssm:PutParameter", || call.clone().send()).await.map(drop);
        match made {
            Err(error) if error.code.as_deref().is_some_and(is_taken) => Ok(false),
            made => made.map(|()| true),
        }
    }

    /// Writes a parameter, whether there is one or not. It may be sent again: written twice it holds the same.
    pub(crate) async fn put_parameter(&self, side: Side, name: &str, value: &str) -> Result<(), AwsError> {
        let call = self.clients(side).await.ssm.put_parameter().name(name).value(value);
        let call = call.r#type(ParameterType::String).tier(ParameterTier::Standard).overwrite(true);
        self.change(&self.budgets(side).ssm, "ssm:PutParameter", || call.clone().send()).await.map(drop)
    }

    /// One parameter; `None` if there is none of that name.
    pub(crate) async fn parameter(&self, side: Side, name: &str) -> Result<Option<Parameter>, AwsError> {
        let call = self.clients(side).await.ssm.get_parameter().name(name).send();
        match self.send(&self.budgets(side).ssm, "ssm:GetParameter", call).await {
            Ok(answer) => Ok(answer.parameter.as_ref().map(of_sdk)),
            Err(error) if error.class == FailureClass::Absent => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The ids of the region's instances that Session Manager reaches now (Systems Manager API reference,
    /// InstanceInformation: `PingStatus` is `Online`).
    pub async fn managed_instances(&self, side: Side) -> Result<Vec<String>, AwsError> {
        const OPERATION: &str = "ssm:DescribeInstanceInformation";
        let client = &self.clients(side).await.ssm;
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_instance_information().max_results(50).set_next_token(from).send();
            let answer = self.send(&self.budgets(side).ssm, OPERATION, call).await?;
            let online = answer
                .instance_information_list()
                .iter()
                .filter(|one| one.ping_status().is_some_and(|status| status.as_str() == "Online"));
            let ids = online.filter_map(|one| one.instance_id().map(str::to_owned)).collect();
            Ok((ids, pages::marker(answer.next_token())))
        })
        .await
    }

    /// Every parameter below a path, at any depth.
    pub(crate) async fn parameters_below(&self, side: Side, path: &str) -> Result<Vec<Parameter>, AwsError> {
        const OPERATION: &str = "ssm:GetParametersByPath";
        let client = &self.clients(side).await.ssm;
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.get_parameters_by_path().path(path).recursive(true).set_next_token(from).send();
            let answer = self.send(&self.budgets(side).ssm, OPERATION, call).await?;
            let next = pages::marker(answer.next_token());
            Ok((answer.parameters().iter().map(of_sdk).collect(), next))
        })
        .await
    }

    /// Deletes these parameters; those that are not there are passed over. It may be sent again.
    pub(crate) async fn delete_parameters(&self, side: Side, names: &[String]) -> Result<(), AwsError> {
        for some in names.chunks(NAMES) {
            let call = self.clients(side).await.ssm.delete_parameters().set_names(Some(some.to_vec()));
            self.change(&self.budgets(side).ssm, "ssm:DeleteParameters", || call.clone().send()).await?;
        }
        Ok(())
    }
}

/// The code that says that the name is taken, with and without the ending that some front doors leave off.
fn is_taken(code: &str) -> bool {
    code.strip_suffix("Exception").unwrap_or(code) == "ParameterAlreadyExists"
}

fn of_sdk(parameter: &SdkParameter) -> Parameter {
    Parameter {
        name: text(parameter.name()),
        value: text(parameter.value()),
        modified: time(parameter.last_modified_date()),
    }
}
