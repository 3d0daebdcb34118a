//! The command line: what may be asked, without any logic.

mod drill;
mod sources;

use std::path::PathBuf;

use clap::{Arg, Args, Parser, Subcommand, ValueEnum};

use crate::lang::Tongue;

pub use drill::{Drill, DrillAction, DrillDone, DrillList, DrillResult, DrillStart};
pub use sources::{Doctor, Init, Trust};

/// A lookout over a federation of Proxmox sites.
///
/// Without a command it opens the dashboard. It only ever reads: nothing but GET requests leave
/// this program, with a token that needs no more than audit rights.
#[derive(Debug, Parser)]
#[command(name = "vigie", version, max_term_width = 100)]
#[command(after_help = "\
Try it without any server:   vigie --demo
Print the state and leave:   vigie report
Check the configuration:     vigie config")]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// Paint the dashboard in these colours, whatever the configuration says: `vigie theme list`.
    #[arg(long, value_name = "NAME")]
    pub theme: Option<String>,
    /// Tell the fleet line by line instead of painting it, and follow what changes: for screen
    /// readers and pipes.
    ///
    /// First how all stands: what is wrong, worst first, then a line per site; from then on only
    /// what changes, a line each with its time. No escape sequences, nothing moves. It ends with
    /// Ctrl-C, or when nobody reads any more. To print the state once: `vigie report`.
    #[arg(long, conflicts_with = "theme")]
    pub plain: bool,
    /// Take the mouse in the dashboard: wheel, click, tabs. The terminal's own selecting then needs
    /// Shift.
    #[arg(long)]
    pub mouse: bool,
    /// The command; none opens the dashboard.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What every command takes, before or after its name.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// Read this configuration instead of $VIGIE_CONFIG, ~/.config/vigie/config.toml or
    /// /etc/vigie/config.toml.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Use a simulated federation on this machine instead of a configuration.
    #[arg(long, global = true, conflicts_with = "config")]
    pub demo: bool,
    /// Only this site; may be given several times.
    #[arg(long = "site", global = true, value_name = "SITE")]
    pub sites: Vec<String>,
    /// Speak this language: `en`, or `fr` for French. Without it the configuration decides, else
    /// the locale (LC_ALL, LC_MESSAGES, LANG).
    #[arg(long, global = true, value_name = "LANG", value_parser = tongue)]
    pub lang: Option<Tongue>,
}

fn tongue(code: &str) -> Result<Tongue, String> {
    Tongue::parse(code).ok_or_else(|| {
        let known: Vec<&str> = Tongue::ALL.iter().map(|tongue| tongue.as_str()).collect();
        format!("there are: {}", known.join(", "))
    })
}

/// What every command takes, for one to which it means nothing: taken, but not in its help.
fn without_meaning() -> Vec<Arg> {
    hidden(|_| true)
}

/// The same for one to which only the configuration and the language mean something.
fn with_config_alone() -> Vec<Arg> {
    hidden(|name| !matches!(name, "config" | "lang"))
}

/// The same for one to which only the language means something.
fn with_lang_alone() -> Vec<Arg> {
    hidden(|name| name != "lang")
}

/// The same for one that is about one site, which may be a new one.
fn with_one_site() -> Vec<Arg> {
    let mut all = hidden(|name| !matches!(name, "config" | "lang" | "sites"));
    for argument in &mut all {
        if argument.get_id() == "sites" {
            *argument = argument.clone().help("The site; a new one is made");
        }
    }
    all
}

fn hidden(is_hidden: impl Fn(&str) -> bool) -> Vec<Arg> {
    let all = Global::augment_args(clap::Command::new("all"));
    let hidden = all.get_arguments().filter(|argument| is_hidden(argument.get_id().as_str()));
    hidden.map(|argument| argument.clone().hide(true)).collect()
}

