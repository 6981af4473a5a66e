//! The fingerprint of the build that is running: of the whole program, down to the last helper.

use std::fs::File;
use std::io::{self, Read};
use std::sync::OnceLock;

/// The blake3 hash of the program's file; computed once.
pub(super) fn fingerprint() -> &'static [u8; 32] {
    static FINGERPRINT: OnceLock<[u8; 32]> = OnceLock::new();
    FINGERPRINT.get_or_init(|| {
        running().and_then(of).unwrap_or_else(|_| {
            // A program that cannot read itself is like no other, so nothing that one has kept is reused.
            let mut alone = [0; 32];
            fastrand::fill(&mut alone);
            alone
        })
    })
}

/// The file that runs, even if another has taken its place since.
#[cfg(target_os = "linux")]
fn running() -> io::Result<File> {
    File::open("/proc/self/exe")
}

#[cfg(not(target_os = "linux"))]
fn running() -> io::Result<File> {
    File::open(std::env::current_exe()?)
}

fn of(program: impl Read) -> io::Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(program)?;
    Ok(*hasher.finalize().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_other_bytes_have_other_fingerprints() {
        assert_ne!(of(&b"one build"[..]).expect("it is readable"), of(&b"another"[..]).expect("it is readable"));
    }

    #[test]
    fn the_running_build_has_one_fingerprint_and_it_is_that_of_its_file() {
        let file = std::env::current_exe().and_then(File::open).expect("a test is a file");
        assert_eq!(*fingerprint(), of(file).expect("it is readable"));
        assert_eq!(fingerprint(), fingerprint());
    }
}
