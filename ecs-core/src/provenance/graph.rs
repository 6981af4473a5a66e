//! Pictures of what the record says: the tree of a version, the history of a thing, the derivation of
//! a value.

use std::collections::{BTreeSet, HashMap};

use super::derivation::{Derivation, Relation};
use super::diff::Diff;
use super::history::History;
use super::value::field_value;
use crate::entity::tree::{Node, visit_all};
use crate::entity::{AnyStored, EcsId, LineageId};
use crate::error::Result;
use crate::execution::Execution;
use crate::ground::Ground;
use crate::picture::{Graph, Line, Mark, Shape};
use crate::store::{AnyId, NoLongerKept};

/// What to draw.
///
/// ```standalone_crate
/// use ecs::GraphOf;
/// use ecs::prelude::*;
///
/// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
/// struct Student { id: Id, name: String, gpa: f64 }
///
/// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
/// struct Course { id: Id, title: String, students: Vec<Student> }
///
/// let world = World::in_memory()?;
/// let alice = Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 };
/// let latin = world.insert(Course { id: Id::new(), title: "Latin".into(), students: vec![alice] })?;
/// let mut changed = (*latin).clone();
/// changed.students[0].gpa = 3.8;
/// let changed = world.commit(changed)?;
///
/// let tree = world.graph(&GraphOf::tree(&changed).against(&latin))?;
/// assert!(tree.to_mermaid().contains("gpa: 3.8") && tree.to_mermaid().contains("(changed)"));
/// let history = world.graph(&GraphOf::history(&changed))?;
/// assert_eq!(history.nodes().len(), 2);
/// let derivation = world.graph(&GraphOf::derivation(&changed))?;
/// assert!(derivation.to_dot().starts_with("digraph"));
/// # Ok::<(), ecs::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct GraphOf(Subject);

#[derive(Clone, Copy, Debug)]
enum Subject {
    Tree { version: EcsId, against: Option<EcsId> },
    History(LineageId),
    Derivation { version: EcsId, depth: Option<usize> },
}

impl GraphOf {
    /// A version and everything it holds and refers to.
    pub fn tree(version: impl Into<EcsId>) -> Self {
        Self(Subject::Tree { version: version.into(), against: None })
    }

    /// The versions of a thing, and the calls that made them.
    pub fn history(lineage: impl Into<LineageId>) -> Self {
        Self(Subject::History(lineage.into()))
    }

    /// What a version was derived from, and by which calls.
    pub fn derivation(version: impl Into<EcsId>) -> Self {
        Self(Subject::Derivation { version: version.into(), depth: None })
    }

    /// Marks in a tree what differs from another version of the same thing. Other pictures stay as they
    /// are.
    #[must_use]
    pub fn against(self, version: impl Into<EcsId>) -> Self {
        match self.0 {
            Subject::Tree { version: drawn, .. } => {
                Self(Subject::Tree { version: drawn, against: Some(version.into()) })
            }
            _ => self,
        }
    }

    /// Follows a derivation no further than this many steps. Other pictures stay as they are.
    #[must_use]
    pub fn depth(self, steps: usize) -> Self {
        match self.0 {
            Subject::Derivation { version, .. } => Self(Subject::Derivation { version, depth: Some(steps) }),
            _ => self,
        }
    }

    pub(crate) fn draw(&self, ground: &Ground) -> Result<Graph> {
        match self.0 {
            Subject::Tree { version, against } => {
                let against = against.map(|ecs_id| ground.version(ecs_id)).transpose()?;
                tree(ground, &ground.version(version)?, against.as_ref())
            }
            Subject::History(lineage_id) => Ok(history(&History::of(ground, lineage_id)?)),
            Subject::Derivation { version, depth } => {
                Ok(derivation(&Derivation::dependencies(ground, ground.version(version)?, depth)?))
            }
        }
    }
}

/// How many characters of a value are written.
const LONGEST: usize = 40;

/// The type of an entity, and its plain values.
fn label(node: &dyn Node) -> Vec<String> {
    let fields = node.node_type().fields().iter().filter(|field| !field.holds_entities());
    let values = fields.map(crate::entity::Field::name).map(|field| {
        let value = field_value(node, field).to_string();
        let (mut shown, is_whole) = match value.char_indices().nth(LONGEST) {
            Some((end, _)) => (value[..end].to_owned(), false),
            None => (value, true),
        };
        if !is_whole {
            shown.push('…');
        }
        format!("{field}: {shown}")
    });
    std::iter::once(node.node_type().name().to_owned()).chain(values).collect()
}

fn shape(node: &dyn Node) -> Shape {
    if node.node_type().is_config() { Shape::Config } else { Shape::Entity }
}

