//! Makes of what is wished a change of the configuration.

use super::place::{Change, Place};
use super::wish::{Secret, Wish, free_name};
use super::{InitError, pins};
use crate::command::trust::look::Seen;
use crate::config::edit::NewSource;
use crate::config::{Config, SecretOrigin, Source};
use crate::fleet::id::Product;
use crate::poll::fleet::SharedEnv;

/// What is set up: a source of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub site: String,
    pub name: String,
    pub product: Product,
}

/// The source that is meant, or a new one.
pub(super) fn target(
    wish: &Wish,
    config: Option<&Config>,
    known: Option<(&str, &Source)>,
) -> Result<Target, InitError> {
    if let Some((site, source)) = known {
        if let Some(asked) = wish.site.as_ref().filter(|asked| *asked != site) {
            return Err(InitError::OtherSite {
                name: source.name.to_string(),
                site: site.to_owned(),
                asked: asked.clone(),
            });
        }
        let (site, name) = (site.to_owned(), source.name.to_string());
        return Ok(Target { site, name, product: source.product });
    }
    let site = wish.site.clone().unwrap_or_default();
    let product = wish.product.unwrap_or(Product::Pve);
    let name = wish.name.clone().unwrap_or_else(|| free_name(config, &site, product));
    Ok(Target { site, name, product })
}

/// The change that is wished, as far as no server needs to be asked for it.
pub(super) fn changed(
    place: &Place,
    wish: &Wish,
    target: &Target,
    known: Option<&Source>,
) -> Result<Change, InitError> {
    let mut change = place.change()?;
    let endpoints = wish.endpoints.iter().map(|endpoint| endpoint.url.clone()).collect();
    let file = || place.secret_file(&target.name);
    let origin = match &wish.secret {
        Some(Secret::At(origin)) => Some(origin.clone()),
        Some(Secret::Told(_, to)) => Some(SecretOrigin::File(to.clone().unwrap_or_else(file))),
        None => None,
    };
    if let (Some(Secret::Told(secret, _)), Some(SecretOrigin::File(path))) = (&wish.secret, &origin)
        && !is_kept(path, secret)
    {
        change.keep(path.clone(), secret.clone());
    }
    let usual = wish.token(target.product);
    let token = match (&wish.token, known) {
        (None, Some(known)) => known.token.to_string(),
        _ => usual,
    };
    change.edit.add_site(&target.site)?;
    let new = NewSource {
        name: target.name.clone(),
        product: target.product,
        endpoints,
        token: token.clone(),
        secret: place.origin(&origin.clone().unwrap_or_else(|| SecretOrigin::File(file()))),
        ca_file: wish.ca_file.as_ref().map(|path| place.written(path).display().to_string()),
        fingerprints: wish.fingerprints.clone(),
    };
    change.edit.add_source(&target.site, &new)?;
    if let Some(known) = known {
        let origin = origin.unwrap_or_else(|| known.secret.clone());
        if known.token.as_str() != token || known.secret != origin {
            change.edit.set_credential(&target.name, &token, &place.origin(&origin))?;
        }
    }
    Ok(change)
}

/// Whether a file holds this very secret already, for its owner alone.
fn is_kept(path: &std::path::Path, secret: &secrecy::SecretString) -> bool {
    use secrecy::ExposeSecret as _;
    crate::config::read_secret_file(path)
        .is_ok_and(|kept| kept.expose_secret() == secret.expose_secret())
}

/// Pins what is to be pinned, with all that has to be pinned along, and reads the source anew.
pub(super) fn settle(
    change: &mut Change,
    name: &str,
    source: &Source,
    seen: &[Seen],
    new: &[[u8; 32]],
    env: &SharedEnv,
) -> Result<Source, InitError> {
    if !new.is_empty() {
        for pin in pins::along(&source.trust, seen).iter().chain(new) {
            change.edit.pin(name, None, *pin)?;
        }
    }
    Ok(change.source(name, env)?)
}
