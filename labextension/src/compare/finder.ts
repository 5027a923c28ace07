/** Finds the store that a notebook's output is about: it says no address, only a digest of it. */

import type { Api } from '../api';
import { RequestError } from '../request';
import { type StoreName, WORKSPACE } from '../runs';
import type { IFound } from './homes';
import type { ISaved } from './saved';

/**
 * Find the stores of an output's runs.
 *
 * @throws RequestError - If the Jupyter server does not know one of them.
 */
export async function findHomes(
  api: Api,
  { store, elsewhere }: Pick<ISaved, 'store' | 'elsewhere'>,
  kernelId: string | null
): Promise<IFound> {
  const others = await Promise.all(
    Object.entries(elsewhere).map(async ([digest, runIds]) => {
      const name = await findStore(api, digest, kernelId);
      return runIds.map(id => [id, name] as const);
    })
  );
  return {
    store: await findStore(api, store, kernelId),
    elsewhere: new Map(others.flat())
  };
}

/**
 * Find the store.
 *
 * @param kernelId - The notebook's kernel, whose own store is looked at first.
 * @throws RequestError - If no store that the Jupyter server knows is the one.
 */
export async function findStore(
  api: Api,
  digest: string,
  kernelId: string | null
): Promise<StoreName> {
  const { store, stores } = await api.settings(kernelId);
  if (digest !== '' && store.digest === digest) {
    return store.name ?? WORKSPACE;
  }
  const found = stores?.find(one => digest !== '' && one.digest === digest);
  if (found) {
    return found.name;
  }
  throw new RequestError(404, {
    message: 'The store of these runs is not known here.',
    hint: 'Execute the cell again, or start the notebook’s kernel with nbtrack loaded and retry.',
    code: 'unknown_store'
  });
}
