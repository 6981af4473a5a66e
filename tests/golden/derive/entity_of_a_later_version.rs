//! An entity that upgrades what earlier versions of its type stored.

#[derive(Entity)]
#[entity(version = 2, upgrade = Account::upgrade)]
pub struct Account {
    pub id: Id,
    pub cents: i64,
}
