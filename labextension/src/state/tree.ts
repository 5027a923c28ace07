/** Experiments as a tree: `notebooks/churn` is «churn» in «notebooks». */

import type { IExperimentItem } from '../runs';
import type { Scope } from './place';

/** A line of the tree. */
export interface ITreeRow {
  /** Differs from that of every other line. */
  readonly id: string;
  /** The name's parts up to here, joined by `/`. */
  readonly path: string;
  readonly label: string;
  readonly level: number;
  readonly parent: string | null;
  /** `null`: a folder only. */
  readonly experiment: IExperimentItem | null;
  readonly hasChildren: boolean;
  readonly expanded: boolean;
  readonly position: number;
  readonly siblings: number;
}

interface INode {
  path: string;
  label: string;
  experiment: IExperimentItem | null;
  nodes: Map<string, INode>;
}

const COLLATOR = new Intl.Collator(undefined, { numeric: true });

/**
 * The lines of the tree from top to bottom.
 *
 * @param items - All experiments, in any order.
 * @param query - Part of a name; its matches are shown with all that leads to them.
 * @param expanded - Says of a folder's path whether it is open; not asked during a search.
 */
export function treeRows(
  items: readonly IExperimentItem[],
  query: string,
  expanded: (path: string) => boolean
): ITreeRow[] {
  const wanted = query.trim().toLowerCase();
  const root = node('', '');
  for (const item of items) {
    if (item.name.toLowerCase().includes(wanted)) {
      plant(root, item);
    }
  }
  const rows: ITreeRow[] = [];
  list(root, null, 1, wanted ? () => true : expanded, rows);
  return rows;
}

/** Are there experiments in this scope? */
export function has(items: readonly IExperimentItem[], scope: Scope): boolean {
  switch (scope.kind) {
    case 'all':
      return true;
    case 'experiment':
      return items.some(one => one.experiment_id === scope.id);
    case 'folder':
      return below(items, scope.path).length > 0;
  }
}

/** The experiments whose name is this path or begins with it. */
export function below(
  items: readonly IExperimentItem[],
  path: string
): IExperimentItem[] {
  return items.filter(item => {
    const own = parts(item.name).join('/');
    return own === path || own.startsWith(`${path}/`);
  });
}

/** The folders that lead to a name. */
export function folders(name: string): string[] {
  const all = parts(name);
  return all.slice(1).map((_, index) => all.slice(0, index + 1).join('/'));
}

function parts(name: string): string[] {
  const given = name.split('/').filter(part => part !== '');
  return given.length ? given : [name];
}

function node(path: string, label: string): INode {
  return { path, label, experiment: null, nodes: new Map() };
}

function plant(root: INode, item: IExperimentItem): void {
  let place = root;
  for (const part of parts(item.name)) {
    let next = place.nodes.get(part);
    if (!next) {
      next = node(place.path ? `${place.path}/${part}` : part, part);
      place.nodes.set(part, next);
    }
    place = next;
  }
  if (!place.experiment) {
    place.experiment = item;
    return;
  }
  // `/a` and `a` are two experiments in one place: the second stands beside the first.
  const twin = node(place.path, item.name);
  twin.experiment = item;
  root.nodes.set(`\0${item.experiment_id}`, twin);
}

function list(
  folder: INode,
  parent: string | null,
  level: number,
  expanded: (path: string) => boolean,
  rows: ITreeRow[]
): void {
  const nodes = [...folder.nodes.values()].sort((one, other) =>
    COLLATOR.compare(one.label, other.label)
  );
  nodes.forEach((one, index) => {
    const hasChildren = one.nodes.size > 0;
    const open = hasChildren && expanded(one.path);
    const id = one.experiment?.experiment_id ?? `folder ${one.path}`;
    rows.push({
      id,
      path: one.path,
      label: one.label,
      level,
      parent,
      experiment: one.experiment,
      hasChildren,
      expanded: open,
      position: index + 1,
      siblings: nodes.length
    });
    if (open) {
      list(one, id, level + 1, expanded, rows);
    }
  });
}
