//! Iam: the least that a drill's caller must be allowed, as a policy; or whether the caller is allowed that now.
//! Invariant: reads only. A policy is printed only if it is enough for the whole drill.
//! Not here: what is needed (see `plan::policy`), how it is asked (see `plan::rights`); how either is shown (see beside this
//! file).
//! Used by: cli.

mod documents;
mod rulings;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::{
    aws::Aws,
    drill::model::Drill,
    plan::{self, Prepared, policy::Subject},
};

use super::{
    error::CliError,
    exit,
    output::note,
    prepared,
    surroundings::{Surroundings, WorldArgs},
};

/// The exit codes of this verb.
const CODES: &str = "\
Exit codes:
   0  the policy is printed or written; with --simulate: everything is allowed
   1  with --simulate: something is denied
   2  with --simulate: nothing is denied, but of something nobody can tell
   3  not everything was found that the policy would name
  64  bad usage, or a bad drill file";

/// What `iam` takes.
#[derive(Debug, Args)]
#[command(after_help = CODES)]
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
    #[arg(long, conflicts_with_all = ["part", "format"])]
    simulate: bool,
    /// As JSON, with each statement's reason
    #[arg(long, conflicts_with = "format")]
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
        return Ok(rulings::show(args, &prepared));
    }
    if !prepared.needs.iter().any(|need| need.subject == Subject::Caller) {
        note("warning: whose rights are to be asked is not known: say who runs the drill with --for ARN");
    }
    match &args.out {
        Some(folder) => documents::write(args, drill, &prepared, folder)?,
        None => documents::print(args, drill, &prepared),
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
