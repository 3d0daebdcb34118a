//! Words for keys.

use super::super::Keys;
use super::French;
use crate::keymap::Help;

impl Keys for French {
    fn key_heads(&self) -> [&'static str; 2] {
        ["Touches", "Ce qu’elles font"]
    }

    fn help(&self, help: Help) -> &'static str {
        match help {
            Help::Move => "vers le haut, vers le bas",
            Help::Page => "une page vers le haut, vers le bas",
            Help::Ends => "au premier, au dernier",
            Help::Open => "ouvrir la sélection",
            Help::Back => "retour ; dans une liste, enlever le filtre",
            Help::View => "aller à une vue par son numéro",
            Help::NextView => "à la vue suivante, à la précédente",
            Help::NextSection => "à la section suivante, à la précédente",
            Help::Jump => "aller partout : taper quelques lettres du nom",
            Help::Go => "y aller",
            Help::Filter => "filtrer : ces mots, et sans ces !mots",
            Help::Faults => "ne montrer que ce qui ne va pas, ou tout",
            Help::NextFault => "à ce qui ne va pas ensuite, et retour",
            Help::Sort => "trier par la colonne suivante ; dans l’autre sens",
            Help::Refresh => "interroger les serveurs maintenant",
            Help::Freeze => "figer l’écran, le laisser repartir",
            Help::Evidence => "d’où le sait-on : quel appel, quand",
            Help::WhatIf => "et si cela mourait, ou tout ce qui est marqué",
            Help::Mark => "marquer ce qui mourrait ensemble, ou ôter la marque",
            Help::Runbook => "les étapes qui le font revenir",
            Help::Help => "cette aide",
            Help::Close => "fermer",
            Help::Accept => "garder le filtre",
            Help::Cancel => "enlever le filtre",
            Help::Edit => "modifier le filtre",
            Help::Repaint => "redessiner tout l’écran",
            Help::Suspend => "suspendre ; fg y revient",
            Help::Quit => "quitter",
        }
    }

    fn hint(&self, help: Help) -> &'static str {
        match help {
            Help::Move => "bouger",
            Help::Page => "page",
            Help::Ends => "bouts",
            Help::Open => "ouvrir",
            Help::Back => "retour",
            Help::View => "vue",
            Help::NextView => "vue suiv.",
            Help::NextSection => "section",
            Help::Jump => "aller à",
            Help::Go => "y aller",
            Help::Filter => "filtre",
            Help::Faults => "défauts",
            Help::NextFault => "suivant",
            Help::Sort => "tri",
            Help::Refresh => "relire",
            Help::Freeze => "figer",
            Help::Evidence => "preuves",
            Help::WhatIf => "et si",
            Help::Mark => "marquer",
            Help::Runbook => "procédure",
            Help::Help => "aide",
            Help::Close => "fermer",
            Help::Accept => "garder",
            Help::Cancel => "enlever",
            Help::Edit => "modifier",
            Help::Repaint => "redessiner",
            Help::Suspend => "suspendre",
            Help::Quit => "quitter",
        }
    }
}
