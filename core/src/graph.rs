//! Who pulls in whom: shortest paths from the project to each dependency.

use std::ops::Range;

/// A node of the graph. The first nodes are the file's dependencies, in their order; members of the
/// project (workspaces) follow.
pub type Node = u32;

/// How many paths [`Graph::paths`] gives at most.
pub const MAX_PATHS: usize = 5;

/// How many steps of a path are told at its beginning and at its end, where it is too long to be told whole.
const HEAD: usize = 8;
const TAIL: usize = 7;

/// Stands in a path for the steps that are left out of it.
pub const ELIDED: Node = Node::MAX;

/// A directed graph from the project to its dependencies. Cycles are allowed.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    predecessors: Runs,
    /// For each node, how it is first reached.
    reached: Vec<Reached>,
    /// For each node, where it is in the tree of shortest paths.
    places: Vec<Place>,
    /// Names of the nodes that are members of the project, not dependencies.
    members: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reached {
    Never,
    FromRoot,
    From(Node),
}

/// A node's place in the tree that the shortest paths make up.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// How many nodes come before it on its path.
    depth: u32,
    /// The last of the first [`HEAD`] nodes on its path.
    head: Node,
    /// Its number when each node is counted before those below it.
    number: u32,
    /// How many nodes are below it, with itself.
    size: u32,
}

impl Graph {
    /// A graph of `dependencies` nodes and then one for each of `members`. `roots` are what the project
    /// itself asks for. Edges may repeat and come in any order. Linear in nodes and edges.
    #[must_use]
    pub fn new(dependencies: usize, members: Vec<String>, roots: &[Node], edges: &[(Node, Node)]) -> Self {
        let nodes = dependencies + members.len();
        let successors = Runs::new(nodes, edges.iter().copied());
        let predecessors = Runs::new(nodes, edges.iter().map(|&(from, to)| (to, from)));
        let (reached, order) = breadth_first(nodes, roots, &successors);
        Self {
            places: places(&reached, &order),
            reached,
            predecessors,
            members,
        }
    }

    /// A graph in which the project asks for each of `dependencies` itself.
    #[must_use]
    pub fn flat(dependencies: usize) -> Self {
        Self {
            predecessors: Runs {
                starts: vec![0; dependencies + 1],
                nodes: Vec::new(),
            },
            reached: vec![Reached::FromRoot; dependencies],
            places: (0..)
                .take(dependencies)
                .map(|node| Place {
                    depth: 0,
                    head: node,
                    number: node,
                    size: 1,
                })
                .collect(),
            members: Vec::new(),
        }
    }

    /// Whether any chain of dependencies leads from the project to `node`.
    #[must_use]
    pub fn is_reached(&self, node: Node) -> bool {
        self.reached
            .get(node as usize)
            .is_some_and(|reached| *reached != Reached::Never)
    }

    /// Ways from the project to `node`, shortest first, at most [`MAX_PATHS`]: for each dependent of the
    /// node, the shortest path through it; of a long one the middle is [`ELIDED`]. Each path ends with the node itself and none passes it twice.
    /// Empty where the file does not tell how the node comes in.
    #[must_use]
    pub fn paths(&self, node: Node) -> Vec<Vec<Node>> {
        let Some(reached) = self.reached.get(node as usize) else {
            return Vec::new();
        };
        let mut paths = Vec::new();
        if *reached == Reached::FromRoot {
            paths.push(vec![node]);
        }
        let mut dependents: Vec<(u32, Node)> = self
            .predecessors
            .of(node)
            .iter()
            .filter_map(|&dependent| Some((self.depth(dependent, node)?, dependent)))
            .collect();
        dependents.sort_unstable();
        dependents.dedup();
        for (_, dependent) in dependents.into_iter().take(MAX_PATHS - paths.len()) {
            paths.push(self.path_through(dependent, node));
        }
        paths
    }

    /// How many steps lead to `node`; none if it is not reached, or only by way of `without`.
    fn depth(&self, node: Node, without: Node) -> Option<u32> {
        if self.reached[node as usize] == Reached::Never {
            return None;
        }
        let (place, above) = (self.places[node as usize], self.places[without as usize]);
        let is_below = (above.number..above.number + above.size).contains(&place.number);
        (!is_below).then_some(place.depth)
    }

    /// The shortest path that ends with `dependent` and `node`; a long one without its middle.
    fn path_through(&self, dependent: Node, node: Node) -> Vec<Node> {
        let Place { depth, head, .. } = self.places[dependent as usize];
        let mut path = vec![node];
        if depth as usize + 2 <= HEAD + 1 + TAIL {
            path.extend(self.upwards(dependent));
        } else {
            path.extend(self.upwards(dependent).take(TAIL - 1));
            path.push(ELIDED);
            path.extend(self.upwards(head));
        }
        path.reverse();
        path
    }

    /// The nodes of the shortest path to `node`, from its end.
    fn upwards(&self, node: Node) -> impl Iterator<Item = Node> {
        std::iter::successors(Some(node), |&at| match self.reached[at as usize] {
            Reached::From(previous) => Some(previous),
            Reached::FromRoot | Reached::Never => None,
        })
    }

    /// The name of a node that is a member of the project; `None` for dependencies.
    #[must_use]
    pub fn member(&self, node: Node) -> Option<&str> {
        let dependencies = self.reached.len() - self.members.len();
        self.members
            .get((node as usize).checked_sub(dependencies)?)
            .map(String::as_str)
    }
}

/// For each node a run of other nodes, in ascending order; repeated ones stay.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs {
    /// Where each node's run begins; one more entry ends the last.
    starts: Vec<u32>,
    nodes: Vec<Node>,
}

