/** For the comparison, until it asks `sidebar/format.ts` itself. */

import { clock } from '../sidebar/format';

export function formatAge(milliseconds: number): string {
  return clock(milliseconds, Date.now());
}
