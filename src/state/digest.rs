//! A judgement with what follows from it and from the fleet alone. It is made where the fleet is
//! judged, beside the screen: there it is only taken over.

use std::sync::Arc;

use super::index::Index;
use super::matrix::Matrix;
use super::outlook::Nodes;
use super::standing::Standing;
use crate::fleet::site::Fleet;
use crate::judge::Judged;

/// A judgement, and what was prepared of it. Whoever holds it last lets go of all of it, which
/// takes milliseconds for a large fleet.
#[derive(Clone, Debug)]
pub struct Digest {
    /// What the judge says.
    pub judged: Arc<Judged>,
    pub(super) standing: Option<Arc<Standing>>,
    pub(super) index: Option<Arc<Index>>,
    pub(super) matrix: Option<Arc<Matrix>>,
    pub(super) nodes: Option<Arc<Nodes>>,
}

/// What is prepared only for those who look: it takes as long as judging, or much room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// What would follow from the loss of each node.
    pub losses: bool,
    /// What was done lately.
    pub lately: bool,
}

/// Makes digests, one after the other.
#[derive(Debug, Default)]
pub struct Digester {
    standing: Arc<Standing>,
}

impl Digester {
    /// Goes on from what an earlier run saw.
    pub fn remembering(standing: Standing) -> Self {
        Self { standing: Arc::new(standing) }
    }

    /// Prepares what any view asks for: sums, places, the last days; and what is looked at.
    pub fn digest(&mut self, judged: Judged, fleet: &Fleet, extras: Extras) -> Digest {
        let judged = Arc::new(judged);
        if extras.lately {
            judged.look_back(fleet);
        }
        self.standing = Arc::new(self.standing.after(&judged));
        let index = Index::new(&judged, fleet);
        index.finder(&judged);
        Digest {
            standing: Some(self.standing.clone()),
            index: Some(Arc::new(index)),
            matrix: Some(Arc::new(Matrix::new(&judged, fleet))),
            nodes: extras.losses.then(|| Arc::new(Nodes::new(&judged, fleet))),
            judged,
        }
    }
}

impl Digest {
    /// The same, standing on the one before where it does not know by itself.
    #[must_use]
    pub(crate) fn after(mut self, before: &Self) -> Self {
        let known = before.standing.as_deref();
        let after = || known.map(|standing| Arc::new(standing.after(&self.judged)));
        self.standing = self.standing.take().or_else(after);
        self
    }
}

impl From<Arc<Judged>> for Digest {
    /// Nothing is prepared: what is shown is worked out when it is.
    fn from(judged: Arc<Judged>) -> Self {
        Self { judged, standing: None, index: None, matrix: None, nodes: None }
    }
}

impl PartialEq for Digest {
    /// What was prepared follows from the judgement.
    fn eq(&self, other: &Self) -> bool {
        self.judged == other.judged
    }
}
