/** The list of runs: a grid of which only what is in view is drawn. */

import * as React from 'react';

import type { ILine } from '../state/flat';
import type { IColumn } from './columnset';
import { useHost } from './host';
import { useObserved, useNow } from './observe';
import { type KeptFocus, useKept } from './runsFocus';
import { RunsHead } from './runsHead';
import { actOf, entry } from './runsKeys';
import { type IActions, useActions } from './runsActions';
import { RunRow } from './runsRow';
import { reveal, shift, useWindow } from './virtual';

/** So many lines before the end the next page is asked for. */
const AHEAD = 100;

export function RunsGrid(props: {
  pinned: readonly ILine[];
  listed: readonly ILine[];
  columns: readonly IColumn[];
  metric: string | null;
  /** Differs for every list that is not the one before with news. */
  listKey: string;
  kept: KeptFocus;
}): React.JSX.Element {
  const { pinned, listed, columns, metric, kept } = props;
  const { lists } = useHost();
  const { runs, selection, attention } = lists;
  const { next, busy, loadingMore, total, order } = useObserved(runs);
  const { selected, active } = useObserved(selection);
  const { visible } = useObserved(attention);
  const minute = useNow(30_000, visible);
  const all = React.useMemo(() => [...pinned, ...listed], [pinned, listed]);
  const scroller = React.useRef<HTMLDivElement>(null);
  const head = React.useRef<HTMLDivElement>(null);
  // More pins than fit on top scroll with the lines; the others stick there.
  const loose = Math.max(0, pinned.length - MOST_PINS);
  const { first, end, height } = useWindow(
    scroller,
    head,
    listed.length,
    loose
  );
  const found = all.findIndex(line => line.key === active);
  const at = Math.max(0, found);
  // What sticks on top covers the lines that would be there.
  const covered = height * (1 + pinned.length - loose);
  const actions = useActions(all);

  React.useEffect(() => {
    if (next !== null && end >= listed.length - AHEAD) {
      void runs.more();
    }
  }, [end, listed.length, next, runs]);

  // A line that moves, since others came above it, stays under the eyes that read it.
  useAnchor(scroller, listed, loose, height);

  // The line may come later than the wish: other lines are loaded first, or it moves.
  const wanted = React.useRef<string | null>(null);
  React.useLayoutEffect(() => {
    const node = scroller.current;
    if (node) {
      node.scrollTop = 0; // Another list begins at its top,
      const focused = node.querySelector<HTMLElement>('[data-key]:focus');
      wanted.current = focused?.dataset['key'] ?? null; // or where the keyboard is.
    }
  }, [props.listKey]);
  const settle = () => {
    const node = scroller.current;
    const index = all.findIndex(line => line.key === wanted.current);
    if (!node || index < 0 || index !== at) {
      return;
    }
    wanted.current = null;
    if (index >= pinned.length) {
      reveal(node, (1 + index) * height, height, covered);
    } else if (index < loose) {
      node.scrollTop = Math.min(node.scrollTop, index * height);
    }
    const line = node.querySelector<HTMLElement>('[data-key][tabindex="0"]');
    line?.focus({ preventScroll: true });
    // In a low panel the list itself may be out of view.
    line?.scrollIntoView({ block: 'nearest' });
  };
  React.useLayoutEffect(settle);
  const focus = (key: string) => {
    wanted.current = key;
    selection.activate(key);
    settle();
  };
  useKept(kept, scroller);
  React.useLayoutEffect(() => {
    const node = scroller.current;
    const lost = node && kept.lost(node);
    if (!lost) {
      return;
    }
    const line = all.find(one => one.row.run_id === lost.run);
    if (line) {
      kept.forget();
      focus(line.key);
      return;
    }
    // No other line: whoever presses «Delete» means the one that was there.
    node.focus({ preventScroll: true });
    if (!busy) {
      kept.forget();
      selection.activate(
        all[Math.min(lost.index, all.length - 1)]?.key ?? null
      );
    }
  });
  const onKeyDown = (event: React.KeyboardEvent) => {
    const { target } = event;
    const onLine = target instanceof Element && target.closest('[data-key]');
    if (!onLine && target !== scroller.current) {
      return; // The heads of the columns are buttons, which know what to do.
    }
    const room = event.currentTarget.clientHeight - covered;
    const page = Math.max(1, Math.floor(room / height) - 1);
    const act = onLine ? actOf(event, all, at, page) : entry(event.key, at);
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      actions.keyed(act, at, focus);
    }
  };

  const row = (line: ILine, index: number, top: number | null) => (
    <RunRow
      key={line.key}
      line={line}
      columns={columns}
      metric={metric}
      index={index + 2}
      top={top}
      height={height}
      active={index === at}
      selected={selected.has(line.row.run_id)}
      minute={minute}
      visible={visible}
      kept={kept}
    />
  );
  // Lines that are not loaded yet count too; where nobody knows how many there are, ARIA says -1.
  const unknown =
    order === null
      ? null
      : next === null
        ? 0
        : total === null
          ? null
          : total - order.length;
  const rowCount = unknown === null ? -1 : 1 + all.length + unknown;
  return (
    <div
      ref={scroller}
      tabIndex={-1}
      className="nbtrack-Grid"
      role="treegrid"
      aria-label="Runs"
      aria-multiselectable="true"
      aria-rowcount={rowCount}
      aria-colcount={columns.length + 2}
      aria-busy={busy || loadingMore}
      style={layout(columns)}
      onKeyDown={onKeyDown}
      onFocus={({ target }) => {
        // Whatever has put it there (a screen reader does): the keys are for the line that has the focus.
        const line = lineAt(target, all);
        if (line) {
          selection.activate(line.key);
        }
      }}
      onMouseDown={event => {
        if (event.shiftKey) {
          event.preventDefault(); // It selects runs from the active one on, and no text.
        }
      }}
      onClick={event => {
        const line = lineAt(event.target, all);
        if (line) {
          clicked(event, line, actions, focus);
        }
      }}
    >
      <RunsHead ref={head} columns={columns} all={all} kept={kept} />
      {pinned.length > 0 && (
        <div
          role="rowgroup"
          className="nbtrack-Pins"
          style={{ top: (1 - loose) * height }}
        >
          {pinned.map((line, index) => row(line, index, null))}
        </div>
      )}
      <div
        role="rowgroup"
        className="nbtrack-Tall"
        style={{ height: listed.length * height }}
      >
        {listed.map((line, index) =>
          // The line with the focus stays, wherever it is.
          (index >= first && index < end) || index + pinned.length === at
            ? row(line, index + pinned.length, index * height)
            : null
        )}
      </div>
    </div>
  );
}

