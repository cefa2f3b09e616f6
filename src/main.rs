//! The program: parse, call `cli`, exit with its code.

fn main() {}
