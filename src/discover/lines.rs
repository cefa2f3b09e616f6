//! Lines: the tree drawn with lines, so that it fits a terminal.
//! Invariant: pure; no line is wider than it may be, whatever the names are; nothing in a name hides or turns it round.
//! Not here: colours (see `cli`).
//! Used by: cli.

use super::tree::{Node, State};
use crate::text::{visible, wrapped};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The branches before it.
    pub branches: String,
    /// What it is about; empty where a line goes on.
    pub name: String,
    /// What is said.
    pub says: String,
    /// What came of looking.
    pub state: State,
    /// True if a drill needs it.
    pub needed: bool,
}

impl Line {
    /// The line without colours.
    pub fn plain(&self) -> String {
        format!("{}{}{}", self.branches, self.name, self.says).trim_end().to_owned()
    }
}

/// The lines of a tree, none wider than `width`.
pub fn lines(tree: &Node, width: usize) -> Vec<Line> {
    let mut all = Vec::new();
    draw(tree, &Branch { own: String::new(), below: String::new() }, width.max(40), &mut all);
    all
}

/// What stands before a node's first line, and before everything under it.
struct Branch {
    own: String,
    below: String,
}

fn draw(node: &Node, branch: &Branch, width: usize, into: &mut Vec<Line>) {
    let said = match node.state {
        State::Found => visible(&node.says),
        State::NotFound => format!("not found: {}", visible(&node.says)),
        State::Unknown => format!("unknown: {}", visible(&node.says)),
    };
    let name = format!("{}  ", visible(&node.name));
    // A line that goes on is drawn as one of what hangs on the node, and stands in from it.
    let bar = if node.children.is_empty() { "   " } else { "│  " };
    let further = format!("{}{bar}", branch.below);
    let first = width.saturating_sub(branch.own.chars().count() + name.chars().count());
    let rest = width.saturating_sub(further.chars().count());
    for (at, text) in wrapped(&said.replace('\n', " "), first, rest).into_iter().enumerate() {
        let (branches, name) = match at {
            0 => (branch.own.clone(), name.clone()),
            _ => (further.clone(), String::new()),
        };
        into.push(Line { branches, name, says: text, state: node.state, needed: node.needed });
    }
    for (at, child) in node.children.iter().enumerate() {
        let last = at + 1 == node.children.len();
        let (turn, on) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let branch =
            Branch { own: format!("{}{turn}", branch.below), below: format!("{}{on}", branch.below) };
        draw(child, &branch, width, into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, says: &str, children: Vec<Node>) -> Node {
        let (name, says) = (name.to_owned(), says.to_owned());
        Node { name, says, state: State::Found, needed: false, next: None, children }
    }

    fn drawn(tree: &Node, width: usize) -> String {
        lines(tree, width).iter().map(|line| line.plain() + "\n").collect()
    }

    #[test]
    fn branches_join_and_long_lines_go_on_under_their_own() {
        let long = "one two three four five six seven eight nine ten";
        let tree =
            node("site", "x", vec![node("a", long, vec![node("c", "d", vec![])]), node("b", long, vec![])]);
        let wanted = "\
site  x
├─ a  one two three four five six seven
│  │  eight nine ten
│  └─ c  d
└─ b  one two three four five six seven
      eight nine ten
";
        assert_eq!(drawn(&tree, 40), wanted);
    }

    #[test]
    fn no_line_is_wider_whatever_is_in_it() {
        let word = "x".repeat(300);
        let tree = node("site", &word, vec![node("a", &format!("b {word} c \u{202e} {word}"), vec![])]);
        for width in [40, 80] {
            assert!(lines(&tree, width).iter().all(|line| line.plain().chars().count() <= width));
        }
        assert!(!drawn(&tree, 80).contains('\u{202e}'));
        let letters = drawn(&tree, 80).matches('x').count();
        assert_eq!(letters, 900, "nothing is lost");
    }
}
