//! Words of `vigie config`.

/// What is said beside a value of the configuration, or in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark<'a> {
    /// The whole was read from this file.
    ReadFrom(&'a str),
    /// There is no file.
    BuiltIn,
    /// Nobody wrote it: what holds without a word.
    Default,
    /// The same, which is the name of its site.
    OfSite,
    /// The same, which is the time zone of whoever looks.
    OfViewer,
    /// That time zone, where it has no name.
    SystemZone,
    /// The same: there is no home.
    NoHome,
    /// The same: this terminal shows no colours.
    NoColours,
    /// The same: this terminal says that it is light.
    Light,
    /// The same, by the locale.
    Locale,
    /// There is none; the key.
    None(&'a str),
    /// A secret in this file can be read.
    SecretFile(&'a str),
    /// A secret in this variable can be read.
    SecretVariable(&'a str),
    /// A secret that this program would print was not tried.
    SecretCommand(&'a str),
    /// Certificates are trusted by the roots of the system.
    Roots,
}

/// The words of `vigie config`.
pub trait Settings {
    /// What is said beside a value, without the sign of a comment.
    fn remark(&self, remark: Remark<'_>) -> String;
}
