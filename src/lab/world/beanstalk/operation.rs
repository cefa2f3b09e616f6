//! Operation: what is in progress on an environment, step by step.
//! Invariant: an operation that was given up has no effect any more, whatever of it is still on the agenda.
//! Not here: what a caller may begin (see `change`).
//! Used by: `change`, `World::beanstalk_due`.

use std::time::Duration;

use super::{
    Due,
    due::Step,
    model::{Deployment, Environment, Key, Kind, Operation, Options, Proving, Status},
};
use crate::lab::world::{World, agenda};

impl World {
    /// Begins an operation and puts its steps on the agenda.
    pub(super) fn begin(
        &mut self,
        key: &Key,
        (kind, abortable, options): (Kind, bool, Option<Options>),
        steps: Vec<(Duration, Step)>,
    ) {
        let now = self.now();
        self.beanstalk.serial += 1;
        let serial = self.beanstalk.serial;
        let Some(own) = self.beanstalk.environments.get_mut(key) else { return };
        let version_before = own.version.clone();
        own.operation = Some(Operation { serial, kind, began: now, abortable, options, version_before });
        own.updated = now;
        own.status = match kind {
            Kind::Terminate => Status::Terminating,
            Kind::Abort => Status::Aborting,
            Kind::Deploy | Kind::Configure | Kind::Restart | Kind::Rebuild | Kind::Swap => Status::Updating,
        };
        self.plan(key, serial, steps);
        self.stir(key);
    }

    /// Puts steps on the agenda.
    pub(super) fn plan(&mut self, key: &Key, serial: u64, steps: Vec<(Duration, Step)>) {
        for (after, step) in steps {
            let (region, name) = key.clone();
            self.after(after, agenda::Due::Beanstalk(Due::Step { region, name, serial, step }));
        }
    }

    /// One step of an operation.
    pub(super) fn step(&mut self, key: &Key, serial: u64, step: Step) {
        let Some(own) = self.beanstalk.environments.get(key) else { return };
        // Logs are fetched beside any operation.
        let current = own.operation.as_ref().is_some_and(|operation| operation.serial == serial);
        match step {
            Step::Logs { kind } => self.take_logs(key, kind),
            _ if !current => {}
            Step::Say(message) => {
                let own = own.clone();
                self.say(&own, "INFO", message);
            }
            Step::Swap { with } => self.swap_cnames(key, &with),
            Step::Done => self.done(key),
        }
    }

    /// An operation ends.
    fn done(&mut self, key: &Key) {
        let now = self.now();
        let Some(own) = self.beanstalk.environments.get_mut(key) else { return };
        let Some(operation) = own.operation.take() else { return };
        own.updated = now;
        own.status = Status::Ready;
        match operation.kind {
            Kind::Deploy | Kind::Configure => self.changed(key, &operation),
            Kind::Restart | Kind::Rebuild => self.prove(key, &operation),
            Kind::Abort | Kind::Swap => {}
            Kind::Terminate => return self.gone(key),
        }
        let Some(own) = self.beanstalk.environments.get(key).cloned() else { return };
        let closing = match operation.kind {
            // What became of a change is said with it.
            Kind::Deploy | Kind::Configure => None,
            Kind::Restart => Some("restartAppServer completed successfully."),
            Kind::Rebuild => Some("rebuildEnvironment completed successfully."),
            Kind::Abort => Some("The environment was reverted to the previous configuration setting."),
            Kind::Swap | Kind::Terminate => None,
        };
        if let Some(closing) = closing {
            self.say(&own, "INFO", closing.to_owned());
        }
        self.note_ready(&own);
        self.stir(key);
    }

    /// A change of version or options ends: for good if the instances take the version.
    fn changed(&mut self, key: &Key, operation: &Operation) {
        let now = self.now();
        let Some(own) = self.beanstalk.environments.get(key).cloned() else { return };
        let version = (own.region.clone(), own.application.clone(), own.version.clone());
        let takes = self.beanstalk.versions.get(&version).is_none_or(|version| version.deploys);
        if operation.kind == Kind::Deploy && !takes {
            return self.failed(key, operation, &own);
        }
        if let Some(options) = &operation.options {
            self.put_options(key, options);
            self.say(&own, "INFO", "Successfully deployed new configuration to environment.".to_owned());
        }
        if let Some(own) = self.beanstalk.environments.get_mut(key) {
            if operation.kind == Kind::Deploy {
                let id = own.deployment.id + 1;
                own.deployment = Deployment { id, version: own.version.clone(), at: now };
                own.health.stale = None;
            }
            own.failed_options = None;
        }
        if operation.kind == Kind::Deploy {
            let message = "New application version was deployed to running EC2 instances.";
            self.say(&own, "INFO", message.to_owned());
        }
        self.say(&own, "INFO", "Environment update completed successfully.".to_owned());
        self.prove(key, operation);
    }

    /// The instances do not take a version: they keep the one they had.
    fn failed(&mut self, key: &Key, operation: &Operation, own: &Environment) {
        let expected = format!(
            "Incorrect application version found on all instances. Expected version \"{}\" (deployment {}).",
            own.version,
            own.deployment.id + 1
        );
        let instances: Vec<_> =
            own.machines.iter().map(|machine| format!("'{}'", machine.instance)).collect();
        let count = instances.len();
        let instances = instances.join(", ");
        for message in [
            "[Instance deployment] The application version could not be deployed.".to_owned(),
            format!(
                "Unsuccessful command execution on instance id(s) {instances}. Aborting the operation. \
                 Command execution completed on all instances. Summary: [Successful: 0, Failed: {count}]."
            ),
            "Failed to deploy application.".to_owned(),
        ] {
            self.say(own, "ERROR", message);
        }
        if let Some(own) = self.beanstalk.environments.get_mut(key) {
            own.version.clone_from(&operation.version_before);
            own.failed_options.clone_from(&operation.options);
            own.health.stale = Some(expected);
        }
    }

    /// From now on the instances have to pass their checks.
    fn prove(&mut self, key: &Key, operation: &Operation) {
        let ended = self.now();
        if let Some(own) = self.beanstalk.environments.get_mut(key) {
            let (what, began) = (operation.kind.what(), operation.began);
            own.health.proving = Some(Proving { what, began, ended, passes: 0 });
        }
    }

    fn note_ready(&mut self, own: &Environment) {
        let with = [
            ("region", own.region.clone()),
            ("environment", own.name.clone()),
            ("version", own.version.clone()),
        ];
        self.note("environment.ready", with);
    }
}
