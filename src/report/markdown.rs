//! Markdown: `report.md` and `report.ko.md`, for repositories, tickets and chat.
//! Invariant: text from the world cannot make markup: pipes, angle brackets and line ends are escaped.
//! Not here: what is said (see `view`).
//! Used by: report.

use std::fmt::Write;

use super::{
    Rendered, Renderer, format,
    model::Report,
    view::{self, Block, Cell, Page, Section, Table},
};
use crate::words::Lang;

/// `report.md`.
pub(super) struct Markdown;

impl Renderer for Markdown {
    fn name(&self, lang: Lang) -> &'static str {
        lang.pick("report.md", "report.ko.md")
    }

    fn render(&self, report: &Report, lang: Lang) -> Result<Rendered, String> {
        Ok(of_page(&view::page(report, lang)).into())
    }
}

/// A page as Markdown.
pub(super) fn of_page(page: &Page) -> Vec<u8> {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write_page(&mut out, page);
    out.into_bytes()
}

fn write_page(out: &mut String, page: &Page) -> std::fmt::Result {
    if let Some(notice) = &page.notice {
        writeln!(out, "> **{}**\n", escape(notice))?;
    }
    writeln!(out, "# {}: {}\n", escape(&page.verdict.word), escape(&page.title))?;
    writeln!(out, "{}\n\n{}\n", escape(&page.subtitle), escape(&page.verdict.sentence))?;
    writeln!(out, "**{}** {}\n", escape(&page.effect.word), escape(&page.effect.sentence))?;
    for reason in &page.reasons {
        writeln!(out, "- {}", escape(reason))?;
    }
    if !page.reasons.is_empty() {
        writeln!(out)?;
    }
    write_facts(out, &page.facts)?;
    page.sections.iter().try_for_each(|section| write_section(out, section, page.lang))
}

fn write_facts(out: &mut String, facts: &[(String, String)]) -> std::fmt::Result {
    writeln!(out, "| | |\n|---|---|")?;
    facts.iter().try_for_each(|(name, value)| writeln!(out, "| {} | {} |", escape(name), escape(value)))
}

fn write_section(out: &mut String, section: &Section, lang: Lang) -> std::fmt::Result {
    writeln!(out, "\n## {}\n", escape(&section.title))?;
    if let Some(lead) = &section.lead {
        writeln!(out, "{}\n", escape(lead))?;
    }
    let drawn = section.blocks.iter().filter(|block| !matches!(block, Block::Figure(_)));
    for (place, block) in drawn.enumerate() {
        if place > 0 {
            writeln!(out)?;
        }
        match block {
            Block::Figure(_) => {}
            Block::Text(text) => writeln!(out, "{}", escape(text))?,
            Block::Heading(text) => writeln!(out, "### {}", escape(text))?,
            Block::Table(table) => write_table(out, table, lang)?,
            Block::Facts(facts) => write_facts(out, facts)?,
            Block::List(lines) => lines.iter().try_for_each(|line| writeln!(out, "- {}", escape(line)))?,
            Block::Commands(why, commands) => {
                writeln!(out, "{}\n", escape(why))?;
                // Indented, not fenced: no text can end it.
                commands
                    .iter()
                    .flat_map(|one| one.lines())
                    .try_for_each(|line| writeln!(out, "    {line}"))?;
            }
        }
    }
    Ok(())
}

fn write_table(out: &mut String, table: &Table, lang: Lang) -> std::fmt::Result {
    let titles: Vec<String> = table.columns.iter().map(|column| escape(&column.title)).collect();
    let rules: Vec<&str> =
        table.columns.iter().map(|column| if column.numeric { "---:" } else { "---" }).collect();
    writeln!(out, "| {} |\n|{}|", titles.join(" | "), rules.join("|"))?;
    for row in &table.rows {
        let cells: Vec<String> = row.cells.iter().map(|each| cell(each, lang)).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}

fn cell(cell: &Cell, lang: Lang) -> String {
    let text = match &cell.evidence {
        Some(evidence) => escape(&format::evidence(evidence, lang)),
        None => escape(&cell.text),
    };
    match &cell.below {
        Some(below) if text.is_empty() => escape(below),
        Some(below) => format!("{text}<br>{}", escape(below)),
        None => text,
    }
}

/// Text as text: nothing in it is markup, and it stays on one line.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '~' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' | '\r' | '\t' => out.push(' '),
            _ => out.push(letter),
        }
    }
    out
}
