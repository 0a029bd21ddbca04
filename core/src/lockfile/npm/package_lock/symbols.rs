//! Texts as numbers: names recur all over a lockfile. Each is hashed where it is read, and is
//! compared as a number from then on.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::super::super::order;

/// The number of a text, within one lockfile: they are numbered from 0 as they are first read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Symbol(pub(super) u32);

impl Symbol {
    /// Its place in a list of all symbols.
    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The distinct texts of a lockfile.
#[derive(Default)]
pub(super) struct Symbols {
    texts: Texts,
    /// All symbols, by the hash of their text.
    by_text: HashTable<Symbol>,
    /// Random, so that a hostile file cannot choose its collisions.
    hasher: RandomState,
}

/// Texts in one piece of memory: they are read again and again, while the file is too big for the cache.
#[derive(Default)]
struct Texts {
    joined: String,
    /// Where each text ends; the next begins there.
    ends: Vec<usize>,
}

impl Texts {
    #[inline]
    fn get(&self, Symbol(number): Symbol) -> &str {
        let at = number as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.joined[start..self.ends[at]]
    }

    fn push(&mut self, text: &str) -> Symbol {
        self.joined.push_str(text);
        self.ends.push(self.joined.len());
        // A file that fits into memory has fewer texts than that; were it not so, one would stand for others.
        Symbol(u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX))
    }
}

/// How long a name usually is.
const NAME_BYTES: usize = 16;

impl Symbols {
    /// None yet, with room for so many.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            texts: Texts {
                joined: String::with_capacity(capacity * NAME_BYTES),
                ends: Vec::with_capacity(capacity),
            },
            by_text: HashTable::with_capacity(capacity),
            hasher: RandomState::default(),
        }
    }

    /// The symbol of `text`, which may be a new one.
    pub(super) fn intern(&mut self, text: &str) -> Symbol {
        let Self {
            texts,
            by_text,
            hasher,
        } = self;
        let is_same = |&symbol: &Symbol| texts.get(symbol) == text;
        let rehash = |&symbol: &Symbol| hasher.hash_one(texts.get(symbol));
        match by_text.entry(hasher.hash_one(text), is_same, rehash) {
            Entry::Occupied(found) => *found.get(),
            Entry::Vacant(slot) => *slot.insert(texts.push(text)).get(),
        }
    }

    /// The symbol of `text`, if it has been read.
    pub(super) fn find(&self, text: &str) -> Option<Symbol> {
        let is_same = |&symbol: &Symbol| self.texts.get(symbol) == text;
        self.by_text.find(self.hasher.hash_one(text), is_same).copied()
    }

    /// The text of a symbol.
    pub(super) fn text(&self, symbol: Symbol) -> &str {
        self.texts.get(symbol)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.texts.ends.len()
    }

    /// The symbols that `is_wanted`, in the alphabetical order of their texts.
    pub(super) fn sorted(&self, is_wanted: impl Fn(Symbol) -> bool) -> Vec<Symbol> {
        let all = (0..).map(Symbol).take(self.len());
        let mut sorted: Vec<([u128; 2], Symbol)> = all
            .filter(|&symbol| is_wanted(symbol))
            .map(|symbol| (order::start_of(self.text(symbol)), symbol))
            .collect();
        // Most texts differ in their beginnings, and numbers are compared at once.
        sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.text(a.1).cmp(self.text(b.1))));
        sorted.into_iter().map(|(_, symbol)| symbol).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_symbol() {
        let mut symbols = Symbols::default();
        let texts: Vec<String> = (0..1000).map(|number| number.to_string()).collect();
        for _ in 0..2 {
            for (number, text) in (0..).zip(&texts) {
                assert_eq!(symbols.intern(text), Symbol(number));
            }
        }
        assert_eq!((symbols.len(), symbols.text(Symbol(7))), (1000, "7"));
        assert_eq!(
            (symbols.find("999"), symbols.find("x")),
            (Some(Symbol(999)), None)
        );
    }

    #[test]
    fn symbols_sort_as_their_texts() {
        let long = "a-name-that-is-longer-than-thirty-two-bytes";
        let (longer, longest) = (format!("{long}-1"), format!("{long}-2"));
        let mut expected = ["", "@s/a", "A", "a", "a\0", "a-b", long, &longer, &longest, "é"];
        let mut symbols = Symbols::default();
        let left_out = symbols.intern("b");
        for text in expected.iter().rev() {
            symbols.intern(text);
        }
        expected.sort_unstable();
        let sorted = symbols.sorted(|symbol| symbol != left_out);
        let sorted: Vec<&str> = sorted.into_iter().map(|symbol| symbols.text(symbol)).collect();
        assert_eq!(sorted, expected);
    }
}
