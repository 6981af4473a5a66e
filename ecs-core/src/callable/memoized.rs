//! What `#[callable(memo)]` tells the runtime about a function, beside its definition.
//!
//! Function pointers, so that only what is compiled for a callable with `memo` knows of it.

use std::any::Any;
use std::sync::OnceLock;

use super::Callable;
use super::frame::{Frame, FrameOf};
use crate::entity::encode::{Encoder, Failure};
use crate::memo::{Code, Fingerprinted, KeptOutput, MemoCode, MemoKey};

/// A callable whose results are kept.
pub struct Memoized {
    code: MemoCode,
    /// The hash of its name and code, once it is asked for.
    base: OnceLock<[u8; 32]>,
    content: fn(&dyn Frame, &mut Encoder) -> Result<(), Failure>,
    keep: fn(&dyn Frame) -> Option<KeptOutput>,
    reuse: fn(&mut dyn Frame, &(dyn Any + Send + Sync)),
}

impl Memoized {
    /// Describes `F`.
    #[must_use]
    pub const fn of<F: Callable>(code: MemoCode) -> Self {
        Self {
            code,
            base: OnceLock::new(),
            content: |frame, encoder| typed::<F>(frame).content(encoder),
            keep: |frame| typed::<F>(frame).kept_output(),
            reuse: |frame, output| typed_mut::<F>(frame).reuse(output),
        }
    }

    /// The helpers whose code counts as well.
    pub(crate) fn uses(&self) -> &'static [fn() -> Code] {
        self.code.uses()
    }

    /// The hash of the callable's name and of the code that its results depend on.
    pub(crate) fn base(&self, name: &'static str, own: Code) -> &[u8; 32] {
        self.base.get_or_init(|| self.code.fingerprint(name, own))
    }

    /// The key of a call whose slots are bound; none if a value has no encoding.
    pub(crate) fn key(&self, frame: &dyn Frame) -> Option<MemoKey> {
        let definition = frame.definition();
        Encoder::with(|encoder| {
            (self.content)(frame, encoder).ok()?;
            Some(MemoKey::of(self.base(definition.name, definition.code()), encoder.written()))
        })
    }

    /// The typed output of a call that was settled.
    pub(crate) fn keep(&self, frame: &dyn Frame) -> Option<KeptOutput> {
        (self.keep)(frame)
    }

    /// Gives a call the typed output of an equal one.
    pub(crate) fn reuse(&self, frame: &mut dyn Frame, output: &(dyn Any + Send + Sync)) {
        (self.reuse)(frame, output);
    }
}

#[diagnostic::do_not_recommend]
impl<F: Callable> Fingerprinted for F {
    fn code() -> Code {
        F::DEFINITION.code()
    }
}

fn typed<F: Callable>(frame: &dyn Frame) -> &FrameOf<F> {
    let frame: &dyn Any = frame;
    match frame.downcast_ref() {
        Some(frame) => frame,
        None => unreachable!("a callable is asked about its own calls"),
    }
}

fn typed_mut<F: Callable>(frame: &mut dyn Frame) -> &mut FrameOf<F> {
    let frame: &mut dyn Any = frame;
    match frame.downcast_mut() {
        Some(frame) => frame,
        None => unreachable!("a callable is asked about its own calls"),
    }
}
