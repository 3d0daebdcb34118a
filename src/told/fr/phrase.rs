//! Pieces of sentences that come with a mistake as fixed words.

use crate::mistake::{Meant, Quoted};

/// A fixed piece in French; what is not known stays.
pub(super) fn phrase(english: &str) -> &str {
    match english {
        // Types.
        "a text" => "un texte",
        "a number" => "un nombre",
        "true or false" => "true ou false",
        "a date or time" => "une date ou une heure",
        "a list" => "une liste",
        "a section" => "une section",
        // What is wanted.
        "a text or a list of texts" => "un texte ou une liste de textes",
        "a list of texts" => "une liste de textes",
        "a share such as \"85%\"" => "une part comme \"85%\"",
        "a rate such as \"100MB/s\"" => "un débit comme \"100MB/s\"",
        "a duration such as \"26h\"" => "une durée comme \"26h\"",
        "a key or a list of keys" => "une touche ou une liste de touches",
        "the name of a theme" => "le nom d’un thème",
        "a section, [palette]" => "une section, [palette]",
        "a section, [roles]" => "une section, [roles]",
        "a colour" => "une couleur",
        "a colour, \"#rrggbb\"" => "une couleur, \"#rrggbb\"",
        "a colour, in quotes" => "une couleur, entre guillemets",
        // Where keys work.
        "in lists" => "dans les listes",
        "in details" => "dans les détails",
        "in logs" => "dans les journaux",
        "over texts" => "sur les textes",
        "while a filter is typed" => "pendant la saisie d’un filtre",
        "in the jump palette" => "dans la palette des lieux",
        // Sections.
        "the top of the file" => "le haut du fichier",
        "a colour of [palette]" => "une couleur de [palette]",
        "a role" => "un rôle",
        // Keys that must be there.
        "a place with its sources" => "un lieu avec ses sources",
        "its name, unique in the fleet" => "son nom, unique dans le parc",
        "its name, unique in the fleet; the site's by default" => {
            "son nom, unique dans le parc ; à défaut celui du site"
        }
        "where it answers: [\"https://pve1.example.org:8006\"]" => {
            "où elle répond : [\"https://pve1.example.org:8006\"]"
        }
        "the API token's id: \"user@realm!name\"" => "l’identifiant du jeton : \"user@realm!name\"",
        "which: [\"tag:prod\", \"pool:web\", \"fi/101\", \"fi/*\"]" => {
            "lesquels : [\"tag:prod\", \"pool:web\", \"fi/101\", \"fi/*\"]"
        }
        "what it is about: \"guest/SOURCE/105\"" => "de quoi il s’agit : \"guest/SOURCE/105\"",
        "which problems: [\"backup.uncovered\"]" => "quels problèmes : [\"backup.uncovered\"]",
        "why it is accepted; it is shown" => "pourquoi c’est accepté ; c’est montré",
        // Fingerprints.
        "colons that do not part pairs" => "des deux-points qui ne séparent pas des paires",
        "characters that are no hexadecimal digits" => {
            "des caractères qui ne sont pas des chiffres hexadécimaux"
        }
        "20 pairs, as SHA-1 has" => "20 paires, comme SHA-1",
        // Files.
        "it is no file" => "ce n’est pas un fichier",
        other => other,
    }
}

/// A text of the file.
pub(super) fn quoted(text: &Quoted) -> String {
    let text = text.to_string();
    if text == "(not shown)" { "(non montré)".to_owned() } else { text }
}

/// What was probably meant.
pub(super) fn meant(meant: &Meant) -> String {
    match meant {
        Meant::Nothing => String::new(),
        Meant::Word(word) => format!(" ; serait-ce `{word}` ?"),
        Meant::Elsewhere(key, section) => format!(" ; `{key}` a sa place dans {}", phrase(section)),
        Meant::OneOf(words) => format!(" ; il y a {}", words.join(", ")),
    }
}