/// The commands.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Look at everything once and print what there is to say.
    ///
    /// Exits with 0 when a report was made, whatever it says, and with 2 for mistakes of
    /// configuration or usage.
    Report(Report),
    /// Check how each source is reached, layer by layer, and name the cure of what is broken.
    ///
    /// Each endpoint stops at the first layer that is broken. Exits with 0 when all is well, 1 with
    /// warnings, 2 when something is broken or the configuration is wrong.
    Doctor(Doctor),
    /// Rehearse restores, and keep a log of it.
    ///
    /// Without more it lists which guest was last rehearsed when, and what is due. It restores
    /// nothing itself: `start` prints the steps, `done` writes down what came of them.
    Drill(Drill),
    /// Print the effective configuration and where each value comes from.
    ///
    /// Whether each secret can be read is looked at and said; none is shown, and no command that
    /// would print one is run.
    Config,
    /// Print what to do, step by step, when a machine is lost.
    ///
    /// The steps are made for exactly this guest, node or site, with its names, from what is known
    /// now or was known last. They are only printed: vigie executes nothing.
    Runbook(Runbook),
    /// Say what would follow if machines died at once, or if hosts were emptied onto others.
    ///
    /// Of a loss: what brings each guest back, where it would run and whether it fits there, what
    /// is lost for good, what quorum is left, which jobs fail next. Of hosts to be emptied: what
    /// the guests need and what the others have, where each would go, what ties it to where it is,
    /// and whether one host more could die then. Nothing is moved: it only reckons.
    #[command(name = "whatif")]
    Whatif(Whatif),
    /// Print guests, nodes and PBSes as an inventory for Ansible.
    ///
    /// They are grouped by site, source, node, kind, tag and pool. Without --fresh no server is
    /// asked: it goes by what was known last, and marks what is not of now.
    Inventory(Inventory),
    /// Set a source up, step by step, or with flags alone.
    ///
    /// It asks for what was not given: where the source answers, whether its certificate is to be
    /// trusted, its token and where the secret of that lives; it prints the commands that make a
    /// user and a token which may only look, tries the token, offers the other nodes of the cluster
    /// and the PBSes that its storages name, and shows how the configuration would change before it
    /// writes. Comments and order of the file stay. It can be left at any step with Esc or Ctrl-C
    /// and run again.
    ///
    /// With --yes, or without a terminal, it asks nothing: then --site, --pve or --pbs, and the
    /// secret must be given. Run twice it changes nothing the second time, and says so. One source
    /// each time.
    ///
    /// Exits with 0 when the source is set up, now or already; with 1 when nothing was written:
    /// somebody said no or left, or certificate or token were not accepted; with 2 when something is
    /// missing or wrong, or no endpoint answers: nothing was written; with 3 when it was written and
    /// the token may not read what it must.
    Init(Init),
    /// Look at the certificate of a source that is not trusted any more, and trust it.
    ///
    /// It shows what is trusted and what is shown now, whether a peer of the cluster that is still
    /// trusted vouches for it, the command to compare it on the server, and how the configuration
    /// would change; then it asks. An endpoint that is not trusted is told nothing, not even the
    /// token.
    ///
    /// Exits with 0 when all that was shown is trusted, now or already; with 1 when something is
    /// not, and nobody accepted it; with 2 when no endpoint could be asked, when there is no
    /// terminal to ask you on, and for mistakes.
    Trust(Trust),
    /// The colours of the dashboard: which there are, and what is wrong with yours.
    ///
    /// Without more it lists them. Your own themes are files NAME.toml in the folder `themes` beside
    /// the configuration, or in ~/.config/vigie/themes.
    Theme(Theme),
    /// Serve the simulated federation on loopback until killed.
    Simulate(Simulate),
    /// Print a page of documentation made from the program itself.
    #[command(hide = true)]
    Generate(Generate),
}

/// How to report.
#[derive(Clone, Debug, Args)]
pub struct Report {
    /// The form of the report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Leave after this many seconds; what is missing then counts as failed. The default is 30
    /// and half a second more per source.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub timeout: Option<u64>,
    /// Neither read nor write what was last known.
    #[arg(long)]
    pub no_memory: bool,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For eyes and mails, 80 columns.
    Text,
    /// For programs: one document whose keys do not change.
    Json,
    /// For wikis and tickets.
    Markdown,
}

