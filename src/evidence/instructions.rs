//! Instructions: `VERIFY.md`, how somebody who has no firedrill checks a run's folder.
//! Invariant: says nothing that is not tested: every command in it is run by a test, on a folder that is whole and on ones that
//! are not; the same folder gives the same bytes.
//! Not here: the same checks made by firedrill (see `verify`).
//! Used by: cli, with the report's files.

use crate::{
    journal::integrity::Integrity,
    words::{Lang, Phrase},
};

/// Both editions, whichever languages the report has: an auditor may read another one than the team.
pub const VERIFY_FILES: [(&str, Lang); 2] = [("VERIFY.md", Lang::En), ("VERIFY.ko.md", Lang::Ko)];

const SUMS: &str = include_str!("commands/sums.sh");
const LIST: &str = include_str!("commands/list.sh");
const CHAIN: &str = include_str!("commands/chain.sh");
const SIGNATURE: &str = include_str!("commands/signature.sh");
/// A line of a file of allowed signers.
const SIGNER: &str = "drills@example.com namespaces=\"firedrill-evidence\" ssh-ed25519 AAAAC3Nz…\n";

/// The text in one language.
pub fn instructions(run: &str, integrity: &Integrity, lang: Lang) -> String {
    let mut page = Page { text: String::new(), lang };
    page.heading("#", Phrase::new("verify.title"));
    page.say(Phrase::new("verify.intro"));
    page.facts(run, integrity);
    page.say(Phrase::new("verify.outside"));

    page.heading("##", Phrase::new("verify.sums.title"));
    page.command(SUMS);
    page.expect(Phrase::new("verify.sums.expect").with("files", integrity.files));
    page.limit(Phrase::new("verify.sums.limit"));

    page.heading("##", Phrase::new("verify.list.title"));
    page.command(LIST);
    page.expect(Phrase::new("verify.list.expect").with("files", integrity.files));
    page.limit(Phrase::new("verify.list.limit"));

    page.heading("##", Phrase::new("verify.chain.title"));
    page.say(Phrase::new("verify.chain.how"));
    page.command(CHAIN);
    let expected = Phrase::new("verify.chain.expect")
        .with("records", integrity.chain_length)
        .with("head", &integrity.chain_head);
    page.expect(expected);
    page.limit(Phrase::new("verify.chain.limit"));

    page.heading("##", Phrase::new("verify.signature.title"));
    page.say(Phrase::new("verify.signature.how"));
    page.block("text", SIGNER);
    page.command(SIGNATURE);
    page.expect(Phrase::new("verify.signature.expect"));
    page.limit(Phrase::new("verify.signature.limit"));

    page.heading("##", Phrase::new("verify.limits.title"));
    page.list([
        Phrase::new("verify.limits.runner"),
        Phrase::new("verify.limits.own"),
        Phrase::new("verify.limits.samples"),
        Phrase::new("verify.limits.derived"),
    ]);
    page.heading("##", Phrase::new("verify.with.title"));
    page.say(Phrase::new("verify.with.how").with("run", run));
    page.text
}

/// Markdown in one language.
struct Page {
    text: String,
    lang: Lang,
}

impl Page {
    fn heading(&mut self, level: &str, title: Phrase) {
        let gap = if self.text.is_empty() { "" } else { "\n" };
        self.text.push_str(&format!("{gap}{level} {}\n", title.say(self.lang)));
    }

    fn say(&mut self, sentence: Phrase) {
        self.text.push_str(&format!("\n{}\n", sentence.say(self.lang)));
    }

    fn command(&mut self, script: &str) {
        self.block("sh", script);
    }

    fn block(&mut self, language: &str, text: &str) {
        self.text.push_str(&format!("\n```{language}\n{text}```\n"));
    }

    fn expect(&mut self, what: Phrase) {
        self.say(Phrase::new("verify.expected").with("what", what));
    }

    fn limit(&mut self, what: Phrase) {
        self.say(Phrase::new("verify.not_shown").with("what", what));
    }

    fn list(&mut self, points: impl IntoIterator<Item = Phrase>) {
        self.text.push('\n');
        for point in points {
            self.text.push_str(&format!("- {}\n", point.say(self.lang)));
        }
    }

    fn facts(&mut self, run: &str, integrity: &Integrity) {
        let Integrity { files, chain_head, chain_length, .. } = integrity;
        let rows = [
            (Phrase::new("verify.fact.run"), format!("`{run}`")),
            (Phrase::new("verify.fact.files"), files.to_string()),
            (Phrase::new("verify.fact.records"), chain_length.to_string()),
            (Phrase::new("verify.fact.head"), format!("`{chain_head}`")),
        ];
        self.text.push_str("\n| | |\n|---|---|\n");
        for (name, value) in rows {
            self.text.push_str(&format!("| {} | {value} |\n", name.say(self.lang)));
        }
    }
}
