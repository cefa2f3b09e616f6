use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::folder::{Folder, sh};
use crate::evidence::{
    Asked, Kind, Verification,
    signature::{NAMESPACE, SignError, Signature, sign},
    verify,
};

/// A new key without a passphrase.
fn key(folder: &Folder, name: &str) -> PathBuf {
    let path = folder.outside(name);
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    path
}

/// Who may sign: this key, by this name.
pub(super) fn allow(folder: &Folder, key: &Path, name: &str) -> PathBuf {
    let public = fs::read_to_string(key.with_extension("pub")).unwrap();
    let path = folder.outside("allowed_signers");
    fs::write(&path, format!("{name} namespaces=\"{NAMESPACE}\" {public}")).unwrap();
    path
}

pub(super) fn signed() -> (Folder, PathBuf) {
    let folder = Folder::new();
    let key = key(&folder, "key");
    sign(&folder.dir, &key).unwrap();
    let signers = allow(&folder, &key, "drills@example.com");
    (folder, signers)
}

fn by(folder: &Folder, signers: &Path, identity: Option<&str>) -> Verification {
    verify(&folder.dir, &Asked { signers: Some(signers), identity, made_again: None }).unwrap()
}

/// What the system's own tool says of the signature.
fn ssh_keygen(folder: &Folder, signers: &Path) -> bool {
    let script = format!(
        "ssh-keygen -Y verify -f {} -I drills@example.com -n {NAMESPACE} -s SHA256SUMS.sig < SHA256SUMS",
        signers.display()
    );
    sh(&folder.dir, &script).status.success()
}

#[test]
fn a_signed_run_names_its_signer_and_without_a_list_of_signers_only_the_key() {
    let (folder, signers) = signed();
    for identity in [None, Some("drills@example.com")] {
        let verified = by(&folder, &signers, identity);
        assert!(verified.is_whole(), "{:?}", verified.troubles);
        let Signature::By { who, key } = verified.signature else { panic!("{:?}", verified.signature) };
        assert_eq!(who, "drills@example.com");
        assert!(key.starts_with("ED25519 key SHA256:"), "{key}");
    }
    assert!(ssh_keygen(&folder, &signers));
    let alone = folder.verify();
    assert!(alone.is_whole(), "the signature is no added file: {:?}", alone.troubles);
    assert!(matches!(alone.signature, Signature::Fits { .. }), "{:?}", alone.signature);
}

#[test]
fn a_signature_by_another_key_for_another_purpose_or_of_another_list_is_none() {
    let (folder, signers) = signed();
    let wrong = |folder: &Folder, what: &str| {
        let verified = by(folder, &signers, None);
        let named =
            verified.troubles.iter().any(|it| it.file == "SHA256SUMS.sig" && it.kind == Kind::Signature);
        assert!(named && matches!(verified.signature, Signature::Wrong { .. }), "{what}: {verified:?}");
        assert!(!ssh_keygen(folder, &signers), "{what}: ssh-keygen agrees");
    };
    let other = key(&folder, "other");
    sign(&folder.dir, &other).unwrap();
    wrong(&folder, "another key");
    assert!(folder.verify().is_whole(), "without a list of signers any key's signature fits");

    let script = "rm SHA256SUMS.sig; ssh-keygen -q -Y sign -f ../key -n git SHA256SUMS";
    assert!(sh(&folder.dir, script).status.success());
    wrong(&folder, "another purpose");
    assert!(!folder.verify().is_whole(), "a signature for another purpose does not even fit");

    let another = Folder::new();
    another.note("not the same run");
    another.report();
    let own = key(&another, "key");
    fs::copy(folder.outside("key"), &own).unwrap();
    fs::copy(folder.outside("key.pub"), own.with_extension("pub")).unwrap();
    sign(&another.dir, &own).unwrap();
    fs::copy(another.path("SHA256SUMS.sig"), folder.path("SHA256SUMS.sig")).unwrap();
    wrong(&folder, "of another list");

    fs::write(folder.path("SHA256SUMS.sig"), "noise").unwrap();
    wrong(&folder, "noise");
}

#[test]
fn a_name_that_may_not_sign_is_refused_and_so_is_an_unsigned_run_when_a_signature_is_asked_for() {
    let (folder, signers) = signed();
    let verified = by(&folder, &signers, Some("eve@example.com"));
    assert!(matches!(verified.signature, Signature::Wrong { .. }), "{verified:?}");
    fs::remove_file(folder.path("SHA256SUMS.sig")).unwrap();
    let unsigned = by(&folder, &signers, None);
    assert_eq!(unsigned.troubles[0].to_string(), "SHA256SUMS.sig: it is missing: SHA256SUMS is not signed");
}

#[test]
fn a_note_after_signing_makes_the_signature_stale_until_it_is_signed_again() {
    let (folder, signers) = signed();
    folder.note("after signing");
    folder.report();
    assert!(!ssh_keygen(&folder, &signers));
    let said = by(&folder, &signers, None).troubles;
    assert_eq!(said.len(), 1, "only the signature: {said:?}");
    assert!(said[0].what.contains("sign again with"), "{said:?}");
    sign(&folder.dir, &folder.outside("key")).unwrap();
    assert!(by(&folder, &signers, None).is_whole());
}

#[test]
fn what_cannot_sign_says_what_to_type_and_leaves_the_old_signature() {
    let (folder, _) = signed();
    let before = fs::read(folder.path("SHA256SUMS.sig")).unwrap();
    let nowhere = sign(&folder.dir, &folder.outside("nowhere")).unwrap_err();
    assert!(
        matches!(nowhere, SignError::NoKey(_)) && nowhere.to_string().contains("ssh-add -L"),
        "{nowhere}"
    );
    // A public key whose private half neither the agent nor the disk has.
    let public = fs::read(key(&folder, "away").with_extension("pub")).unwrap();
    fs::remove_file(folder.outside("away")).unwrap();
    fs::write(folder.outside("away.pub"), public).unwrap();
    let away = sign(&folder.dir, &folder.outside("away.pub")).unwrap_err().to_string();
    assert!(away.contains("ssh-add") && away.contains("away"), "{away}");
    let noise = folder.outside("noise");
    fs::write(&noise, "no key").unwrap();
    assert!(matches!(sign(&folder.dir, &noise), Err(SignError::Refused { .. })));
    assert_eq!(fs::read(folder.path("SHA256SUMS.sig")).unwrap(), before);
    assert!(!folder.names().iter().any(|name| name.starts_with(".evidence")), "{:?}", folder.names());
}
