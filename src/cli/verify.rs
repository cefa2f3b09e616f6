//! Verify: whether a run's folder is as it was left.
//! Invariant: changes nothing; exit 0 only if nothing is wrong; what was not checked is said.
//! Not here: the checks (see `evidence`).
//! Used by: cli.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use crate::{
    evidence::{self, Asked, Trouble, Verification, signature::Signature},
    journal::{JournalError, Store},
};

use super::{
    ReportsArgs,
    error::CliError,
    exit,
    output::{out, strong, toned},
    report,
    words::Tone,
};

/// The exit codes of this verb.
const CODES: &str = "\
Exit codes:
   0  nothing is wrong
   1  something is
   3  there is no such run
  64  bad usage";

/// What `verify` takes.
#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub(crate) struct VerifyArgs {
    /// The run: its id, or an unambiguous part of it, or its folder [default: the latest]
    run: Option<String>,
    /// Who may sign, as OpenSSH lists them; the run must then be signed by one of them
    #[arg(long, value_name = "FILE")]
    allowed_signers: Option<PathBuf>,
    /// The name in that file that must have signed
    #[arg(long, value_name = "NAME", requires = "allowed_signers")]
    identity: Option<String>,
    /// Make every report again from the records and compare each byte
    #[arg(long)]
    rebuild: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reports: ReportsArgs,
}

/// Checks it; exit 1 if anything is wrong.
pub(crate) fn verify(args: &VerifyArgs) -> Result<u8, CliError> {
    let folder = folder(args)?;
    if let Some(signers) = args.allowed_signers.as_deref().filter(|path| !path.is_file()) {
        let path = signers.display();
        return Err(CliError::Usage(format!(
            "there is no file of allowed signers at {path}; nothing was checked"
        )));
    }
    let (made, unmade) = match args.rebuild.then(|| report::made_again(&folder)) {
        None => (None, None),
        Some(Ok(files)) => (Some(files), None),
        Some(Err(why)) => (None, Some(why)),
    };
    let asked = Asked {
        signers: args.allowed_signers.as_deref(),
        identity: args.identity.as_deref(),
        made_again: made.as_deref(),
    };
    let found = evidence::verify(&folder, &asked)
        .map_err(|why| CliError::broken(format!("{} can not be read", folder.display()), why))?;
    if args.json {
        out(as_json(&found).to_string());
    } else {
        show(&found, &folder, args);
    }
    // A run that cannot be reported has troubles of its own, which say more.
    match unmade.filter(|_| found.is_whole()) {
        Some(why) => Err(why),
        None => Ok(if found.is_whole() { exit::PASSED } else { exit::FAILED }),
    }
}

/// The run's folder, also of one whose journal is gone: that is something to name.
fn folder(args: &VerifyArgs) -> Result<PathBuf, CliError> {
    let store = Store::new(&args.reports.reports);
    let named = args.run.as_deref();
    store.find(named).or_else(|why| {
        let paths = named.into_iter().flat_map(|name| [PathBuf::from(name), store.root().join(name)]);
        let there = paths.filter(|path| !matches!(why, JournalError::AmbiguousRun { .. }) && path.is_dir());
        let mut there = there;
        there.next().ok_or_else(|| CliError::broken("there is no such run", why))
    })
}

fn show(found: &Verification, folder: &Path, args: &VerifyArgs) {
    let name = found.run.clone().unwrap_or_else(|| folder.display().to_string());
    let verdict = match found.troubles.len() {
        0 => toned(Tone::Good, "nothing is wrong"),
        1 => toned(Tone::Bad, "1 thing is wrong"),
        count => toned(Tone::Bad, &format!("{count} things are wrong")),
    };
    out(format!("{}  {verdict}", strong(&name)));
    found.troubles.iter().for_each(|trouble| out(format!("  {}", toned(Tone::Bad, &trouble.to_string()))));
    let chained = |it: &evidence::Chained| format!("{} records, head {}", it.chain_length, it.chain_head);
    out(format!("  journal     {}", chained(&found.journal)));
    if let Some(followup) = &found.followup {
        out(format!("  follow-up   {}", chained(followup)));
    }
    out(format!("  files       {} as SHA256SUMS lists them", found.files));
    if let Some(same) = found.made_again {
        out(format!("  rebuilt     {same} files, byte for byte"));
    }
    out(format!("  signature   {}", signature(&found.signature, &name, args)));
}

fn signature(signature: &Signature, run: &str, args: &VerifyArgs) -> String {
    match signature {
        Signature::None => "none".to_owned(),
        Signature::By { who, key } => format!("by {who}, {key}"),
        Signature::Fits { key } => {
            let reports = args.reports.reports.display();
            format!(
                "by {key}; whose that is was not checked:\n              firedrill verify {run} --reports {reports} \
                 --allowed-signers FILE"
            )
        }
        Signature::Wrong { .. } => "does not vouch for this folder".to_owned(),
        Signature::Unchecked { why } => format!("not checked: {why}"),
    }
}

fn as_json(found: &Verification) -> Value {
    let signature = match &found.signature {
        Signature::None => json!({ "state": "none" }),
        Signature::By { who, key } => json!({ "state": "by", "who": who, "key": key }),
        Signature::Fits { key } => json!({ "state": "signer_not_checked", "key": key }),
        Signature::Wrong { why } => json!({ "state": "wrong", "why": why }),
        Signature::Unchecked { why } => json!({ "state": "not_checked", "why": why }),
    };
    let troubles: &[Trouble] = &found.troubles;
    json!({
        "run": found.run,
        "whole": found.is_whole(),
        "journal": found.journal,
        "followup": found.followup,
        "files": found.files,
        "rebuilt": found.made_again,
        "signature": signature,
        "troubles": troubles,
    })
}
