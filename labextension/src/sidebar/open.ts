/** Ways from one part of nbtrack to another. Each part calls these; none knows who answers. */

import type { StoreName } from '../runs';

export interface IOpen {
  /** Show a run in the sidebar. */
  run(store: StoreName, runId: string): void;
  /** Show a registered model in the sidebar. */
  model(store: StoreName, name: string): void;
  /** Open the comparison of runs in the main area. */
  compare(store: StoreName, runIds: readonly string[]): void;
  /** Add runs to the comparison that was in front last; `null`: none is open. */
  adds(): ((store: StoreName, runIds: readonly string[]) => void) | null;
  /** Show an experiment's runs in the sidebar. */
  experiment(store: StoreName, experimentId: string): void;
  /** Open the notebook and select the cell; show the run's saved source where the cell is gone. */
  cell(
    store: StoreName,
    runId: string,
    notebook: string,
    cellId: string
  ): Promise<void>;
}
