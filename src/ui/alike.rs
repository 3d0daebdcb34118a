//! Several problems that say the same: what they say together.

use super::cx::Cx;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::{Problem, Severity};
use crate::state::{AlikeId, Group};

/// So many names stand in a row that stands for several; what has no room is cut.
const NAMES: usize = 8;

/// Fewer words in common say too little.
const FEW: usize = 2;

/// Those that share this, however few they are, in the order of the judge.
pub(super) fn members<'a>(cx: &Cx<'a>, id: &AlikeId) -> Vec<&'a Problem> {
    if let Some(group) = cx.state.alike().group(id) {
        return at(cx, id, &group.places);
    }
    let is = |p: &&Problem| p.severity == id.severity && AlikeId::of(p) == *id;
    all(cx, id).iter().filter(is).collect()
}

/// The source of all of them.
pub(super) fn source(id: &AlikeId) -> Option<Subject> {
    id.source.clone().map(Subject::Source)
}

/// `17 guests`, while they stand together.
pub(super) fn title(cx: &Cx<'_>, id: &AlikeId) -> Option<String> {
    let group = group(cx, id)?;
    let first = at(cx, id, &group.places).first().copied()?;
    Some(cx.lang().several_like(&first.subject, group.places.len()))
}

/// What all of them say, while they stand together.
pub(super) fn said(cx: &Cx<'_>, id: &AlikeId) -> Option<String> {
    let group = group(cx, id)?;
    Some(in_common(cx, &at(cx, id, &group.bounds)))
}

/// What the first of them are about.
pub(super) fn names(cx: &Cx<'_>, id: &AlikeId) -> String {
    let places = group(cx, id).map_or(&[][..], |group| group.places.as_slice());
    let first = at(cx, id, places.get(..NAMES).unwrap_or(places));
    let names: Vec<String> = first.iter().map(|problem| cx.title(&problem.subject)).collect();
    let more = if places.len() > NAMES { format!(", {}", cx.glyphs().cut) } else { String::new() };
    format!("{}{more}", names.join(", "))
}

/// Since when the first of them has stood; else one of which that is not known.
pub(super) fn since<'a>(cx: &Cx<'a>, id: &AlikeId) -> Result<Epoch, Option<&'a Problem>> {
    let Some(group) = group(cx, id) else { return Err(None) };
    let undated = group.undated.and_then(|place| all(cx, id).get(place as usize));
    group.since.ok_or(undated)
}

/// The words that the sentences of all begin with, and a sign for what differs; where these are
/// too few, what their code means.
pub(super) fn in_common(cx: &Cx<'_>, problems: &[&Problem]) -> String {
    for at in problems.iter().filter_map(|p| p.facts.newest.or(p.facts.at)) {
        cx.note(|d| d.age(at, cx.now()));
    }
    let said: Vec<String> = problems.iter().map(|p| cx.lang().short(p, &cx.when())).collect();
    let Some(first) = said.first() else { return String::new() };
    if said.iter().all(|other| other == first) {
        return first.clone();
    }
    match begin_alike(&said) {
        Some(words) => format!("{words} {}", cx.glyphs().cut),
        None => problems.first().map_or("", |problem| cx.lang().code(problem.code)).to_owned(),
    }
}

/// The words with which all begin, without a sign that leads to the next; none where they are few.
fn begin_alike(said: &[String]) -> Option<String> {
    let (first, rest) = said.split_first()?;
    let mut words: Vec<&str> = first.split(' ').collect();
    for other in rest {
        let same = words.iter().zip(other.split(' ')).take_while(|(a, b)| *a == b).count();
        words.truncate(same);
    }
    let joined = words.join(" ");
    let words = joined.trim_end_matches(|c: char| !c.is_alphanumeric() && !")]%".contains(c));
    (words.split(' ').count() >= FEW).then(|| words.to_owned())
}

fn group<'a>(cx: &Cx<'a>, id: &AlikeId) -> Option<&'a Group> {
    cx.state.alike().group(id)
}

fn all<'a>(cx: &Cx<'a>, id: &AlikeId) -> &'a [Problem] {
    if id.severity == Severity::Notice { &cx.judged.notices } else { &cx.judged.problems }
}

fn at<'a>(cx: &Cx<'a>, id: &AlikeId, places: &[u32]) -> Vec<&'a Problem> {
    let all = all(cx, id);
    places.iter().filter_map(|place| all.get(*place as usize)).collect()
}

#[cfg(test)]
mod tests {
    use super::begin_alike;

    fn words(said: &[&str]) -> Option<String> {
        begin_alike(&said.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn what_all_begin_with_is_said() {
        let late = ["backup late: due 02:00, newest copy 26h old", "backup late: due 03:00"];
        assert_eq!(words(&late).as_deref(), Some("backup late: due"));
        let lock = ["lock backup left behind for 3h", "lock backup left behind for 9h"];
        assert_eq!(words(&lock).as_deref(), Some("lock backup left behind for"));
        let colon = ["cannot be read: a", "cannot be read: b"];
        assert_eq!(words(&colon).as_deref(), Some("cannot be read"));
        // A number that differs is none of the words, whatever it begins with.
        assert_eq!(words(&["3 copies, newest 4d old", "30 copies, newest 4d old"]), None);
        assert_eq!(words(&["a b c", "a x c"]), None, "one word says too little");
        assert_eq!(words(&["", "a"]), None);
        assert_eq!(words(&[]), None);
    }
}
