//! A lab in the test's own process: a test can act in it as a stranger, while the program uses it over its sockets.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use firedrill::{
    clock::Clock,
    lab::{
        door::{Lab, LabSettings},
        world::call::{Call, Params, Service},
    },
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The lab, running on threads of its own.
pub(crate) struct OpenLab {
    lab: Lab,
    clock: Clock,
    folder: TempDir,
    runtime: Runtime,
}

impl OpenLab {
    pub(crate) fn up(speed: f64, seed: u64) -> OpenLab {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let clock = Clock::at_speed(speed);
        let lab = runtime.block_on(Lab::start(LabSettings::new(seed, clock))).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let line = serde_json::to_string(lab.info()).unwrap();
        std::fs::write(folder.path().join("lab.json"), line).unwrap();
        OpenLab { lab, clock, folder, runtime }
    }

    /// The file that `--lab-at` takes.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("lab.json")
    }

    /// Everything that is set up, one line for each setting.
    pub(crate) fn configuration(&self) -> BTreeSet<String> {
        self.lab.with_world(firedrill::lab::world::World::configuration)
    }

    /// Waits longer than any of the lab's reads lags behind its writes.
    pub(crate) fn settle(&self) {
        self.runtime.block_on(self.clock.sleep(Duration::from_secs(10)));
    }

    /// Calls AWS as someone who is not the program.
    #[track_caller]
    pub(crate) fn stranger(&self, region: &str, service: Service, operation: &str, params: &[(&str, &str)]) {
        let params = Params::new(params.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
        let access_key = self.lab.info().access_key_id.clone();
        let call =
            Call { service, operation: operation.to_owned(), region: region.to_owned(), access_key, params };
        let now = self.clock.now().wall;
        self.lab.with_world(|world| world.handle(now, &call).map(drop)).expect("the stranger's call is good");
    }
}