/// What runbook to make.
#[derive(Clone, Debug, Args)]
pub struct Runbook {
    /// A guest (SOURCE/VMID), a node (SOURCE/NODE), a site, or `all`; a name or a number alone
    /// where only one has it.
    #[arg(value_name = "GUEST|NODE|SITE|all")]
    pub target: String,
    /// The form of the pages.
    #[arg(long, value_enum, default_value_t = Paper::Text)]
    pub format: Paper,
    /// Write to this file; with `all` to this directory, one file per page.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Ask no server: make it from what was known last.
    #[arg(long)]
    pub offline: bool,
    /// Leave the servers after this many seconds and go on with what was known last.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub timeout: Option<u64>,
}

/// The forms of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Paper {
    /// For a terminal and for paper, 80 columns.
    Text,
    /// For a wiki.
    Markdown,
}

/// What to reckon with.
#[derive(Clone, Debug, Args)]
pub struct Whatif {
    /// What dies: nodes (SOURCE/NODE), sources, sites, all at once; a node's name alone where only
    /// one has it.
    #[arg(value_name = "NODE|SOURCE|SITE", required_unless_present = "empty",
        conflicts_with_all = ["empty", "onto"])]
    pub lost: Vec<String>,
    /// The hosts to be emptied; a cluster or site for all its hosts.
    #[arg(long, value_name = "HOST", num_args = 1.., requires = "onto")]
    pub empty: Vec<String>,
    /// The hosts that take their guests.
    #[arg(long, value_name = "HOST", num_args = 1.., requires = "empty")]
    pub onto: Vec<String>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,
    /// Ask no server: reckon with what was known last.
    #[arg(long)]
    pub offline: bool,
    /// Leave the servers after this many seconds and go on with what was known last.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub timeout: Option<u64>,
}

/// What inventory to print.
#[derive(Clone, Debug, Args)]
pub struct Inventory {
    /// Everything: groups, hosts and their variables. The same as without any option.
    #[arg(long, conflicts_with = "host")]
    pub list: bool,
    /// The variables of one host only; an empty object where there is no such host.
    #[arg(long, value_name = "NAME")]
    pub host: Option<String>,
    /// Ask the servers now. What is not reached is kept as it was known last, and marked.
    #[arg(long)]
    pub fresh: bool,
    /// Leave the servers after this many seconds and go on with what was known last.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub timeout: Option<u64>,
}

/// The forms of a list, and of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For eyes, 80 columns.
    #[default]
    Text,
    /// For programs: one document whose keys do not change.
    Json,
}

/// What to do about themes.
#[derive(Clone, Debug, Args)]
#[command(args = with_config_alone())]
pub struct Theme {
    /// What; none lists.
    #[command(subcommand)]
    pub action: Option<ThemeAction>,
}

/// What there is to do about themes.
#[derive(Clone, Debug, Subcommand)]
pub enum ThemeAction {
    /// List the themes there are, where they come from, and which is in use.
    List(ThemeList),
    /// Paint a sample of a theme, every role of it, in the colours that this terminal has.
    Show(ThemeShow),
    /// Tell every mistake of a theme's file, each with its line and what was probably meant.
    Check(ThemeCheck),
}

/// Nothing more.
#[derive(Clone, Copy, Debug, Args)]
#[command(args = with_config_alone())]
pub struct ThemeList {}

/// Which theme to show.
#[derive(Clone, Debug, Args)]
#[command(args = with_config_alone())]
pub struct ThemeShow {
    /// Its name; the one in use where it is not given.
    pub name: Option<String>,
}

/// Which file to check.
#[derive(Clone, Debug, Args)]
#[command(args = with_config_alone())]
pub struct ThemeCheck {
    /// The file. What it inherits is looked for beside it too.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// How to simulate.
#[derive(Clone, Debug, Args)]
#[command(args = without_meaning())]
pub struct Simulate {
    /// Write the configuration that reaches the federation to this file (and the secret beside
    /// it); without it the configuration goes to standard output.
    #[arg(long, value_name = "FILE")]
    pub config_out: Option<PathBuf>,
    /// Serve a fleet of this size instead of the teaching model.
    #[arg(long, value_names = ["SITES", "GUESTS", "SNAPSHOTS"], num_args = 3)]
    pub scaled: Option<Vec<u32>>,
    /// Give every answer so many milliseconds later, as over a long line.
    #[arg(long, value_name = "MS", default_value_t = 0,
        value_parser = clap::value_parser!(u64).range(0..=10_000))]
    pub delay: u64,
    /// Switch a node off while somebody looks: to rehearse what vigie and its runbooks say then.
    /// The server of a PBS goes by its source alone. May be given several times.
    #[arg(long, value_name = "SOURCE[/NODE]")]
    pub kill: Vec<String>,
    /// When: so many seconds after the start.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "kill",
        value_parser = clap::value_parser!(u64).range(0..=86_400))]
    pub after: u64,
}

