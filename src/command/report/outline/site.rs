//! One site: its sources, hosts, guests, copies, replicas and stores.

use super::{Block, Table, Teller};
use crate::fleet::host::Usage;
use crate::fleet::id::Product;
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::subject::Subject;
use crate::judge::rows::{DatastoreRow, NodeRow, SiteRow, SourceRow, SourceState};
use crate::judge::verdict::Verdict;
use crate::lang::{Field, Head, Label, Tally, besides};

/// What stands where something is not known.
const UNKNOWN: &str = "?";
/// What stands where the question does not apply.
const NOTHING: &str = "–";

impl Teller<'_> {
    /// A site that is well is told in few lines; one that is not, with its hosts and people.
    pub(super) fn site(&self, site: &SiteRow) -> Vec<Block> {
        let lang = self.lang;
        let off = site.sources.iter().all(|s| s.state == SourceState::PlannedOff);
        let mut blocks = vec![Block::Site(lang.site(site.name.as_str(), site.verdict, off))];
        let mut fields = Vec::new();
        if site.verdict != Verdict::Ok {
            let facts = self.fleet.sites.iter().find(|s| s.facts.name == site.name);
            let facts = facts.map(|s| &s.facts);
            let place = facts.and_then(|f| f.place.as_deref());
            let contact = facts.and_then(|f| f.contact.as_deref());
            for (field, value) in [(Field::Where, place), (Field::Contact, contact)] {
                fields.extend(value.map(|v| self.field(field, v)));
            }
        }
        if !fields.is_empty() {
            blocks.push(Block::Fields(fields));
        }
        blocks.push(Block::Table(self.sources(&site.sources)));
        if site.verdict != Verdict::Ok && !site.nodes.is_empty() {
            blocks.push(Block::Table(self.nodes(&site.nodes)));
        }
        if site.sources.iter().any(|s| s.product == Product::Pve) {
            blocks.push(Block::Fields(self.pve(site)));
        }
        if !site.datastores.is_empty() {
            blocks.push(Block::Table(self.datastores(&site.datastores)));
        } else if site.sources.iter().any(|s| s.product == Product::Pbs) {
            let none = self.none(site, Product::Pbs);
            blocks.push(Block::Fields(vec![self.field(Field::Datastores, &none)]));
        }
        blocks
    }

    fn field(&self, field: Field, value: &str) -> (String, String) {
        (self.lang.field(field).to_owned(), value.to_owned())
    }

    /// Nothing of a kind is there; or so it seems, which is not known.
    fn none(&self, site: &SiteRow, product: Product) -> String {
        let mut sources = site.sources.iter().filter(|s| s.product == product);
        let seen = sources.all(|s| s.state == SourceState::Fresh && s.complete);
        if seen { self.lang.none_there() } else { self.lang.label(Label::NotKnown) }.to_owned()
    }

    fn sources(&self, sources: &[SourceRow]) -> Table {
        let lang = self.lang;
        let row = |source: &SourceRow| {
            let state = lang.source_state(source.state);
            let state = if source.state == SourceState::Fresh && !source.complete {
                lang.incomplete(state)
            } else {
                state.to_owned()
            };
            let seen = source.seen.map(|at| lang.age(self.when.now.since(at)));
            vec![
                source.name.to_string(),
                lang.product(source.product).to_owned(),
                state,
                seen.unwrap_or_else(|| UNKNOWN.to_owned()),
                known(source.version.as_deref()),
                lang.verdict(source.verdict).to_owned(),
            ]
        };
        Table {
            heads: vec![
                (lang.head(Head::Source), false),
                (lang.head(Head::Type), false),
                (lang.head(Head::State), false),
                (lang.head(Head::Seen), true),
                (lang.head(Head::Version), false),
                (lang.head(Head::Blank), false),
            ],
            rows: sources.iter().map(row).collect(),
        }
    }

    fn nodes(&self, nodes: &[NodeRow]) -> Table {
        let lang = self.lang;
        let share = |usage: Option<Usage>| {
            usage.and_then(Usage::fraction).map_or_else(|| UNKNOWN.to_owned(), |f| lang.percent(f))
        };
        let row = |node: &NodeRow| {
            let guests = match node.guests {
                // What runs on a host that cannot be seen is not known.
                Some((_, all)) if node.state != NodeState::Online => format!("?/{all}"),
                Some((running, all)) => format!("{running}/{all}"),
                None => NOTHING.to_owned(),
            };
            let uptime = node.uptime.and_then(|s| i64::try_from(s).ok());
            vec![
                // A PBS host has no name but that of its source.
                match node.guests {
                    Some(_) => format!("{}/{}", node.source, node.name),
                    None => node.source.to_string(),
                },
                lang.node_state(node.state).to_owned(),
                node.cpu.map_or_else(|| UNKNOWN.to_owned(), |f| lang.percent(f)),
                share(node.memory),
                share(node.rootfs),
                uptime.map_or_else(|| UNKNOWN.to_owned(), |s| lang.age(s)),
                guests,
                lang.verdict(node.verdict).to_owned(),
            ]
        };
        Table {
            heads: vec![
                (lang.head(Head::Node), false),
                (lang.head(Head::State), false),
                (lang.head(Head::Cpu), true),
                (lang.head(Head::Memory), true),
                (lang.head(Head::Root), true),
                (lang.head(Head::Uptime), true),
                (lang.head(Head::Guests), true),
                (lang.head(Head::Blank), false),
            ],
            rows: nodes.iter().map(row).collect(),
        }
    }

    /// The lines of a site with PVE sources.
    fn pve(&self, site: &SiteRow) -> Vec<(String, String)> {
        vec![
            self.field(Field::Hosts, &self.counted(site, self.hosts(site))),
            self.field(Field::Guests, &self.counted(site, self.guests(site))),
            self.field(Field::Backups, &self.backups(site)),
            self.field(Field::Replication, &self.replication(site)),
            self.field(Field::Recovery, &self.recovery(site)),
            self.field(Field::Storages, &self.counted(site, self.storages(site))),
        ]
    }

    /// A count, and that it need not be all: of what the token may not see, Proxmox says nothing,
    /// and of a source that never answered there are no rows.
    fn counted(&self, site: &SiteRow, said: String) -> String {
        let hides = |s: &SourceRow| {
            let silent =
                s.state != SourceState::Fresh && site.nodes.iter().all(|n| n.source != s.name);
            s.product == Product::Pve && (silent || !s.missing_privileges.is_empty())
        };
        if !site.nodes.is_empty() && site.sources.iter().any(hides) {
            return self.lang.besides(&[&said, self.lang.may_be_more()]);
        }
        said
    }

    fn hosts(&self, site: &SiteRow) -> String {
        let pbs: Vec<_> =
            site.sources.iter().filter(|s| s.product == Product::Pbs).map(|s| &s.name).collect();
        let nodes: Vec<&NodeRow> =
            site.nodes.iter().filter(|n| !pbs.contains(&&n.source)).collect();
        if nodes.is_empty() {
            return self.none(site, Product::Pve);
        }
        let count = |state| nodes.iter().filter(|n| n.state == state).count();
        let verdicts = self.lang.verdicts(&Tally::of(nodes.iter().map(|n| Some(n.verdict))));
        let states = self.lang.hosts(
            nodes.len(),
            count(NodeState::Online),
            count(NodeState::Offline),
            count(NodeState::Unknown),
        );
        self.lang.besides(&[&states, &verdicts])
    }

    fn guests(&self, site: &SiteRow) -> String {
        let guests = &site.guests;
        if guests.is_empty() {
            return self.none(site, Product::Pve);
        }
        let count = |state: &str| guests.iter().filter(|g| &*g.state == state).count();
        let (running, unknown) = (count("running"), count("unknown"));
        let other = guests.len().saturating_sub(running).saturating_sub(unknown);
        let verdicts = self.lang.verdicts(&Tally::of(guests.iter().map(|g| Some(g.verdict))));
        self.lang.besides(&[&self.lang.states(guests.len(), running, other, unknown), &verdicts])
    }

    fn backups(&self, site: &SiteRow) -> String {
        let lang = self.lang;
        if site.guests.is_empty() {
            return self.none(site, Product::Pve);
        }
        let mut said =
            vec![lang.verdicts(&Tally::of(site.guests.iter().map(|g| g.backup.verdict)))];
        // A guest to which the question does not apply may still have a copy; it is no measure.
        let judged = || site.guests.iter().filter(|g| g.backup.verdict.is_some());
        let ages = || judged().filter_map(|g| Some((g.backup.age?, g)));
        let youngest = ages().map(|(age, _)| age).min();
        let oldest = ages().max_by_key(|(age, g)| (*age, std::cmp::Reverse(g.vmid)));
        if let (Some(youngest), Some((oldest, guest))) = (youngest, oldest) {
            let whose = self.names.subject(&Subject::guest(&guest.source, guest.vmid), lang);
            said.push(lang.copies(&lang.age(youngest), &lang.age(oldest), &whose));
        }
        let without = judged().filter(|g| g.backup.last.is_none()).count();
        if without > 0 {
            said.push(lang.without_copy(without));
        }
        besides(lang, &said)
    }

    /// How its guests would come back, each if its own node died.
    fn recovery(&self, site: &SiteRow) -> String {
        let lang = self.lang;
        if site.guests.is_empty() {
            return self.none(site, Product::Pve);
        }
        let verdicts = Tally::of(site.guests.iter().map(|g| g.recovery.verdict));
        let mut said = vec![lang.verdicts(&verdicts)];
        let losses = site.guests.iter().filter_map(|g| Some((g.recovery.best()?.loss?, g)));
        if let Some((most, guest)) = losses.max_by_key(|(s, g)| (*s, std::cmp::Reverse(g.vmid))) {
            let whose = self.names.subject(&Subject::guest(&guest.source, guest.vmid), lang);
            said.push(lang.most_lost(&lang.age(most), &whose));
        }
        besides(lang, &said)
    }

    fn replication(&self, site: &SiteRow) -> String {
        let lang = self.lang;
        let jobs: Vec<_> = site.guests.iter().flat_map(|g| &g.replication.jobs).collect();
        // Guests that should have a job, or of which it cannot be told.
        let bare = site.guests.iter().filter(|g| g.replication.jobs.is_empty());
        let bare: Vec<_> = bare.filter(|g| g.replication.verdict.is_some()).collect();
        let mut said = Vec::new();
        if !jobs.is_empty() {
            let verdicts = Tally::of(jobs.iter().map(|j| Some(j.verdict)));
            said.push(lang.said_of(&lang.jobs(jobs.len()), &lang.verdicts(&verdicts)));
            let ages = || jobs.iter().filter_map(|j| Some((j.age?, j)));
            let youngest = ages().map(|(age, _)| age).min();
            let oldest = ages().max_by_key(|(age, j)| (*age, std::cmp::Reverse(j.id.as_str())));
            if let (Some(youngest), Some((oldest, job))) = (youngest, oldest) {
                let subject = Subject::Replication(job.source.clone(), job.id.clone());
                let which = self.names.subject(&subject, lang);
                said.push(lang.replicas(&lang.age(youngest), &lang.age(oldest), &which));
            }
            let never = jobs.iter().filter(|j| j.last_sync.is_none()).count();
            if never > 0 {
                said.push(lang.never_synced(never));
            }
        }
        if !bare.is_empty() {
            let verdicts = Tally::of(bare.iter().map(|g| g.replication.verdict));
            said.push(lang.guests_without_job(bare.len(), &lang.verdicts(&verdicts)));
        }
        if said.is_empty() { self.none(site, Product::Pve) } else { besides(lang, &said) }
    }

    fn storages(&self, site: &SiteRow) -> String {
        let lang = self.lang;
        if site.storages.is_empty() {
            return self.none(site, Product::Pve);
        }
        let verdicts = lang.verdicts(&Tally::of(site.storages.iter().map(|s| Some(s.verdict))));
        // What an unknown one last held proves nothing now.
        let told = site.storages.iter().filter(|s| s.verdict != Verdict::Unknown);
        let shares = told.filter_map(|row| Some((row.usage?.fraction()?, row)));
        match shares.max_by(|(a, _), (b, _)| a.total_cmp(b)) {
            Some((share, row)) => {
                let subject =
                    Subject::Storage(row.source.clone(), row.node.clone(), row.name.clone());
                let fullest = lang.fullest(&lang.subject(&subject), &lang.percent(share));
                lang.besides(&[&verdicts, &fullest])
            }
            None => verdicts,
        }
    }

    fn datastores(&self, stores: &[DatastoreRow]) -> Table {
        let lang = self.lang;
        let age = |at| lang.age(self.when.now.since(at));
        let row = |store: &DatastoreRow| {
            let share = store.usage.and_then(Usage::fraction);
            let full = match (store.full_at, store.usage) {
                (Some(at), _) => lang.ahead(&lang.age(at.since(self.when.now))),
                (None, Some(_)) => NOTHING.to_owned(),
                (None, None) => UNKNOWN.to_owned(),
            };
            vec![
                format!("{}:{}", store.source, store.name),
                share.map_or_else(|| UNKNOWN.to_owned(), |f| lang.percent(f)),
                store.usage.map_or_else(|| UNKNOWN.to_owned(), |u| lang.bytes(u.total)),
                full,
                store.newest.map_or_else(|| UNKNOWN.to_owned(), age),
                store.seen.map_or_else(|| UNKNOWN.to_owned(), age),
                lang.verdict(store.verdict).to_owned(),
            ]
        };
        Table {
            heads: vec![
                (lang.head(Head::Store), false),
                (lang.head(Head::Used), true),
                (lang.head(Head::Size), true),
                (lang.head(Head::Full), true),
                (lang.head(Head::Copy), true),
                (lang.head(Head::Seen), true),
                (lang.head(Head::Blank), false),
            ],
            rows: stores.iter().map(row).collect(),
        }
    }
}

fn known(text: Option<&str>) -> String {
    text.unwrap_or(UNKNOWN).to_owned()
}
