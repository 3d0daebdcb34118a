//! The id of an API token, without its secret.

use std::fmt;

use super::mistake::{What, looks_secret};

/// `user@realm!name`: what a token is called. Not a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenId(String);

impl TokenId {
    /// Reads an id. No error repeats the text: it may hold a secret by mistake.
    pub fn parse(text: &str) -> Result<Self, What> {
        let text = text.trim();
        // PVE writes `id=secret` in its header, PBS `id:secret`; neither may stand in a user.
        if text.contains(['=', ':']) || looks_secret(text) {
            return Err(What::SecretInToken);
        }
        let Some((user, name)) = text.split_once('!') else {
            return Err(if text.contains('@') { What::TokenUser } else { What::Token });
        };
        let Some((user, realm)) = user.rsplit_once('@') else { return Err(What::Token) };
        let word = |text: &str| {
            text.chars().next().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
                && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
        };
        let is_user = !user.is_empty()
            && user.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '/' | '"' | '\\'));
        if is_user && word(realm) && word(name) {
            Ok(Self(text.to_owned()))
        } else {
            Err(What::Token)
        }
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `user@realm`.
    pub fn user(&self) -> &str {
        self.0.split_once('!').map_or(&self.0, |(user, _)| user)
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::{TokenId, What};

    #[test]
    fn tokens_judged_by_hand() {
        for good in ["vigie@pve!bastion", "a.b@x.org@ldap-1!t_1", "root@pam!2"] {
            assert_eq!(TokenId::parse(good).map(|id| id.to_string()), Ok(good.to_owned()));
        }
        assert_eq!(TokenId::parse("vigie@pve!b").unwrap().user(), "vigie@pve");
        for (bad, what) in [
            ("root@pam", What::TokenUser),
            ("root", What::Token),
            ("vigie!bastion", What::Token),
            ("@pve!x", What::Token),
            ("a@!x", What::Token),
            ("a@pve!", What::Token),
            ("a b@pve!x", What::Token),
            ("a@pve!x!y", What::Token),
            ("vigie@pve!bastion=hunter2", What::SecretInToken),
            ("vigie@pbs!bastion:hunter2", What::SecretInToken),
            ("PVEAPIToken=vigie@pve!bastion=hunter2", What::SecretInToken),
            ("vigie@pve!0b6f2a10-93f5-4e6c-8e55-1c9c3f8a7d21", What::SecretInToken),
        ] {
            let found = TokenId::parse(bad).unwrap_err();
            assert_eq!(found, what, "{bad}");
            assert!(!format!("{found} {found:?}").contains("hunter2"));
        }
    }
}
