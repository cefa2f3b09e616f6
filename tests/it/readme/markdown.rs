//! The README as blocks, sections and tables.

use crate::support::root;

/// A fenced block.
pub(crate) struct Block {
    /// The line of its fence, from 1.
    pub(crate) line: usize,
    /// What stands after the fence.
    pub(crate) info: String,
    /// What stands in it.
    pub(crate) text: String,
}

/// The whole file.
pub(crate) struct Readme(String);

impl Readme {
    pub(crate) fn read() -> Readme {
        Readme(std::fs::read_to_string(root().join("README.md")).unwrap())
    }

    /// Every fenced block, in order.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut open = false;
        for (number, line) in self.0.lines().enumerate() {
            match (line.strip_prefix("```"), open) {
                (Some(info), false) => {
                    let info = info.trim().to_owned();
                    blocks.push(Block { line: number + 1, info, text: String::new() });
                    open = true;
                }
                (Some(_), true) => open = false,
                (None, true) => {
                    let block = blocks.last_mut().unwrap();
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, false) => {}
            }
        }
        assert!(!open, "the last block is not closed");
        blocks
    }

    /// What stands between the marks of a part of the catalogue.
    pub(crate) fn catalogue(&self, part: &str) -> &str {
        let (open, close) = (format!("<!-- catalog {part} -->\n"), "<!-- /catalog -->");
        let below = self.0.split_once(&open).unwrap_or_else(|| panic!("README.md has no mark of {part}")).1;
        below.split_once(close).unwrap_or_else(|| panic!("{part} does not end")).0
    }

    /// The same with this in its place.
    pub(crate) fn with_catalogue(&self, part: &str, table: &str) -> Readme {
        let old = self.catalogue(part);
        let open = format!("<!-- catalog {part} -->\n");
        Readme(self.0.replacen(&format!("{open}{old}"), &format!("{open}{table}"), 1))
    }

    /// Writes it back.
    pub(crate) fn write(&self) {
        std::fs::write(root().join("README.md"), &self.0).unwrap();
    }

    /// The one block of this info string.
    pub(crate) fn block(&self, info: &str) -> Block {
        let mut found = self.blocks();
        found.retain(|block| block.info == info);
        assert_eq!(found.len(), 1, "blocks of `{info}`");
        found.remove(0)
    }

    /// The cells of the first table below the heading, without its head.
    pub(crate) fn table(&self, heading: &str) -> Vec<Vec<String>> {
        let below = self.0.split_once(&format!("\n{heading}\n")).expect("the heading").1;
        let rows =
            below.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
        let cells = |row: &str| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        rows.skip(2).map(cells).collect()
    }
}

/// Every `word` between backticks.
pub(crate) fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
