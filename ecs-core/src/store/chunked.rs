//! A list that grows without moving what is in it.

/// How many items are side by side.
pub(super) const CHUNK: usize = 64;

/// A list in chunks: adding to it never copies what is there, and takes no room for what may come.
#[derive(Clone, Debug)]
pub(super) struct Chunked<T>(Vec<Vec<T>>);

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Chunked<T> {
    pub(super) fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * CHUNK + last.len())
    }

    /// A list that will not be short: room for its first items is made at once.
    pub(super) fn with_room(items: usize) -> Self {
        Self(vec![Vec::with_capacity(items.min(CHUNK))])
    }

    pub(super) fn push(&mut self, item: T) {
        match self.0.last_mut() {
            Some(last) if last.len() < CHUNK => last.push(item),
            // The first grows as it must: most lists are short.
            Some(_) => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(item);
                self.0.push(chunk);
            }
            None => self.0.push(vec![item]),
        }
    }

    pub(super) fn get(&self, position: usize) -> Option<&T> {
        self.0.get(position / CHUNK)?.get(position % CHUNK)
    }

    pub(super) fn get_mut(&mut self, position: usize) -> Option<&mut T> {
        self.0.get_mut(position / CHUNK)?.get_mut(position % CHUNK)
    }

    /// The items that are side by side in one chunk.
    pub(super) fn chunk(&self, number: usize) -> &[T] {
        self.0.get(number).map_or(&[], Vec::as_slice)
    }

    /// The items from `position` on.
    pub(super) fn since(&self, position: usize) -> impl Iterator<Item = &T> {
        let chunks = self.0.get(position / CHUNK..).unwrap_or_default();
        chunks.iter().flatten().skip(position % CHUNK)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.since(0)
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
            assert_eq!(list.len(), count);
            assert!(list.iter().copied().eq(0..count), "{count} items");
            for position in 0..count {
                assert_eq!(list.get(position), Some(&position));
                assert!(list.since(position).copied().eq(position..count), "{count} items since {position}");
            }
            assert_eq!((list.get(count), list.since(count).next()), (None, None));
        }
    }
}
