/** Finds the store that a notebook's output is about: it says no address, only a digest of it. */

import type { Api } from '../api';
import { RequestError } from '../request';
import { type StoreName, WORKSPACE } from '../runs';

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
