/** The tree of experiments: folder-like names, one tab stop, arrow keys, type-ahead. */

import * as React from 'react';

import { ALL, sameScope, type Scope } from '../state/place';
import { type ITreeRow, treeRows } from '../state/tree';
import { act } from './experiments';
import { count } from './format';
import { useHost } from './host';
import { useObserved } from './observe';
import { TypeAhead } from './typeahead';
import { reveal, useWindow } from './virtual';

/** The first line: no experiment in particular. */
const EVERYTHING: ITreeRow = {
  id: 'all',
  path: '',
  label: 'All experiments',
  level: 1,
  parent: null,
  experiment: null,
  hasChildren: false,
  expanded: false,
  position: 1,
  siblings: 1
};

export function ExperimentTree(): React.JSX.Element {
  const host = useHost();
  const { lists } = host;
  const { experiments, place } = lists;
  const { items, query, toggled, deleted } = useObserved(experiments);
  const { scope } = useObserved(place);
  useObserved(lists.settings);
  const [active, setActive] = React.useState('all');
  const [typed] = React.useState(() => new TypeAhead());
  const scroller = React.useRef<HTMLDivElement>(null);
  const probe = React.useRef<HTMLSpanElement>(null);
  const rows = React.useMemo(() => {
    const tree = treeRows(
      items ?? [],
      query,
      path =>
        // `toggled` is what this looks up: a new one must make new rows.
        toggled.get(path) ?? experiments.isExpanded(path)
    );
    return deleted || query ? tree : [EVERYTHING, ...tree];
  }, [items, query, toggled, deleted, experiments]);
  const { first, end, height } = useWindow(scroller, probe, rows.length, 0);
  const found = rows.findIndex(row => row.id === active);
  const at = Math.max(0, found);
  const current = lists.current?.experiment_id;

  // The line to which the keyboard goes is drawn first.
  const moved = React.useRef(false);
  React.useLayoutEffect(() => {
    if (moved.current) {
      moved.current = false;
      scroller.current
        ?.querySelector<HTMLElement>('[tabindex="0"]')
        ?.focus({ preventScroll: true });
    }
  });

  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    const node = scroller.current;
    if (row && node) {
      moved.current = true;
      setActive(row.id);
      reveal(node, rows.indexOf(row) * height, height, 0);
    }
  };
  const choose = (row: ITreeRow) => {
    setActive(row.id);
    place.chooseScope(scopeOf(row));
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const row = rows[at];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const page = Math.max(
      1,
      Math.floor((scroller.current?.clientHeight ?? 0) / height) - 1
    );
    const moves: Record<string, () => void> = {
      ArrowDown: () => {
        go(at + 1);
      },
      ArrowUp: () => {
        go(at - 1);
      },
      PageDown: () => {
        go(at + page);
      },
      PageUp: () => {
        go(at - page);
      },
      Home: () => {
        go(0);
      },
      End: () => {
        go(rows.length - 1);
      },
      Enter: () => {
        choose(row);
      },
      ' ': () => {
        choose(row);
      },
      F2: () => {
        act(host, row, 'F2');
      },
      Delete: () => {
        act(host, row, 'Delete');
      },
      ArrowRight: () => {
        if (row.hasChildren && !row.expanded) {
          experiments.expand(row.path, true);
        } else if (row.hasChildren) {
          go(at + 1);
        }
      },
      ArrowLeft: () => {
        if (row.expanded && !query) {
          experiments.expand(row.path, false);
        } else if (row.parent !== null) {
          go(rows.findIndex(one => one.id === row.parent));
        }
      }
    };
    const move = moves[event.key];
    if (move) {
      move();
    } else if (event.key.length === 1) {
      go(
        typed.find(
          event.key,
          rows.map(one => one.label),
          at
        )
      );
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={scroller}
      className="nbtrack-Tree"
      role="tree"
      aria-label={deleted ? 'Deleted experiments' : 'Experiments'}
      onKeyDown={onKeyDown}
    >
      <span
        ref={probe}
        className="nbtrack-Tree-row nbtrack-mod-probe"
        aria-hidden="true"
      >
        0
      </span>
      <div
        role="presentation"
        className="nbtrack-Tall"
        style={{ height: rows.length * height }}
      >
        {rows.map((row, index) =>
          // The line with the focus stays, wherever it is.
          (index >= first && index < end) || index === at ? (
            <TreeLine
              key={row.id}
              row={row}
              top={index * height}
              active={index === at}
              selected={sameScope(scope, scopeOf(row))}
              here={
                current !== undefined &&
                row.experiment?.experiment_id === current
              }
              onChoose={choose}
              onFocus={setActive}
              onToggle={() => {
                setActive(row.id);
                experiments.expand(row.path, !row.expanded);
              }}
            />
          ) : null
        )}
      </div>
      {rows.length === 0 && (
        <p className="nbtrack-Quiet">
          No experiment has «{query.trim()}» in its name.
        </p>
      )}
    </div>
  );
}

function TreeLine(props: {
  row: ITreeRow;
  top: number;
  active: boolean;
  selected: boolean;
  here: boolean;
  onChoose: (row: ITreeRow) => void;
  onFocus: (id: string) => void;
  onToggle: () => void;
}): React.JSX.Element {
  const { row } = props;
  const { experiment } = row;
  return (
    <div
      role="treeitem"
      className={`nbtrack-Tree-row${props.selected ? ' nbtrack-mod-selected' : ''}`}
      style={{
        top: props.top,
        paddingInlineStart: `${0.3 + (row.level - 1) * 0.9}em`
      }}
      tabIndex={props.active ? 0 : -1}
      aria-level={row.level}
      aria-setsize={row.siblings}
      aria-posinset={row.position}
      aria-expanded={row.hasChildren ? row.expanded : undefined}
      aria-selected={props.selected}
      aria-current={props.here ? 'true' : undefined}
      title={experiment?.name ?? row.path}
      onClick={() => {
        props.onChoose(row);
      }}
      onFocus={() => {
        props.onFocus(row.id);
      }}
    >
      <span
        className={`nbtrack-Caret${row.hasChildren ? '' : ' nbtrack-mod-none'}`}
        aria-hidden="true"
        onClick={event => {
          event.stopPropagation();
          props.onToggle();
        }}
      />
      <span
        className={`nbtrack-Tree-label${experiment || !row.path ? '' : ' nbtrack-Quiet'}`}
      >
        {row.label}
      </span>
      {props.here && <span className="nbtrack-Tree-here">this notebook</span>}
      {experiment?.runs ? (
        <span className="nbtrack-Tree-count">
          {count(experiment.runs)}
          <span className="nbtrack-Spoken">
            {' '}
            {experiment.runs === 1 ? 'run' : 'runs'}
          </span>
        </span>
      ) : null}
    </div>
  );
}

function scopeOf(row: ITreeRow): Scope {
  if (row.experiment) {
    return { kind: 'experiment', id: row.experiment.experiment_id };
  }
  return row.path ? { kind: 'folder', path: row.path } : ALL;
}
