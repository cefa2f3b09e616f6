use firedrill::{cli, diagnostic::render::Paint};
fn main() {
    let args: Vec<std::path::PathBuf> = std::env::args().skip(1).map(Into::into).collect();
    if args.is_empty() { print!("{}", cli::schema::text()); return; }
    let answer = cli::check::check(&args, Paint::Plain);
    print!("{}{}", answer.output, answer.problems);
    std::process::exit(answer.exit.into());
}
