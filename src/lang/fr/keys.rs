//! Words for keys.

use super::super::Keys;
use super::French;
use crate::keymap::{Context, Help};

impl Keys for French {
    fn key_heads(&self) -> [&'static str; 3] {
        ["Touches", "Ce qu’elles font", "Dans `[keys]`"]
    }

    fn help(&self, help: Help) -> &'static str {
        match help {
            Help::Move => "vers le haut, vers le bas",
            Help::Page => "une page vers le haut, vers le bas",
            Help::Ends => "au premier, au dernier",
            Help::Open => "ouvrir la sélection",
            Help::Back => "retour ; dans une liste, enlever le filtre",
            Help::History => "là où l’on était avant, et de nouveau en avant",
            Help::View => "aller à une vue par son numéro",
            Help::NextView => "à la vue suivante, à la précédente",
            Help::NextSection => "à la section suivante, à la précédente",
            Help::Jump => "aller partout : taper quelques lettres du nom",
            Help::Go => "y aller",
            Help::Filter => "filtrer : mots, !non, tag: state: site: node: pool: kind:",
            Help::Faults => "ne montrer que ce qui ne va pas, ou tout",
            Help::NextFault => "à ce qui ne va pas ensuite, et retour",
            Help::Search => "chercher dans le journal",
            Help::NextHit => "à ce qui est trouvé, sinon à la plainte suivante ; retour",
            Help::Sort => "trier par la colonne suivante, précédente ; inverser",
            Help::Refresh => "interroger les serveurs maintenant",
            Help::Freeze => "figer l’écran, le laisser repartir",
            Help::Evidence => "d’où le sait-on : quel appel, quand",
            Help::WhatIf => "et si cela mourait, ou tout ce qui est marqué",
            Help::Mark => "marquer ce qui mourrait ensemble, ou ôter la marque",
            Help::Runbook => "les étapes qui le font revenir",
            Help::Copy => "copier la ligne ; ce qui ne va pas, pour un message",
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
            Help::History => "passé",
            Help::View => "vue",
            Help::NextView => "vue suiv.",
            Help::NextSection => "section",
            Help::Jump => "aller à",
            Help::Go => "y aller",
            Help::Filter => "filtre",
            Help::Faults => "défauts",
            Help::NextFault | Help::NextHit => "suivant",
            Help::Search => "chercher",
            Help::Sort => "tri",
            Help::Refresh => "relire",
            Help::Freeze => "figer",
            Help::Evidence => "preuves",
            Help::WhatIf => "et si",
            Help::Mark => "marquer",
            Help::Runbook => "procédure",
            Help::Copy => "copier",
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

    fn context(&self, context: Context) -> &'static str {
        match context {
            Context::List => "dans une liste",
            Context::Detail => "dans un détail",
            Context::Log => "dans un journal",
            Context::Reading => "sur un texte, comme celui-ci",
            Context::Typing => "pendant la saisie d’un filtre",
            Context::Jumping => "dans la palette des lieux",
        }
    }
}
