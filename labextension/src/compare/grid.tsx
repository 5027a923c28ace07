/** Many runs in a table, one a line: only the lines in view are drawn. */

import * as React from 'react';

import { reveal, useWindow } from '../sidebar/virtual';
import { GridHead } from './gridhead';
import { GridRow } from './gridrow';
import { type IGridColumn, type IGridRun, ordered } from './sorted';

/** Lines that Page Down goes. */
const PAGE = 15;

export function RunGrid(props: {
  label: string;
  runs: readonly IGridRun[];
  columns: readonly IGridColumn[];
  /** The run that the others are measured by, if there is one. */
  baseline: string | null;
  /** As a view keeps them: the order, and ids of runs that stay on top. */
  sort: string | null;
  onSort: (sort: string | null) => void;
  pins: readonly string[];
  onPins: (pins: string[]) => void;
  selected: ReadonlySet<string>;
  onSelect: (runIds: ReadonlySet<string>) => void;
  /** Shows a run in the sidebar; `null`: there is none. */
  onOpen: ((runId: string) => void) | null;
}): React.JSX.Element {
  const { label, runs, columns, baseline, sort, pins } = props;
  const { selected, onSelect, onOpen } = props;
  const [active, setActive] = React.useState<string | null>(null);
  const anchor = React.useRef<string | null>(null);
  const scroller = React.useRef<HTMLDivElement>(null);
  const head = React.useRef<HTMLTableRowElement>(null);
  const order = React.useMemo(
    () => ordered(runs, columns, sort, pins),
    [runs, columns, sort, pins]
  );
  // The head is as high as a line, and sticks.
  const { first, end, height } = useWindow(scroller, head, order.length, 0);
  const at = Math.max(
    0,
    order.findIndex(place => runs[place]?.run_id === active)
  );
  const idAt = (line: number) => runs[order[line] ?? -1]?.run_id;

  const toggle = (runId: string, range: boolean) => {
    const next = new Set(selected);
    const from = order.findIndex(i => runs[i]?.run_id === anchor.current);
    const to = order.findIndex(i => runs[i]?.run_id === runId);
    if (range && from >= 0) {
      for (let i = Math.min(from, to); i <= Math.max(from, to); i++) {
        next.add(idAt(i) ?? runId);
      }
    } else if (!next.delete(runId)) {
      next.add(runId);
    }
    anchor.current = runId;
    setActive(runId);
    onSelect(next);
  };
  // The line is drawn with the next picture: it takes the focus then.
  const wanted = React.useRef(false);
  React.useLayoutEffect(() => {
    if (wanted.current) {
      wanted.current = false;
      scroller.current
        ?.querySelector<HTMLElement>('tr[tabindex="0"]')
        ?.focus({ preventScroll: true });
    }
  });
  const stand = (line: number, id: string | undefined) => {
    if (id !== undefined && scroller.current) {
      wanted.current = true;
      setActive(id);
      reveal(scroller.current, (line + 1) * height, height, height);
    }
  };
  const go = (line: number) => {
    const to = Math.min(order.length - 1, Math.max(0, line));
    stand(to, idAt(to));
  };
  const pin = (runId: string) => {
    const others = pins.filter(id => id !== runId);
    const next = pins.includes(runId) ? others : [...others, runId];
    props.onPins(next);
    return next;
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const id = idAt(at);
    if (!(event.target instanceof HTMLTableRowElement) || id === undefined) {
      return;
    }
    const moves: Record<string, number | undefined> = {
      ...{ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: order.length },
      ...{ PageDown: at + PAGE, PageUp: at - PAGE }
    };
    const to = moves[event.key];
    if (to !== undefined) {
      go(to);
    } else if (event.key === ' ') {
      toggle(id, event.shiftKey);
    } else if (event.key === 'Enter' && onOpen) {
      onOpen(id);
    } else if (/^p$/i.test(event.key) && !event.ctrlKey && !event.metaKey) {
      const next = ordered(runs, columns, sort, pin(id));
      // The keyboard goes along.
      stand(
        next.findIndex(place => runs[place]?.run_id === id),
        id
      );
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      onSelect(new Set(runs.map(run => run.run_id)));
    } else if (event.key === 'Escape' && selected.size) {
      onSelect(new Set());
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const drawn = order
    .map((place, line) => ({ place, line }))
    .filter(({ line }) => line >= first && line < end);
  return (
    <div
      ref={scroller}
      className="nbtrack-Run-scroll nbtrack-Compare-scroll nbtrack-Compare-grid"
      onKeyDown={onKeyDown}
    >
      <table
        role="grid"
        aria-label={label}
        aria-multiselectable="true"
        aria-rowcount={order.length + 1}
        aria-colcount={columns.length + 2}
        style={{ width: `calc(${columns.length} * 15ch + 41ch + 2.2em)` }}
      >
        <GridHead
          row={head}
          columns={columns}
          sort={sort}
          onSort={props.onSort}
          all={runs.length > 0 && runs.every(one => selected.has(one.run_id))}
          some={selected.size > 0}
          onAll={every => {
            onSelect(new Set(every ? runs.map(one => one.run_id) : []));
          }}
        />
        <tbody>
          <tr aria-hidden="true" style={{ height: first * height }} />
          {drawn.map(({ place, line }) => {
            const run = runs[place];
            return (
              run && (
                <GridRow
                  key={run.run_id}
                  run={run}
                  columns={columns}
                  place={place}
                  line={line}
                  active={line === at}
                  selected={selected.has(run.run_id)}
                  baseline={run.run_id === baseline}
                  pinned={pins.includes(run.run_id)}
                  onStand={setActive}
                  onPin={pin}
                  onToggle={toggle}
                  onOpen={onOpen}
                />
              )
            );
          })}
          <tr
            aria-hidden="true"
            style={{
              height: Math.max(0, order.length - Math.max(end, first)) * height
            }}
          />
        </tbody>
      </table>
    </div>
  );
}