/** Check box, name, and the columns: none narrower than what can be read in it. */
function layout(columns: readonly IColumn[]): React.CSSProperties {
  const name = 'calc(7ch + 2px)';
  const widths = columns.map(({ width }) => `calc(${width}ch + 6px)`);
  return {
    ['--nbtrack-columns' as string]: [
      `var(--nbtrack-check) minmax(${name}, 2.5fr)`,
      ...columns.map(({ grow }, i) => `minmax(${widths[i] ?? '0'}, ${grow}fr)`)
    ].join(' '),
    ['--nbtrack-width' as string]: `calc(${['var(--nbtrack-check)', name, ...widths].join(' + ')})`
  };
}

/** So many stay on top. */
const MOST_PINS = 5;

function lineAt(target: EventTarget, all: readonly ILine[]): ILine | undefined {
  const node = target instanceof Element ? target.closest('[data-key]') : null;
  const key = node?.getAttribute('data-key');
  return all.find(line => line.key === key);
}

function clicked(
  event: React.MouseEvent,
  line: ILine,
  actions: IActions,
  focus: (key: string) => void
): void {
  const target = event.target instanceof Element ? event.target : null;
  const act = target?.closest<HTMLElement>('[data-act]')?.dataset['act'];
  if (act === 'expand') {
    actions.expand(line);
  } else if (act === 'pin') {
    actions.pin(line);
  } else if (event.shiftKey) {
    actions.extend(line);
    focus(line.key);
  } else if (act === 'check' || event.ctrlKey || event.metaKey) {
    actions.select(line);
  } else {
    actions.open(line);
  }
}

/**
 * Keeps the first line in view where it is when lines come or go above it.
 *
 * @param loose - Lines above the listed ones that scroll with them.
 */
function useAnchor(
  scroller: React.RefObject<HTMLDivElement>,
  listed: readonly ILine[],
  loose: number,
  height: number
): void {
  const before = React.useRef({ listed, loose });
  React.useLayoutEffect(() => {
    const node = scroller.current;
    const old = before.current;
    before.current = { listed, loose };
    if (!node || old.listed === listed || node.scrollTop < height) {
      return; // At the top new runs are what one wants to see.
    }
    const top = Math.floor(node.scrollTop / height) - old.loose;
    const key = old.listed[top]?.key;
    const now = listed.findIndex(line => line.key === key);
    if (key !== undefined && now >= 0) {
      shift(node, (now + loose - top - old.loose) * height);
    }
  }, [scroller, listed, loose, height]);
}
