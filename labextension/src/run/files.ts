/** nbtrack's own artifacts of a run: those that `nbtrack/kernel/capture.py` writes. */

import type { Api } from '../api';
import { RequestError } from '../request';
import type { StoreName } from '../runs';

export const FOLDER = 'nbtrack';

/** The source of the cell that made the run. */
export const CELL = `${FOLDER}/cell.py`;

export const PACKAGES = `${FOLDER}/packages.txt`;

export const OTHERS = [
  [`${FOLDER}/executed_cells.py`, 'Cells executed before it'],
  [PACKAGES, 'Packages'],
  [`${FOLDER}/git.diff`, 'Changes that were not committed']
] as const;

/**
 * Read a file of a run.
 *
 * @returns `null`: the run has no such file.
 * @throws RequestError - If the store does not say.
 */
export async function readFile(
  api: Pick<Api, 'artifactText'>,
  store: StoreName,
  runId: string,
  path: string
): Promise<string | null> {
  try {
    return await api.artifactText(store, runId, path);
  } catch (reason) {
    if (reason instanceof RequestError && reason.status === 404) {
      return null;
    }
    throw reason;
  }
}
