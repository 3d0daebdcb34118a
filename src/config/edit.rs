//! Changes the configuration file and leaves everything else in it as its owner wrote it: comments,
//! order, blanks.
//!
//! A change is made in memory, shown as a diff, and only then written. Doing it twice changes
//! nothing the second time. Whoever edits loads the file with [`super::load`] first: that one says
//! what is wrong with it, and keeps a secret that stands in it by mistake out of a diff.

mod file;
mod lines;
mod order;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use similar::TextDiff;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, RawString, Table, Value, value};

pub use self::file::keep_secret;
use super::endpoint::Endpoint;
use super::secret::SecretOrigin;
use super::value::fingerprint;
use crate::fleet::id::Product;

/// Why a configuration cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It cannot be read or written.
    #[error("{0}: {1}")]
    Io(PathBuf, io::Error),
    /// It is no TOML. What exactly is wrong is said by reading it as a configuration.
    #[error("not TOML")]
    Syntax,
    /// There is no such site.
    #[error("no site {0}")]
    NoSite(String),
    /// There is no such source.
    #[error("no source {0}")]
    NoSource(String),
    /// The source is there, of another product.
    #[error("source {0} is of the other product")]
    OtherProduct(String),
    /// It is written in a form that this module does not change: inline tables.
    #[error("{0} is written in a form that cannot be changed here")]
    Form(&'static str),
    /// Somebody else changed the file meanwhile.
    #[error("{0} was changed meanwhile")]
    Changed(PathBuf),
}

/// A source to be added.
#[derive(Clone, Debug)]
pub struct NewSource {
    /// Its name; written where it is not the site's.
    pub name: String,
    /// PVE or PBS.
    pub product: Product,
    /// URLs, in the order to try.
    pub endpoints: Vec<String>,
    /// The token's id.
    pub token: String,
    /// Where its secret is, never the secret.
    pub secret: SecretOrigin,
    /// The file of a CA to believe, as it is to be written.
    pub ca_file: Option<String>,
    /// The pinned fingerprints; without any and without a CA trust is left to the system's roots.
    pub fingerprints: Vec<[u8; 32]>,
}

/// A configuration being changed.
#[derive(Debug)]
pub struct Edit {
    before: String,
    /// The same as the document writes it.
    plain: String,
    document: DocumentMut,
}

