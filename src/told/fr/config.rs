//! Mistakes of the configuration.

use std::fmt::Write as _;

use super::phrase::{meant, phrase, quoted};
use super::theme;
use crate::config::edit::EditError;
use crate::config::{ConfigErrors, Form, Mistake, Position, SecretError, What};
use crate::fleet::text::clean;

/// One line each.
pub(super) fn mistakes(errors: &ConfigErrors) -> String {
    let path = errors.path.display().to_string();
    let path = clean(&path);
    let line = |Mistake { at, what }: &Mistake| {
        let mut line = String::new();
        if !path.is_empty() {
            let _ = write!(line, "{path}:");
            if let Some(Position { line: at, column }) = at {
                let _ = write!(line, "{at}:{column}:");
            }
            line.push(' ');
        }
        line + &what_is(what)
    };
    errors.mistakes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What keeps the file from being changed.
pub(super) fn edit(error: &EditError) -> String {
    match error {
        EditError::Io(path, cause) => format!("{} : {cause}", path.display()),
        EditError::Syntax => "TOML invalide".to_owned(),
        EditError::NoSite(name) => format!("il n’y a pas de site {name}"),
        EditError::NoSource(name) => format!("il n’y a pas de source {name}"),
        EditError::OtherProduct(name) => format!("la source {name} est de l’autre produit"),
        EditError::Form(key) => {
            format!("{key} est écrit sous une forme qui ne peut pas être changée ici")
        }
        EditError::Changed(path) => format!("{} a été changé entre-temps", path.display()),
    }
}

/// The sentence of one.
pub(super) fn what_is(what: &What) -> String {
    match what {
        What::NotFound(places) => {
            let places: Vec<_> = places.iter().map(|path| path.display().to_string()).collect();
            format!(
                "aucune configuration trouvée ; cherchée dans {}. En écrire une, ou la nommer par \
                 --config FILE ou VIGIE_CONFIG",
                places.join(" et ")
            )
        }
        What::Unreadable(why) => format!("illisible : {why}"),
        What::TooLarge(most) => {
            format!("dépasse {most} Kio : ce n’est pas une configuration de vigie")
        }
        What::NotUtf8 => "le fichier n’est plus en UTF-8 à partir d’ici".to_owned(),
        What::Syntax(said) => format!("TOML invalide : {said}"),
        What::UnknownKey { section, key, meant: near } => {
            format!("clé inconnue {} dans {}{}", quoted(key), phrase(section), meant(near))
        }
        What::SecretInFile(key) => format!(
            "{} : un secret ne peut pas être écrit dans la configuration ; dire où il est par \
             `secret-file`, `secret-env` ou `secret-command`",
            quoted(key)
        ),
        What::MissingKey { section, key, meaning } => {
            format!("il manque `{key}` dans {} : {}", phrase(section), phrase(meaning))
        }
        What::WrongType { key, wanted, found } => {
            format!("`{key}` doit être {}, et ceci est {}", phrase(wanted), phrase(found))
        }
        What::Header(header) => format!("écrire cette section {header}"),
        What::Empty(key) => format!("`{key}` est vide"),
        What::ThemeName => {
            "`theme` est le nom d’un thème, comme \"light\" : voir `vigie theme list`. \
                            Les thèmes personnels se placent à côté de ce fichier, dans \
                            themes/NOM.toml"
                .to_owned()
        }
        What::NoTheme(what) => theme::what_is(what),
        What::Lang(code) => {
            format!("{} n’est pas une langue de vigie : il y a \"en\" et \"fr\"", quoted(code))
        }
        What::UnknownAction { name, meant: near } => {
            format!("action inconnue {} dans [keys]{}", quoted(name), meant(near))
        }
        What::NoKey { text, meant: near } => format!(
            "{} n’est pas une touche : écrire \"x\", \"Ctrl-x\", \"Alt-x\", \"F2\", \"Space\", \
             \"PgDn\", \"Shift-Tab\"{}",
            quoted(text),
            meant(near)
        ),
        What::KeyTwin { key, same } => format!(
            "les terminaux envoient la même chose pour {} que pour `{same}` : en prendre une autre",
            quoted(key)
        ),
        What::KeyFixed => "`Ctrl-c` met toujours fin à vigie : prendre une autre touche".to_owned(),
        What::KeyNeeded(action) => {
            format!("il faut une touche à `{action}` : il n’y aurait plus de sortie")
        }
        What::KeyClash { key, action, other, place } => format!(
            "{} voudrait dire `{action}` et `{other}` {} : donner une autre touche à l’un des deux",
            quoted(key),
            phrase(place)
        ),
        What::NoSite => "aucun [[site]] : il n’y a rien à surveiller".to_owned(),
        What::NoSource(name) => {
            let who = match name {
                Some(name) => format!("le site {}", quoted(name)),
                None => "ce site".to_owned(),
            };
            format!("{who} n’a rien à surveiller : lui donner un [[site.pve]] ou un [[site.pbs]]")
        }
        What::BadName(name) => format!(
            "{} ne peut pas être un nom : des lettres, des chiffres, `.`, `_` et `-`, en commençant \
             par une lettre ou un chiffre",
            quoted(name)
        ),
        What::SiteTwice { name, line } => {
            format!("le site {} est déjà à la ligne {line}", quoted(name))
        }
        What::SourceTwice { name, line } => format!(
            "la source {} est déjà à la ligne {line} ; les noms des sources sont uniques dans tout le \
             parc",
            quoted(name)
        ),
        What::DefaultNameTwice { name, line } => format!(
            "une source sans `name` prend celui de son site, mais la source {} est déjà à la ligne \
             {line} ; donner un `name` à celle-ci",
            quoted(name)
        ),
        What::TimeZone { zone, meant: near } => {
            format!("le fuseau horaire {} est inconnu{}", quoted(zone), meant(near))
        }
        What::Window(window) => format!(
            "{} n’est pas une fenêtre : écrire \"HH:MM..HH:MM\", comme \"22:00..06:00\"",
            quoted(window)
        ),
        What::WindowEmpty(window) => format!(
            "la fenêtre {} commence où elle finit ; une journée entière est \"00:00..24:00\"",
            quoted(window)
        ),
        What::PlainHttp(endpoint) => {
            format!("{} enverrait le jeton en clair : il n’y a que https://", quoted(endpoint))
        }
        What::UserInEndpoint => {
            "un point d’accès ne porte ni utilisateur ni mot de passe (la partie \
                                 avant `@`) ; le jeton est dans `token`"
                .to_owned()
        }
        What::EndpointPath { endpoint, meant: near } => {
            format!("{} a plus qu’un hôte et un port{}", quoted(endpoint), meant(near))
        }
        What::EndpointScheme { endpoint, meant: near } => {
            format!("{} doit commencer par https://{}", quoted(endpoint), meant(near))
        }
        What::EndpointPort(endpoint) => {
            format!("{} n’a pas de port valide (de 1 à 65535)", quoted(endpoint))
        }
        What::EndpointHost(endpoint) => format!(
            "{} n’a pas d’hôte valide (un nom, une adresse IPv4, ou une adresse IPv6 entre crochets)",
            quoted(endpoint)
        ),
        What::EndpointTwice(endpoint) => {
            format!("le point d’accès {} est déjà dans cette liste", quoted(endpoint))
        }
        What::SecretInToken => "`token` contient aussi un secret ; il ne prend que la partie \
                                user@realm!name. Dire où est le secret par `secret-file`, \
                                `secret-env` ou `secret-command`"
            .to_owned(),
        What::TokenUser => {
            "`token` nomme un utilisateur ; un jeton d’API est user@realm!name".to_owned()
        }
        What::Token => "`token` n’a pas la forme user@realm!name".to_owned(),
        What::SecretNowhere(section) => format!(
            "{section} ne dit pas où est son secret : `secret-file`, `secret-env` ou `secret-command`"
        ),
        What::SecretTwice(keys) => {
            let keys: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
            format!("{} sont ensemble ; un seul dit où est le secret", keys.join(" et "))
        }
        What::SecretAsOrigin(key) => {
            format!("`{key}` semble contenir le secret lui-même ; il dit où est le secret")
        }
        What::NoSecret { of, why } => format!("secret de {of} : {}", clean(&secret(why.error()))),
        What::EnvName => "`secret-env` n’est pas le nom d’une variable d’environnement (lettres, \
                          chiffres et `_`)"
            .to_owned(),
        What::CommandText => "`secret-command` doit être une liste, le programme d’abord, comme \
                              [\"pass\", \"show\", \"vigie\"] : aucun shell ne la découpe"
            .to_owned(),
        What::Quotes => "un guillemet n’est pas fermé, ou une barre oblique inverse termine la \
                         commande"
            .to_owned(),
        What::Home(path) => format!(
            "{} : `~` ne vaut que pour $HOME, sous la forme `~/…`, et HOME doit être définie",
            quoted(path)
        ),
        What::Fingerprint(has) => {
            let has = match has
                .strip_suffix(" digits")
                .filter(|digits| digits.parse::<usize>().is_ok())
            {
                Some(digits) => format!("{digits} chiffres"),
                None => phrase(has).to_owned(),
            };
            format!(
                "cette empreinte a {has} ; une empreinte SHA-256, c’est 32 paires de chiffres \
                 hexadécimaux"
            )
        }
        What::Duration(text) => format!(
            "{} n’est pas une durée : écrire \"90s\", \"15m\", \"26h\", \"10d\", \"1w\" ou \"1h30m\"",
            quoted(text)
        ),
        What::Unit { key, meant: near } => {
            format!("il faut une unité à `{key}`{}", meant(near))
        }
        What::DurationLong(text) => format!("{} dépasse cent ans", quoted(text)),
        What::Rate { rate, meant: near } => format!(
            "{} n’est pas un débit : écrire \"100MB/s\", \"95.5MiB/s\", \"1GB/s\" ou \"800Mbit/s\"{}",
            quoted(rate),
            meant(near)
        ),
        What::RateNone(rate) => {
            format!("à {}, aucune restauration ne finirait jamais", quoted(rate))
        }
        What::Share(share) => {
            format!("{} n’est pas une part : écrire \"85%\", de 0% à 100%", quoted(share))
        }
        What::ShareUnit { key, meant: near } => {
            format!("il faut un signe pour cent à `{key}`{}", meant(near))
        }
        What::ShareRange(key) => format!("`{key}` en nombre est une fraction de 0.0 à 1.0"),
        What::Levels { key, example } => {
            format!("`{key}` prend deux seuils, l’alerte d’abord : {key} = {example}")
        }
        What::LevelsOrder { key, warning, critical } => format!(
            "`{key}` : le seuil critique ({critical}) viendrait avant l’alerte ({warning}) ; l’alerte \
             s’écrit d’abord"
        ),
        What::Which { which, meant: near } => format!(
            "{} ne nomme aucun invité : écrire \"tag:NOM\", \"pool:NOM\", \"SOURCE/VMID\" ou \
             \"SOURCE/*\"{}",
            quoted(which),
            meant(near)
        ),
        What::NothingWanted => "cet [[objective]] ne veut rien : lui donner `recovery-point`, \
                                `recovery-time` ou `rehearse-every`"
            .to_owned(),
        What::Subject { subject, form } => {
            format!("{} n’est pas un sujet : {}", quoted(subject), form_of(form))
        }
        What::UnknownSource { name, meant: near } => {
            format!("aucune source {}{}", quoted(name), meant(near))
        }
        What::WrongProduct { subject, name, is } => format!(
            "{} : la source {} est un {is}, elle n’a pas de tel sujet",
            quoted(subject),
            quoted(name)
        ),
        What::UnknownCode { code, meant: near } => {
            format!("code inconnu {}{}", quoted(code), meant(near))
        }
        What::Until => {
            "`until` est une date sans guillemets et sans heure : until = 2027-01-31".to_owned()
        }
    }
}

/// Why a secret cannot be had.
pub(super) fn secret(error: &SecretError) -> String {
    match error {
        SecretError::File { path, cause } => format!("{} : {cause}", path.display()),
        SecretError::NotAFile(path) => format!("{} n’est pas un fichier ordinaire", path.display()),
        SecretError::Permissions { path, mode } => format!(
            "{} peut être lu ou écrit par d’autres que son propriétaire (mode {mode:03o}) : lui faire \
             chmod 600",
            path.display()
        ),
        SecretError::NotSet(name) => {
            format!("la variable d’environnement {name} n’est pas définie")
        }
        SecretError::Start { program, cause } => format!("{program} : {cause}"),
        SecretError::Failed { program, status } => format!("{program} a échoué : {status}"),
        SecretError::TimeOut { program } => format!("{program} n’a rien dit à temps"),
        SecretError::Empty => "le secret est vide".to_owned(),
        SecretError::TooLong => "le secret est trop long".to_owned(),
        SecretError::Unusable => {
            "le secret a plus d’une ligne, des blancs ou des caractères inhabituels".to_owned()
        }
        SecretError::WholeToken => {
            "le secret commence par l’identifiant du jeton : seul ce qui le suit est le secret"
                .to_owned()
        }
    }
}

/// The form of a subject.
fn form_of(form: &Form) -> String {
    match form {
        Form::BeginsWith(words) => format!("il commence par l’un de {}", words.join(", ")),
        Form::Near(form) => format!("serait-ce {form} ?"),
        Form::Is(form) => format!("la forme est {form}"),
    }
}
