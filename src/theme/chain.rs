//! A theme and those that it inherits, made into one look per role.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::depth::Shade;
use super::file::{Entry, File, Named};
use super::meant::spelled;
use super::mistake::{Mistake, ThemeErrors, What};
use super::{BuiltIn, Look, Role};
use crate::fleet::text;
use crate::mistake::{Meant, Quoted, nearest};

/// How many themes one may inherit.
const DEEPEST: usize = 16;

/// Themes beyond those that come with the program. One that has the name of a theme that comes with
/// the program stands before it, and may inherit it.
pub trait Shelf {
    /// The names of its themes.
    fn names(&self) -> Vec<String>;
    /// The theme of this name; none where there is no such one.
    fn get(&self, name: &str) -> Option<Source>;
}

/// No themes but those that come with the program.
impl Shelf for () {
    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    fn get(&self, _: &str) -> Option<Source> {
        None
    }
}

/// The text of a theme.
#[derive(Clone, Debug)]
pub struct Source {
    /// How its file is called where its mistakes are told.
    pub file: Arc<str>,
    /// The text, or why there is none.
    pub text: Result<Arc<str>, What>,
}

/// A theme of a chain.
struct Link {
    name: String,
    origin: Origin,
    source: Arc<str>,
    file: File,
}

/// Where a theme comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// With the program.
    BuiltIn,
    /// From the shelf, or from a file that was named.
    Shelf,
}

/// Finds a theme by its name and reads it; one look per role, in the order of [`Role::ALL`].
pub(super) fn find(name: &str, shelf: &dyn Shelf) -> Result<Vec<Look>, ThemeErrors> {
    match of_name(name, shelf, &[]) {
        Some((source, origin)) => read(name, &source, origin, shelf),
        None => Err(ThemeErrors(vec![whole("".into(), no_theme(name, shelf))])),
    }
}

/// Reads a theme and those that it inherits.
pub(super) fn read(
    name: &str,
    source: &Source,
    origin: Origin,
    shelf: &dyn Shelf,
) -> Result<Vec<Look>, ThemeErrors> {
    let mut chain = Vec::new();
    let mut wrong = Vec::new();
    let mut next = Some(link(name, source, origin));
    while let Some(read) = next {
        match read {
            Ok(link) => chain.push(link),
            Err(mistake) => {
                wrong.push(mistake);
                break;
            }
        }
        next = follow(&chain, shelf);
    }
    // What seems to be given nowhere may stand where nothing could be read.
    let is_whole = wrong.is_empty() && !chain.iter().any(|link| link.file.is_torn);
    let looks = looks(&chain, is_whole, &mut wrong);
    for link in &mut chain {
        let told = std::mem::take(&mut link.file.mistakes).into_iter();
        let file = &link.source;
        wrong.extend(told.map(|(at, what)| Mistake { file: Arc::clone(file), at: Some(at), what }));
    }
    if wrong.is_empty() {
        return Ok(looks);
    }
    let place = |file: &Arc<str>| chain.iter().position(|link| link.source == *file);
    wrong.sort_by_key(|mistake| (place(&mistake.file).unwrap_or(usize::MAX), mistake.at));
    Err(ThemeErrors(wrong))
}

/// The theme that the last of a chain inherits; none where it inherits none.
fn follow(chain: &[Link], shelf: &dyn Shelf) -> Option<Result<Link, Mistake>> {
    let last = chain.last()?;
    let (parent, at) = last.file.inherits.as_ref()?;
    let here = |what| Err(Mistake { file: Arc::clone(&last.source), at: Some(*at), what });
    if chain.len() > DEEPEST {
        return Some(here(What::TooDeep(DEEPEST)));
    }
    Some(match of_name(parent, shelf, chain) {
        Some((source, origin)) => link(parent, &source, origin),
        None if chain.iter().any(|link| link.name == *parent) => {
            let names = chain.iter().map(|link| &link.name).chain([parent]);
            let names: Vec<_> = names.map(|name| Quoted::new(name).to_string()).collect();
            here(What::Circle(names.join(", ")))
        }
        None => here(no_theme(parent, shelf)),
    })
}

