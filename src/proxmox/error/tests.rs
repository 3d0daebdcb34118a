use std::sync::Arc;

use super::{Fault, Stage, of_status};
use crate::fleet::id::Product::{Pbs, Pve};
use crate::fleet::part::{CauseKind, Outcome};

fn text(fault: &Fault) -> &str {
    match fault {
        Fault::Forbidden { text } | Fault::Status { text, .. } => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_body_speaks_first_then_the_reason_phrase() {
    let reason = Some(&b"Parameter verification failed."[..]);
    let new = br#"{"data":null,"message":"Parameter verification failed.\n","errors":{"vmid":"type check ('integer') failed - got 'abc'\n"}}"#;
    assert_eq!(
        text(&of_status(Pve, 400, reason, None, new)),
        "Parameter verification failed. vmid: type check ('integer') failed - got 'abc'"
    );
    let old = br#"{"data":null,"errors":{"b":"two","a":"one"}}"#;
    assert_eq!(text(&of_status(Pve, 400, reason, None, old)), "a: one; b: two");
    let older = br#"{"data":null}"#;
    assert_eq!(text(&of_status(Pve, 400, reason, None, older)), "Parameter verification failed.");
    for body in [&b""[..], b"<html>", b"{\"message\":", b"{\"message\":{}}", b"\xff"] {
        assert_eq!(text(&of_status(Pve, 500, Some(b"why"), None, body)), "why");
    }
    assert_eq!(text(&of_status(Pve, 500, None, None, b"")), "Internal Server Error");
    assert_eq!(text(&of_status(Pve, 595, None, None, b"")), "");
}

#[test]
fn server_words_are_cleaned() {
    let hostile = "bad\u{1b}[2J\u{202e}name\nsecond";
    let fault = of_status(Pbs, 400, None, None, hostile.as_bytes());
    assert_eq!(text(&fault), "bad·[2J·name second");
}

#[test]
fn pbs_denies_with_400_too() {
    let body = b"missing permissions 'Sys.Modify' on '/system/tasks'";
    assert!(matches!(of_status(Pbs, 400, None, None, body), Fault::Forbidden { .. }));
    assert!(matches!(of_status(Pve, 400, None, None, body), Fault::Status { code: 400, .. }));
}

#[test]
fn absence_is_501_on_pve_and_404_on_pbs_only() {
    let fault = |code| Fault::Status { code, text: "x".into() };
    assert!(fault(501).is_absent(Pve) && !fault(501).is_absent(Pbs));
    assert!(fault(404).is_absent(Pbs) && !fault(404).is_absent(Pve));
    assert!(!Fault::Unauthorized.is_absent(Pve));
    assert_eq!(fault(501).outcome(Pve), Outcome::Absent);
    assert!(matches!(fault(500).outcome(Pve), Outcome::Failed(_)));
    let denied = Fault::Forbidden { text: "/, Sys.Audit".into() };
    assert_eq!(denied.outcome(Pve), Outcome::Denied("/, Sys.Audit".into()));
}

#[test]
fn only_what_never_connected_is_a_matter_of_the_endpoint() {
    let name: Arc<str> = "x".into();
    for fault in [
        Fault::Name(name.clone()),
        Fault::Route,
        Fault::Refused,
        Fault::Timeout { what: Stage::Connect },
        Fault::Timeout { what: Stage::Tls },
        Fault::Tls(name.clone()),
        Fault::Untrusted { seen: None, why: name.clone() },
        Fault::Reset,
    ] {
        assert!(fault.is_connect(), "{fault:?}");
    }
    for fault in [
        Fault::Timeout { what: Stage::Answer },
        Fault::Unauthorized,
        Fault::Cut,
        Fault::Malformed(name.clone()),
        Fault::Status { code: 595, text: name },
        Fault::TooLarge { limit: 1 },
        Fault::Redirect { to: None },
    ] {
        assert!(!fault.is_connect(), "{fault:?}");
    }
}

#[test]
fn a_cause_keeps_the_servers_words_and_survives_a_file() {
    let fault = Fault::Status { code: 500, text: "no quorum!".into() };
    let cause = fault.cause();
    assert_eq!((cause.kind, &*cause.text), (CauseKind::Status(500), "no quorum!"));
    let slow = Fault::Timeout { what: Stage::Answer };
    assert_eq!(slow.cause().kind, CauseKind::Timeout);
    for fault in [fault, slow, Fault::Untrusted { seen: Some([9; 32]), why: "x".into() }] {
        let json = serde_json::to_string(&fault).unwrap();
        assert_eq!(serde_json::from_str::<Fault>(&json).unwrap(), fault);
    }
}
