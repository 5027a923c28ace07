/** What the runs of a comparison are called. */

import type { IColumn } from './model';

/** Their names; where two are the same, with the beginning of their ids. */
export function namesOf(columns: readonly IColumn[]): string[] {
  const names = columns.map(
    ({ detail, runId }) => detail?.name || short(runId)
  );
  return names.map((name, i) =>
    names.indexOf(name) === names.lastIndexOf(name)
      ? name
      : `${name} (${short(columns[i]?.runId ?? '')})`
  );
}

function short(runId: string): string {
  return runId.slice(0, 8);
}
