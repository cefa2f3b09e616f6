//! Hold: changes one marker file, and takes until another file exists: a meeting point for tests that end the program
//! in the middle of a change.
//!
//! Effect: `FILE.held` exists while it is outstanding. Nearest AWS FIS action: aws:fis:wait. Permissions: none. Before
//! holds: both paths. Restore brings back everything.
//!
//! Invariant: the marker is made before the wait, so that whoever sees it knows that the change is under way.
//! Not here: anything of AWS.
//! Used by: registry.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::fs;

use super::{
    Captured, Change, ChangeError, Verification,
    before::{self, Version},
    context::ChangeContext,
    wait,
};
use crate::{
    clock::Clock,
    drill::model::Facts,
    journal::event::{FailureClass, Reversibility},
};

/// A forgotten file ends the wait after this.
const LONGEST: Duration = Duration::from_secs(3600);

/// What the drill says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Params {
    /// The file to wait for.
    until_file: PathBuf,
}

/// What `capture` chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Before {
    version: Version<1>,
    until_file: PathBuf,
    marker: PathBuf,
}

struct Hold {
    params: Params,
    clock: Clock,
}

/// Builds it.
pub(super) fn build(params: Params, cx: &ChangeContext) -> Box<dyn Change> {
    Box::new(Hold { params, clock: cx.clock })
}

#[async_trait]
impl Change for Hold {
    fn title(&self) -> String {
        format!("wait until {} exists", self.params.until_file.display())
    }

    fn reversibility(&self) -> Reversibility {
        Reversibility::Exact
    }

    fn apply_time(&self) -> Duration {
        LONGEST
    }

    fn restore_time(&self) -> Duration {
        Duration::ZERO
    }

    async fn capture(&self) -> Result<Captured, ChangeError> {
        let until_file = self.params.until_file.clone();
        let mut marker = until_file.clone().into_os_string();
        marker.push(".held");
        let marker = PathBuf::from(marker);
        if exists(&marker).await? {
            let words =
                format!("{} is there already: another run holds, or was not restored", marker.display());
            return Err(ChangeError::Refused(words));
        }
        let by_hand = vec![format!("rm -f '{}'", marker.display())];
        let touches = Facts::from([(marker.display().to_string(), "made, and removed".to_owned())]);
        let before = before::write(&Before { version: Version, until_file, marker })?;
        Ok(Captured { before, by_hand, touches, ..Captured::default() })
    }

    async fn apply(&self, before: &Value) -> Result<Facts, ChangeError> {
        let before: Before = before::read(before)?;
        fs::write(&before.marker, b"").await.map_err(|error| failed("make", &before.marker, &error))?;
        let missing = format!("{} is not there", before.until_file.display());
        let judge = |there| Ok(if there { Ok(()) } else { Err(missing.clone()) });
        let come = wait::until(self.clock, LONGEST, || exists(&before.until_file), judge);
        come.await.map_err(|why| why.into_error("wait for the file", &[]))?;
        Ok(Facts::new())
    }

    async fn restore(&self, before: &Value) -> Result<Facts, ChangeError> {
        let before: Before = before::read(before)?;
        match fs::remove_file(&before.marker).await {
            Ok(()) => Ok(Facts::new()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Facts::new()),
            Err(error) => Err(failed("remove", &before.marker, &error)),
        }
    }

    async fn verify(&self, before: &Value) -> Result<Verification, ChangeError> {
        let before: Before = before::read(before)?;
        Ok(match exists(&before.marker).await? {
            true => Verification::Different(vec![format!("{} is still there", before.marker.display())]),
            false => Verification::Equal(Facts::new()),
        })
    }
}

async fn exists(path: &Path) -> Result<bool, ChangeError> {
    fs::try_exists(path).await.map_err(|error| failed("look for", path, &error))
}

fn failed(what: &str, path: &Path, error: &io::Error) -> ChangeError {
    ChangeError::Failed {
        class: FailureClass::Invalid,
        what: format!("{what} {}", path.display()),
        why: error.to_string(),
    }
}
