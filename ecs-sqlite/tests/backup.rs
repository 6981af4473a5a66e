//! A file is copied while the world in it goes on.

mod common;

use std::fs;
use std::sync::mpsc;

use ecs::prelude::*;
use ecs::sqlite::{Options, SqliteStore, Verdict};

use self::common::{File, Student, everything, student, text_from, whole};

#[test]
fn a_backup_while_others_write_is_whole_and_opens_as_a_world() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    everything(&world)?;
    let alice = world.insert(student("Alice", 3.5))?;
    for number in 0..20 {
        let text = text_from(number * 1_000_000, 200_000);
        world.insert(common::Document { id: Id::new(), title: "Thesis".into(), text })?;
    }
    let store = SqliteStore::open(&file.path, Options::new())?;
    let before = store.chain_head()?;
    let copy = file.beside("copy.db");
    std::thread::scope(|scope| {
        let (stop, stopped) = mpsc::channel::<()>();
        let (begin, begun) = mpsc::channel();
        let world = &world;
        scope.spawn(move || {
            let mut number = 0.0;
            while stopped.try_recv() == Err(mpsc::TryRecvError::Empty) {
                number += 1.0;
                world.insert(student("Zoe", number)).expect("it is new");
                begin.send(()).ok();
            }
        });
        begun.recv().expect("it begins");
        let mut told = Vec::new();
        let verdict = store.backup(&copy, |progress| told.push(progress));
        // Something is committed after the copy was made.
        while begun.try_recv().is_ok() {}
        begun.recv().expect("it goes on");
        drop(stop);
        let Ok(Verdict::Whole(verified)) = verdict else { panic!("{verdict:?}") };
        assert!(verified.commits >= before.commit() && verified.head != before);
        assert!(told.iter().all(|progress| progress.done <= progress.total));
        assert!(told.iter().any(|progress| progress.done < progress.total), "it is told on the way");
        assert_eq!(
            told.last().map(|progress| (progress.done, progress.total)),
            Some((verified.commits, verified.commits))
        );
    });
    let written = whole(&file.path);
    let kept = whole(&copy);
    assert!(kept.commits < written.commits, "{kept:?}, {written:?}");
    assert!(!file.beside("copy.db-wal").exists(), "it is one file");

    let world = World::open(&copy)?;
    assert_eq!(*world.head::<Student>(&alice)?, *alice);
    world.insert(student("Bob", 3.0))?;
    assert_eq!(whole(&copy).commits, kept.commits + 1);
    Ok(())
}

#[test]
fn a_backup_replaces_nothing() -> ecs::Result<()> {
    let file = File::new();
    everything(&file.open())?;
    let store = SqliteStore::open(&file.path, Options::new())?;
    let copy = file.beside("copy.db");
    fs::write(&copy, "something else").expect("it can be written");
    for (path, said) in [
        (&copy, "is there already; a backup replaces nothing: give another path"),
        (&file.path, "is there already"),
        (&file.beside("no folder").join("copy.db"), "cannot be made"),
    ] {
        let error = store.backup(path, |_| {}).expect_err("it cannot be there");
        assert_eq!(error.code(), "store");
        let text = error.to_string();
        assert!(text.contains(said) && text.contains(&path.display().to_string()), "{text}");
    }
    assert_eq!(fs::read_to_string(&copy).expect("it is there"), "something else");
    whole(&file.path);
    Ok(())
}
