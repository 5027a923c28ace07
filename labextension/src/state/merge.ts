/** Joins what was asked again with what is there, so that an open list need not be loaded anew. */

import type { IRow } from '../runs';

/**
 * The order of a list, of which the first part was asked again.
 *
 * @param order - The ids so far.
 * @param head - The ids of the first part as it is now.
 * @returns `null` if the two have nothing in common where they meet: more must be asked.
 */
export function join(
  order: readonly string[],
  head: readonly string[]
): string[] | null {
  const last = head.at(-1);
  const seam = last === undefined ? -1 : order.lastIndexOf(last);
  if (seam < 0) {
    return null;
  }
  // What stood before the seam and isn't in the head any more is gone, or has moved on.
  const known = new Set(head);
  return [...head, ...order.slice(seam + 1).filter(id => !known.has(id))];
}

/** Rows by their ids, with these put in. A row that says the same stays the same object: it isn't drawn again. */
export function withRows(
  rows: ReadonlyMap<string, IRow>,
  news: readonly IRow[]
): Map<string, IRow> {
  const all = new Map(rows);
  for (const row of news) {
    const old = all.get(row.run_id);
    if (!old || JSON.stringify(old) !== JSON.stringify(row)) {
      all.set(row.run_id, row);
    }
  }
  return all;
}

/** Ids without repetition, in the order of their first appearance. */
export function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
