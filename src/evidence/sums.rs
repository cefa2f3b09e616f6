//! Sums: the digests of a folder's files, as `sha256sum` writes and checks them.
//! Invariant: sorted by the bytes of their names; the same files give the same text.
//! Not here: what is wrong with a folder (see `verify`).
//! Used by: seal, verify.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs::{self, File},
    io::{self, Read},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use ring::digest::{Context, SHA256};

use crate::{journal::lock::RUN_LOCK, text::hex};

/// The list of digests.
pub const SUMS_FILE: &str = "SHA256SUMS";
/// A signature of it, as `ssh-keygen` makes one.
pub const SIGNATURE_FILE: &str = "SHA256SUMS.sig";
/// What the list does not cover: itself, what signs it or tells its time (RFC 3161, request and answer), and the lock, from
/// which nothing is read.
pub const NOT_COVERED: [&str; 5] =
    [RUN_LOCK, SUMS_FILE, SIGNATURE_FILE, "SHA256SUMS.sig.tsq", "SHA256SUMS.sig.tsr"];

/// What a folder holds, by paths from it.
#[derive(Debug, Default)]
pub struct Listing {
    /// Files that the list covers, sorted.
    pub files: Vec<PathBuf>,
    /// What is neither file nor folder, such as a link: what it leads to is not in the folder.
    pub odd: Vec<PathBuf>,
}

/// Digests by path.
pub type Sums = BTreeMap<PathBuf, String>;

/// Every file below `folder`.
pub fn list(folder: &Path) -> io::Result<Listing> {
    fn walk(folder: &Path, below: &Path, into: &mut Listing) -> io::Result<()> {
        for entry in fs::read_dir(folder.join(below))? {
            let entry = entry?;
            let path = below.join(entry.file_name());
            let kind = entry.file_type()?;
            if kind.is_dir() {
                walk(folder, &path, into)?;
            } else if !NOT_COVERED.iter().any(|name| path == Path::new(name)) {
                if kind.is_file() { into.files.push(path) } else { into.odd.push(path) }
            }
        }
        Ok(())
    }
    let mut listing = Listing::default();
    walk(folder, Path::new(""), &mut listing)?;
    listing.files.sort_by(|a, b| bytes(a).cmp(bytes(b)));
    listing.odd.sort();
    Ok(listing)
}

/// The digest of each file, in the order given, on as many cores as there are.
pub fn digests(folder: &Path, files: &[PathBuf]) -> Vec<io::Result<String>> {
    let mut by_size: Vec<usize> = (0..files.len()).collect();
    let size = |index: &usize| fs::metadata(folder.join(&files[*index])).map_or(0, |it| it.len());
    by_size.sort_by_cached_key(|index| std::cmp::Reverse(size(index)));
    let (by_size, next) = (&by_size, &AtomicUsize::new(0));
    let work = move || {
        let turn = || by_size.get(next.fetch_add(1, Ordering::Relaxed)).copied();
        std::iter::from_fn(turn).map(|index| (index, digest(&folder.join(&files[index])))).collect::<Vec<_>>()
    };
    let workers = thread::available_parallelism().map_or(1, |count| count.get()).min(files.len().max(1));
    let mut all: Vec<(usize, io::Result<String>)> = thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for other in others {
            all.extend(other.join().unwrap_or_default());
        }
        all
    });
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, digest)| digest).collect()
}

/// The SHA-256 of a file, in lower-case hex.
fn digest(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut context = Context::new(&SHA256);
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hex(context.finish().as_ref())),
            Ok(count) => context.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The list as `sha256sum` writes it.
pub fn text(sums: &Sums) -> Vec<u8> {
    let mut sorted: Vec<_> = sums.iter().collect();
    sorted.sort_by(|a, b| bytes(a.0).cmp(bytes(b.0)));
    let mut text = Vec::new();
    for (path, digest) in sorted {
        let (name, escaped) = escape(bytes(path));
        text.extend(if escaped { &b"\\"[..] } else { b"" });
        text.extend(digest.as_bytes());
        text.extend(b"  ");
        text.extend(name);
        text.push(b'\n');
    }
    text
}

/// One line of a list, read: a path and its digest; `None` if it is no such line.
pub fn read_line(line: &[u8]) -> Option<(PathBuf, String)> {
    let (escaped, line) = match line.strip_prefix(b"\\") {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let (digest, rest) = line.split_at_checked(64)?;
    let hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    let name = rest.strip_prefix(b"  ").filter(|name| !name.is_empty() && digest.iter().all(hex))?;
    let name = if escaped { unescape(name)? } else { name.to_vec() };
    Some((PathBuf::from(OsStr::from_bytes(&name)), String::from_utf8(digest.to_vec()).ok()?))
}

fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

/// A name on one line, and whether it had to be changed for that.
fn escape(name: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(name.len());
    for byte in name {
        match byte {
            b'\\' => out.extend(b"\\\\"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            other => out.push(*other),
        }
    }
    let escaped = out.len() > name.len();
    (out, escaped)
}

fn unescape(name: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(name.len());
    let mut letters = name.iter();
    while let Some(byte) = letters.next() {
        out.push(match byte {
            b'\\' => match letters.next()? {
                b'\\' => b'\\',
                b'n' => b'\n',
                b'r' => b'\r',
                _ => return None,
            },
            other => *other,
        });
    }
    Some(out)
}
