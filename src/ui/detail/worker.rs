//! What a PBS task works on, told as places: in its lists it is one text, put together by rules of
//! each kind.

/// What a task of this kind works on, from its id. `pushes` says of a sync job, by its id, whether
/// it pushes; none where that is not known. None where the id is as good as any words.
///
/// The ids as PBS 4 writes them: a sync job `remote:store:store:ns:job`, with `-` for a remote
/// where both are its own; a verification job and a verification `store:…` with namespaces as
/// paths, `ns/prod/ns/dc1`; a prune `store:ns`.
pub(super) fn place(
    kind: &str,
    id: &str,
    arrow: &str,
    pushes: impl FnOnce(&str) -> Option<bool>,
) -> Option<String> {
    match kind {
        "syncjob" => sync(id, arrow, pushes),
        "prune" => {
            let (store, ns) = id.split_once(':')?;
            Some(join(&[store, ns]))
        }
        "verify" | "verify_group" | "verify_snapshot" => {
            let (store, rest) = id.split_once(':')?;
            let mut parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
            let mut at = 0;
            while parts.get(at) == Some(&"ns") && parts.len() > at + 1 {
                parts.remove(at);
                at += 1;
            }
            parts.insert(0, store);
            Some(parts.join("/"))
        }
        _ => None,
    }
}

fn sync(id: &str, arrow: &str, pushes: impl FnOnce(&str) -> Option<bool>) -> Option<String> {
    let parts: Vec<&str> = id.split(':').collect();
    let [remote, theirs, ours, ns, job] = parts.as_slice() else { return None };
    if theirs.is_empty() || ours.is_empty() {
        return None;
    }
    let there = join(&[if *remote == "-" { "" } else { remote }, theirs]);
    let here = join(&[ours, ns]);
    Some(match pushes(job) {
        Some(true) => format!("{here} {arrow} {there}"),
        Some(false) => format!("{there} {arrow} {here}"),
        // Between the two; which way nobody tells.
        None => format!("{there} - {here}"),
    })
}

fn join(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn ids_of_every_kind_as_they_were_recorded() {
        let table = [
            ("syncjob", "-:main:archive::s-old", Some("main → archive")),
            (
                "syncjob",
                "self:store1:store2:fromself:s-remote",
                Some("self/store1 → store2/fromself"),
            ),
            ("syncjob", "off:site:main:a/b:s-push", Some("main/a/b → off/site")),
            ("syncjob", "off:site:main::s-gone", Some("off/site - main")),
            ("prune", "store1:", Some("store1")),
            ("prune", "store1:prod", Some("store1/prod")),
            ("verify", "store1:ns/prod/ns/dc1", Some("store1/prod/dc1")),
            ("verify_group", "store1:/vm/100", Some("store1/vm/100")),
            ("verify_group", "store1:ns/prod/ns/dc1/ct/205", Some("store1/prod/dc1/ct/205")),
            // A namespace called `ns`.
            ("verify", "store1:ns/ns", Some("store1/ns")),
            // As they are: names that say it already, and what is none of ours.
            ("garbage_collection", "store1", None),
            ("verify", "store1", None),
            ("syncjob", "s-old", None),
            ("syncjob", "::::", None),
            ("syncjob", "a:b:c:d:e:f", None),
        ];
        let pushes = |job: &str| match job {
            "s-gone" => None,
            job => Some(job == "s-push"),
        };
        for (kind, id, told) in table {
            assert_eq!(place(kind, id, "→", pushes).as_deref(), told, "{kind} {id}");
        }
    }
}
