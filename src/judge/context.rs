//! What the rules need to know of every source before they look at its rows; derived once.

mod nodes;
mod rights;
mod state;

pub use nodes::{NodeStandings, NodeTrust};
pub use rights::RightsDigest;

use foldhash::HashMap;

use super::rows::SourceState;
use super::verdict::{Consequence, Verdict};
use crate::fleet::id::{NodeName, Product, SourceName};
use crate::fleet::part::Part;
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::policy::{Policy, SiteFacts, SourceFacts};
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::Guest;
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;

/// The fleet with everything derived from it that more than one family needs.
#[derive(Debug)]
pub struct Context<'a> {
    /// All that is known.
    pub fleet: &'a Fleet,
    /// Our clock.
    pub now: Epoch,
    /// Every source, in the order of the file.
    pub sources: Vec<SourceContext<'a>>,
    by_name: HashMap<&'a SourceName, usize>,
}

impl<'a> Context<'a> {
    /// Derives it.
    pub fn new(fleet: &'a Fleet, now: Epoch) -> Self {
        let mut sources = Vec::new();
        for (site_index, site) in fleet.sites.iter().enumerate() {
            for (facts, survey) in site.sources() {
                let index = sources.len();
                sources.push(SourceContext::new(
                    index,
                    site_index,
                    &site.facts,
                    facts,
                    survey,
                    now,
                ));
            }
        }
        let by_name = sources.iter().map(|s| (&s.facts.name, s.index)).collect();
        Self { fleet, now, sources, by_name }
    }

    /// A source by name.
    pub fn source(&self, name: &SourceName) -> Option<&SourceContext<'a>> {
        self.by_name.get(name).and_then(|i| self.sources.get(*i))
    }

    /// The sources of one product.
    pub fn of(&self, product: Product) -> impl Iterator<Item = &SourceContext<'a>> {
        self.sources.iter().filter(move |s| s.facts.product == product)
    }
}

/// One source, and how it stands.
#[derive(Debug)]
pub struct SourceContext<'a> {
    /// Its place in [`Context::sources`].
    pub index: usize,
    /// The place of its site in the fleet.
    pub site_index: usize,
    /// What the configuration says of its site.
    pub site: &'a SiteFacts,
    /// What the configuration says of it.
    pub facts: &'a SourceFacts,
    /// What is known of it.
    pub survey: &'a Survey,
    /// Our clock.
    pub now: Epoch,
    /// Its state, as the contract names it.
    pub state: SourceState,
    /// What its token may read.
    pub rights: RightsDigest,
    /// Server clock minus ours, seconds; 0 while it was never measured.
    pub offset: i64,
    /// Its nodes and whether they are believed (PVE).
    pub nodes: NodeStandings<'a>,
}

impl<'a> SourceContext<'a> {
    fn new(
        index: usize,
        site_index: usize,
        site: &'a SiteFacts,
        facts: &'a SourceFacts,
        survey: &'a Survey,
        now: Epoch,
    ) -> Self {
        let rights = RightsDigest::new(survey);
        let state = state::state(site, facts, survey, &rights, now);
        let nodes = match survey.pve() {
            Some(pve) => NodeStandings::new(state, pve, now),
            None => NodeStandings::default(),
        };
        let offset = survey.link.clock_offset.unwrap_or(0);
        Self { index, site_index, site, facts, survey, now, state, rights, offset, nodes }
    }

    /// Its name.
    pub fn name(&self) -> &'a SourceName {
        &self.facts.name
    }

    /// The thresholds of its site.
    pub fn policy(&self) -> &'a Policy {
        &self.site.policy
    }

    /// What a PVE source said.
    pub fn pve(&self) -> Option<&'a PveSurvey> {
        self.survey.pve()
    }

    /// What a PBS said.
    pub fn pbs(&self) -> Option<&'a PbsSurvey> {
        self.survey.pbs()
    }

    /// `source/SRC`
    pub fn subject(&self) -> Subject {
        Subject::Source(self.facts.name.clone())
    }

    /// Whether it answers us now, and its last whole round is young.
    pub fn is_fresh(&self) -> bool {
        self.state == SourceState::Fresh
    }

    /// Whether it is silent as planned.
    pub fn is_planned_off(&self) -> bool {
        self.state == SourceState::PlannedOff
    }

    /// What explains that its live rows cannot be told; none while it is fresh.
    pub fn because(&self) -> Option<Subject> {
        (!self.is_fresh()).then(|| self.subject())
    }

    /// What follows for a row when something that had to come from this source is not known:
    /// unknown because of it; within a planned window that is a state, not a fault.
    pub fn unknown(&self) -> Consequence {
        let verdict = if self.is_planned_off() { Verdict::Ok } else { Verdict::Unknown };
        Consequence { verdict, because: Some(self.subject()) }
    }

    /// What follows for a row that needs a live value of this part: nothing while that is young.
    pub fn needs<T>(&self, part: &Part<T>) -> Consequence {
        if self.is_fresh() && part.is_young(self.now) { Consequence::NONE } else { self.unknown() }
    }

    /// What follows for a row of `node`: nothing while the node is online and believed.
    pub fn node_consequence(&self, node: &NodeName) -> Consequence {
        match self.nodes.trust(node) {
            NodeTrust::Online => Consequence::NONE,
            NodeTrust::Offline | NodeTrust::Stale => {
                Consequence::unknown(Subject::Node(self.facts.name.clone(), node.clone()))
            }
            NodeTrust::Isolated => Consequence::unknown(Subject::Cluster(self.facts.name.clone())),
            NodeTrust::Untold => self.unknown(),
        }
    }

    /// A time that the server wrote, on our clock.
    pub fn ours(&self, server: Epoch) -> Epoch {
        server.minus(self.offset)
    }

    /// How long ago something that the server dated happened, seconds.
    pub fn age(&self, server: Epoch) -> i64 {
        self.now.since(self.ours(server))
    }

    /// The server's clock now.
    pub fn server_now(&self) -> Epoch {
        self.now.plus(self.offset)
    }

    /// Its guests as last listed, by number; whatever their age.
    pub fn guests(&self) -> &'a [Guest] {
        self.pve().and_then(|p| p.resources.known()).map_or(&[], |r| &r.guests)
    }

    /// Whether a vzdump runs on a node now; none while that cannot be told.
    pub fn runs_vzdump(&self, node: &NodeName) -> Option<bool> {
        let tasks = self.pve()?.tasks.live(self.now).filter(|_| self.is_fresh())?;
        if self.rights.sys_audit != Some(true) || self.nodes.trust(node) != NodeTrust::Online {
            return None;
        }
        Some(tasks.iter().any(|t| t.is_running() && &*t.kind == "vzdump" && t.node == *node))
    }
}
