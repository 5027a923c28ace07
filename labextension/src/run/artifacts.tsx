/** The artifacts of a run: a lazy tree, and a preview of the one that is chosen. */

import { fileIcon, folderIcon, refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { asRequestError } from '../request';
import type { IRunDetail } from '../runs';
import { IconButton } from '../sidebar/parts';
import { useScene } from './host';
import { Preview } from './preview';
import { Section } from './section';
import { formatSize } from './size';
import {
  type INode,
  type ITree,
  NEW_TREE,
  step,
  visibleNodes,
  withFolder,
  withOpen
} from './tree';

export function Artifacts(props: { run: IRunDetail }): React.JSX.Element {
  const { tree, setTree, load } = useTree(props.run.status);
  const nodes = visibleNodes(tree);
  const root = tree.folders.get('');
  const active = nodes.find(node => node.artifact.path === tree.active);
  const [wanted, setWanted] = React.useState(false);
  const open = (path: string, opened: boolean): void => {
    setTree(before => withOpen(before, path, opened));
    if (opened) {
      load(path);
    }
  };
  return (
    <Section
      title="Artifacts"
      {...(root?.items && { count: root.items.length })}
    >
      {root?.problem && (
        <p role="alert" className="nbtrack-Run-problem">
          {root.problem}
        </p>
      )}
      {!root && (
        <p role="status" className="nbtrack-Quiet">
          Loading…
        </p>
      )}
      {root?.items?.length === 0 && (
        <p className="nbtrack-Quiet">No artifacts.</p>
      )}
      {nodes.length > 0 && (
        <ul
          className="nbtrack-Run-tree"
          role="tree"
          aria-label="Artifacts"
          onKeyDown={event => {
            const next = step(nodes, tree.active, event.key);
            if (next) {
              event.preventDefault();
              event.stopPropagation();
              if ('to' in next) {
                setWanted(true);
                setTree(before => ({ ...before, active: next.to }));
              } else {
                open(tree.active ?? nodes[0]?.artifact.path ?? '', next.open);
              }
            } else if (event.key === 'Enter' || event.key === ' ') {
              event.preventDefault();
              const on = active ?? nodes[0];
              if (on) {
                setTree(before => ({ ...before, active: on.artifact.path }));
                if (on.expanded !== null) {
                  open(on.artifact.path, !on.expanded);
                }
              }
            }
          }}
        >
          {nodes.map((node, i) => (
            <Item
              key={`${node.level} ${node.artifact.path}`}
              node={node}
              active={node === active}
              stop={node === active || (!active && i === 0)}
              focus={wanted && node === active}
              choose={() => {
                const { path } = node.artifact;
                setWanted(true);
                setTree(before => ({ ...before, active: path }));
                if (node.expanded !== null) {
                  open(path, !node.expanded);
                }
              }}
            />
          ))}
        </ul>
      )}
      <IconButton
        icon={refreshIcon}
        label="List the artifacts again"
        onClick={() => {
          load('');
          tree.open.forEach(load);
        }}
      />
      {active && (
        <Preview key={active.artifact.path} artifact={active.artifact} />
      )}
    </Section>
  );
}

function Item(props: {
  node: INode;
  active: boolean;
  /** The one stop of the Tab key. */
  stop: boolean;
  focus: boolean;
  choose: () => void;
}): React.JSX.Element {
  const { node, active, stop, focus, choose } = props;
  const { artifact, level, expanded } = node;
  const line = React.useRef<HTMLLIElement>(null);
  React.useEffect(() => {
    if (focus) {
      line.current?.focus();
    }
  }, [focus]);
  const Icon = artifact.is_dir ? folderIcon : fileIcon;
  return (
    <li
      ref={line}
      role="treeitem"
      aria-level={level}
      aria-posinset={node.place}
      aria-setsize={node.siblings}
      aria-selected={active}
      {...(expanded !== null && { 'aria-expanded': expanded })}
      tabIndex={stop ? 0 : -1}
      style={{ paddingInlineStart: `${Math.min(level, 12) - 1}em` }}
      onClick={choose}
    >
      <Icon.react tag="span" elementSize="normal" aria-hidden="true" />
      <span className="nbtrack-Run-value">{artifact.name}</span>
      {artifact.size !== null && (
        <span className="nbtrack-Quiet">{formatSize(artifact.size)}</span>
      )}
      {node.word !== null && <span className="nbtrack-Quiet">{node.word}</span>}
    </li>
  );
}

/** Keeps the tree, and asks for folders. The top is asked for anew when the run's status changes. */
function useTree(status: string): {
  tree: ITree;
  setTree: React.Dispatch<React.SetStateAction<ITree>>;
  load: (path: string) => void;
} {
  const { host, store, runId } = useScene();
  const { api } = host;
  const [tree, setTree] = React.useState(NEW_TREE);
  const load = React.useCallback(
    (path: string) => {
      api.artifacts(store, runId, path).then(
        ({ value }) => {
          const folder = { items: value.items, problem: null };
          setTree(before => withFolder(before, path, folder));
        },
        (reason: unknown) => {
          const problem = asRequestError(reason).message;
          setTree(before =>
            withFolder(before, path, {
              items: before.folders.get(path)?.items ?? null,
              problem
            })
          );
        }
      );
    },
    [api, store, runId]
  );
  React.useEffect(() => {
    load('');
  }, [load, status]);
  return { tree, setTree, load };
}
