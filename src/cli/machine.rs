//! Machine: who and where this process is.
//! Used by: `run`, `restore`.

use std::{fs, process};

use crate::journal::event::Actor;

/// This process.
pub(crate) fn actor() -> Actor {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| std::env::var("HOSTNAME"));
    Actor {
        host: host.map_or_else(|_| "unknown host".to_owned(), |name| name.trim().to_owned()),
        user: ["USER", "LOGNAME"]
            .iter()
            .find_map(|name| std::env::var(name).ok())
            .unwrap_or_else(|| "unknown user".into()),
        pid: process::id(),
    }
}

/// Who types, for a record of who said so.
pub(crate) fn person() -> String {
    let actor = actor();
    format!("{}@{}", actor.user, actor.host)
}

/// A few random bits that keep two runs of one second apart.
pub(crate) fn salt() -> u16 {
    use ring::rand::SecureRandom;
    let mut bytes = [0; 2];
    match ring::rand::SystemRandom::new().fill(&mut bytes) {
        Ok(()) => u16::from_le_bytes(bytes),
        // The process id does for this: the folder is created exclusively all the same.
        Err(_) => process::id() as u16,
    }
}
