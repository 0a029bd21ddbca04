//! What the names of a build script stand for, as far as the script says it outright.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::catalog::Catalog;
use super::notation::Module;

/// How many characters and entries may be copied for values that are put in elsewhere. Values can double
/// without end; real builds copy a few thousand.
const COPIES: usize = 16 * 1024 * 1024;

/// The length at which a composed text is given up.
const LONGEST_TEXT: usize = 4 * 1024;

/// The length at which a dotted name is given up.
const LONGEST_PATH: usize = 256;

/// How deep lists and maps may lie in each other.
const DEEPEST: u8 = 16;

/// A value, as far as it is known without running the build.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Only the build itself knows.
    Unknown,
    /// Of a variable that has no value yet.
    Unset,
    Text(Rc<str>),
    List(Rc<Vec<Self>>, u8),
    Map(Rc<BTreeMap<String, Self>>, u8),
    /// A module that is not written as one text.
    Module(Rc<Module>),
    /// A name that the script does not define: `libs.guava`, `gradle.gradleVersion`.
    Path(Rc<str>),
    /// The project, or something that has its properties.
    Project,
    /// Files, projects and what Gradle itself brings: nothing from a registry.
    Local,
}

impl Value {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn list(items: Vec<Self>) -> Self {
        let depth = items.iter().map(Self::depth).max().unwrap_or(0) + 1;
        if depth > DEEPEST {
            return Self::Unknown;
        }
        Self::List(Rc::new(items), depth)
    }

    pub(super) fn map(entries: BTreeMap<String, Self>) -> Self {
        let depth = entries.values().map(Self::depth).max().unwrap_or(0) + 1;
        if depth > DEEPEST {
            return Self::Unknown;
        }
        Self::Map(Rc::new(entries), depth)
    }

    const fn depth(&self) -> u8 {
        match self {
            Self::List(_, depth) | Self::Map(_, depth) => *depth,
            _ => 0,
        }
    }

    /// `path.name`, for a name that is not defined here.
    pub(super) fn path(path: &str, name: &str) -> Self {
        if path.len() + name.len() > LONGEST_PATH {
            return Self::Unknown;
        }
        Self::Path(format!("{path}.{name}").into())
    }

