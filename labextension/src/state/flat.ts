/** The list of runs as lines: the pinned ones, then all in order, each with the children that were opened. */

import type { IRow } from '../runs';
import { DURATION } from './query';
import type { IRunsSnapshot } from './runs';

export interface ILine {
  /** Differs from that of every other line. */
  readonly key: string;
  readonly row: IRow;
  /** 1 for runs without a parent. */
  readonly level: number;
  /** The line of the parent. */
  readonly parent: string | null;
  readonly pinned: boolean;
  /** `null`: it has no children. */
  readonly expanded: boolean | null;
}

/** Deeper than any real nesting; a cycle in hostile tags ends here. */
const DEEPEST = 20;

/** @param sort - As the view has it; what no store sorts by is sorted here. */
export function lines(
  snapshot: IRunsSnapshot,
  sort: string | null = null
): { pinned: ILine[]; listed: ILine[] } {
  const { rows, order, pins } = snapshot;
  const pinned = pins.flatMap(id => {
    const row = rows.get(id);
    return row ? [line(row, 1, null, true, null)] : [];
  });
  const held = new Set(pinned.map(one => one.row.run_id));
  const listed: ILine[] = [];
  for (const id of sorted(order ?? [], rows, sort)) {
    if (!held.has(id)) {
      add(snapshot, id, 1, null, listed);
    }
  }
  return { pinned, listed };
}

function sorted(
  order: readonly string[],
  rows: ReadonlyMap<string, IRow>,
  sort: string | null
): readonly string[] {
  if (!sort?.startsWith(DURATION)) {
    return order;
  }
  const sign = sort.endsWith('DESC') ? -1 : 1;
  const now = Date.now();
  const took = new Map(
    order.map(id => {
      const start = rows.get(id)?.start_time ?? null;
      const end = rows.get(id)?.end_time ?? now;
      return [id, start === null ? null : end - start];
    })
  );
  return [...order].sort((one, other) => {
    const [a, b] = [took.get(one) ?? null, took.get(other) ?? null];
    // Runs that never started come last both ways.
    return a === null || b === null
      ? Number(a === null) - Number(b === null)
      : sign * (a - b);
  });
}

function add(
  snapshot: IRunsSnapshot,
  id: string,
  level: number,
  parent: string | null,
  listed: ILine[]
): void {
  const row = snapshot.rows.get(id);
  if (!row) {
    return;
  }
  const expandable = (row.children ?? 0) > 0 && level < DEEPEST;
  const expanded = expandable ? snapshot.expanded.has(id) : null;
  const one = line(row, level, parent, false, expanded);
  listed.push(one);
  if (expanded) {
    for (const child of snapshot.children.get(id) ?? []) {
      add(snapshot, child, level + 1, one.key, listed);
    }
  }
}

function line(
  row: IRow,
  level: number,
  parent: string | null,
  pinned: boolean,
  expanded: boolean | null
): ILine {
  // During a search a child may be listed by itself and below its parent.
  const key = `${parent ?? (pinned ? 'pin' : '')}/${row.run_id}`;
  return { key, row, level, parent, pinned, expanded };
}
