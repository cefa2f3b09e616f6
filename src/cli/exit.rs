//! Exit: what each exit code means.
//! Invariant: this is the whole list; README and `--help` quote it.
//! Used by: every verb.

/// Objectives met, everything restored and verified.
pub const PASSED: u8 = 0;
/// An objective was missed or the steady state did not hold; everything restored and verified.
pub const FAILED: u8 = 1;
/// The verdict is unknown, for example for a gap in measurement; everything restored and verified.
pub const UNKNOWN: u8 = 2;
/// Refused before anything was touched.
pub const REFUSED: u8 = 3;
/// Stopped early by a stop condition or a person; everything restored and verified.
pub const STOPPED: u8 = 5;
/// Something is outstanding. Dominates every other code.
pub const OUTSTANDING: u8 = 10;
/// Bad usage or a bad drill file.
pub const USAGE: u8 = 64;
/// A bug in firedrill.
pub const BUG: u8 = 70;

/// The list, for `--help`.
pub const HELP: &str = "\
Exit codes:
   0  objectives met, restored and verified
   1  an objective or the steady state failed; restored and verified
   2  the verdict is unknown (a gap in measurement); restored and verified
   3  refused before touching anything
   5  stopped early; restored and verified
  10  something is outstanding (dominates every other code)
  64  bad usage or a bad drill file
  70  a bug in firedrill";
