//! Iam: the least that a drill's caller must be allowed, as a policy; or whether the caller is allowed that now.
//! Invariant: reads only. A policy is printed only if it is enough for the whole drill.
//! Not here: what is needed (see `plan::policy`), how it is asked (see `plan::rights`).
//! Used by: cli.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use comfy_table::Cell;
use serde_json::{Value, json};

use crate::{
    aws::Aws,
    drill::model::{Drill, PerSide},
    plan::{
        self, Prepared,
        policy::{self, Document, LIMIT, Part, Statement, Subject},
        rights::{May, Ruling},
    },
};

use super::{
    error::CliError,
    exit,
    output::{cell, note, out, out_exactly, table},
    prepared,
    surroundings::{Surroundings, WorldArgs},
    words::Tone,
};

/// What AWS asks for beside the drill's own calls, without saying exactly what.
const BENEATH: &str = "Elastic Beanstalk reads the services beneath it with the caller's own rights, and AWS does not \
                       say which it reads when: attach its managed policy AWSElasticBeanstalkReadOnly as well";

/// What is not in the policy of a run.
const CHECKS: &str =
    "The readiness checks before each run read more (--part ready); without it they can not tell, and warn";

/// What `iam` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 printed, or everything is allowed; 3 not everything was found; 64 bad usage or a bad drill \
                  file; with --simulate also 1 something is denied, 2 nothing is, but of something nobody can tell."
)]
pub(crate) struct IamArgs {
    /// The drill file
    drill: PathBuf,
    /// In which form
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Which part: a run needs both [default: all; with --out each]
    #[arg(long, value_enum)]
    part: Option<Wanted>,
    /// Write the policies into this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["simulate", "json"])]
    out: Option<PathBuf>,
    /// Who runs the drill: a user's or role's ARN [default: the caller]
    #[arg(long = "for", value_name = "ARN", value_parser = principal)]
    principal: Option<String>,
    /// Ask IAM and EC2 whether everything is allowed now, action by action
    #[arg(long)]
    simulate: bool,
    /// As JSON, with each statement's reason
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    world: WorldArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Documents as IAM takes them
    Json,
    /// Data sources and managed policies of Terraform
    Terraform,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Wanted {
    /// Only what reads
    Read,
    /// Only what changes something
    Change,
    /// What the readiness checks before a run read beside that
    Ready,
    /// Both in one
    All,
}

/// A user or role of IAM.
fn principal(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", _, own] if own.starts_with("user/") || own.starts_with("role/") => {
            Ok(text.to_owned())
        }
        _ => Err("it reads like `arn:aws:iam::111122223333:role/firedrill`, or `user/NAME`".to_owned()),
    }
}

/// Prints the policy of a drill, or what is known of its caller's rights; the exit code.
pub(crate) async fn iam(args: IamArgs) -> Result<u8, CliError> {
    let Some(mut loaded) = prepared::drill_of(&args.drill, prepared::UNTOUCHED)? else {
        return Ok(exit::USAGE);
    };
    loaded.drill.deployment.check_rights = args.simulate;
    let surroundings = args.world.open(&loaded.drill.deployment).await?;
    let result = Box::pin(iam_in(&args, &loaded.drill, &surroundings)).await;
    if let Err(why) = surroundings.close().await {
        note(format!("warning: {}", why.chain()));
    }
    result
}

async fn iam_in(args: &IamArgs, drill: &Drill, surroundings: &Surroundings) -> Result<u8, CliError> {
    let aws = Aws::new(surroundings.aws.clone());
    let prepared = prepared::look(&aws, drill, surroundings, args.principal.clone()).await?;
    refuse_parts(&prepared)?;
    if args.simulate {
        return Ok(show_rulings(args, &prepared));
    }
    if !prepared.needs.iter().any(|need| need.subject == Subject::Caller) {
        note("warning: whose rights are to be asked is not known: say who runs the drill with --for ARN");
    }
    match &args.out {
        Some(folder) => write(args, drill, &prepared, folder)?,
        None => print(args, drill, &prepared),
    }
    Ok(exit::PASSED)
}

/// What a change needs is known once it was captured: a policy without it would not be enough.
fn refuse_parts(prepared: &Prepared) -> Result<(), CliError> {
    let lacks = |step: &&plan::PlannedStep| step.change.is_none() && prepared.changes.contains_key(&step.id);
    let lacking = prepared.plan.steps.iter().filter(lacks);
    let why: Vec<&str> = lacking
        .flat_map(|step| {
            prepared.plan.refusals.iter().filter(move |why| why.starts_with(&format!("step `{}`:", step.id)))
        })
        .map(String::as_str)
        .collect();
    match why.is_empty() {
        true => Ok(()),
        false => Err(CliError::Refused(format!(
            "what the whole drill needs can not be told:\n  - {}",
            why.join("\n  - ")
        ))),
    }
}

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

fn print(args: &IamArgs, drill: &Drill, prepared: &Prepared) {
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

fn write(args: &IamArgs, drill: &Drill, prepared: &Prepared, folder: &Path) -> Result<(), CliError> {
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

/// The worst that is known of each action on each resource: both sides may call it.
fn worst(rulings: &[Ruling]) -> BTreeMap<(&'static str, &str), &Ruling> {
    let rank = |one: &Ruling| match one.may {
        May::Denied => 2,
        May::Unknown => 1,
        May::Allowed => 0,
    };
    let mut all: BTreeMap<(&'static str, &str), &Ruling> = BTreeMap::new();
    for one in rulings {
        let own = all.entry((one.need.action, &one.need.resource)).or_insert(one);
        if rank(one) > rank(own) {
            *own = one;
        }
    }
    all
}

fn show_rulings(args: &IamArgs, prepared: &Prepared) -> u8 {
    let all = worst(&prepared.rulings);
    let count = |may: May| all.values().filter(|one| one.may == may).count();
    let (denied, unknown) = (count(May::Denied), count(May::Unknown));
    if args.json {
        let row = |(&(action, resource), one): (&(&str, &str), &&Ruling)| json!({ "action": action, "resource": resource, "may": one.may.as_str(), "because": one.because });
        let rows: Vec<Value> = all.iter().map(row).collect();
        let caller = args.principal.as_deref().unwrap_or(&prepared.caller.arn);
        out(json!({ "type": "rights", "for": caller, "rights": rows }).to_string());
    } else {
        let row = |(&(action, resource), one): (&(&str, &str), &&Ruling)| {
            let tone = match one.may {
                May::Allowed => Tone::Good,
                May::Denied => Tone::Bad,
                May::Unknown => Tone::Busy,
            };
            let may = cell(tone, one.may.as_str());
            vec![Cell::new(action), Cell::new(resource), may, Cell::new(&one.because)]
        };
        out(table(&["Action", "Resource", "May", "Because"], all.iter().map(row).collect()));
        note(format!("{} allowed, {denied} denied, {unknown} unknown", count(May::Allowed)));
    }
    match (denied, unknown) {
        (0, 0) => exit::PASSED,
        (0, _) => exit::UNKNOWN,
        _ => exit::FAILED,
    }
}