fn tree(ground: &Ground, version: &AnyStored, against: Option<&AnyStored>) -> Result<Graph> {
    let diff = against.map(|before| Diff::between(before, version)).transpose()?;
    let marks: HashMap<LineageId, Mark> = diff
        .iter()
        .flat_map(Diff::entities)
        .map(|entity| {
            let mark = match (entity.before, entity.after) {
                (None, _) => Mark::Added,
                (_, None) => Mark::Removed,
                _ if entity.moved_from.is_some() => Mark::Moved,
                _ if entity.is_only_holder() => Mark::Unmarked,
                _ => Mark::Changed,
            };
            (entity.lineage_id, mark)
        })
        .collect();
    let mark = |node: &dyn Node| marks.get(&node.node_id().lineage_id()).copied().unwrap_or(Mark::Unmarked);
    let mut graph = Graph::new(&format!("{} {version}", version.entity_type().name()));
    let key = |node: &dyn Node| node.node_id().lineage_id().to_string();
    let root = version.node();
    graph.node(&key(root), label(root), shape(root), mark(root));
    let mut entities = vec![version.clone()];
    let mut holders: Vec<(usize, String)> = vec![(0, key(root))];
    visit_all(root, &mut |path, node| {
        while holders.len() > 1 && holders.last().is_some_and(|(length, _)| *length >= path.len()) {
            holders.pop();
        }
        let (length, holder) = holders.last().cloned().unwrap_or_default();
        graph.node(&key(node), label(node), shape(node), mark(node));
        let step = crate::address::Path::of(&path[length..]).to_string();
        graph.edge(&holder, &key(node), step.trim_start_matches('.'), Line::Solid);
        holders.push((path.len(), key(node)));
        entities.extend(node.node_id().ecs_id().map(|ecs_id| ground.version(ecs_id)).transpose()?);
        Ok(())
    })?;
    let references =
        entities.iter().flat_map(|entity| entity.references().iter().map(|&to| (entity.lineage_id().to_string(), to)));
    // What is gone is drawn beside the rest.
    for entity in diff.iter().flat_map(Diff::entities).filter(|entity| entity.after.is_none()) {
        let lines = [entity.type_name.to_owned(), format!("was at {}", entity.path)];
        graph.node(&entity.lineage_id.to_string(), lines, Shape::Entity, Mark::Removed);
        graph.edge(&key(root), &entity.lineage_id.to_string(), "", Line::Dashed);
    }
    for (from, to) in references {
        graph.node(&to.to_string(), [format!("@{to}")], Shape::Entity, Mark::Unmarked);
        graph.edge(&from, &to.to_string(), "refers to", Line::Dashed);
    }
    Ok(graph)
}

fn draw_version(graph: &mut Graph, version: &AnyStored) {
    let node = version.node();
    let lines = label(node).into_iter().chain([version.to_string()]);
    graph.node(&version.ecs_id().to_string(), lines, shape(node), Mark::Unmarked);
}

/// Something that is no longer kept, so that what leads to it leads somewhere.
fn draw_gone(graph: &mut Graph, gone: &NoLongerKept) {
    let (name, shape) = match gone.id {
        AnyId::Execution(id) => (id.to_string(), Shape::Execution),
        id => (format!("@{id}"), Shape::Entity),
    };
    graph.node(&gone.id.to_string(), [name, "no longer kept".to_owned()], shape, Mark::Removed);
}

fn draw_execution(graph: &mut Graph, execution: &Execution) {
    let lines = [execution.callable().to_owned(), execution.id.to_string()];
    graph.node(&execution.id.to_string(), lines, Shape::Execution, Mark::Unmarked);
}

fn history(history: &History) -> Graph {
    let mut graph = Graph::new("");
    for entry in history.entries() {
        let ecs_id = entry.version.ecs_id().to_string();
        draw_version(&mut graph, &entry.version);
        if let Some(parent) = entry.version.parent() {
            graph.edge(&parent.to_string(), &ecs_id, "", Line::Bold);
        }
        if let Some(source) = entry.version.forked_from() {
            graph.edge(&source.to_string(), &ecs_id, "forked", Line::Dashed);
        }
        entry.no_longer_kept.iter().for_each(|gone| draw_gone(&mut graph, gone));
        match (&entry.execution, entry.version.execution_id()) {
            (Some(execution), _) => {
                draw_execution(&mut graph, execution);
                graph.edge(&execution.id.to_string(), &ecs_id, "", Line::Solid);
            }
            (None, Some(id)) if entry.gone(id).is_some() => graph.edge(&id.to_string(), &ecs_id, "", Line::Solid),
            _ => {}
        }
        for config in &entry.configs {
            let execution = entry.execution.as_ref().map(|execution| execution.id.to_string()).unwrap_or_default();
            draw_version(&mut graph, config);
            graph.edge(&config.ecs_id().to_string(), &execution, "", Line::Solid);
        }
    }
    graph
}

fn derivation(derivation: &Derivation) -> Graph {
    let mut graph = Graph::new("");
    draw_version(&mut graph, derivation.start());
    for (gone, from) in derivation.lost() {
        draw_gone(&mut graph, gone);
        graph.edge(&gone.id.to_string(), &from.to_string(), "", Line::Dashed);
    }
    let mut made = BTreeSet::new();
    for step in derivation.steps() {
        draw_version(&mut graph, &step.version);
        let (earlier, later) = (step.version.ecs_id().to_string(), step.reached_from.to_string());
        let label = match &step.relation {
            Relation::Source(address) => address.path().to_string(),
            Relation::Argument(name) => (*name).to_owned(),
            relation => relation.to_string(),
        };
        match &step.execution {
            Some(execution) => {
                let id = execution.id.to_string();
                draw_execution(&mut graph, execution);
                graph.edge(&earlier, &id, &label, Line::Solid);
                if made.insert((id.clone(), later.clone())) {
                    graph.edge(&id, &later, "", Line::Solid);
                }
            }
            None => {
                let line = match step.relation {
                    Relation::Next => Line::Bold,
                    Relation::Reference => Line::Dashed,
                    _ => Line::Solid,
                };
                graph.edge(&earlier, &later, &label, line);
            }
        }
    }
    graph
}
