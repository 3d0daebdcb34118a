use super::{Wish, command, endpoint, free_name};
use crate::config::{Around, Config, What, parse};
use crate::fleet::id::Product;

fn config() -> Config {
    let text = "[[site]]\nname = \"a\"\n[[site.pve]]\nendpoints = [\"https://a1\", \
                \"https://a2\"]\ntoken = \"v@pve!x\"\nsecret-env = \"S\"\n[[site.pbs]]\nname = \
                \"a-pbs\"\nendpoints = \"https://b\"\ntoken = \"v@pbs!x\"\nsecret-env = \"S\"\n";
    let around = Around { env: &|_| None, timezone: jiff::tz::TimeZone::UTC };
    parse(text, std::path::Path::new("/c.toml"), &around).unwrap()
}

#[test]
fn a_bare_name_is_an_endpoint() {
    for (text, product, url) in [
        ("fi1.example.org", Product::Pve, "https://fi1.example.org:8006"),
        (" pbs ", Product::Pbs, "https://pbs:8007"),
        ("192.0.2.7:443", Product::Pve, "https://192.0.2.7:443"),
        ("https://fi1/", Product::Pve, "https://fi1:8006"),
        ("2001:db8::7", Product::Pbs, "https://[2001:db8::7]:8007"),
        ("[2001:db8::7]:1", Product::Pbs, "https://[2001:db8::7]:1"),
    ] {
        assert_eq!(endpoint(text, product).unwrap().url, url);
    }
    for text in ["http://fi1", "a b", "", "root:hunter2@fi1", "fi1/path", "fi1:0"] {
        let what = endpoint(text, Product::Pve).unwrap_err();
        assert!(!format!("{what} {what:?}").contains("hunter2"));
    }
}

#[test]
fn a_new_source_has_a_name_that_is_free() {
    let config = config();
    for (config, site, product, name) in [
        (None, "a", Product::Pve, "a"),
        (Some(&config), "b", Product::Pbs, "b"),
        (Some(&config), "a-pbs", Product::Pbs, "a-pbs-pbs"),
        (Some(&config), "a", Product::Pve, "a-pve"),
        (Some(&config), "a", Product::Pbs, "a-pbs2"),
    ] {
        assert_eq!(free_name(config, site, product), name, "{site} {product:?}");
    }
}

#[test]
fn which_source_is_meant_judged_by_hand() {
    let config = config();
    let wish = |name: Option<&str>, product, ends: &[&str]| Wish {
        name: name.map(str::to_owned),
        product,
        endpoints: ends
            .iter()
            .map(|e| endpoint(e, product.unwrap_or(Product::Pve)).unwrap())
            .collect(),
        ..Wish::default()
    };
    for (name, product, ends, found) in [
        (None, Some(Product::Pve), &["a2"][..], Some("a")),
        (None, Some(Product::Pve), &["a3", "a1"], Some("a")),
        (None, Some(Product::Pve), &["a3"], None),
        (None, Some(Product::Pbs), &["a1"], None),
        (None, None, &[], None),
        (Some("a-pbs"), None, &[], Some("a-pbs")),
        (Some("a-pbs"), Some(Product::Pbs), &["b"], Some("a-pbs")),
        (Some("a"), Some(Product::Pve), &["elsewhere"], Some("a")),
        // Another name for what is there is another source: the configuration refuses nothing.
        (Some("c"), Some(Product::Pve), &["a1"], None),
    ] {
        let wish = wish(name, product, ends);
        let known = wish.known(Some(&config)).map(|(_, source)| source.name.to_string());
        assert_eq!(known.as_deref(), found, "{name:?} {ends:?}");
        assert!(wish.known(None).is_none());
    }
}

#[test]
fn what_is_missing_is_what_nothing_tells() {
    let config = config();
    let known = &config.sites[0].sources[0];
    let mut wish = Wish::default();
    assert_eq!(wish.missing(None).len(), 3);
    assert!(wish.missing(Some(known)).is_empty());
    wish.site = Some("a".into());
    wish.endpoints.push(endpoint("x", Product::Pve).unwrap());
    let missing = wish.missing(None);
    assert_eq!(missing.len(), 1);
    assert!(missing[0].starts_with("--secret-file"));
}

#[test]
fn a_new_site_is_called_after_its_host() {
    for (host, taken, name) in [
        ("fi1.example.org", &[][..], "fi"),
        ("helsinki-02", &[], "helsinki"),
        ("pve1.example.org", &[], "home"),
        ("10.0.0.1", &[], "home"),
        ("2001:db8::7", &[], "home"),
        ("fi1", &["fi"], ""),
    ] {
        let end = endpoint(host, Product::Pve).unwrap();
        let taken: Vec<String> = taken.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(super::site_name(&[end], &taken), name, "{host}");
    }
}

#[test]
fn a_command_has_the_words_a_shell_would_make_of_it() {
    for (text, words) in [
        ("pass show vigie/fi", &["pass", "show", "vigie/fi"][..]),
        ("  pass\tshow 'my vault/fi' ", &["pass", "show", "my vault/fi"]),
        (r#"sh -c "pass show fi | head -1""#, &["sh", "-c", "pass show fi | head -1"]),
        (r"cat /mnt/my\ keys/fi ''", &["cat", "/mnt/my keys/fi", ""]),
        // No shell runs it: these mean themselves.
        ("get $HOME ~ | tee", &["get", "$HOME", "~", "|", "tee"]),
    ] {
        assert_eq!(command(text).unwrap(), words, "{text}");
    }
    for text in ["pass show 'fi", "pass \"fi", "pass fi\\"] {
        assert_eq!(command(text).unwrap_err(), What::Quotes, "{text}");
    }
    for text in ["", "  ", "# nothing", "'' x"] {
        assert_eq!(command(text).unwrap_err(), What::Empty("secret-command"), "{text}");
    }
}
