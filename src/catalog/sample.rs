//! Sample: a deployment to build changes for, so that they say themselves what they need. Nothing is ever called.
//! Invariant: the reference deployment, as it is shipped.
//! Used by: changes.

use serde_json::{Map, Value};

use crate::{
    aws::{Aws, AwsSettings},
    change::registry::ChangeContext,
    clock::Clock,
    drill::{
        manual::Entry,
        model::{ChangeSpec, SourceText},
        reader,
    },
};

const DRILL: &str = include_str!("../../drills/rehearsal.yaml");
const DEPLOYMENT: &str = include_str!("../../drills/deployments/wordpress.yaml");

/// Builds changes for it; `None` would be a shipped file with an error, which a test excludes.
pub(super) fn context() -> Option<ChangeContext> {
    let file = |path: &str, text: &str| SourceText { path: path.to_owned(), text: text.to_owned() };
    let files = [file("rehearsal.yaml", DRILL), file("deployments/wordpress.yaml", DEPLOYMENT)];
    let deployment = reader::load_text(&files).ok()?.drill.deployment;
    let clock = Clock::real_time();
    Some(ChangeContext {
        clock,
        on_this_machine: true,
        aws: Aws::new(AwsSettings::of(&deployment, clock)),
        deployment,
        topology: None,
    })
}

/// The kind with what must be given, and again with everything.
pub(super) fn specs(entry: &Entry) -> [ChangeSpec; 2] {
    let spec = |wanted: fn(&str) -> bool| {
        let keys = entry.keys.iter().filter(|key| wanted(&key.need));
        let params = keys.map(|key| (key.name.to_owned(), value(key.example)));
        ChangeSpec { kind: entry.name.to_owned(), params: params.collect::<Map<_, _>>() }
    };
    match entry.name {
        // Its step is lowered to other names.
        "run" => [
            crate::change::run_command::spec(
                &["true".to_owned()],
                Some(&["true".to_owned()]),
                std::time::Duration::from_secs(60),
            ),
            crate::change::run_command::spec(&["true".to_owned()], None, std::time::Duration::from_secs(60)),
        ],
        _ => [spec(|need| need == "required"), spec(|_| true)],
    }
}

/// An example as the drill's reader would hand it on.
fn value(example: &str) -> Value {
    serde_json::from_str(example).unwrap_or_else(|_| Value::from(example))
}
