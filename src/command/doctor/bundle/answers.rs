//! The answers of one source to a whole look.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::bundle::Mask;
use crate::clock;
use crate::config::Source;
use crate::fleet::id::Product;
use crate::fleet::survey::Survey;
use crate::poll::fleet::SharedEnv;
use crate::poll::http::{self, Heard};
use crate::poll::poller::{Clock, Poller};
use crate::proxmox::needs;

/// How long the whole look may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Answers to one kind of call that are kept: of a thousand guests a few show the shape.
const MOST: usize = 12;

/// The longest answer that is kept, bytes.
const LARGEST: usize = 2 << 20;

/// One answer.
struct Answer {
    call: &'static str,
    path: String,
    query: Vec<(String, String)>,
    millis: Option<u32>,
    /// The document; or why there is none.
    body: Result<Value, String>,
}

/// What a source said.
pub(in crate::command::doctor) struct Answers {
    product: Product,
    kept: Vec<Answer>,
    /// Answers beyond what is kept, by call.
    left_out: BTreeMap<&'static str, usize>,
}

/// Looks at everything of a source once, as the dashboard does, and listens. Nothing is asked
/// where it cannot be opened: the doctor says why.
pub(in crate::command::doctor) async fn listen(source: &Source, env: &SharedEnv) -> Answers {
    let product = source.product;
    let answers = Answers { product, kept: Vec::new(), left_out: BTreeMap::new() };
    let heard = Rc::new(RefCell::new(answers));
    let clock: Clock = Rc::new(clock::now);
    let opening = http::open(source, &**env, Rc::clone(&clock));
    if let Ok(Ok(http)) = tokio::time::timeout(PATIENCE, opening).await {
        let ears = Rc::clone(&heard);
        let http = http.heard_by(Box::new(move |said| ears.borrow_mut().hear(said)));
        let addresses: Vec<_> =
            source.endpoints.iter().map(|endpoint| endpoint.to_string().into()).collect();
        let survey = Survey::new(source.name.clone(), product, &addresses);
        Poller::new(http, survey, clock, 0).sweep(PATIENCE).await;
    }
    heard.replace(Answers { product, kept: Vec::new(), left_out: BTreeMap::new() })
}

impl Answers {
    fn hear(&mut self, said: Heard<'_>) {
        // What is in no table is not asked, a test sees to that; its names would not be known.
        let Some(row) = needs::row_of(self.product, said.path) else { return };
        let of_this = self.kept.iter().filter(|answer| answer.call == row.call).count();
        let is_too_large = said.answer.is_ok_and(|body| body.len() > LARGEST);
        if of_this >= MOST || is_too_large {
            *self.left_out.entry(row.call).or_default() += 1;
            return;
        }
        let body = match said.answer {
            Ok(body) => serde_json::from_slice(body).map_err(|error| format!("malformed: {error}")),
            Err(fault) => Err(fault.to_string()),
        };
        let query = said.query.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        self.kept.push(Answer {
            call: row.call,
            path: said.path.to_owned(),
            query: query.collect(),
            millis: said.millis,
            body,
        });
    }

    /// Learns the names in it.
    pub(super) fn learn(&self, mask: &mut Mask) {
        for answer in &self.kept {
            if let Ok(body) = &answer.body {
                mask.learn_from(answer.call, body);
            }
        }
    }

    /// What may be shown of it.
    pub(super) fn shown(&self, mask: &mut Mask) -> Value {
        let mut order: Vec<&Answer> = self.kept.iter().collect();
        order.sort_by(|a, b| (a.call, &a.path, &a.query).cmp(&(b.call, &b.path, &b.query)));
        let kept: Vec<Value> = order.iter().map(|answer| answer.shown(mask)).collect();
        json!({ "kept": kept, "left_out": self.left_out })
    }
}

impl Answer {
    fn shown(&self, mask: &mut Mask) -> Value {
        let mut path = mask.path(self.call, &self.path);
        for (at, (name, value)) in self.query.iter().enumerate() {
            path.push(if at == 0 { '?' } else { '&' });
            path.push_str(name);
            path.push('=');
            path.push_str(&mask.compound(value, false));
        }
        match &self.body {
            Ok(body) => {
                let shown = mask.document(self.call, body);
                let left_out = mask.left_out();
                json!({
                    "get": path, "ms": self.millis, "rows_left_out": left_out, "said": shown,
                })
            }
            Err(why) => json!({ "get": path, "failed": mask.prose(why) }),
        }
    }
}
