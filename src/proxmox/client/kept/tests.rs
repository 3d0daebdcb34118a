use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use proptest::prelude::*;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};

use super::Kept;
use crate::fleet::id::Product;

/// What hyper reads where a server sends these pieces after a request, each looked at before the
/// next one comes, and how many answers were counted.
fn heard(product: Product, pieces: &[&[u8]]) -> (Vec<u8>, usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (near, mut far) = tokio::io::duplex(1 << 20);
        let mut kept = Kept::new(near, product);
        kept.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        let mut all = Vec::new();
        for piece in pieces {
            far.write_all(piece).await.unwrap();
            let mut some = [0; 4096];
            let mut out = ReadBuf::new(&mut some);
            let look = poll_fn(|cx| {
                Poll::Ready(Pin::new(&mut kept).poll_read(cx, &mut out).map(Result::unwrap))
            });
            let _ = look.await;
            all.extend_from_slice(out.filled());
        }
        drop(far);
        kept.read_to_end(&mut all).await.unwrap();
        (all, kept.answers.count())
    })
}

fn head(lines: &[&str]) -> String {
    format!("HTTP/1.1 200 OK\r\n{}\r\n\r\n", lines.join("\r\n"))
}

#[test]
fn only_what_comes_before_its_own_word_is_taken_out() {
    let plain = head(&["A: b", "Connection: Keep-Alive"]);
    let table: [(&[&str], Option<&str>); 10] = [
        (&["Connection: close", "A: b", "Connection: Keep-Alive"], Some(&plain)),
        (&["connection:close", "CONNECTION:  keep-alive ", "A: b"], Some(&plain)),
        // Passed on from the proxy of another node.
        (&["Connection: close,Keep-Alive", "Connection: Keep-Alive", "A: b"], Some(&plain)),
        (&["Connection: Keep-Alive", "Connection: Keep-Alive", "A: b"], Some(&plain)),
        (&["Connection: close", "A: b"], None),
        (&["Connection: Keep-Alive", "A: b"], None),
        (&["Connection: Keep-Alive", "Connection: close"], None),
        (&["Connection: close, Keep-Alive"], None),
        (&["X: Connection: close", "Connection: Keep-Alive"], None),
        (&["Connection: close", " folded", "Connection: Keep-Alive"], None),
    ];
    for (lines, expected) in table {
        let sent = head(lines) + "Connection: close\r\nConnection: Keep-Alive\r\n\r\n";
        let body = "Connection: close\r\nConnection: Keep-Alive\r\n\r\n";
        let expected = expected.map_or(sent.clone(), |head| format!("{head}{body}"));
        let (got, answers) = heard(Product::Pve, &[sent.as_bytes()]);
        assert_eq!(String::from_utf8_lossy(&got), expected);
        assert_eq!(answers, 1);
        assert_eq!(heard(Product::Pbs, &[sent.as_bytes()]), (sent.into_bytes(), 1), "a PBS's");
    }
}

#[test]
fn what_is_no_head_is_let_through() {
    let long = format!("HTTP/1.1 200 OK\r\nA: {}", "x".repeat(20_000));
    for text in ["", "H", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n", &long] {
        assert_eq!(heard(Product::Pve, &[text.as_bytes()]), (text.as_bytes().to_vec(), 0));
    }
    let bare = "HTTP/1.1 200 OK\nConnection: close\nConnection: Keep-Alive\n\nbody";
    let (got, answers) = heard(Product::Pve, &[bare.as_bytes()]);
    assert_eq!(got, b"HTTP/1.1 200 OK\nConnection: Keep-Alive\r\n\nbody");
    assert_eq!(answers, 1);
}

#[tokio::test]
async fn every_answer_on_a_connection_is_looked_at() {
    let (near, mut far) = tokio::io::duplex(4096);
    let mut kept = Kept::new(near, Product::Pve);
    let sent = head(&["Connection: close", "Connection: Keep-Alive", "Content-Length: 2"]) + "{}";
    let mut got = [0; 4096];
    for number in 1..4 {
        kept.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        far.write_all(sent.as_bytes()).await.unwrap();
        let read = kept.read(&mut got).await.unwrap();
        let text = String::from_utf8_lossy(&got[..read]);
        assert!(!text.contains("close") && text.ends_with("{}"), "{text}");
        assert_eq!(kept.answers.count(), number);
    }
}

proptest! {
    #[test]
    fn how_the_bytes_come_does_not_matter(
        bytes in prop::collection::vec(prop::sample::select(vec![
            &b"HTTP/1.1 200 OK"[..], b"\r\n", b"\r\n\r\n", b"\n", b"Connection: close", b"A: b",
            b"Connection: Keep-Alive", b"Connection", b":", b" ", b"\xff\x00",
        ]), 0..20).prop_map(|parts| parts.concat()),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|w| &bytes[w[0]..w[1]]).collect();
        let whole = heard(Product::Pve, &[&bytes]);
        prop_assert_eq!(heard(Product::Pve, &pieces), whole.clone());
        // Nothing is lost but lines on the connection, whatever else stands in them.
        let count = |bytes: &[u8]| bytes.windows(5).filter(|five| five == b"\nA: b").count();
        prop_assert_eq!(count(&whole.0), count(&bytes));
    }
}