impl Edit {
    /// Takes up the file; an empty text where there is none yet.
    ///
    /// # Errors
    /// When it cannot be read, or is no TOML.
    pub fn open(path: &Path) -> Result<Self, EditError> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::parse(String::new()),
            Err(error) => Err(EditError::Io(path.to_path_buf(), error)),
        }
    }

    /// Takes up a text.
    ///
    /// # Errors
    /// When it is no TOML.
    pub fn parse(text: String) -> Result<Self, EditError> {
        let document: DocumentMut = text.parse().map_err(|_| EditError::Syntax)?;
        Ok(Self { before: text, plain: document.to_string(), document })
    }

    /// Adds a site, unless it is there.
    ///
    /// # Errors
    /// When sites are written as inline tables.
    pub fn add_site(&mut self, name: &str) -> Result<(), EditError> {
        let is_first = self.document.is_empty();
        let sites =
            self.document.entry("site").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        let sites = sites.as_array_of_tables().ok_or(EditError::Form("site"))?;
        if sites.iter().any(|site| text_of(site, "name") == Some(name)) {
            return Ok(());
        }
        let mut site = Table::new();
        site.decor_mut().set_prefix(if self.before.is_empty() { "" } else { "\n" });
        site.insert("name", value(name));
        let trailing = self.document.trailing().as_str().unwrap_or_default().to_owned();
        if is_first && !trailing.is_empty() {
            // What stood alone in the file stands above what comes.
            let end = if trailing.ends_with('\n') { "\n" } else { "\n\n" };
            site.decor_mut().set_prefix(format!("{trailing}{end}"));
            self.document.set_trailing("");
        }
        order::spread(self.document.as_table_mut());
        let place = match self.document.get("site").and_then(order::last_of) {
            Some(place) => Some(place),
            None => order::last(self.document.as_table()),
        };
        order::put_behind(&mut site, place);
        if let Some(sites) = self.document.get_mut("site").and_then(Item::as_array_of_tables_mut) {
            sites.push(site);
        }
        Ok(())
    }

    /// Adds a source to a site. One of that name that is there already gets the endpoints and
    /// fingerprints it lacks, and keeps the rest.
    ///
    /// # Errors
    /// When the site is not there, or the source is of the other product.
    pub fn add_source(&mut self, site: &str, new: &NewSource) -> Result<(), EditError> {
        match self.source(&new.name) {
            Ok((product, _)) if product != new.product => {
                return Err(EditError::OtherProduct(new.name.clone()));
            }
            Ok(_) => {
                for endpoint in &new.endpoints {
                    self.add_endpoint(&new.name, endpoint)?;
                }
                for pin in &new.fingerprints {
                    self.pin(&new.name, None, *pin)?;
                }
                return Ok(());
            }
            Err(EditError::NoSource(_)) => {}
            Err(error) => return Err(error),
        }
        order::spread(self.document.as_table_mut());
        let found = self.sites()?.find(|table| text_of(table, "name") == Some(site));
        let table = found.ok_or_else(|| EditError::NoSite(site.to_owned()))?;
        let mut source = table_of(new, site);
        order::put_behind(&mut source, order::last(table));
        let key = key_of(new.product);
        let sources = table.entry(key).or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        let sources = sources.as_array_of_tables_mut().ok_or(EditError::Form(key))?;
        sources.push(source);
        Ok(())
    }

    /// Adds an endpoint to a source, unless it is there.
    ///
    /// # Errors
    /// When the source is not there.
    pub fn add_endpoint(&mut self, source: &str, url: &str) -> Result<(), EditError> {
        let (product, table) = self.source(source)?;
        let wanted = Endpoint::parse(url, product).ok();
        let same = |text: &str| {
            text == url || (wanted.is_some() && Endpoint::parse(text, product).ok() == wanted)
        };
        put(table, "endpoints", None, same, url)
    }

    /// Gives a source another token, and says where its secret is. A key that says so already
    /// keeps its place and its comments.
    ///
    /// # Errors
    /// When the source is not there.
    pub fn set_credential(
        &mut self,
        source: &str,
        token: &str,
        secret: &SecretOrigin,
    ) -> Result<(), EditError> {
        let (_, table) = self.source(source)?;
        set(table, "token", Value::from(token));
        let (key, mut wanted) = origin(secret);
        let others = ["secret-file", "secret-env", "secret-command"];
        match others.into_iter().find(|other| *other != key && table.contains_key(other)) {
            None => set(table, key, wanted),
            Some(old) => {
                // What was removed leaves its place and its comments to what says the same now.
                let place = table.iter().position(|(name, _)| name == old);
                let around = table.key(old).map(|old| old.leaf_decor().clone());
                if let Some(value) = table.get(old).and_then(Item::as_value) {
                    *wanted.decor_mut() = value.decor().clone();
                }
                for other in others {
                    table.remove(other);
                }
                table.insert(key, Item::Value(wanted));
                if let (Some(mut key), Some(around)) = (table.key_mut(key), around) {
                    *key.leaf_decor_mut() = around;
                }
                if let Some(place) = place {
                    move_to(table, key, place);
                }
            }
        }
        Ok(())
    }

    /// Pins a certificate of a source: in the place of `old` where that is pinned, else beside
    /// what is.
    ///
    /// # Errors
    /// When the source is not there.
    pub fn pin(
        &mut self,
        source: &str,
        old: Option<[u8; 32]>,
        new: [u8; 32],
    ) -> Result<(), EditError> {
        let (_, table) = self.source(source)?;
        let is = |pin: [u8; 32]| move |text: &str| fingerprint(text).ok() == Some(pin);
        let old = old.map(is);
        let old = old.as_ref().map(|old| old as &dyn Fn(&str) -> bool);
        put(table, "fingerprint", old, is(new), &spelled(&new))
    }

    /// The text as it would be written.
    pub fn text(&self) -> String {
        lines::kept(&self.before, &self.plain, &self.document.to_string())
    }

    /// Whether anything would change.
    pub fn is_changed(&self) -> bool {
        self.text() != self.before
    }

    /// What would change, as `diff -u` shows it, without its two head lines.
    pub fn diff(&self) -> String {
        let after = self.text();
        let diff = TextDiff::from_lines(&self.before, &after);
        diff.unified_diff().context_radius(3).to_string()
    }

    /// Writes it in one go, with mode and owner of the file kept; a new one is its owner's alone.
    /// A symbolic link stays one.
    ///
    /// # Errors
    /// When it cannot be written, or somebody changed it since it was taken up.
    pub fn write(&self, path: &Path) -> Result<(), EditError> {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let io = |error| EditError::Io(path.clone(), error);
        let now = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(io(error)),
        };
        if now != self.before {
            return Err(EditError::Changed(path));
        }
        file::replace(&path, &self.text()).map_err(io)
    }

    fn sites(&mut self) -> Result<impl Iterator<Item = &mut Table>, EditError> {
        let sites = match self.document.get_mut("site") {
            None => None,
            Some(item) => Some(item.as_array_of_tables_mut().ok_or(EditError::Form("site"))?),
        };
        Ok(sites.into_iter().flat_map(ArrayOfTables::iter_mut))
    }

    /// A source, by the name that it has or takes from its site.
    fn source(&mut self, name: &str) -> Result<(Product, &mut Table), EditError> {
        for site in self.sites()? {
            let of_site = text_of(site, "name").map(str::to_owned);
            for (key, item) in site.iter_mut() {
                let product = match key.get() {
                    "pve" => Product::Pve,
                    "pbs" => Product::Pbs,
                    _ => continue,
                };
                let form = EditError::Form(key_of(product));
                let sources = item.as_array_of_tables_mut().ok_or(form)?;
                for source in sources.iter_mut() {
                    if text_of(source, "name").or(of_site.as_deref()) == Some(name) {
                        return Ok((product, source));
                    }
                }
            }
        }
        Err(EditError::NoSource(name.to_owned()))
    }
}

