//! Group commit: callers that come while somebody writes are written together by one of them.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Who waits, and whether somebody leads.
///
/// Whoever comes while nobody leads does so: it writes everything that waits, itself among it, and then hands on
/// to one of those who came meanwhile. So a caller alone waits for nobody, and no caller writes for others for ever.
pub(crate) struct Group<T, R> {
    members: Mutex<Members<T, R>>,
}

struct Members<T, R> {
    waiting: Vec<Arc<Member<T, R>>>,
    is_led: bool,
}

/// One who waits.
pub(crate) struct Member<T, R> {
    pub(crate) work: T,
    turn: Mutex<Turn<R>>,
    changed: Condvar,
}

enum Turn<R> {
    Waits,
    Leads,
    Done(R),
    /// Who led panicked.
    Lost,
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T, R> Default for Group<T, R> {
    fn default() -> Self {
        Self { members: Mutex::new(Members { waiting: Vec::new(), is_led: false }) }
    }
}

impl<T, R> Member<T, R> {
    fn change(&self, turn: Turn<R>) {
        *locked(&self.turn) = turn;
        self.changed.notify_one();
    }

    /// What came of it, unless it is to lead.
    ///
    /// # Panics
    ///
    /// If who did the work panicked.
    fn wait(&self) -> Option<R> {
        let mut turn = locked(&self.turn);
        loop {
            match std::mem::replace(&mut *turn, Turn::Waits) {
                Turn::Waits => turn = self.changed.wait(turn).unwrap_or_else(PoisonError::into_inner),
                Turn::Leads => return None,
                Turn::Done(result) => return Some(result),
                Turn::Lost => panic!("the thread that did this together with other work panicked"),
            }
        }
    }
}

/// Hands on when the leader ends, be it by a panic.
struct Leading<'g, T, R> {
    group: &'g Group<T, R>,
    members: Vec<Arc<Member<T, R>>>,
}

impl<T, R> Drop for Leading<'_, T, R> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.members.iter().for_each(|member| member.change(Turn::Lost));
        }
        let mut members = locked(&self.group.members);
        match members.waiting.first() {
            Some(next) => next.change(Turn::Leads),
            None => members.is_led = false,
        }
    }
}

impl<T, R> Group<T, R> {
    /// Does `work`, with that of others who wait, or has it done by one of them. `all` gives a result for each, in
    /// their order.
    pub(crate) fn run(&self, work: T, all: impl FnOnce(&[Arc<Member<T, R>>]) -> Vec<R>) -> R {
        let own = Arc::new(Member { work, turn: Mutex::new(Turn::Waits), changed: Condvar::new() });
        let is_first = {
            let mut members = locked(&self.members);
            members.waiting.push(Arc::clone(&own));
            !std::mem::replace(&mut members.is_led, true)
        };
        if !is_first && let Some(result) = own.wait() {
            return result;
        }
        let members = std::mem::take(&mut locked(&self.members).waiting);
        let leading = Leading { group: self, members };
        let results = all(&leading.members);
        let mut found = None;
        for (member, result) in leading.members.iter().zip(results) {
            if Arc::ptr_eq(member, &own) {
                found = Some(result);
            } else {
                member.change(Turn::Done(result));
            }
        }
        drop(leading);
        found.unwrap_or_else(|| unreachable!("who leads waits too"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn everyone_gets_the_result_of_its_own_work_and_those_who_wait_are_done_together() {
        let group = Group::default();
        let (times, at_once) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let run = |work: usize| {
            group.run(work, |all| {
                assert_eq!(at_once.fetch_add(1, Ordering::SeqCst), 0, "one leads");
                times.fetch_add(1, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(20));
                at_once.fetch_sub(1, Ordering::SeqCst);
                all.iter().map(|member| member.work * 2).collect()
            })
        };
        thread::scope(|scope| {
            for work in 0..16 {
                let run = &run;
                scope.spawn(move || assert_eq!(run(work), work * 2));
            }
        });
        assert!(times.load(Ordering::SeqCst) < 12, "{times:?}");
        assert_eq!(run(7), 14);
    }

    #[test]
    fn nobody_waits_for_one_who_panicked() {
        let group = Group::default();
        let ran: Vec<bool> = thread::scope(|scope| {
            let run = |work: usize| {
                let group = &group;
                scope.spawn(move || {
                    group.run(work, |all| {
                        thread::sleep(Duration::from_millis(20));
                        assert!(all.iter().all(|member| member.work != 3), "three is too many");
                        all.iter().map(|_| ()).collect()
                    });
                })
            };
            let running: Vec<_> = (0..8).map(run).collect();
            running.into_iter().map(|thread| thread.join().is_ok()).collect()
        });
        assert!(!ran[3]);
        group.run(1, |all| all.iter().map(|_| ()).collect());
    }
}
