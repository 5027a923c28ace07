/** What a notebook keeps of a list of runs, as the list has it. */

import type { IRow, Value } from '../runs';
import type { ISaved } from './saved';

/** Columns from the start. */
const FIRST = 12;

/** The keys that most runs of the snapshot have; metrics first. */
export function keysOf({ compared }: ISaved): string[] {
  const names = (['metrics', 'params'] as const).map(group =>
    Object.entries<(Value | null)[]>(compared?.[group] ?? {})
      .map(([key, values]) => ({
        id: `${group}.${key}`,
        isSystem: key.startsWith('system/'),
        count: values.filter(value => value !== null).length
      }))
      .filter(({ isSystem }) => !isSystem)
      .sort((one, other) => other.count - one.count)
      .slice(0, FIRST / 2)
      .map(({ id }) => id)
  );
  return names.flat();
}

/** What a notebook keeps, as rows. */
export function rowsOf({ compared }: ISaved): IRow[] {
  return (compared?.runs ?? []).map((run, i) => ({
    ...run,
    ...{ user: null, children: null, models: null, metric: null },
    execution: null,
    values: Object.fromEntries(
      (['metrics', 'params', 'tags'] as const).flatMap(group =>
        Object.entries<(Value | null)[]>(compared?.[group] ?? {}).flatMap(
          ([key, values]) => {
            const value = values[i] ?? null;
            return value === null ? [] : [[`${group}.${key}`, value] as const];
          }
        )
      )
    )
  }));
}
