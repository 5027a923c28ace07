/** A run as the server's lists have it. */

import type { IRow } from '../runs';

export function row(parts: Partial<IRow> = {}): IRow {
  return {
    run_id: 'r0',
    experiment_id: '1',
    name: 'brave-fox-12',
    status: 'FINISHED',
    start_time: 1e12,
    end_time: 1e12 + 3200,
    lifecycle_stage: 'active',
    user: 'ada',
    parent_run_id: null,
    children: 0,
    notebook: 'study.ipynb',
    cell_id: 'cell-1',
    execution_count: 3,
    execution: null,
    source_sha256: null,
    models: 0,
    metric: { key: 'val_loss', value: 0.12 },
    values: {},
    ...parts
  };
}