/// What to generate.
#[derive(Clone, Debug, Args)]
#[command(args = with_lang_alone())]
pub struct Generate {
    /// Which page.
    #[arg(value_enum)]
    pub page: Page,
}

/// Pages made from the program itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Page {
    /// The table of keys, Markdown.
    Keys,
    /// The table of problem codes, Markdown.
    Codes,
    /// The manual page, for man(1).
    Man,
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Cli, Command, DrillAction, Format};

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_means_nothing_to_a_command_is_not_in_its_help() {
        let shown = |words: &[&str]| {
            let help = Cli::try_parse_from(words.iter().chain(&["--help"])).unwrap_err();
            let help = help.to_string();
            let is_shown =
                |option: &&str| help.lines().any(|line| line.trim_start().starts_with(*option));
            ["--config ", "--demo", "--site "].iter().filter(|o| is_shown(o)).count()
        };
        assert_eq!(shown(&["vigie"]), 3);
        assert_eq!(shown(&["vigie", "report"]), 3);
        assert_eq!(shown(&["vigie", "config"]), 3);
        assert_eq!(shown(&["vigie", "drill"]), 3);
        assert_eq!(shown(&["vigie", "drill", "start"]), 3);
        assert_eq!(shown(&["vigie", "simulate"]), 0);
        assert_eq!(shown(&["vigie", "init"]), 2);
        assert_eq!(shown(&["vigie", "theme"]), 1);
        assert_eq!(shown(&["vigie", "theme", "show"]), 1);
        assert_eq!(shown(&["vigie", "generate"]), 0);
        // Whoever has them in an alias is not turned away.
        assert!(Cli::try_parse_from(["vigie", "--site", "fi", "generate", "man"]).is_ok());
        assert!(Cli::try_parse_from(["vigie", "simulate", "--demo"]).is_ok());
    }

    #[test]
    fn a_guest_is_named_by_source_and_number() {
        let named = |guest: &str| {
            let cli =
                Cli::try_parse_from(["vigie", "drill", "start", guest, "--as", "9001"]).ok()?;
            let Some(Command::Drill(drill)) = cli.command else { panic!() };
            let Some(DrillAction::Start(start)) = drill.action else { panic!() };
            assert_eq!(start.as_vmid, Some(9001));
            Some(format!("{}/{}", start.guest.source, start.guest.vmid))
        };
        assert_eq!(named("fi/101").as_deref(), Some("fi/101"));
        assert_eq!(named("guest/fi/101").as_deref(), Some("fi/101"));
        for wrong in ["fi", "fi/*", "tag:x", "101", "fi/web", "/101"] {
            assert_eq!(named(wrong), None, "{wrong}");
        }
        for wrong in ["99", "1000000000", "x"] {
            let words = ["vigie", "drill", "start", "fi/101", "--as", wrong];
            assert!(Cli::try_parse_from(words).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_every_command_takes_may_stand_before_or_after_it() {
        for words in [
            ["vigie", "--site", "fi", "report", "--format", "json"],
            ["vigie", "report", "--site", "fi", "--format", "json"],
            ["vigie", "report", "--format", "json", "--site", "fi"],
        ] {
            let cli = Cli::try_parse_from(words).unwrap();
            assert_eq!(cli.global.sites, ["fi"], "{words:?}");
            let Some(Command::Report(report)) = cli.command else { panic!("{words:?}") };
            assert_eq!(report.format, Format::Json);
        }
        assert!(Cli::try_parse_from(["vigie", "--demo", "--config", "x"]).is_err());
    }
}
