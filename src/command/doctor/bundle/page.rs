//! JSON for a pager: what fits a line stands on one, so that a table of guests reads as a table.

use serde_json::Value;

const WIDTH: usize = 140;

/// The document, one line per small object.
pub(super) fn print(value: &Value) -> String {
    let mut out = String::new();
    put(&mut out, value, 0, 0);
    out.push('\n');
    out
}

/// `before` is how many columns of the line are taken.
fn put(out: &mut String, value: &Value, depth: usize, before: usize) {
    let flat = value.to_string();
    if flat.chars().count() + before <= WIDTH {
        out.push_str(&flat);
        return;
    }
    let indent = " ".repeat(depth + 1);
    match value {
        Value::Object(fields) => {
            out.push('{');
            for (at, (key, value)) in fields.iter().enumerate() {
                let head = format!("{}: ", Value::from(key.as_str()));
                next(out, at, &indent);
                out.push_str(&head);
                put(out, value, depth + 1, indent.len() + head.chars().count());
            }
            end(out, depth, '}');
        }
        Value::Array(rows) => {
            out.push('[');
            for (at, row) in rows.iter().enumerate() {
                next(out, at, &indent);
                // A row of a table stays a line, however long.
                if row.as_object().is_some_and(|row| !row.values().any(is_nested)) {
                    out.push_str(&row.to_string());
                } else {
                    put(out, row, depth + 1, indent.len());
                }
            }
            end(out, depth, ']');
        }
        _ => out.push_str(&flat),
    }
}

fn is_nested(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

fn next(out: &mut String, at: usize, indent: &str) {
    if at > 0 {
        out.push(',');
    }
    out.push('\n');
    out.push_str(indent);
}

fn end(out: &mut String, depth: usize, sign: char) {
    out.push('\n');
    out.push_str(&" ".repeat(depth));
    out.push(sign);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::print;

    #[test]
    fn what_fits_stands_on_one_line_and_rows_are_lines() {
        let long = "a".repeat(130);
        let value = json!({"a": {"b": 1}, "rows": [{"x": long}, {"x": 2}, {"y": [1, long]}]});
        let text = print(&value);
        assert_eq!(
            text,
            format!(
                "{{\n \"a\": {{\"b\":1}},\n \"rows\": [\n  {{\"x\":\"{long}\"}},\n  {{\"x\":2}},\n  \
                 {{\n   \"y\": [\n    1,\n    \"{long}\"\n   ]\n  }}\n ]\n}}\n"
            )
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
