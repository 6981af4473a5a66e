//! How often one of each of these asks the allocator for memory, so that one time more is seen at once.

use std::hint::black_box;

use allocation_counter::measure;
use ecs::prelude::*;

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Account {
    id: Id,
    owner: String,
    balance: f64,
    is_open: bool,
    changes: u64,
}

#[derive(ConfigEntity, Clone, Debug, Serialize, Deserialize)]
struct Terms {
    id: Id,
    #[config(default = 1.0)]
    factor: f64,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Standing {
    id: Id,
    is_sound: bool,
}

#[callable]
fn touch(account: &mut Account) {
    account.changes += 1;
}

#[callable]
async fn touch_later(account: &mut Account) {
    account.changes += 1;
}

#[callable]
fn deposit(account: &mut Account, amount: f64) {
    account.balance += amount;
}

#[callable]
fn accrue(account: &mut Account, terms: &Terms) {
    account.balance += terms.factor;
}

#[callable]
fn standing(account: &Account) -> Standing {
    Standing { id: Id::new(), is_sound: account.balance >= 0.0 }
}

#[callable]
fn is_sound(account: &Account) -> bool {
    account.balance >= 0.0
}

#[callable(memo)]
fn headroom(account: &Account, limit: f64) -> f64 {
    limit - account.balance
}

/// How many times each is done.
const TIMES: u64 = 1_000;

type Changed = Option<Stored<Account>>;

/// Does something often, each time to the account that the time before left, and tells how often each asked for memory.
/// The tables of a world grow now and then, which is no part of it.
fn allocations(mut work: impl FnMut(&World, &Stored<Account>, u64) -> ecs::Result<Changed>) -> u64 {
    let world = World::in_memory().expect("names are unique");
    let account = Account { id: Id::new(), owner: "Alice".into(), balance: 100.0, is_open: true, changes: 0 };
    let mut account = world.insert(account).expect("it is new");
    let mut all = |from| {
        for step in from..from + TIMES {
            if let Some(changed) = work(&world, &account, step).expect("succeeds") {
                account = changed;
            }
        }
    };
    all(0);
    measure(|| all(TIMES)).count_total / TIMES
}

#[test]
fn a_mutation_allocates_its_version_its_record_and_little_else() {
    let touched = allocations(|world, account, _| touch::call(world, account).wait().map(Some));
    assert_eq!(touched, 4, "without a value");
    let same = allocations(|world, account, _| deposit::call(world, account, 1.5).wait().map(Some));
    assert_eq!(same, 5, "with the same value each time");
    let other = allocations(|world, account, step| deposit::call(world, account, step as f64).wait().map(Some));
    assert_eq!(other, 6, "with another value each time, for which a config is generated");
    let terms = accrue::with(Terms { factor: 1.5, ..Terms::default() });
    let accrued = allocations(|world, account, _| terms.call(world, account).wait().map(Some));
    assert_eq!(accrued, 4, "with a config by `with`");
    let accrued = allocations(|world, account, _| terms.call(world, account).wait().map(Some));
    assert_eq!(accrued, 4, "with the same in another world");
    let later = allocations(|world, account, _| touch_later::call(world, account).wait().map(Some));
    assert_eq!(later, 7, "asynchronous");
}

#[test]
fn an_entity_that_is_read_is_not_copied() {
    let created = allocations(|world, account, _| standing::call(world, account).wait().map(|_| None));
    assert_eq!(created, 3, "another entity is created");
    let returned = allocations(|world, account, _| is_sound::call(world, account).wait().map(|_| None));
    assert_eq!(returned, 3, "a value is returned");
    let kept = allocations(|world, account, _| headroom::call(world, account, 1.5).wait().map(|_| None));
    assert_eq!(kept, 2, "the result is kept");
}

#[test]
fn a_version_and_a_field_are_read_without_asking_for_memory() {
    let read = allocations(|world, account, _| {
        black_box(world.get::<Account>(account.ecs_id())?);
        Ok(None)
    });
    assert_eq!(read, 0, "a version");
    let mut balance = None;
    let read = allocations(|world, account, _| {
        let balance = balance.get_or_insert_with(|| account.at::<f64>("balance"));
        black_box(world.read(balance)?);
        Ok(None)
    });
    assert_eq!(read, 0, "a field by its address");
}
