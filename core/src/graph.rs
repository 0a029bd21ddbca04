//! Who pulls in whom: shortest paths from the project to each dependency.

use std::ops::Range;

/// A node of the graph. The first nodes are the file's dependencies, in their order; members of the
/// project (workspaces) follow.
pub type Node = u32;

/// How many paths [`Graph::paths`] gives at most.
pub const MAX_PATHS: usize = 5;

/// A directed graph from the project to its dependencies. Cycles are allowed.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    predecessors: Runs,
    /// For each node, how it is first reached.
    reached: Vec<Reached>,
    /// Names of the nodes that are members of the project, not dependencies.
    members: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reached {
    Never,
    FromRoot,
    From(Node),
}

impl Graph {
    /// A graph of `dependencies` nodes and then one for each of `members`. `roots` are what the project
    /// itself asks for. Edges may repeat and come in any order. Linear in nodes and edges.
    #[must_use]
    pub fn new(dependencies: usize, members: Vec<String>, roots: &[Node], edges: &[(Node, Node)]) -> Self {
        let nodes = dependencies + members.len();
        let successors = Runs::new(nodes, edges.iter().copied());
        let predecessors = Runs::new(nodes, edges.iter().map(|&(from, to)| (to, from)));
        Self {
            reached: breadth_first(nodes, roots, &successors),
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
    /// node, the shortest path through it. Each path ends with the node itself and none passes it twice.
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
        let mut dependents: Vec<(usize, Node)> = self
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
    fn depth(&self, node: Node, without: Node) -> Option<usize> {
        let mut depth = 0;
        let mut at = node;
        loop {
            if at == without {
                return None;
            }
            match self.reached[at as usize] {
                Reached::Never => return None,
                Reached::FromRoot => return Some(depth),
                Reached::From(previous) => at = previous,
            }
            depth += 1;
        }
    }

    fn path_through(&self, dependent: Node, node: Node) -> Vec<Node> {
        let mut path = vec![node, dependent];
        let mut at = dependent;
        while let Reached::From(previous) = self.reached[at as usize] {
            path.push(previous);
            at = previous;
        }
        path.reverse();
        path
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

    pub(crate) fn of(&self, node: Node) -> &[Node] {
        &self.nodes[self.range(node as usize)]
    }
}

/// How each node is first reached from the roots; ties go to the lower node.
fn breadth_first(nodes: usize, roots: &[Node], successors: &Runs) -> Vec<Reached> {
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
    reached
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
