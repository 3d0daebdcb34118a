//! The words of `vigie theme`.

use super::super::Themes;
use super::French;
use super::cut::several;
use crate::theme::{BuiltIn, Depth, Role, Why};

impl Themes for French {
    fn theme(&self, theme: BuiltIn) -> &'static str {
        match theme {
            BuiltIn::Dark => "calme, sur le fond sombre du terminal",
            BuiltIn::Light => "le même, sur le fond clair du terminal",
            BuiltIn::Contrast => "fort, sur du noir ; tous les yeux en distinguent les couleurs",
            BuiltIn::Mono => "sans couleurs : gras, souligné, inversé",
            BuiltIn::Gruvbox => "Gruvbox de Pavel Pertsev, sombre",
            BuiltIn::GruvboxLight => "Gruvbox de Pavel Pertsev, clair",
            BuiltIn::Catppuccin => "Catppuccin Mocha de la communauté Catppuccin, sombre",
            BuiltIn::Nord => "Nord de Sven Greb, sombre",
        }
    }

    fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Text => "texte simple",
            Role::Muted => "ce qu’on peut ne pas voir",
            Role::Title => "où l’on est",
            Role::Head => "têtes de colonnes",
            Role::Accent => "ce qui mène quelque part",
            Role::Key => "une touche à presser",
            Role::Selected => "la ligne sous le curseur",
            Role::Cursor => "la marque à côté d’elle",
            Role::Ok => "on sait que tout va bien",
            Role::Warning => "à regarder",
            Role::Unknown => "on ne peut pas le dire",
            Role::Critical => "il faut des mains",
            Role::Meter => "la partie pleine d’une jauge",
            Role::Rest => "la partie vide, une tendance",
            Role::Rule => "filets",
            Role::Changed => "vient de changer",
        }
    }

    fn depth(&self, depth: Depth) -> &'static str {
        match depth {
            Depth::None => "sans couleurs",
            Depth::Ansi => "16 couleurs",
            Depth::Indexed => "256 couleurs",
            Depth::Rgb => "couleurs vraies",
        }
    }

    fn themes(&self, own: bool) -> &'static str {
        if own { "PERSONNELS" } else { "AVEC VIGIE" }
    }

    fn theme_is_used(&self, name: &str, why: Why) -> String {
        let why = match why {
            Why::Option => "--theme le demande",
            Why::Configuration => "la configuration le demande",
            Why::NoColours => "aucun autre n’est demandé, et ce terminal n’a pas de couleurs",
            Why::Light => "aucun autre n’est demandé, et COLORFGBG dit ce terminal clair",
            Why::Usual => "aucun autre n’est demandé",
        };
        format!("{name} est en service : {why}.")
    }

    fn theme_is_wrong(&self, mistakes: usize, file: &str) -> String {
        format!("{} : vigie theme check {file}", several(mistakes, "erreur"))
    }

    fn themes_are_at(&self, folders: &[String]) -> String {
        match folders {
            [] => "Aucun dossier pour des thèmes personnels : définir HOME.".to_owned(),
            _ => format!(
                "Les thèmes personnels sont des fichiers NOM.toml dans {}.",
                folders.join(" ou ")
            ),
        }
    }

    fn theme_is_good(&self, file: &str) -> String {
        format!("{file} : aucune erreur")
    }
}
