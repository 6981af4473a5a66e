//! One result that is kept.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use smallvec::SmallVec;

use super::MemoKey;
use crate::entity::tree::stored_length;
use crate::entity::{AnyStored, ContentHash, EcsId, Moment, with_tree};
use crate::execution::{Execution, Output, PutOut, Semantics};

/// The typed output of a call, kept for calls to come.
pub(crate) type KeptOutput = Box<dyn Any + Send + Sync>;

/// What an execution put out, for equal calls to come.
pub(crate) struct Kept {
    /// The execution that computed it.
    pub(crate) execution: Arc<Execution>,
    /// Its outputs, as they are in the record of a call that reuses them.
    pub(crate) outputs: SmallVec<[Output; 1]>,
    /// What it put out.
    pub(crate) put_out: PutOut,
    /// The generated config entity that holds the plain values given.
    pub(crate) values: Option<EcsId>,
    /// The typed output.
    pub(crate) output: KeptOutput,
    /// The content of each entity and config given.
    inputs: Box<[ContentHash]>,
    bytes: usize,
    used: AtomicU64,
}

impl Kept {
    pub(crate) fn new(
        execution: Arc<Execution>,
        put_out: PutOut,
        output: KeptOutput,
        inputs: Box<[ContentHash]>,
    ) -> Self {
        let given = |config: &EcsId| execution.arguments.versions().contains(config);
        // What is plain is in the typed output as well.
        let plain = put_out.output_entity.iter().chain(&put_out.output_entity);
        let content: usize = put_out.outputs.iter().chain(plain).map(|version| stored_length(version.node())).sum();
        Self {
            outputs: execution.outputs.iter().map(|output| Output { is_changed: false, ..*output }).collect(),
            values: execution.configs.iter().copied().find(|config| !given(config)),
            bytes: size_of::<Self>() + size_of::<MemoKey>() + size_of_val(&*output) + size_of_val(&*inputs) + content,
            used: AtomicU64::new(0),
            execution,
            put_out,
            output,
            inputs,
        }
    }

    /// Whether everything that a call put out is new. What continues something that was there would be of another
    /// thing than the one that an equal call is given, and is not kept.
    pub(crate) fn can_be(execution: &Execution, put_out: &PutOut) -> bool {
        let is_first = |version: AnyStored| version.parent().is_none();
        execution.retries() == 0
            && execution.outputs.iter().all(|output| output.semantics == Semantics::Creation)
            && put_out.outputs.iter().cloned().flat_map(with_tree).all(is_first)
    }

    /// Whether a config was used by the execution that computed it.
    pub(crate) fn has_used(&self, config: &AnyStored) -> bool {
        self.execution.configs.contains(&config.ecs_id())
    }

    /// What it counts against the limit of bytes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn is_of_input(&self, content: ContentHash) -> bool {
        self.inputs.contains(&content)
    }

    pub(super) fn use_at(&self, moment: Moment) {
        self.used.store(moment.nanoseconds(), Ordering::Relaxed);
    }

    /// When it was last used.
    pub(super) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }
}
