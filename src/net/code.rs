//! Code: what a DNS server's answer is headed with.
//! Invariant: what a server may say beyond the four that matter here keeps its words.
//! Not here: the rest of an answer (see `message`).
//! Used by: message, error.

use std::fmt;

/// A DNS response code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// The name exists.
    NoError,
    /// There is no such name.
    NxDomain,
    /// The server could not find out.
    ServFail,
    /// The server will not say.
    Refused,
    /// Any other, in words.
    Other(String),
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Code::NoError => "NOERROR",
            Code::NxDomain => "NXDOMAIN",
            Code::ServFail => "SERVFAIL",
            Code::Refused => "REFUSED",
            Code::Other(words) => words,
        })
    }
}
