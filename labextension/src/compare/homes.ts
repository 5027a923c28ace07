/** In which stores the runs of a comparison are: most often all in one. */

import type { Api } from '../api';
import type { ISeries, StoreName } from '../runs';

/** The store of each run that is in another one than most. */
export type Elsewhere = ReadonlyMap<string, StoreName>;

export interface IHomes {
  /** `null`: it is not known yet. */
  readonly store: StoreName | null;
  readonly elsewhere: Elsewhere;
}

/** The same, once the stores were found. */
export interface IFound extends IHomes {
  readonly store: StoreName;
}

export const NOWHERE_ELSE: Elsewhere = new Map();

export function homeOf(
  { store, elsewhere }: IHomes,
  runId: string
): StoreName | null {
  return elsewhere.get(runId) ?? store;
}

/** @returns The second one if both say the same. */
export function unchanged(now: Elsewhere, before: Elsewhere): Elsewhere {
  return now.size === before.size &&
    [...now].every(([id, store]) => before.get(id) === store)
    ? before
    : now;
}

/** Those of the runs that are in other stores, as the server takes them. */
export function among(
  elsewhere: Elsewhere,
  runIds: readonly string[]
): Record<StoreName, string[]> | undefined {
  const found = new Map<StoreName, string[]>();
  for (const id of runIds) {
    const store = elsewhere.get(id);
    if (store !== undefined) {
      found.set(store, [...(found.get(store) ?? []), id]);
    }
  }
  return found.size ? Object.fromEntries(found) : undefined;
}

/** The metrics of these runs, each asked of its store. */
export async function histories(
  api: Api,
  homes: IHomes,
  runIds: readonly string[],
  keys: readonly string[],
  points: number
): Promise<ISeries[]> {
  const shares = new Map<StoreName, string[]>();
  for (const id of runIds) {
    const store = homeOf(homes, id);
    if (store !== null) {
      shares.set(store, [...(shares.get(store) ?? []), id]);
    }
  }
  const answers = await Promise.all(
    [...shares].map(([store, ids]) => api.history(store, ids, keys, points))
  );
  return answers.flatMap(({ value }) => value.items);
}