    /// Whether two values are certainly the same.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::List(a, _), Self::List(b, _)) => Rc::ptr_eq(a, b),
            (Self::Map(a, _), Self::Map(b, _)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// The names that one block of a script defines.
#[derive(Debug, Default)]
struct Scope {
    names: BTreeMap<String, Value>,
    /// Whether the block may run never, or later than what follows it.
    is_conditional: bool,
    /// Whether the block is about a project of its own.
    is_project: bool,
}

/// All names that are visible at one place of a build, and what they stand for.
#[derive(Debug, Default)]
pub(super) struct Variables {
    scopes: Vec<Scope>,
    /// The first scope of the script that is read; those before it belong to the script that applies it.
    first_visible: usize,
    /// Extra properties of the project (`ext`, `extra`), and of those above it.
    extra: BTreeMap<String, Value>,
    /// `gradle.properties`.
    pub(super) properties: BTreeMap<String, String>,
    /// Version catalogs, by the name of their accessor.
    pub(super) catalogs: BTreeMap<String, Catalog>,
    copied: usize,
}

impl Variables {
    pub(super) fn enter(&mut self, is_conditional: bool, is_project: bool) {
        self.scopes.push(Scope {
            names: BTreeMap::new(),
            is_conditional,
            is_project,
        });
    }

    pub(super) fn leave(&mut self) {
        self.scopes.pop();
    }

    /// Hides the names of the script that is read, while another one is; gives what
    /// [`Variables::leave_script`] needs.
    pub(super) fn enter_script(&mut self) -> usize {
        std::mem::replace(&mut self.first_visible, self.scopes.len())
    }

    pub(super) fn leave_script(&mut self, first_visible: usize) {
        self.scopes.truncate(self.first_visible);
        self.first_visible = first_visible;
    }

    fn visible(&self) -> &[Scope] {
        self.scopes.get(self.first_visible..).unwrap_or_default()
    }

    /// What `name` stands for: the nearest variable, else the project's property.
    pub(super) fn get(&self, name: &str) -> Option<Value> {
        let variable = self
            .visible()
            .iter()
            .rev()
            .find_map(|scope| scope.names.get(name));
        variable.cloned().or_else(|| self.property(name))
    }

    /// A property of the project.
    pub(super) fn property(&self, name: &str) -> Option<Value> {
        let mut projects = self.scopes.iter().rev().filter(|scope| scope.is_project);
        projects
            .find_map(|scope| scope.names.get(name))
            .or_else(|| self.extra.get(name))
            .cloned()
            .or_else(|| self.properties.get(name).map(|text| Value::text(text)))
    }

    /// A variable of the block that is read.
    pub(super) fn define(&mut self, name: &str, value: Value) {
        match self
            .scopes
            .get_mut(self.first_visible..)
            .and_then(<[Scope]>::last_mut)
        {
            Some(scope) => scope.names.insert(name.to_owned(), value),
            None => self.extra.insert(name.to_owned(), value),
        };
    }

    /// Gives a variable a new value; `false` if there is none of that name.
    pub(super) fn assign(&mut self, name: &str, value: Value) -> bool {
        let mut may_not_run = false;
        for scope in self.scopes[self.first_visible..].iter_mut().rev() {
            if let Some(old) = scope.names.get_mut(name) {
                replace(old, value, may_not_run);
                return true;
            }
            may_not_run |= scope.is_conditional;
        }
        match self.extra.get_mut(name) {
            Some(old) => replace(old, value, may_not_run),
            None => return false,
        }
        true
    }

    /// Gives the project a property.
    pub(super) fn set_property(&mut self, name: &str, value: Value) {
        let mut may_not_run = false;
        let mut names = &mut self.extra;
        for scope in self.scopes.iter_mut().rev() {
            if scope.is_project {
                names = &mut scope.names;
                break;
            }
            may_not_run |= scope.is_conditional;
        }
        match names.get_mut(name) {
            Some(old) => replace(old, value, may_not_run),
            None => {
                names.insert(name.to_owned(), value);
            }
        }
    }

    /// Takes the value of `name` out, to be changed and given back with [`Variables::put`]; so that it need
    /// not be copied.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        Some(std::mem::replace(self.slot(name)?, Value::Unknown))
    }

    /// Gives back what [`Variables::take`] took.
    pub(super) fn put(&mut self, name: &str, value: Value) {
        if let Some(slot) = self.slot(name) {
            *slot = value;
        }
    }

    fn slot(&mut self, name: &str) -> Option<&mut Value> {
        self.scopes[self.first_visible..]
            .iter_mut()
            .rev()
            .find_map(|scope| scope.names.get_mut(name))
            .or_else(|| self.extra.get_mut(name))
    }

    /// Whether so much may still be copied.
    pub(super) fn may_copy(&mut self, amount: usize) -> bool {
        self.copied = self.copied.saturating_add(amount);
        self.copied <= COPIES
    }

    /// The text of a value, if it has one.
    pub(super) fn text_of(&self, value: &Value) -> Option<Rc<str>> {
        match value {
            Value::Text(text) => Some(text.clone()),
            Value::Path(path) => {
                let (catalog, rest) = path.split_once('.')?;
                let version = self
                    .catalogs
                    .get(catalog)?
                    .version(rest.strip_prefix("versions.")?)?;
                Some(version.into())
            }
            _ => None,
        }
    }

    /// `value.name` and `value[name]`.
    pub(super) fn member(&self, value: &Value, name: &str) -> Value {
        match value {
            Value::Map(entries, _) => entries.get(name).cloned().unwrap_or(Value::Unknown),
            Value::Project if is_project_word(name) => Value::Project,
            Value::Project => self
                .property(name)
                .or_else(|| self.get(name))
                .unwrap_or_else(|| Value::Path(name.into())),
            Value::Path(path) => Value::path(path, name),
            Value::Local => Value::Local,
            Value::List(items, _) => {
                let index = name.parse::<usize>().ok();
                index
                    .and_then(|index| items.get(index))
                    .cloned()
                    .unwrap_or(Value::Unknown)
            }
            Value::Unknown | Value::Unset | Value::Text(_) | Value::Module(_) => Value::Unknown,
        }
    }

    /// Puts `value` into the map at `names` below `target`; maps on the way are made where they are missing.
    pub(super) fn insert(&mut self, target: &mut Value, names: &[String], value: Value, may_not_run: bool) {
        let Some((name, rest)) = names.split_first() else {
            return;
        };
        let Value::Map(entries, depth) = target else {
            return;
        };
        if Rc::strong_count(entries) > 1 && !self.may_copy(entries.len()) {
            *target = Value::Unknown;
            return;
        }
        let entries = Rc::make_mut(entries);
        let inner = match (entries.remove(name), rest) {
            (Some(mut old), []) => {
                replace(&mut old, value, may_not_run);
                old
            }
            (None, []) => value,
            (old, rest) => {
                let empty = || Value::map(BTreeMap::new());
                let mut inner = old
                    .filter(|old| matches!(old, Value::Map(..)))
                    .unwrap_or_else(empty);
                self.insert(&mut inner, rest, value, may_not_run);
                inner
            }
        };
        *depth = (*depth).max(inner.depth() + 1);
        if *depth > DEEPEST {
            *target = Value::Unknown;
            return;
        }
        entries.insert(name.clone(), inner);
    }

    /// `left + right`.
    pub(super) fn sum(&mut self, left: Value, right: Value, source: (&str, &str)) -> Value {
        match (left, right) {
            (Value::Map(mut left, depth), Value::Map(right, other)) => {
                let shared = if Rc::strong_count(&left) > 1 {
                    left.len()
                } else {
                    0
                };
                if !self.may_copy(shared + right.len()) {
                    return Value::Unknown;
                }
                let entries = right.iter().map(|(name, value)| (name.clone(), value.clone()));
                Rc::make_mut(&mut left).extend(entries);
                Value::Map(left, depth.max(other))
            }
            (Value::List(mut left, depth), Value::List(right, other)) => {
                let shared = if Rc::strong_count(&left) > 1 {
                    left.len()
                } else {
                    0
                };
                if !self.may_copy(shared + right.len()) {
                    return Value::Unknown;
                }
                Rc::make_mut(&mut left).extend(right.iter().cloned());
                Value::List(left, depth.max(other))
            }
            (left, right) => {
                let (left, right) = (self.text_of(&left), self.text_of(&right));
                if left.is_none() && right.is_none() {
                    return Value::Unknown;
                }
                let text = |known: Option<Rc<str>>, source: &str| match known {
                    Some(text) => Some(text),
                    None if source.len() > LONGEST_PATH => None,
                    None => Some(format!("${{{}}}", source.trim()).into()),
                };
                let (Some(left), Some(right)) = (text(left, source.0), text(right, source.1)) else {
                    return Value::Unknown;
                };
                if left.len() + right.len() > LONGEST_TEXT || !self.may_copy(left.len() + right.len()) {
                    return Value::Unknown;
                }
                Value::text(&format!("{left}{right}"))
            }
        }
    }
}

/// What may not have run leaves it open which value counts, unless both are the same or there was none.
fn replace(old: &mut Value, value: Value, may_not_run: bool) {
    if may_not_run && !matches!(old, Value::Unset) && !old.is(&value) {
        *old = Value::Unknown;
    } else {
        *old = value;
    }
}

/// Names of things that have the project's properties.
pub(super) fn is_project_word(name: &str) -> bool {
    matches!(
        name,
        "project"
            | "rootProject"
            | "parent"
            | "ext"
            | "extra"
            | "extraProperties"
            | "extensions"
            | "properties"
            | "this"
    )
}
