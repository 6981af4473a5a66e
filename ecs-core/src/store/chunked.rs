//! A list that grows without moving what is in it.

/// How many items are side by side.
const CHUNK: usize = 64;

/// A list in chunks: adding to it never copies what is there, and takes no room for what may come.
#[derive(Clone, Debug)]
pub(super) struct Chunked<T> {
    /// All of it, mostly.
    first: Vec<T>,
    others: Vec<Vec<T>>,
}

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Self { first: Vec::new(), others: Vec::new() }
    }
}

impl<T> Chunked<T> {
    pub(super) fn push(&mut self, item: T) {
        let last = match self.others.last_mut() {
            Some(last) => last,
            // It grows as it must: most lists are short.
            None => &mut self.first,
        };
        if last.len() < CHUNK {
            last.push(item);
        } else {
            let mut chunk = Vec::with_capacity(CHUNK);
            chunk.push(item);
            self.others.push(chunk);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.first.iter().chain(self.others.iter().flatten())
    }
}

impl<T> FromIterator<T> for Chunked<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut list = Self::default();
        items.into_iter().for_each(|item| list.push(item));
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_gives_back_what_was_put_in_whatever_its_length() {
        for count in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let list: Chunked<usize> = (0..count).collect();
            assert!(list.iter().copied().eq(0..count), "{count} items");
        }
    }
}
