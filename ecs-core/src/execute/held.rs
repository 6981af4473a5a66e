//! What a call that takes its time holds, and drops where there is room for it: when it is done, and
//! when it is cancelled.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use crate::callable::Frame;
use crate::deep;

/// A frame, and the room that its values take on the stack of the user's code.
pub(super) struct Held {
    frame: Option<Box<dyn Frame>>,
    room: usize,
}

impl Held {
    pub(super) fn new(frame: Box<dyn Frame>, room: usize) -> Self {
        Self { frame: Some(frame), room }
    }

    pub(super) fn room(&self) -> usize {
        self.room
    }

    pub(super) fn frame(&self) -> &dyn Frame {
        match &self.frame {
            Some(frame) => frame.as_ref(),
            None => unreachable!("a frame is there until it is released"),
        }
    }

    pub(super) fn frame_mut(&mut self) -> &mut dyn Frame {
        match &mut self.frame {
            Some(frame) => frame.as_mut(),
            None => unreachable!("a frame is there until it is released"),
        }
    }

    /// Does something with the frame where there is room for its values.
    pub(super) fn in_room<R>(&mut self, work: impl FnOnce(&mut dyn Frame) -> R) -> R {
        deep::with_room(self.room, || work(self.frame_mut()))
    }

    /// The frame without the values.
    pub(super) fn release(mut self) -> Box<dyn Frame> {
        self.in_room(|frame| frame.release());
        match self.frame.take() {
            Some(frame) => frame,
            None => unreachable!("a frame is there until it is released"),
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.frame.is_some() {
            self.in_room(|frame| frame.release());
        }
    }
}

/// A future that is polled and dropped where there is room for what it holds.
pub(super) struct InRoom<F> {
    future: Option<F>,
    room: usize,
}

impl<F> InRoom<F> {
    pub(super) fn new(future: F, room: usize) -> Self {
        Self { future: Some(future), room }
    }
}

impl<F: Future + Unpin> Future for InRoom<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<F::Output> {
        let Self { future, room } = &mut *self;
        let Some(future) = future else { unreachable!("a future is there until it is dropped") };
        deep::with_room(*room, || Pin::new(future).poll(task))
    }
}

impl<F> Drop for InRoom<F> {
    fn drop(&mut self) {
        deep::with_room(self.room, || drop(self.future.take()));
    }
}
