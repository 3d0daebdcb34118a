//! What a loss takes with it.

use crate::fleet::id::{NodeName, Product, SiteName, SourceName};
use crate::judge::rows::recovery::Holder;

use super::stage::Stage;

/// Something that is lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Loss {
    /// A node of a PVE source, with its own disks; the one host of a PBS is its source.
    Node(SourceName, NodeName),
    /// A whole source: a PBS with its datastores, a PVE source with all its nodes and storages.
    Source(SourceName),
    /// A site with all its sources.
    Site(SiteName),
}

/// What dies, by the places of sources in the context and of nodes in the yard.
#[derive(Debug)]
pub(super) struct Lost {
    /// Sources that are lost with all they hold, shared storages too. A PBS that several sources
    /// reach is known by the first of them.
    sources: Vec<bool>,
    /// PVE sources without any node left.
    whole: Vec<bool>,
    /// Nodes that die one by one, by source.
    named: Vec<(usize, NodeName)>,
}

impl Lost {
    /// Works out what dies.
    pub(super) fn new(stage: &Stage<'_>, asked: &[Loss]) -> Self {
        let count = stage.ctx.sources.len();
        let mut lost =
            Self { sources: vec![false; count], whole: vec![false; count], named: Vec::new() };
        for loss in asked {
            match loss {
                Loss::Node(source, node) => lost.lose_node(stage, source, node),
                Loss::Source(source) => lost.lose_source(stage, source),
                Loss::Site(site) => {
                    let there = stage.ctx.sources.iter().filter(|s| s.site.name == *site);
                    there.for_each(|s| lost.lose_source(stage, s.name()));
                }
            }
        }
        lost.find_whole(stage);
        lost
    }

    /// The loss of one node of a PVE source.
    pub(super) fn of_node(stage: &Stage<'_>, source: &SourceName, node: &NodeName) -> Self {
        Self::new(stage, &[Loss::Node(source.clone(), node.clone())])
    }

    fn lose_source(&mut self, stage: &Stage<'_>, source: &SourceName) {
        for name in [source, stage.mapping.canonical(source)] {
            let index = stage.ctx.source(name).map(|source| source.index);
            if let Some(is_lost) = index.and_then(|index| self.sources.get_mut(index)) {
                *is_lost = true;
            }
        }
    }

    fn lose_node(&mut self, stage: &Stage<'_>, source: &SourceName, node: &NodeName) {
        let Some(of) = stage.ctx.source(source) else { return };
        if of.facts.product == Product::Pbs {
            return self.lose_source(stage, source);
        }
        let entry = (of.index, node.clone());
        if !self.named.contains(&entry) {
            self.named.push(entry);
        }
    }

    fn find_whole(&mut self, stage: &Stage<'_>) {
        for source in stage.ctx.of(Product::Pve) {
            let is_lost = self.is_lost(source.index);
            let mut nodes = source.nodes.iter().peekable();
            let is_whole = is_lost
                || self.named.iter().any(|(of, _)| *of == source.index)
                    && nodes.peek().is_some()
                    && nodes.all(|(node, _)| self.is_named(source.index, node));
            if let Some(whole) = self.whole.get_mut(source.index) {
                *whole = is_whole;
            }
        }
    }

    fn is_named(&self, source: usize, node: &NodeName) -> bool {
        self.named.iter().any(|(of, name)| *of == source && name == node)
    }

    /// Whether a source is lost with all it holds.
    pub(super) fn is_lost(&self, source: usize) -> bool {
        self.sources.get(source).copied().unwrap_or(false)
    }

    /// Whether no node of a PVE source is left.
    pub(super) fn is_whole(&self, source: usize) -> bool {
        self.whole.get(source).copied().unwrap_or(false)
    }

    /// Whether a node dies.
    pub(super) fn is_dead(&self, source: usize, node: &NodeName) -> bool {
        self.is_whole(source) || self.is_named(source, node)
    }

    /// The nodes of a source that die one by one.
    pub(super) fn named(&self, source: usize) -> impl Iterator<Item = &NodeName> {
        self.named.iter().filter(move |(of, _)| *of == source).map(|(_, node)| node)
    }

    /// Whether a source loses a node.
    pub(super) fn is_hit(&self, source: usize) -> bool {
        self.is_whole(source) || self.named(source).next().is_some()
    }

    /// Whether what holds a copy dies. Shared storage is believed to be elsewhere until its source
    /// is lost.
    pub(super) fn takes(&self, stage: &Stage<'_>, holder: &Holder) -> bool {
        let Some(source) = stage.ctx.source(holder.source()) else { return false };
        match holder {
            Holder::Pbs(_) | Holder::Storage(_, None) => self.is_lost(source.index),
            Holder::Storage(_, Some(node)) => self.is_dead(source.index, node),
        }
    }

    /// The PVE nodes that die, in the order of the sources, by name; only those that exist.
    pub(super) fn nodes(&self, stage: &Stage<'_>) -> Vec<(SourceName, NodeName)> {
        let mut dead = Vec::new();
        for source in stage.ctx.of(Product::Pve).filter(|source| self.is_hit(source.index)) {
            let nodes = source.nodes.iter().map(|(node, _)| node);
            let own = nodes.filter(|node| self.is_dead(source.index, node));
            dead.extend(own.map(|node| (source.name().clone(), node.clone())));
        }
        dead
    }
}
