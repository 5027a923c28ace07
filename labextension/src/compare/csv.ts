/** Tables as CSV, with all digits. */

import type { Value } from '../runs';
import type { IDifference } from './difference';

type Cell = Value | boolean | null;

/** The lines of a file; nothing in it is executed by a spreadsheet. */
export function asCsv(lines: readonly (readonly Cell[])[]): string {
  return lines.map(line => line.map(field).join(',') + '\r\n').join('');
}

/** Group, key, and one column for each run. */
export function keysAsCsv(
  names: readonly string[],
  rows: readonly IDifference[]
): string {
  return asCsv([
    ['', '', ...names],
    ...rows.map(({ group, key, values }) => [group, key, ...values])
  ]);
}

/** One line for each run: id, name, and one column for each key. */
export function runsAsCsv(
  runs: readonly { run_id: string; name: string; status: string }[],
  columns: readonly { id: string; values: readonly (Value | null)[] }[]
): string {
  return asCsv([
    ['run_id', 'name', 'status', ...columns.map(column => column.id)],
    ...runs.map(({ run_id, name, status }, i) => [
      ...[run_id, name, status],
      ...columns.map(({ values }) => values[i] ?? null)
    ])
  ]);
}

function field(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  // Spreadsheets execute what begins so; a number may.
  const risky = /^[=+\-@\t\r]/.test(text) && !Number.isFinite(Number(text));
  const safe = risky ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
