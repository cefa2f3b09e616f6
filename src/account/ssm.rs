//! Ssm: a shelf in Systems Manager's Parameter Store.
//! Invariant: none of its own; see `shelf` and `aws::ssm`.
//! Used by: cli, for every world.

use async_trait::async_trait;

use super::shelf::{Entry, Shelf, ShelfError};
use crate::{
    aws::{Aws, AwsError, Parameter},
    drill::model::Side,
};

/// The parameters of one side's region.
#[derive(Debug, Clone)]
pub struct SsmShelf {
    aws: Aws,
    side: Side,
}

impl SsmShelf {
    /// Of the side's region. Its calls do not wait behind probes.
    pub fn new(aws: &Aws, side: Side) -> SsmShelf {
        SsmShelf { aws: aws.urgent(), side }
    }
}

#[async_trait]
impl Shelf for SsmShelf {
    fn place(&self) -> String {
        self.aws.region(self.side).to_owned()
    }

    async fn create(&self, name: &str, value: &str) -> Result<bool, ShelfError> {
        self.aws.create_parameter(self.side, name, value).await.map_err(failed)
    }

    async fn put(&self, name: &str, value: &str) -> Result<(), ShelfError> {
        self.aws.put_parameter(self.side, name, value).await.map_err(failed)
    }

    async fn get(&self, name: &str) -> Result<Option<Entry>, ShelfError> {
        Ok(self.aws.parameter(self.side, name).await.map_err(failed)?.map(entry))
    }

    async fn below(&self, path: &str) -> Result<Vec<Entry>, ShelfError> {
        let found = self.aws.parameters_below(self.side, path).await.map_err(failed)?;
        Ok(found.into_iter().map(entry).collect())
    }

    async fn remove(&self, names: &[String]) -> Result<(), ShelfError> {
        self.aws.delete_parameters(self.side, names).await.map_err(failed)
    }
}

fn entry(parameter: Parameter) -> Entry {
    Entry { name: parameter.name, value: parameter.value, modified: parameter.modified }
}

fn failed(error: AwsError) -> ShelfError {
    ShelfError { class: error.class, why: error.to_string() }
}
