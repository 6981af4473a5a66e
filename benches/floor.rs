//! What someone would write by hand for one mutation of an account: clone, mutate, hash the content, make ids,
//! snapshot, record, and insert all of it into concurrent maps.

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
    account: Account,
}

#[allow(dead_code)]
struct Amount {
    ecs_id: Uuid,
    execution: Uuid,
    content_hash: [u8; 32],
    amount: f64,
}

#[allow(dead_code)]
struct Record {
    callable: &'static str,
    inputs: Vec<Uuid>,
    config: Uuid,
    outputs: Vec<Uuid>,
    started_at: SystemTime,
    duration: Duration,
}

#[derive(Default)]
pub struct Store {
    versions: RwLock<HashMap<Uuid, Arc<Version>>>,
    amounts: RwLock<HashMap<[u8; 32], Arc<Amount>>>,
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

    pub fn deposit(&self, base: &Arc<Version>, amount: f64) -> Arc<Version> {
        let started_at = SystemTime::now();
        let execution = Uuid::now_v7();
        let amount_hash = *blake3::hash(&amount.to_bits().to_le_bytes()).as_bytes();
        let stored_amount = {
            let mut amounts = self.amounts.write().expect("never poisoned");
            let stored = amounts.entry(amount_hash).or_insert_with(|| {
                Arc::new(Amount { ecs_id: Uuid::now_v7(), execution, content_hash: amount_hash, amount })
            });
            Arc::clone(stored)
        };
        let mut account = base.account.clone();
        account.balance += amount;
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
            callable: "deposit",
            inputs: vec![base.ecs_id],
            config: stored_amount.ecs_id,
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
}
