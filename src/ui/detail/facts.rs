//! What a guest is, as configured: what its other sections do not say.

use super::{Cx, Line, Sheet};
use crate::judge::rows::GuestRow;
use crate::lang::Label;
use crate::theme::Role;

/// Writes the facts that are known; nothing where there are none.
pub(super) fn facts<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, row: &'a GuestRow) {
    let pve = cx.pve(&row.source);
    let config = pve.and_then(|p| p.configs.get(&row.vmid)?.known());
    let told = pve.and_then(|p| p.resources.known()).and_then(|r| r.guest(row.vmid));
    let mut fields: Vec<(Label, Line<'a>)> = Vec::new();
    if let Some(config) = config {
        let words = [config.os.as_deref(), config.cpu_type.as_deref()];
        let words: Vec<&str> = words.into_iter().flatten().collect();
        if !words.is_empty() {
            fields.push((Label::System, Line::text(words.join("  "))));
        }
        for (label, pairs) in
            [(Label::Network, &config.bridges), (Label::Devices, &config.passthrough)]
        {
            let mut line = Line::new();
            for (key, value) in pairs {
                line.put(if line.is_empty() { "" } else { "   " }, Role::Text);
                line.put(format!("{key} "), Role::Muted);
                line.put(&**value, Role::Text);
            }
            if !line.is_empty() {
                fields.push((label, line));
            }
        }
    }
    if let Some(ha) = told.and_then(|t| t.ha.as_deref()) {
        fields.push((Label::Ha, Line::text(ha)));
    }
    if let Some(created) = config.and_then(|c| c.created) {
        let line = Line::text(cx.lang().date(created, &cx.when()))
            .and(format!("  {}", cx.lang().ago(&cx.age(created))), Role::Muted);
        fields.push((Label::Created, line));
    }
    let notes = config.and_then(|c| c.description.as_deref()).filter(|text| !text.is_empty());
    if let Some(notes) = notes {
        fields.push((Label::Comment, Line::of(notes, Role::Muted)));
    }
    if fields.is_empty() {
        return;
    }
    sheet.title(cx, Label::Facts);
    for (label, line) in fields {
        sheet.field(cx, label, line);
    }
}
