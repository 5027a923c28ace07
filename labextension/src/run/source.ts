/** The source of the cell that made a run, as it was then. */

import type { Api } from '../api';
import type { StoreName } from '../runs';
import { quoted } from '../state/query';
import { CELL, readFile } from './files';

/** MLflow's filter language wants this key in back-ticks; the tag is that of `nbtrack/tags.py`. */
const EXECUTION = 'tags.`nbtrack.cell.execution`';

/**
 * Ask for what was saved with a run.
 *
 * @param path - Of the file: the source of the cell, or another that all runs of an execution share.
 * @returns `null`: nothing was.
 * @throws RequestError - If the store does not say.
 */
export async function savedSource(
  api: Pick<Api, 'run' | 'runs' | 'artifactText'>,
  store: StoreName,
  runId: string,
  path: string = CELL
): Promise<string | null> {
  const own = await readFile(api, store, runId, path);
  if (own !== null) {
    return own;
  }
  // The runs of one execution have one source, and not every one of many has a copy: the first one has.
  const { execution, experiment_id } = (await api.run(store, runId)).value;
  if (execution === null) {
    return null;
  }
  const { value: page } = await api.runs(store, {
    experiment_ids: [experiment_id],
    filter: `${EXECUTION} = ${quoted(execution)}`,
    order_by: 'attributes.start_time ASC',
    max_results: 1
  });
  const first = page.items.find(row => row.execution === execution);
  return first ? readFile(api, store, first.run_id, path) : null;
}
