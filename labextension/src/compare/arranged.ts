/** An answer about runs, in another order and with fewer runs. */

import type { Columns, ICompared } from '../compared';

/** @param runIds - The runs wanted, in their order; those that the answer lacks are left out. */
export function arranged(
  answer: ICompared,
  runIds: readonly string[]
): ICompared {
  const places = new Map(answer.runs.map(({ run_id }, i) => [run_id, i]));
  const order = runIds.flatMap(id => places.get(id) ?? []);
  const isSame =
    order.length === answer.runs.length && order.every((one, i) => one === i);
  const wanted = new Set(runIds);
  const missing = answer.missing.filter(id => wanted.has(id));
  if (isSame && missing.length === answer.missing.length) {
    return answer;
  }
  return {
    ...answer,
    missing,
    runs: pick(answer.runs, order),
    params: pickAll(answer.params, order),
    metrics: pickAll(answer.metrics, order),
    tags: pickAll(answer.tags, order),
    datasets: pickAll(answer.datasets, order)
  };
}

function pick<T>(list: readonly T[], order: readonly number[]): T[] {
  return order.map(place => list[place] as T);
}

/** Keys that none of the runs has are left out. */
function pickAll<T>(columns: Columns<T>, order: readonly number[]): Columns<T> {
  const entries = Object.entries(columns)
    .map(([key, values]) => [key, pick(values, order)] as const)
    .filter(([, values]) => values.some(value => value !== null));
  // From entries, since a key may be called `__proto__`.
  return Object.fromEntries(entries);
}
