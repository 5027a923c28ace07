/** The artifacts of a run as a tree that asks for a folder when it is opened. */

import type { IArtifact } from '../runs';

/** What is known of a folder. */
export interface IFolder {
  items: readonly IArtifact[] | null;
  /** Why its list did not come. */
  problem: string | null;
}

export interface ITree {
  /** By path; '' is the root. Folders that nobody opened are not there. */
  readonly folders: ReadonlyMap<string, IFolder>;
  readonly open: ReadonlySet<string>;
  /** Path of the item that has the keyboard, and whose preview is shown; `null`: none yet. */
  readonly active: string | null;
}

/** A line of the tree as it is drawn. */
export interface INode {
  artifact: IArtifact;
  /** 1 at the top. */
  level: number;
  /** `null`: not a folder. */
  expanded: boolean | null;
  /** Its place among those of its folder, from 1, and how many they are. */
  place: number;
  siblings: number;
  /** What is said below an open folder without items. */
  word: string | null;
}

export const NEW_TREE: ITree = {
  folders: new Map(),
  open: new Set(),
  active: null
};

/** Return the lines that can be seen, in order. */
export function visibleNodes(tree: ITree, path = '', level = 1): INode[] {
  const items = tree.folders.get(path)?.items ?? [];
  return items.flatMap((artifact, i) => {
    const open = artifact.is_dir && tree.open.has(artifact.path);
    const node: INode = {
      artifact,
      level,
      expanded: artifact.is_dir ? open : null,
      place: i + 1,
      siblings: items.length,
      word: open ? wordOf(tree.folders.get(artifact.path)) : null
    };
    // A store may claim that a folder holds itself.
    const below =
      open && level < 64 && artifact.path !== path
        ? visibleNodes(tree, artifact.path, level + 1)
        : [];
    return [node, ...below];
  });
}

/** Put in what is known of a folder. */
export function withFolder(tree: ITree, path: string, folder: IFolder): ITree {
  return { ...tree, folders: new Map(tree.folders).set(path, folder) };
}

export function withOpen(tree: ITree, path: string, open: boolean): ITree {
  const changed = new Set(tree.open);
  if (open) {
    changed.add(path);
  } else {
    changed.delete(path);
  }
  return { ...tree, open: changed };
}

/** What a key does, as `role="tree"` wants it: move to a line, or open or close the active one. */
export type Step = { to: string } | { open: boolean } | null;

/**
 * Decide what a key does.
 *
 * @param nodes - The lines that can be seen.
 * @param active - Path of the one with the keyboard.
 * @param key - As the browser names it.
 */
export function step(
  nodes: readonly INode[],
  active: string | null,
  key: string
): Step {
  const found = nodes.findIndex(node => node.artifact.path === active);
  const at = Math.max(0, found);
  const node = nodes[at];
  const to = (index: number): Step => {
    const target = nodes[Math.min(nodes.length - 1, Math.max(0, index))];
    return target ? { to: target.artifact.path } : null;
  };
  switch (key) {
    case 'ArrowDown':
      return to(at + 1);
    case 'ArrowUp':
      return to(at - 1);
    case 'Home':
      return to(0);
    case 'End':
      return to(nodes.length - 1);
    case 'ArrowRight':
      if (node?.expanded === false) {
        return { open: true };
      }
      return node?.expanded && (nodes[at + 1]?.level ?? 0) > node.level
        ? to(at + 1)
        : null;
    case 'ArrowLeft':
      if (node?.expanded) {
        return { open: false };
      }
      return to(parent(nodes, at));
    default:
      return null;
  }
}

function parent(nodes: readonly INode[], at: number): number {
  const level = nodes[at]?.level ?? 1;
  for (let i = at - 1; i >= 0; i--) {
    if ((nodes[i]?.level ?? 0) < level) {
      return i;
    }
  }
  return at;
}

function wordOf(folder: IFolder | undefined): string | null {
  if (folder?.problem) {
    return folder.problem;
  }
  if (!folder?.items) {
    return 'Loading…';
  }
  return folder.items.length ? null : 'empty';
}
