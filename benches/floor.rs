//! What someone would write by hand. For one mutation of an account: clone, mutate, hash the content, make ids,
//! snapshot, record, and insert all of it into concurrent maps; for what is made from one, the same without a copy.
//! The amount of a mutation is stored as well, once for each amount there is.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::{Duration, SystemTime};

use uuid::Uuid;

#[derive(Clone)]
pub struct Account {
    pub owner: String,
    pub balance: f64,
    pub is_open: bool,
    pub changes: u64,
}

/// Everything a version is known by; kept, as the framework keeps it, to be read later.
#[allow(dead_code)]
pub struct Version {
    pub ecs_id: Uuid,
    lineage_id: Uuid,
    parent: Option<Uuid>,
    execution: Uuid,
    content_hash: [u8; 32],
    pub account: Account,
}

/// What was made of an account.
#[allow(dead_code)]
pub struct Standing {
    ecs_id: Uuid,
    lineage_id: Uuid,
    execution: Uuid,
    content_hash: [u8; 32],
    pub is_sound: bool,
}

/// A value that an account was changed by. It is found by its content, so that equal ones are one version, and it is
/// a version with a lineage like any other, found by its id.
#[allow(dead_code)]
struct Amount {
    ecs_id: Uuid,
    lineage_id: Uuid,
    execution: Uuid,
    content_hash: [u8; 32],
    amount: f64,
}

#[allow(dead_code)]
struct Record {
    callable: &'static str,
    inputs: Vec<Uuid>,
    config: Option<Uuid>,
    outputs: Vec<Uuid>,
    started_at: SystemTime,
    duration: Duration,
}

#[derive(Default)]
pub struct Store {
    versions: RwLock<HashMap<Uuid, Arc<Version>>>,
    standings: RwLock<HashMap<Uuid, Arc<Standing>>>,
    amounts: RwLock<HashMap<Uuid, Arc<Amount>>>,
    amounts_by_content: RwLock<HashMap<[u8; 32], Arc<Amount>>>,
    heads: RwLock<HashMap<Uuid, Uuid>>,
    records: RwLock<HashMap<Uuid, Arc<Record>>>,
}

fn hash_account(account: &Account) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(96);
    bytes.extend_from_slice(&(account.owner.len() as u64).to_le_bytes());
    bytes.extend_from_slice(account.owner.as_bytes());
    bytes.extend_from_slice(&account.balance.to_bits().to_le_bytes());
    bytes.push(account.is_open.into());
    bytes.extend_from_slice(&account.changes.to_le_bytes());
    *blake3::hash(&bytes).as_bytes()
}

impl Store {
    pub fn insert(&self, account: Account) -> Arc<Version> {
        let version = Arc::new(Version {
            ecs_id: Uuid::now_v7(),
            lineage_id: Uuid::now_v7(),
            parent: None,
            execution: Uuid::nil(),
            content_hash: hash_account(&account),
            account,
        });
        self.versions.write().expect("never poisoned").insert(version.ecs_id, Arc::clone(&version));
        self.heads.write().expect("never poisoned").insert(version.lineage_id, version.ecs_id);
        version
    }

    /// A mutation by an amount.
    pub fn deposit(&self, base: &Arc<Version>, amount: f64) -> Arc<Version> {
        let (started_at, execution) = (SystemTime::now(), Uuid::now_v7());
        let config = self.amount(amount, execution).ecs_id;
        self.mutate("deposit", base, execution, Some(config), started_at, |account| account.balance += amount)
    }

    /// A mutation by nothing but the function.
    pub fn touch(&self, base: &Arc<Version>) -> Arc<Version> {
        let (started_at, execution) = (SystemTime::now(), Uuid::now_v7());
        self.mutate("touch", base, execution, None, started_at, |account| account.balance += 1.0)
    }

    #[inline(always)]
    fn mutate(
        &self,
        callable: &'static str,
        base: &Arc<Version>,
        execution: Uuid,
        config: Option<Uuid>,
        started_at: SystemTime,
        change: impl FnOnce(&mut Account),
    ) -> Arc<Version> {
        let mut account = base.account.clone();
        change(&mut account);
        account.changes += 1;
        let version = Arc::new(Version {
            ecs_id: Uuid::now_v7(),
            lineage_id: base.lineage_id,
            parent: Some(base.ecs_id),
            execution,
            content_hash: hash_account(&account),
            account,
        });
        let record = Arc::new(Record {
            callable,
            inputs: vec![base.ecs_id],
            config,
            outputs: vec![version.ecs_id],
            started_at,
            duration: started_at.elapsed().unwrap_or_default(),
        });
        {
            let mut heads = self.heads.write().expect("never poisoned");
            let head = heads.get_mut(&base.lineage_id).expect("it was inserted");
            assert_eq!(*head, base.ecs_id, "nobody else moved the head");
            *head = version.ecs_id;
        }
        self.versions.write().expect("never poisoned").insert(version.ecs_id, Arc::clone(&version));
        self.records.write().expect("never poisoned").insert(execution, record);
        version
    }

    /// The version of an amount, which is stored if it is new.
    fn amount(&self, amount: f64, execution: Uuid) -> Arc<Amount> {
        let content_hash = *blake3::hash(&amount.to_bits().to_le_bytes()).as_bytes();
        let mut by_content = self.amounts_by_content.write().expect("never poisoned");
        let stored = by_content.entry(content_hash).or_insert_with(|| {
            let (ecs_id, lineage_id) = (Uuid::now_v7(), Uuid::now_v7());
            let stored = Arc::new(Amount { ecs_id, lineage_id, execution, content_hash, amount });
            self.heads.write().expect("never poisoned").insert(lineage_id, ecs_id);
            self.amounts.write().expect("never poisoned").insert(ecs_id, Arc::clone(&stored));
            stored
        });
        Arc::clone(stored)
    }

    pub fn standing(&self, base: &Arc<Version>) -> Arc<Standing> {
        let started_at = SystemTime::now();
        let execution = Uuid::now_v7();
        let is_sound = base.account.is_open && base.account.balance >= 0.0;
        let standing = Arc::new(Standing {
            ecs_id: Uuid::now_v7(),
            lineage_id: Uuid::now_v7(),
            execution,
            content_hash: *blake3::hash(&[is_sound.into()]).as_bytes(),
            is_sound,
        });
        let record = Arc::new(Record {
            callable: "standing",
            inputs: vec![base.ecs_id],
            config: None,
            outputs: vec![standing.ecs_id],
            started_at,
            duration: started_at.elapsed().unwrap_or_default(),
        });
        self.heads.write().expect("never poisoned").insert(standing.lineage_id, standing.ecs_id);
        self.standings.write().expect("never poisoned").insert(standing.ecs_id, Arc::clone(&standing));
        self.records.write().expect("never poisoned").insert(execution, record);
        standing
    }

    pub fn get(&self, ecs_id: Uuid) -> Option<Arc<Version>> {
        self.versions.read().expect("never poisoned").get(&ecs_id).cloned()
    }
}
