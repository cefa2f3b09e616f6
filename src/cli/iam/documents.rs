//! Documents: the policy of a drill as IAM or Terraform takes it, printed or written.
//! Invariant: what stands on stdout is the policy alone; its reasons go to stderr.
//! Used by: iam.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::{Format, IamArgs, Wanted};
use crate::{
    cli::{
        error::CliError,
        output::{note, out, out_exactly},
    },
    drill::model::{Drill, PerSide},
    plan::{
        Prepared,
        policy::{self, Document, LIMIT, Part, Statement},
    },
};

/// What AWS asks for beside the drill's own calls, without saying exactly what.
const BENEATH: &str = "Elastic Beanstalk reads the services beneath it with the caller's own rights, and AWS does not \
                       say which it reads when: attach its managed policy AWSElasticBeanstalkReadOnly as well";

/// What is not in the policy of a run.
const CHECKS: &str =
    "The readiness checks before each run read more (--part ready); without it they can not tell, and warn";

/// The documents of a part.
fn documents(drill: &Drill, prepared: &Prepared, wanted: Wanted) -> Vec<Document> {
    let deployment = &drill.deployment;
    let regions = PerSide {
        primary: deployment.regions.primary.region.clone(),
        standby: deployment.regions.standby.region.clone(),
    };
    let needs = match wanted {
        Wanted::Ready => policy::readiness(drill, &prepared.topology, &prepared.caller, &prepared.needs),
        _ => prepared.needs.clone(),
    };
    let all = policy::statements(&needs, &regions, deployment.allow.as_ref());
    let (name, only) = match wanted {
        Wanted::Read => (format!("firedrill-{}-read", drill.name), Some(Part::Read)),
        Wanted::Change => (format!("firedrill-{}-change", drill.name), Some(Part::Change)),
        Wanted::Ready => (format!("firedrill-{}-ready", drill.name), None),
        Wanted::All => (format!("firedrill-{}", drill.name), None),
    };
    let mut own: Vec<Statement> =
        all.into_iter().filter(|one| only.is_none_or(|only| one.part == only)).collect();
    if wanted == Wanted::Ready {
        // So that both can be put into one policy, where names must differ.
        own.iter_mut().for_each(|one| one.sid = format!("Ready{}", one.sid.trim_start_matches("Read")));
    }
    policy::documents(&name, &own)
}

/// What whoever assumes the deployment's roles must be allowed.
fn caller(drill: &Drill) -> Vec<Document> {
    let statements: Vec<Statement> = policy::assume(&drill.deployment).into_iter().collect();
    policy::documents(&format!("firedrill-{}-caller", drill.name), &statements)
}

fn about(drill: &Drill) -> String {
    format!("What a run of {} on {} calls, and no more. {BENEATH}.", drill.name, drill.deployment.name)
}

/// Prints the policy, each statement's reason beside it.
pub(super) fn print(args: &IamArgs, drill: &Drill, prepared: &Prepared) {
    let wanted = args.part.unwrap_or(Wanted::All);
    let mut all = documents(drill, prepared, wanted);
    all.extend(caller(drill));
    if args.json {
        return out(json!({ "type": "iam", "drill": drill.name, "documents": as_json(&all) }).to_string());
    }
    match args.format {
        Format::Terraform => out_exactly(&policy::terraform(&about(drill), &all)),
        Format::Json => {
            all.iter().for_each(|document| out(document.json()));
            for document in &all {
                note(said(document));
                document.statements.iter().for_each(|one| note(format!("  {}: {}", one.sid, one.reason)));
            }
            note(BENEATH);
            if wanted != Wanted::Ready {
                note(CHECKS);
            }
        }
    }
}

/// A document's name and size.
fn said(document: &Document) -> String {
    format!("{}: {} characters of {LIMIT}", document.name, document.characters())
}

fn as_json(documents: &[Document]) -> Vec<Value> {
    let statement = |one: &Statement| {
        let part = if one.part == Part::Read { "read" } else { "change" };
        json!({ "sid": one.sid, "part": part, "reason": one.reason })
    };
    let one = |document: &Document| {
        json!({
            "name": document.name,
            "characters": document.characters(),
            "limit": LIMIT,
            "statements": document.statements.iter().map(statement).collect::<Vec<_>>(),
            "policy": document.value(),
        })
    };
    documents.iter().map(one).collect()
}

/// Writes each part of the policy into a file of its own.
pub(super) fn write(
    args: &IamArgs,
    drill: &Drill,
    prepared: &Prepared,
    folder: &Path,
) -> Result<(), CliError> {
    let parts =
        args.part.map_or(vec![Wanted::Read, Wanted::Change, Wanted::Ready, Wanted::All], |part| vec![part]);
    let mut all: Vec<Document> =
        parts.into_iter().flat_map(|part| documents(drill, prepared, part)).collect();
    all.extend(caller(drill));
    let broken = |path: &Path| {
        let what = format!("{} can not be written", path.display());
        move |why: std::io::Error| CliError::broken(what, why)
    };
    fs::create_dir_all(folder).map_err(broken(folder))?;
    for document in &all {
        let (end, text) = match args.format {
            Format::Json => ("json", document.json() + "\n"),
            Format::Terraform => ("tf", policy::terraform(&about(drill), std::slice::from_ref(document))),
        };
        let path = folder.join(format!("{}.{end}", document.name));
        fs::write(&path, text).map_err(broken(&path))?;
        out(format!("{}  {}", path.display(), said(document)));
    }
    note(BENEATH);
    Ok(())
}
