/** The line of code that makes a comparison. */

import type { IComparison } from './model';

/** What MLflow calls runs; anything else has no place in a line of code. */
const ID = /^[\w-]{1,64}$/;

/** @param said - The line that made it, which still does if nothing was changed. */
export function asCode(
  { runIds, baseline }: Pick<IComparison, 'runIds' | 'baseline'>,
  said = ''
): string {
  const line = said.split('\n', 1)[0] ?? '';
  if (/^%track_(?:compare|runs)\b/.test(line)) {
    return line;
  }
  const ids = runIds.filter(id => ID.test(id));
  const measure =
    baseline !== null && baseline !== ids[0] && ids.includes(baseline)
      ? ['--baseline', baseline]
      : [];
  return ['%track_compare', ...ids, ...measure].join(' ');
}