fn key_of(product: Product) -> &'static str {
    match product {
        Product::Pve => "pve",
        Product::Pbs => "pbs",
    }
}

fn text_of<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    table.get(key).and_then(Item::as_str)
}

/// A fingerprint as both products show it.
fn spelled(pin: &[u8; 32]) -> String {
    pin.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

/// Puts a text into a list, which may be written as a single text: nowhere if it is there, in the
/// place of `old` where that is, else at the end.
fn put(
    table: &mut Table,
    key: &'static str,
    old: Option<&dyn Fn(&str) -> bool>,
    same: impl Fn(&str) -> bool,
    new: &str,
) -> Result<(), EditError> {
    let item = table.entry(key).or_insert_with(|| value(Array::new()));
    let list = item.as_value_mut().ok_or(EditError::Form(key))?;
    if let Some(single) = list.as_str().map(str::to_owned) {
        if same(&single) {
            return Ok(());
        }
        let mut changed = if old.is_some_and(|old| old(&single)) {
            Value::from(new)
        } else {
            Value::Array([single.as_str(), new].into_iter().collect())
        };
        *changed.decor_mut() = list.decor().clone();
        *list = changed;
        return Ok(());
    }
    let array = list.as_array_mut().ok_or(EditError::Form(key))?;
    if array.iter().filter_map(Value::as_str).any(same) {
        return Ok(());
    }
    let place = old.and_then(|old| array.iter().position(|v| v.as_str().is_some_and(old)));
    match place {
        Some(index) => drop(array.replace(index, new)),
        None => append(array, new),
    }
    Ok(())
}

/// The widest list that stays on one line, bytes.
const WIDEST: usize = 120;

/// Puts a text at the end of a list, on a line of its own where the others have one. A comment
/// behind the last one stays with it.
fn append(array: &mut Array, new: &str) {
    let last = array.iter().last().and_then(|value| value.decor().prefix());
    let prefix = last.and_then(RawString::as_str).unwrap_or_default();
    let Some((_, indent)) = prefix.rsplit_once('\n') else {
        array.push(new);
        // Two fingerprints on one line are nothing to read.
        if array.to_string().len() > WIDEST {
            broken(array);
        }
        return;
    };
    let indent = indent.to_owned();
    let trailing = array.trailing().as_str().unwrap_or_default();
    // The comma of the last one stood before its comment, if there was any.
    let (behind, rest) = match trailing.split_once('\n') {
        Some((behind, rest)) if array.trailing_comma() => (behind.to_owned(), rest.to_owned()),
        _ => (String::new(), trailing.trim_start_matches('\n').to_owned()),
    };
    array.push_formatted(Value::from(new).decorated(format!("{behind}\n{indent}"), ""));
    array.set_trailing(format!("\n{rest}"));
    array.set_trailing_comma(true);
}

/// A list as it is written anew: more than one on lines of their own.
fn listed(texts: &[String]) -> Array {
    let mut array: Array = texts.iter().map(String::as_str).collect();
    if array.len() > 1 {
        broken(&mut array);
    }
    array
}

/// Puts each text of a list on a line of its own.
fn broken(array: &mut Array) {
    array.iter_mut().for_each(|value| value.decor_mut().set_prefix("\n  "));
    array.set_trailing("\n");
    array.set_trailing_comma(true);
}

fn table_of(new: &NewSource, site: &str) -> Table {
    let list = |texts: &[String]| value(texts.iter().map(String::as_str).collect::<Array>());
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    if new.name != site {
        table.insert("name", value(new.name.as_str()));
    }
    table.insert("endpoints", list(&new.endpoints));
    table.insert("token", value(new.token.as_str()));
    let (key, secret) = origin(&new.secret);
    table.insert(key, Item::Value(secret));
    if let Some(file) = &new.ca_file {
        table.insert("ca-file", value(file.as_str()));
    }
    if !new.fingerprints.is_empty() {
        let pins: Vec<String> = new.fingerprints.iter().map(spelled).collect();
        table.insert("fingerprint", value(listed(&pins)));
    }
    table
}

/// The key that says where a secret is, and its value.
fn origin(secret: &SecretOrigin) -> (&'static str, Value) {
    let value = match secret {
        SecretOrigin::File(path) => Value::from(&*path.to_string_lossy()),
        SecretOrigin::Env(name) => Value::from(name.as_str()),
        SecretOrigin::Command(program) => {
            Value::Array(program.argv.iter().map(String::as_str).collect::<Array>())
        }
    };
    (secret.key(), value)
}

/// Sets a key, with what stands around its old value kept; nothing where it has that value.
fn set(table: &mut Table, key: &str, mut wanted: Value) {
    // By what they say, not by how they are written.
    let said = |value: &Value| match value {
        Value::Array(list) => list.iter().map(|v| v.as_str().map(str::to_owned)).collect(),
        value => vec![value.as_str().map(str::to_owned)],
    };
    let plain = |value: &Value| (value.is_array(), said(value));
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) if plain(old) == plain(&wanted) => {}
        Some(old) => {
            *wanted.decor_mut() = old.decor().clone();
            *old = wanted;
        }
        None => drop(table.insert(key, Item::Value(wanted))),
    }
}

/// Moves the last key of a table to a place.
fn move_to(table: &mut Table, key: &str, place: usize) {
    let after: Vec<String> = table.iter().skip(place).map(|(name, _)| name.to_owned()).collect();
    for name in after.iter().filter(|name| *name != key) {
        if let Some((name, item)) = table.remove_entry(name) {
            table.insert_formatted(&name, item);
        }
    }
}

#[cfg(test)]
mod any;
#[cfg(test)]
mod tests;
