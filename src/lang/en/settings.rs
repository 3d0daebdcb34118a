//! Words of `vigie config`.

use super::super::{Remark, Settings};
use super::English;

impl Settings for English {
    fn remark(&self, remark: Remark<'_>) -> String {
        match remark {
            Remark::ReadFrom(file) => format!("Read from {file}"),
            Remark::BuiltIn => "built in".to_owned(),
            Remark::Default => "default".to_owned(),
            Remark::OfSite => "default: the site's".to_owned(),
            Remark::OfViewer => "default: the viewer's".to_owned(),
            Remark::SystemZone => "the system's".to_owned(),
            Remark::NoHome => "default: there is no home".to_owned(),
            Remark::NoColours => "default: this terminal shows no colours".to_owned(),
            Remark::Light => "default: COLORFGBG says that this terminal is light".to_owned(),
            Remark::Locale => "default: the locale".to_owned(),
            Remark::None(key) => format!("{key}: none"),
            Remark::SecretFile(path) => format!("secret: readable (file {path})"),
            Remark::SecretVariable(name) => format!("secret: readable (variable {name})"),
            Remark::SecretCommand(program) => format!("secret: not tried (command {program})"),
            Remark::Roots => "certificates: trusted by the system's roots".to_owned(),
        }
    }
}
