//! Names of subjects and issuers of certificates, as they are spelled.

use std::sync::Arc;

use x509_parser::x509::{AttributeTypeAndValue, RelativeDistinguishedName, X509Name};

use crate::fleet::text::cleaned;

/// A name as RFC 4514 spells it: a comma within a value cannot pass for the end of it. Whoever makes
/// a certificate chooses the values, and could write another authority into one of them.
pub(super) fn spelled(name: &X509Name<'_>) -> Arc<str> {
    let parts: Vec<String> = name
        .iter_rdn()
        .map(|part| part.iter().map(attribute).collect::<Vec<_>>().join(" + "))
        .collect();
    cleaned(&parts.join(", "))
}

/// `CN=value`
fn attribute(attribute: &AttributeTypeAndValue<'_>) -> String {
    // The crate knows how a value of each kind is read, but tells it of whole names only.
    let alone = RelativeDistinguishedName::new(vec![attribute.clone()]);
    let text = X509Name::new(vec![alone], &[]).to_string();
    match text.split_once('=') {
        Some((kind, value)) => format!("{kind}={}", escaped(value)),
        None => escaped(&text),
    }
}

fn escaped(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (at, c) in value.chars().enumerate() {
        let parts = matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';');
        if parts || at == 0 && matches!(c, '#' | ' ') || at == last && c == ' ' {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair};

    use super::spelled;

    fn subject(values: &[(DnType, &str)]) -> String {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        for (kind, value) in values {
            params.distinguished_name.push(kind.clone(), *value);
        }
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let (_, read) = x509_parser::parse_x509_certificate(certificate.der()).unwrap();
        spelled(read.subject()).to_string()
    }

    #[test]
    fn a_value_cannot_pass_for_another_part_of_the_name() {
        let (o, cn) = (DnType::OrganizationName, DnType::CommonName);
        for (values, expected) in [
            (&[(o.clone(), "Proxmox"), (cn.clone(), "pve1")][..], "O=Proxmox, CN=pve1"),
            (&[(cn.clone(), "x, O=PVE Cluster Manager CA")], "CN=x\\, O=PVE Cluster Manager CA"),
            (&[(cn.clone(), "x + O=y")], "CN=x \\+ O=y"),
            (&[(cn.clone(), "a=b")], "CN=a=b"),
            (&[(cn.clone(), "\u{1b}[31m\\,")], "CN=·[31m\\\\\\,"),
            (&[(cn.clone(), "#0c ")], "CN=\\#0c\\ "),
            (&[], ""),
        ] {
            assert_eq!(subject(values), expected);
        }
    }
}
