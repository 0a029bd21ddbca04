//! How Maven makes one list of two: a POM's and its parent's, or a POM's and a profile's.
//!
//! Maven merges before it puts values for `${…}`: what is the same is told by what is written. So two
//! declarations of one dependency may both stay, and a list that is merged with nothing keeps what stands
//! in it twice.

use foldhash::HashMap;

use super::declaration::{Declaration, Key};

/// Each declaration once: the last of its key, at the place of the first.
pub(super) fn last_of_each(list: Vec<Declaration>) -> Vec<Declaration> {
    let mut merged = Merged::default();
    merged.put_all(list);
    merged.list
}

/// `own`, and those of `added` that it does not have.
pub(super) fn recessive(own: Vec<Declaration>, added: Vec<Declaration>) -> Vec<Declaration> {
    if added.is_empty() {
        return own;
    }
    let mut merged = Merged::default();
    merged.put_all(own);
    for declaration in added {
        if !merged.places.contains_key(&declaration.key) {
            merged.put(declaration);
        }
    }
    merged.list
}

/// `own`, with those of `added` in place of those that it has too.
pub(super) fn dominant(own: Vec<Declaration>, added: Vec<Declaration>) -> Vec<Declaration> {
    if added.is_empty() {
        return own;
    }
    let mut merged = Merged::default();
    merged.put_all(own);
    merged.put_all(added);
    merged.list
}

#[derive(Default)]
struct Merged {
    list: Vec<Declaration>,
    places: HashMap<Key, usize>,
}

impl Merged {
    fn put_all(&mut self, list: Vec<Declaration>) {
        list.into_iter().for_each(|declaration| self.put(declaration));
    }

    fn put(&mut self, declaration: Declaration) {
        match self.places.get(&declaration.key) {
            Some(&place) => self.list[place] = declaration,
            None => {
                self.places.insert(declaration.key.clone(), self.list.len());
                self.list.push(declaration);
            }
        }
    }
}
