//! Structure: what the pieces of the pages are, for those who hear them read: headings, paragraphs, lists, tables.
//! Invariant: in reading order; every piece of content that is not decoration belongs to exactly one node.
//! Not here: where pieces stand (see `flow`).
//! Used by: blocks, table, summary, contents, figure make it; paint fills it.

use std::num::NonZeroU16;

use krilla::tagging::{Identifier, ListNumbering, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};

/// A node of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node(usize);

/// A place for content below a node; it may be painted in several strokes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Leaf(usize);

enum Child {
    Node(Node),
    Leaf(Leaf),
}

struct Kept {
    tag: TagKind,
    children: Vec<Child>,
}

/// The tree while it grows.
#[derive(Default)]
pub(super) struct Structure {
    roots: Vec<Node>,
    nodes: Vec<Kept>,
    leaves: usize,
}

/// What was painted for each leaf.
pub(super) struct Painted(Vec<Vec<Identifier>>);

impl Painted {
    /// Content was painted at that place.
    pub(super) fn add(&mut self, leaf: Leaf, identifier: Identifier) {
        self.0[leaf.0].push(identifier);
    }
}

impl Structure {
    /// A node at the top.
    pub(super) fn root(&mut self, tag: impl Into<TagKind>) -> Node {
        let node = self.make(tag.into());
        self.roots.push(node);
        node
    }

    /// A node below another.
    pub(super) fn add(&mut self, parent: Node, tag: impl Into<TagKind>) -> Node {
        let node = self.make(tag.into());
        self.nodes[parent.0].children.push(Child::Node(node));
        node
    }

    /// A place for content.
    pub(super) fn leaf(&mut self, parent: Node) -> Leaf {
        let leaf = Leaf(self.leaves);
        self.leaves += 1;
        self.nodes[parent.0].children.push(Child::Leaf(leaf));
        leaf
    }

    /// A node with one place for content.
    pub(super) fn only(&mut self, parent: Node, tag: impl Into<TagKind>) -> Leaf {
        let node = self.add(parent, tag);
        self.leaf(node)
    }

    /// The figure's place is known when it has been laid out.
    pub(super) fn replace(&mut self, node: Node, tag: impl Into<TagKind>) {
        self.nodes[node.0].tag = tag.into();
    }

    /// Nothing painted yet.
    pub(super) fn blank(&self) -> Painted {
        Painted(vec![Vec::new(); self.leaves])
    }

    /// The tree as it is written.
    pub(super) fn tree(&self, lang: &str, painted: &Painted) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some(lang.to_owned()));
        for root in &self.roots {
            tree.push(self.group(*root, painted));
        }
        tree
    }

    fn make(&mut self, tag: TagKind) -> Node {
        self.nodes.push(Kept { tag, children: Vec::new() });
        Node(self.nodes.len() - 1)
    }

    fn group(&self, node: Node, painted: &Painted) -> TagGroup {
        let kept = &self.nodes[node.0];
        let mut group = TagGroup::new(kept.tag.clone());
        for child in &kept.children {
            match child {
                Child::Node(node) => group.push(self.group(*node, painted)),
                Child::Leaf(leaf) => painted.0[leaf.0].iter().for_each(|one| group.push(*one)),
            }
        }
        group
    }
}

/// A heading; its title is for readers that list headings.
pub(super) fn heading(level: u16, title: &str) -> TagKind {
    let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
    Tag::Hn(level, Some(super::plain::title(title, 200))).into()
}

/// A list without numbers.
pub(super) fn list(marked: bool) -> TagKind {
    Tag::L(if marked { ListNumbering::Disc } else { ListNumbering::None }).into()
}

/// The head of a column.
pub(super) fn column_head() -> TagKind {
    Tag::TH(TableHeaderScope::Column).into()
}
