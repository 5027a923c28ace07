/** What the runs of a comparison are called. */

import type { IComparedRun } from '../compared';

/** Their names; where two are the same, with the beginning of their ids. */
export function namesOf(
  runs: readonly Pick<IComparedRun, 'run_id' | 'name'>[]
): string[] {
  const uses = new Map<string, number>();
  const names = runs.map(({ name, run_id }) => name || short(run_id));
  for (const name of names) {
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return names.map((name, i) =>
    uses.get(name) === 1 ? name : `${name} (${short(runs[i]?.run_id ?? '')})`
  );
}

export function short(runId: string): string {
  return runId.slice(0, 8);
}
