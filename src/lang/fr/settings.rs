//! Words of `vigie config`.

use super::super::{Remark, Settings};
use super::French;

impl Settings for French {
    fn remark(&self, remark: Remark<'_>) -> String {
        match remark {
            Remark::ReadFrom(file) => format!("Lu dans {file}"),
            Remark::BuiltIn => "intégré".to_owned(),
            Remark::Default => "défaut".to_owned(),
            Remark::OfSite => "défaut : celui du site".to_owned(),
            Remark::OfViewer => "défaut : celui de qui regarde".to_owned(),
            Remark::SystemZone => "celui du système".to_owned(),
            Remark::NoHome => "défaut : il n’y a pas de dossier personnel".to_owned(),
            Remark::NoColours => "défaut : ce terminal n’a pas de couleurs".to_owned(),
            Remark::Light => "défaut : COLORFGBG dit ce terminal clair".to_owned(),
            Remark::Locale => "défaut : la locale".to_owned(),
            Remark::None(key) => format!("{key} : aucun"),
            Remark::SecretFile(path) => format!("secret : lisible (fichier {path})"),
            Remark::SecretVariable(name) => format!("secret : lisible (variable {name})"),
            Remark::SecretCommand(program) => format!("secret : pas essayé (commande {program})"),
            Remark::Roots => "certificats : approuvés par les racines du système".to_owned(),
        }
    }
}
