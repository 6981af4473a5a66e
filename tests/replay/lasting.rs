//! What was recorded in a file is replayed in another process, from what is read back.

use std::sync::atomic::{AtomicBool, Ordering};

use ecs::NotReplayable;
use ecs::prelude::*;

use super::{Course, course, raise, student};

static HAS_CHANGED: AtomicBool = AtomicBool::new(false);

/// An entity whose type comes to be another.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Sheet {
    id: Id,
    #[serde(deserialize_with = "unless_changed")]
    cells: u64,
}

fn unless_changed<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let cells = u64::deserialize(deserializer)?;
    if HAS_CHANGED.load(Ordering::Relaxed) { Err(serde::de::Error::custom("it has changed")) } else { Ok(cells) }
}

#[callable]
fn count_cells(sheet: &Sheet) -> u64 {
    sheet.cells
}

#[callable]
fn new_sheet(cells: u64) -> Sheet {
    Sheet { id: Id::new(), cells }
}

#[test]
fn what_cannot_be_read_any_more_hinders_no_other_replay() -> ecs::Result<()> {
    let folder = tempfile::tempdir().expect("a folder for a test");
    let path = folder.path().join("world.db");
    let sheet = {
        let world = World::open(&path)?;
        let sheet = new_sheet::call(&world, 3).wait()?;
        count_cells::call(&world, &sheet).wait()?;
        raise::call(&world, student("Alice", 3.5), 0.25).wait()?;
        sheet.ecs_id()
    };
    let world = World::open(&path)?;
    HAS_CHANGED.store(true, Ordering::Relaxed);
    let summary = world.replay_all(&ExecutionFilter::new()).wait()?;
    assert_eq!((summary.identical, summary.not_replayable.get("unreadable")), (1, Some(&2)), "{summary}");
    for replay in &summary.others {
        let Some(NotReplayable::Unreadable { version, reason }) = replay.reason() else { panic!("{replay}") };
        assert_eq!(*version, sheet);
        assert!(reason.contains("it has changed"), "{reason}");
    }
    Ok(())
}

#[test]
fn what_is_read_back_from_a_file_gives_the_same() -> ecs::Result<()> {
    let folder = tempfile::tempdir().expect("a folder for a test");
    let path = folder.path().join("world.db");
    let recorded = {
        let world = World::open(&path)?;
        let alice = world.insert(student("Alice", 3.5))?;
        let latin = world.insert(course("Latin", &["Ann", "Ben"]))?;
        raise::call(&world, &alice, 0.25).wait()?;
        for (callable, arguments) in [
            ("standing", args! { student: &alice, threshold: 3.6 }),
            ("rename", args! { student: format!("@{}.students.0", latin.ecs_id()), name: "Anna" }),
            ("leave", args! { course: format!("@head:{}", latin.lineage_id()), name: "Ben" }),
            ("of_slice_and_config", args! { students: vec![student("Carol", 1.0), student("Dan", 4.0)] }),
            ("raised_report", args! { student: student("Eve", 1.0), step: 1 }),
            ("mean", args! { values: vec![1.0, 2.5] }),
            ("origin", args! {}),
        ] {
            world.execute(callable, arguments).wait()?;
        }
        world.execute("withdraw", args! { student: &alice, amount: 100 }).wait().expect_err("it is too much");
        world.executions(&ExecutionFilter::new())?.len()
    };
    let world = World::open(&path)?;
    let summary = world.replay_all(&ExecutionFilter::new()).wait()?;
    assert!(summary.is_identical(), "{summary}");
    assert_eq!(summary.identical, recorded);
    drop(world);

    // And nothing of the replays is in the file.
    let world = World::open(&path)?;
    assert_eq!(world.executions(&ExecutionFilter::new())?.len(), recorded);
    for execution in world.executions(&ExecutionFilter::new().callable("leave"))? {
        let lineage_id = execution.outputs[0].lineage_id;
        assert_eq!(world.head::<Course>(lineage_id)?.ecs_id(), execution.outputs[0].ecs_id);
        assert_eq!(world.heads::<Course>(lineage_id)?.len(), 1);
    }
    Ok(())
}
