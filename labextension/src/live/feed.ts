/**
 * Turns rows into changes of the rows that a view has already.
 *
 * To throw all rows away and put in others at each frame would be simpler, but Vega makes new marks for
 * them, and keeps a word about each row it ever had: a page would grow by megabytes a minute.
 */

import type { IRow } from './types';

/** What Vega calls a change set, as far as it is used. */
export interface IChanges {
  insert(rows: IRow[]): unknown;
  remove(rows: IRow[]): unknown;
  modify(row: IRow, field: string, value: unknown): unknown;
}

const FIELDS = [
  'x',
  'y',
  'at',
  'label',
  'color',
  'opacity',
  'last',
  'series'
] as const satisfies (keyof IRow)[];

export class Feed {
  /** Write into `changes` what turns the rows of before into these. */
  write(rows: readonly IRow[], changes: IChanges): void {
    const wanted = bySeries(rows);
    for (const [series, known] of this._known) {
      if (!wanted.has(series)) {
        changes.remove(known);
        this._known.delete(series);
      }
    }
    for (const [series, line] of wanted) {
      const known = this._known.get(series) ?? [];
      this._known.set(series, known);
      // From the end: the last row of a line, with its dot and label, then stays the same row.
      line.reverse();
      line.forEach((row, i) => {
        const old = known[i];
        if (!old) {
          known.push(row);
          changes.insert([row]);
          return;
        }
        for (const field of FIELDS) {
          if (old[field] !== row[field]) {
            changes.modify(old, field, row[field]);
          }
        }
      });
      if (known.length > line.length) {
        changes.remove(known.splice(line.length));
      }
    }
  }

  /** The rows that the view has, by line. Vega marks them and changes them, so these very objects count. */
  private readonly _known = new Map<number, IRow[]>();
}

function bySeries(rows: readonly IRow[]): Map<number, IRow[]> {
  const lines = new Map<number, IRow[]>();
  for (const row of rows) {
    const line = lines.get(row.series);
    if (line) {
      line.push(row);
    } else {
      lines.set(row.series, [row]);
    }
  }
  return lines;
}
