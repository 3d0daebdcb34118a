//! What is said, line by line. Every line is cleaned: nothing in it reaches a terminal as more
//! than text. Pure.

use super::News;
use crate::command::report::outline::Names;
use crate::command::report::plain::plain;
use crate::fleet::host::Usage;
use crate::fleet::id::{Product, SiteName, SourceName};
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::time::Epoch;
use crate::judge::problem::Problem;
use crate::judge::rows::{Judged, SiteRow};
use crate::judge::verdict::Verdict;
use crate::lang::{Field, Label, Lang, Tally, When};

/// What everything is said with.
pub(in crate::command) struct Teller<'a> {
    judged: &'a Judged,
    lang: &'a dyn Lang,
    when: When<'a>,
    names: Names,
}

impl<'a> Teller<'a> {
    /// For lines about one judgement.
    pub(in crate::command) fn new(
        judged: &'a Judged,
        lang: &'a dyn Lang,
        zone: &'a jiff::tz::TimeZone,
    ) -> Self {
        let when = When { now: judged.taken, zone };
        Self { judged, lang, when, names: Names::of(judged) }
    }

    fn moment(&self, at: Epoch) -> String {
        self.lang.moment(at, &self.when)
    }

    /// How all stands: what is wrong, worst first, then site by site; `waiting` has not answered.
    pub(in crate::command) fn summary(&self, waiting: &[&SourceName]) -> Vec<String> {
        let Self { judged, lang, .. } = self;
        let problems = Tally::of_problems(judged.problems.iter().map(|p| p.severity));
        let hosts = judged.sites.iter().map(|site| site.nodes.len()).sum();
        let guests = judged.sites.iter().map(|site| site.guests.len()).sum();
        let mut lines = vec![
            lang.stands(judged.verdict, &self.moment(judged.taken)),
            lang.tally(&problems, judged.sites.len(), hosts, guests),
        ];
        if !waiting.is_empty() {
            let names: Vec<&str> = waiting.iter().map(|name| name.as_str()).collect();
            lines.push(lang.not_answered(&names));
        } else if judged.problems.is_empty() && judged.verdict != Verdict::Ok {
            lines.push(lang.cannot_rule_out().to_owned());
        }
        lines.extend(judged.problems.iter().map(|problem| self.wrong(problem)));
        lines.extend(judged.sites.iter().map(|site| self.site(site)));
        lines.push(lang.changes_follow().to_owned());
        cleaned(&lines)
    }

    /// What is new, one line each, each with the time.
    pub(super) fn news(&self, news: &[News]) -> Vec<String> {
        let lang = self.lang;
        let line = |news: &News| match news {
            News::Wrong(problem) => self.wrong(problem),
            News::Changed(from, problem) => {
                let said = self.sentence(problem);
                lang.became(*from, problem.severity, site(problem), &said)
            }
            News::Untold(source, problems) => {
                let said: Vec<String> = problems.iter().map(|p| self.sentence(p)).collect();
                lang.is_untold(source.as_str(), &said)
            }
            News::Over(problem) => lang.is_over(site(problem), &self.sentence(problem)),
        };
        self.at_this_time(&news.iter().map(line).collect::<Vec<_>>())
    }

    /// Nothing is waited for any more.
    pub(super) fn all_answered(&self) -> Vec<String> {
        self.at_this_time(&[self.lang.all_answered().to_owned()])
    }

    fn at_this_time(&self, lines: &[String]) -> Vec<String> {
        let moment = self.moment(self.judged.taken);
        let timed: Vec<String> = lines.iter().map(|line| self.lang.news(&moment, line)).collect();
        cleaned(&timed)
    }

    fn sentence(&self, problem: &Problem) -> String {
        self.names.sentence(problem, self.lang, &self.when)
    }

    fn wrong(&self, problem: &Problem) -> String {
        let since = problem.since.map(|at| self.moment(at));
        let said = self.sentence(problem);
        self.lang.is_wrong(problem.severity, site(problem), &said, since.as_deref())
    }

    /// One site in a line. What is not known is said to be so.
    fn site(&self, site: &SiteRow) -> String {
        let lang = self.lang;
        let mut counted = Vec::new();
        let is_pbs = |name: &SourceName| {
            site.sources.iter().any(|s| s.name == *name && s.product == Product::Pbs)
        };
        let nodes: Vec<_> = site.nodes.iter().filter(|node| !is_pbs(&node.source)).collect();
        if !nodes.is_empty() {
            let count = |state| nodes.iter().filter(|node| node.state == state).count();
            let told = lang.hosts(
                nodes.len(),
                count(NodeState::Online),
                count(NodeState::Offline),
                count(NodeState::Unknown),
            );
            counted.push(lang.counted(Field::Hosts, &told));
        }
        if !site.guests.is_empty() {
            let count = |state| site.guests.iter().filter(|guest| &*guest.state == state).count();
            let (running, unknown) = (count("running"), count("unknown"));
            let other = site.guests.len().saturating_sub(running + unknown);
            let told = lang.states(site.guests.len(), running, other, unknown);
            counted.push(lang.counted(Field::Guests, &told));
        }
        // What a store was is not what it is.
        let known = site.datastores.iter().filter(|store| store.verdict != Verdict::Unknown);
        let used = known.filter_map(|store| {
            Some((
                store.usage.and_then(Usage::fraction)?,
                format!("{}:{}", store.source, store.name),
            ))
        });
        if let Some((share, which)) = used.max_by(|a, b| a.0.total_cmp(&b.0)) {
            let told = lang.fullest(&which, &lang.percent(share));
            counted.push(lang.counted(Field::Datastores, &told));
        }
        if counted.is_empty() {
            counted.push(lang.label(Label::NotKnown).to_owned());
        }
        lang.site_stands(site.name.as_str(), site.verdict, &counted)
    }
}

fn site(problem: &Problem) -> Option<&str> {
    problem.site.as_ref().map(SiteName::as_str)
}

fn cleaned(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| plain(line)).collect()
}
