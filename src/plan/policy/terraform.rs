//! Terraform: policies as Terraform's AWS provider takes them.
//! Invariant: formatted as `terraform fmt` does; the same documents give the same bytes.
//! Used by: cli.

use std::fmt::Write;

use super::document::Document;

/// One data source and one managed policy for each document.
pub fn terraform(about: &str, documents: &[Document]) -> String {
    let mut text = format!("# {about}\n");
    for document in documents {
        // Writing to a text can not fail.
        let _ = write_document(&mut text, document);
    }
    text
}

fn write_document(text: &mut String, document: &Document) -> std::fmt::Result {
    let name = identifier(&document.name);
    writeln!(text, "\ndata \"aws_iam_policy_document\" \"{name}\" {{")?;
    for (at, statement) in document.statements.iter().enumerate() {
        if at > 0 {
            writeln!(text)?;
        }
        writeln!(text, "  # {}", statement.reason)?;
        writeln!(text, "  statement {{")?;
        write_aligned(
            text,
            &[
                ("sid", quoted(&statement.sid)),
                ("actions", list(statement.action.iter().copied())),
                ("resources", list(statement.resource.iter().map(String::as_str))),
            ],
        )?;
        for (test, keys) in &statement.condition {
            for (variable, values) in keys {
                writeln!(text, "\n    condition {{")?;
                writeln!(text, "      test     = {}", quoted(test))?;
                writeln!(text, "      variable = {}", quoted(variable))?;
                writeln!(text, "      values   = {}", inline(values.iter().map(String::as_str)))?;
                writeln!(text, "    }}")?;
            }
        }
        writeln!(text, "  }}")?;
    }
    writeln!(text, "}}")?;
    writeln!(text, "\nresource \"aws_iam_policy\" \"{name}\" {{")?;
    writeln!(text, "  name   = {}", quoted(&document.name))?;
    writeln!(text, "  policy = data.aws_iam_policy_document.{name}.json")?;
    writeln!(text, "}}")
}

/// Neighbours that take one line each have their equals signs below each other.
fn write_aligned(text: &mut String, pairs: &[(&str, String)]) -> std::fmt::Result {
    let neighbours = pairs.chunk_by(|(_, one), (_, next)| !one.contains('\n') && !next.contains('\n'));
    for some in neighbours {
        let width = some.iter().map(|(key, _)| key.len()).max().unwrap_or_default();
        for (key, value) in some {
            writeln!(text, "    {key:width$} = {value}")?;
        }
    }
    Ok(())
}

/// One a line, unless there is only one.
fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let items: Vec<String> = items.map(quoted).collect();
    match items.as_slice() {
        [one] => format!("[{one}]"),
        many => {
            let lines: String = many.iter().map(|item| format!("      {item},\n")).collect();
            format!("[\n{lines}    ]")
        }
    }
}

fn inline<'a>(items: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", items.map(quoted).collect::<Vec<_>>().join(", "))
}

/// A text of HCL: what would begin a template is written twice.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "$${").replace("%{", "%%{");
    format!("\"{escaped}\"")
}

/// A name of Terraform's: letters, digits and underscores, no digit first.
fn identifier(name: &str) -> String {
    let kept: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    match kept.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("_{kept}"),
        false => kept,
    }
}
