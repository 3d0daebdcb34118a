//! Where the configuration and the state are, by the rules of XDG.

use std::path::{Path, PathBuf};

use super::mistake::{ConfigErrors, What};

/// Reads one variable of the environment.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The configuration's file: `--config`, else `VIGIE_CONFIG`, else the first that exists of
/// `$XDG_CONFIG_HOME/vigie/config.toml` and `/etc/vigie/config.toml`.
///
/// # Errors
/// None was named and none exists.
pub fn locate(explicit: Option<&Path>, env: Env<'_>) -> Result<PathBuf, ConfigErrors> {
    choose(explicit, env, Path::exists)
}

fn choose(
    explicit: Option<&Path>,
    env: Env<'_>,
    exists: impl Fn(&Path) -> bool,
) -> Result<PathBuf, ConfigErrors> {
    let named = explicit.map(Path::to_path_buf);
    if let Some(path) = named.or_else(|| set(env, "VIGIE_CONFIG").map(PathBuf::from)) {
        return Ok(path);
    }
    let mut places = Vec::new();
    if let Some(home) = xdg(env, "XDG_CONFIG_HOME", ".config") {
        places.push(home.join("vigie/config.toml"));
    }
    places.push(PathBuf::from("/etc/vigie/config.toml"));
    match places.iter().find(|path| exists(path)) {
        Some(path) => Ok(path.clone()),
        None => Err(ConfigErrors::whole("", What::NotFound(places))),
    }
}

/// The folders of the user's themes: beside the configuration in use, then `themes` in
/// `$XDG_CONFIG_HOME/vigie`.
pub(super) fn theme_dirs(config: Option<&Path>, env: Env<'_>) -> Vec<PathBuf> {
    let beside = config.and_then(Path::parent).map(|folder| folder.join("themes"));
    let own = xdg(env, "XDG_CONFIG_HOME", ".config").map(|home| home.join("vigie/themes"));
    let own = own.filter(|own| beside.as_ref() != Some(own));
    beside.into_iter().chain(own).collect()
}

/// The folder of memory and journal, `$XDG_STATE_HOME/vigie`; none where there is no home.
pub fn state_dir(env: Env<'_>) -> Option<PathBuf> {
    xdg(env, "XDG_STATE_HOME", ".local/state").map(|home| home.join("vigie"))
}

/// The log of rehearsed restores, `$XDG_DATA_HOME/vigie/drills.jsonl`; none where there is no home.
pub fn drill_log(env: Env<'_>) -> Option<PathBuf> {
    xdg(env, "XDG_DATA_HOME", ".local/share").map(|home| home.join("vigie/drills.jsonl"))
}

/// A variable that is set and not empty.
fn set(env: Env<'_>, name: &str) -> Option<String> {
    env(name).filter(|value| !value.is_empty())
}

/// XDG has relative paths ignored.
fn xdg(env: Env<'_>, name: &str, below_home: &str) -> Option<PathBuf> {
    let own = set(env, name).map(PathBuf::from).filter(|path| path.is_absolute());
    own.or_else(|| set(env, "HOME").map(|home| Path::new(&home).join(below_home)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(explicit: Option<&str>, vars: &[(&str, &str)], files: &[&str]) -> String {
        let env = |name: &str| {
            vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let exists = |path: &Path| files.iter().any(|file| Path::new(file) == path);
        match choose(explicit.map(Path::new), &env, exists) {
            Ok(path) => path.display().to_string(),
            Err(errors) => errors.to_string(),
        }
    }

    #[test]
    fn the_nearest_word_of_the_user_wins() {
        let home = ("HOME", "/home/u");
        let own = "/home/u/.config/vigie/config.toml";
        let etc = "/etc/vigie/config.toml";
        assert_eq!(found(Some("a.toml"), &[("VIGIE_CONFIG", "b.toml")], &[etc]), "a.toml");
        assert_eq!(found(None, &[("VIGIE_CONFIG", "b.toml"), home], &[own]), "b.toml");
        assert_eq!(found(None, &[("VIGIE_CONFIG", ""), home], &[own, etc]), own);
        assert_eq!(found(None, &[home], &[etc]), etc);
        assert_eq!(found(None, &[], &[etc]), etc);
        let xdg = ("XDG_CONFIG_HOME", "/x");
        assert_eq!(
            found(None, &[xdg, home], &["/x/vigie/config.toml", own]),
            "/x/vigie/config.toml"
        );
        assert_eq!(found(None, &[("XDG_CONFIG_HOME", "x"), home], &[own]), own);
        assert_eq!(
            found(None, &[home], &[]),
            "no configuration found; looked for /home/u/.config/vigie/config.toml and /etc/vigie/config.toml. Write one, or name it with --config FILE or VIGIE_CONFIG"
        );
    }

    #[test]
    fn the_state_has_its_folder() {
        let home = |name: &str| (name == "HOME").then(|| "/home/u".to_owned());
        assert_eq!(state_dir(&home), Some("/home/u/.local/state/vigie".into()));
        let xdg = |name: &str| (name == "XDG_STATE_HOME").then(|| "/s".to_owned());
        assert_eq!(state_dir(&xdg), Some("/s/vigie".into()));
        assert_eq!(state_dir(&|_| None), None);
    }

    #[test]
    fn themes_are_beside_the_configuration_then_at_home() {
        let home = |name: &str| (name == "HOME").then(|| "/home/u".to_owned());
        let dirs = |config: Option<&str>| {
            let dirs = theme_dirs(config.map(Path::new), &home);
            dirs.iter().map(|dir| dir.display().to_string()).collect::<Vec<_>>()
        };
        let own = "/home/u/.config/vigie/themes";
        assert_eq!(dirs(None), [own]);
        assert_eq!(dirs(Some("/home/u/.config/vigie/config.toml")), [own]);
        assert_eq!(dirs(Some("/etc/vigie/config.toml")), ["/etc/vigie/themes", own]);
        assert!(theme_dirs(None, &|_| None).is_empty());
    }

    #[test]
    fn the_rehearsals_have_their_file() {
        let home = |name: &str| (name == "HOME").then(|| "/home/u".to_owned());
        assert_eq!(drill_log(&home), Some("/home/u/.local/share/vigie/drills.jsonl".into()));
        let xdg = |name: &str| (name == "XDG_DATA_HOME").then(|| "/d".to_owned());
        assert_eq!(drill_log(&xdg), Some("/d/vigie/drills.jsonl".into()));
        assert_eq!(drill_log(&|_| None), None);
    }
}
