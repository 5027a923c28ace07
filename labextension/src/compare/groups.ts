/** Runs that share the value of a param. */

import type { ICompared } from '../compared';
import { canonical, compareValues } from './values';

export interface IGroup {
  /** As it is shown. */
  text: string;
  runIds: ReadonlySet<string>;
}

/** Groups by a param, in the order of its values; runs without it are one group. */
export function groupsBy(compared: ICompared, param: string): IGroup[] {
  const values = Object.hasOwn(compared.params, param)
    ? (compared.params[param] ?? [])
    : [];
  const groups = new Map<unknown, { value: string | null; ids: string[] }>();
  compared.runs.forEach(({ run_id }, i) => {
    const value = values[i] ?? null;
    const key = canonical(value);
    const group = groups.get(key) ?? { value, ids: [] };
    group.ids.push(run_id);
    groups.set(key, group);
  });
  return [...groups.values()]
    .sort((one, other) => compareValues(one.value, other.value))
    .map(({ value, ids }) => ({
      text: `${param} = ${value ?? 'none'}`,
      runIds: new Set(ids)
    }));
}
