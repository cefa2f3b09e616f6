//! Signature: `SHA256SUMS` signed and checked by the system's own `ssh-keygen`.
//! Invariant: no key is read, held or asked for here: that is between `ssh-keygen`, the agent and the person.
//! Not here: what the signature stands for (see `sums`).
//! Used by: cli signs, verify checks.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use super::{
    seal::put,
    sums::{SIGNATURE_FILE, SUMS_FILE},
};

/// What a signature is for: one made for another purpose, such as a commit, is none here.
pub const NAMESPACE: &str = "firedrill-evidence";

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// There is no `ssh-keygen`.
    #[error("nothing was signed: there is no `ssh-keygen` on the PATH; install OpenSSH's client")]
    NoProgram,
    /// There is no such key file.
    #[error(
        "nothing was signed: there is no key at {}; name a private key, or the public key of one that the agent holds \
         (`ssh-add -L` lists them)",
        .0.display()
    )]
    NoKey(PathBuf),
    /// `ssh-keygen` did not sign.
    #[error("nothing was signed: ssh-keygen said: {said}{}", advice(.key))]
    Refused {
        /// The key.
        key: PathBuf,
        /// What it said.
        said: String,
    },
    /// The file system refused.
    #[error("nothing was signed: cannot {doing}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

fn advice(key: &Path) -> String {
    let private = key.with_extension("");
    match is_public(key) {
        true => format!(
            "\n  a public key signs only while the agent holds its private half: ssh-add {}",
            private.display()
        ),
        false => format!(
            "\n  where nobody can type its passphrase, let the agent hold the key, and name {}.pub instead",
            key.display()
        ),
    }
}

fn is_public(key: &Path) -> bool {
    key.extension().is_some_and(|ending| ending == "pub")
}

/// What can be told of a folder's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signature {
    /// There is none.
    None,
    /// It is one of this list, made with this key; whose key that is was not asked.
    Fits {
        /// Kind and fingerprint, as `ssh-keygen` says them.
        key: String,
    },
    /// It is one of this list, made by somebody who is allowed to sign.
    By {
        /// Who, as the list of allowed signers names them.
        who: String,
        /// Kind and fingerprint.
        key: String,
    },
    /// It is none of this list, or not by anybody who is allowed to sign.
    Wrong {
        /// What `ssh-keygen` said.
        why: String,
    },
    /// It could not be checked.
    Unchecked {
        /// Why.
        why: String,
    },
}

/// Signs the folder's list with a private key, or with one that the agent holds and whose public key is named. Asks for a
/// passphrase only if `ssh-keygen` does, which needs a terminal for that.
pub fn sign(folder: &Path, key: &Path) -> Result<(), SignError> {
    let io = |doing| move |source| SignError::Io { doing, source };
    if !key.is_file() {
        return Err(SignError::NoKey(key.into()));
    }
    // Beside the folder it would be an added file for a moment; and a signature that is there must not be lost if this fails.
    let aside = tempfile::tempdir().map_err(io("make a folder to sign in"))?;
    let copy = aside.path().join(SUMS_FILE);
    fs::copy(folder.join(SUMS_FILE), &copy).map_err(io("read SHA256SUMS"))?;
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "sign", "-n", NAMESPACE, "-f"]).arg(key).arg(&copy);
    let output = command.output_with_terminal().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => SignError::NoProgram,
        _ => SignError::Io { doing: "start ssh-keygen", source: error },
    })?;
    if !output.status.success() {
        return Err(SignError::Refused { key: key.into(), said: words(&output) });
    }
    let made = fs::read(aside.path().join(SIGNATURE_FILE)).map_err(io("read what ssh-keygen made"))?;
    put(folder, &folder.join(SIGNATURE_FILE), &made).map_err(io("write SHA256SUMS.sig"))
}

/// Looks at the folder's signature: whether it is one of its list, and, where `signers` says who may sign, by whom.
/// `identity` is the name to look for there; without it, whoever has that key.
pub fn look(folder: &Path, signers: Option<&Path>, identity: Option<&str>) -> Signature {
    if !folder.join(SIGNATURE_FILE).is_file() {
        return Signature::None;
    }
    let looked = match signers {
        None => fits(folder),
        Some(signers) => by(folder, signers, identity),
    };
    looked.unwrap_or_else(|error| Signature::Unchecked {
        why: match error.kind() {
            io::ErrorKind::NotFound => "there is no `ssh-keygen` on the PATH".to_owned(),
            _ => error.to_string(),
        },
    })
}

fn fits(folder: &Path) -> io::Result<Signature> {
    let output = ask(folder, &["-Y", "check-novalidate", "-n", NAMESPACE], None)?;
    Ok(match output.status.success() {
        true => Signature::Fits { key: key_of(&output) },
        false => Signature::Wrong { why: words(&output) },
    })
}

fn by(folder: &Path, signers: &Path, identity: Option<&str>) -> io::Result<Signature> {
    let who = match identity {
        Some(name) => name.to_owned(),
        None => {
            let found = ask(folder, &["-Y", "find-principals"], Some(signers))?;
            let text = String::from_utf8_lossy(&found.stdout).into_owned();
            match text
                .lines()
                .next()
                .and_then(|line| line.split(',').next())
                .filter(|_| found.status.success())
            {
                Some(name) => name.trim().to_owned(),
                // Whether it is any signature of this list is worth knowing before whose it is.
                None => {
                    return Ok(match fits(folder)? {
                        Signature::Fits { key } => Signature::Wrong {
                            why: format!("{} lists nobody with the {key}", signers.display()),
                        },
                        other => other,
                    });
                }
            }
        }
    };
    let output = ask(folder, &["-Y", "verify", "-n", NAMESPACE, "-I", &who], Some(signers))?;
    Ok(match output.status.success() {
        true => Signature::By { who, key: key_of(&output) },
        false => Signature::Wrong { why: words(&output) },
    })
}

/// Gives `ssh-keygen` the list on its stdin.
fn ask(folder: &Path, what: &[&str], signers: Option<&Path>) -> io::Result<Output> {
    let mut command = Command::new("ssh-keygen");
    command.args(what).arg("-s").arg(folder.join(SIGNATURE_FILE));
    if let Some(signers) = signers {
        command.arg("-f").arg(signers);
    }
    command.stdin(File::open(folder.join(SUMS_FILE))?).output()
}

/// `ED25519 key SHA256:…` out of what `ssh-keygen` says of a good signature.
fn key_of(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().rsplit_once(" with ").map_or_else(|| text.trim().to_owned(), |(_, key)| key.to_owned())
}

/// What it said, on one line.
fn words(output: &Output) -> String {
    let all = [&output.stderr[..], &output.stdout[..]].concat();
    let text = String::from_utf8_lossy(&all);
    let lines: Vec<&str> =
        text.lines().map(|line| line.trim_end_matches('\r').trim()).filter(|line| !line.is_empty()).collect();
    match lines.as_slice() {
        [] => format!("nothing ({})", output.status),
        lines => lines.join("; "),
    }
}

trait WithTerminal {
    /// Runs it with this process's stdin, so that it can ask a person who is there.
    fn output_with_terminal(&mut self) -> io::Result<Output>;
}

impl WithTerminal for Command {
    fn output_with_terminal(&mut self) -> io::Result<Output> {
        self.stdin(Stdio::inherit()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?.wait_with_output()
    }
}