impl Runs {
    pub(crate) fn new(nodes: usize, pairs: impl Iterator<Item = (Node, Node)> + Clone) -> Self {
        let mut starts = vec![0_u32; nodes + 1];
        for (key, _) in pairs.clone() {
            starts[key as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut values = vec![0; starts[nodes] as usize];
        for (key, value) in pairs {
            let slot = &mut next[key as usize];
            values[*slot as usize] = value;
            *slot += 1;
        }
        let mut runs = Self {
            starts,
            nodes: values,
        };
        for node in 0..nodes {
            let range = runs.range(node);
            runs.nodes[range].sort_unstable();
        }
        runs
    }

    fn range(&self, node: usize) -> Range<usize> {
        self.starts[node] as usize..self.starts[node + 1] as usize
    }

    /// How many nodes have a run.
    pub(crate) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub(crate) fn of(&self, node: Node) -> &[Node] {
        &self.nodes[self.range(node as usize)]
    }
}

/// Where each node is, given how it is reached and the order in which the nodes are.
fn places(reached: &[Reached], order: &[Node]) -> Vec<Place> {
    let mut places = vec![Place::default(); reached.len()];
    for &node in order.iter().rev() {
        places[node as usize].size += 1;
        if let Reached::From(previous) = reached[node as usize] {
            places[previous as usize].size += places[node as usize].size;
        }
    }
    // For each node, the number of the next one below it.
    let mut next = vec![0; reached.len()];
    let mut next_root = 0;
    for &node in order {
        let at = node as usize;
        let number = match reached[at] {
            Reached::From(previous) => {
                let above = places[previous as usize];
                places[at].depth = above.depth + 1;
                places[at].head = if places[at].depth as usize >= HEAD {
                    above.head
                } else {
                    node
                };
                &mut next[previous as usize]
            }
            Reached::FromRoot | Reached::Never => {
                places[at].head = node;
                &mut next_root
            }
        };
        places[at].number = *number;
        *number += places[at].size;
        next[at] = places[at].number + 1;
    }
    places
}

/// How each node is first reached from the roots, and the order in which they are; ties go to the lower node.
fn breadth_first(nodes: usize, roots: &[Node], successors: &Runs) -> (Vec<Reached>, Vec<Node>) {
    let mut reached = vec![Reached::Never; nodes];
    let mut queue = Vec::with_capacity(nodes);
    let mut roots = roots.to_vec();
    roots.sort_unstable();
    for root in roots {
        if reached[root as usize] == Reached::Never {
            reached[root as usize] = Reached::FromRoot;
            queue.push(root);
        }
    }
    let mut next = 0;
    while let Some(&node) = queue.get(next) {
        next += 1;
        for &to in successors.of(node) {
            if reached[to as usize] == Reached::Never {
                reached[to as usize] = Reached::From(node);
                queue.push(to);
            }
        }
    }
    (reached, queue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shortest_first_and_one_per_dependent() {
        // root → 0 → 1 → 2, root → 0 → 2, root → 3 → 2
        let graph = Graph::new(4, vec![], &[0, 3], &[(0, 1), (1, 2), (0, 2), (3, 2), (3, 2)]);
        assert_eq!(graph.paths(2), [vec![0, 2], vec![3, 2], vec![0, 1, 2]]);
        assert_eq!(graph.paths(0), [vec![0]]);
    }

    #[test]
    fn cycles_end_and_are_left_out() {
        let graph = Graph::new(3, vec![], &[0], &[(0, 1), (1, 2), (2, 0), (2, 1), (1, 1)]);
        assert_eq!(graph.paths(0), [vec![0]]);
        assert_eq!(graph.paths(1), [vec![0, 1]]);
        assert_eq!(graph.paths(2), [vec![0, 1, 2]]);
    }

    #[test]
    fn long_paths_are_told_without_their_middle_and_cost_no_more_than_short_ones() {
        let chain = |nodes: Node| {
            let edges: Vec<(Node, Node)> = (1..nodes)
                .map(|node| (node - 1, node))
                .chain([(nodes - 1, 3)])
                .collect();
            Graph::new(nodes as usize, vec![], &[0], &edges)
        };
        let graph = chain(200_000);
        assert_eq!(graph.paths(15), [(0..16).collect::<Vec<_>>()]);
        let expected: Vec<Node> = (0..8).chain([ELIDED]).chain(10..17).collect();
        assert_eq!(graph.paths(16), [expected]);
        let expected: Vec<Node> = (0..8).chain([ELIDED]).chain(199_993..200_000).collect();
        assert_eq!(graph.paths(199_999), [expected]);
        // The way round through the end passes 3 itself.
        assert_eq!(graph.paths(3), [vec![0, 1, 2, 3]]);
        let all: usize = (0..200_000).map(|node| graph.paths(node).concat().len()).sum();
        assert!(all <= 200_000 * 16);
    }

    #[test]
    fn what_nothing_leads_to_has_no_path() {
        let graph = Graph::new(2, vec![], &[0], &[(1, 1)]);
        assert!(graph.paths(1).is_empty() && !graph.is_reached(1) && graph.is_reached(0));
        assert!(graph.paths(9).is_empty());
    }

    #[test]
    fn members_stand_in_paths_by_name() {
        let graph = Graph::new(1, vec!["web".to_owned()], &[1], &[(1, 0)]);
        assert_eq!(graph.paths(0), [vec![1, 0]]);
        assert_eq!((graph.member(1), graph.member(0)), (Some("web"), None));
    }
}