/// The theme of a name that is not in the chain yet: that of the shelf before the one that comes
/// with the program.
fn of_name(name: &str, shelf: &dyn Shelf, chain: &[Link]) -> Option<(Source, Origin)> {
    let is_new = |origin| !chain.iter().any(|link| link.name == name && link.origin == origin);
    let shelved =
        Some(Origin::Shelf).filter(|origin| is_new(*origin)).and_then(|_| shelf.get(name));
    shelved.map(|source| (source, Origin::Shelf)).or_else(|| {
        let theme = BuiltIn::named(name).filter(|_| is_new(Origin::BuiltIn))?;
        let file = format!("themes/{name}.toml").into();
        Some((Source { file, text: Ok(theme.text().into()) }, Origin::BuiltIn))
    })
}

fn link(name: &str, source: &Source, origin: Origin) -> Result<Link, Mistake> {
    let text = source.text.as_ref();
    let text = text.map_err(|what| whole(Arc::clone(&source.file), what.clone()))?;
    let file = File::read(text);
    Ok(Link { name: name.to_owned(), origin, source: Arc::clone(&source.file), file })
}

fn whole(file: Arc<str>, what: What) -> Mistake {
    Mistake { file, at: None, what }
}

fn no_theme(name: &str, shelf: &dyn Shelf) -> What {
    let mut known = shelf.names();
    known.extend(BuiltIn::ALL.iter().map(|theme| theme.as_str().to_owned()));
    known.sort();
    known.dedup();
    let meant = match nearest(name, known.iter().map(String::as_str)) {
        Some(word) => Meant::Word(word.to_owned()),
        None => Meant::OneOf(known),
    };
    What::NoTheme { theme: Quoted::new(name), meant }
}

/// The nearest theme that gives a role counts; a colour is looked up among those of all of them.
fn looks(chain: &[Link], is_whole: bool, wrong: &mut Vec<Mistake>) -> Vec<Look> {
    let mut palette = BTreeMap::new();
    for link in chain.iter().rev() {
        palette.extend(link.file.palette.iter().map(|(name, shade)| (name.as_str(), *shade)));
    }
    let mut missing = Vec::new();
    let mut looks = Vec::new();
    for role in Role::ALL {
        let given = chain.iter().find_map(|link| Some((link, link.file.roles.get(role)?)));
        let Some((link, entry)) = given else {
            missing.push(role.as_str());
            continue;
        };
        let mut shade = |named: &Option<Named>| {
            let named = named.as_ref()?;
            match resolve(named, &palette) {
                Ok(shade) => shade,
                Err(_) if !is_whole => None,
                Err(what) => {
                    let file = Arc::clone(&link.source);
                    wrong.push(Mistake { file, at: Some(named.at), what });
                    None
                }
            }
        };
        let (fg, bg) = (shade(&entry.fg), shade(&entry.bg));
        let Entry { bold, dim, italic, underline, reversed, .. } = *entry;
        looks.push(Look { fg, bg, bold, dim, italic, underline, reversed });
    }
    if is_whole && !missing.is_empty() {
        let file = chain.last().map_or_else(|| "".into(), |link| Arc::clone(&link.source));
        wrong.push(whole(file, What::Missing(missing.join(", "))));
    }
    looks
}

/// The colour of a name; none where it is in the palette and wrong there.
fn resolve(named: &Named, palette: &BTreeMap<&str, Option<Shade>>) -> Result<Option<Shade>, What> {
    let name = named.name.as_str();
    if let Some(shade) = palette.get(name) {
        return Ok(*shade);
    }
    Shade::parse(name).map(Some).ok_or_else(|| {
        let near =
            || nearest(name, palette.keys().copied()).map(|word| text::clean(word).into_owned());
        let meant = near().or_else(|| spelled(name)).map_or(Meant::Nothing, Meant::Word);
        What::NoColour { colour: Quoted::new(name), meant }
    })
}
