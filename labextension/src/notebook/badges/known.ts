/**
 * What is known of the runs of a notebook's cells: the server's answer, and live cards while they go on.
 *
 * By cell id, not by widget: JupyterLab makes a new widget when a cell is moved, cut and pasted, or loaded.
 */

import type { ICellRuns, IMetricValue, IRow, StoreName } from '../../runs';
import type { IBadge } from './badge';
import type { ILive } from './frames';

/** Metrics of data that the model has not seen: these say most. */
const HELD_OUT = /^(?:val|test|eval)/i;
/** The machine's metrics, and what autologging adds by itself: these say least. */
const LEAST = /^(?:system\/|training_)/;

/** Which executions a question to the server was asked about, and whether they were over by then. */
export type Asked = ReadonlyMap<string, boolean>;

interface IExecution {
  live: ILive;
  /** The server has been asked since, and knows no run that this execution made: it is another cell's. */
  foreign: boolean;
}

export class Known {
  /** Take a frame. @returns Does its execution begin with it, or end? */
  takeFrame(live: ILive): boolean {
    const known = this._executions.get(live.cellId);
    if (known?.live.card === live.card) {
      const ends = known.live.status !== live.status;
      known.live = live;
      return ends;
    }
    if (known && known.live.started > live.started) {
      return false; // a late word of an execution that is over
    }
    this._executions.set(live.cellId, { live, foreign: false });
    return true;
  }

  /** Note what an answer to a question of now will be true of. */
  ask(executing: boolean): Asked {
    const asked = new Map<string, boolean>();
    for (const { live } of this._executions.values()) {
      asked.set(live.card, !executing || live.status !== 'RUNNING');
    }
    return asked;
  }

  /** Take the server's answer. What it does not name has no runs. */
  answer(store: StoreName, items: readonly ICellRuns[], asked: Asked): void {
    this._store = store;
    this._cells = new Map(items.map(item => [item.cell_id, item]));
    for (const [cellId, execution] of this._executions) {
      const over = asked.get(execution.live.card);
      if (over) {
        // The store's word is final.
        this._executions.delete(cellId);
      } else if (over === false) {
        execution.foreign = !this._own(execution.live);
      }
    }
  }

  /** The kernel is gone, and with it what it was doing. */
  forgetExecutions(): void {
    this._executions.clear();
  }

  /**
   * The badge of a cell; `null` if it has made no runs.
   *
   * @param executing - Is the kernel executing anything?
   */
  badge(cellId: string, executing: boolean): IBadge | null {
    const cell = this._cells.get(cellId);
    const execution = this._executions.get(cellId);
    if (execution && !execution.foreign) {
      return this._live(execution.live, cell);
    }
    return cell ? stored(this._store, cell, executing) : null;
  }

  private _live(live: ILive, cell: ICellRuns | undefined): IBadge {
    const own = this._own(live);
    return {
      store: this._store,
      runId: own?.run_id ?? live.runId,
      name: live.title,
      runs: live.runs,
      status: live.status,
      metric:
        live.runs > 1
          ? null
          : keyMetric(live.metrics, cell?.latest.metric?.key),
      // The card above tells it.
      elapsed: null,
      since: null,
      earlier: Math.max(0, (cell?.runs ?? 0) - (own ? 1 : 0)),
      sha256: own?.source_sha256 ?? null
    };
  }

  /** The run in the store that stands for this execution, if the server has told of it. */
  private _own(live: ILive): IRow | null {
    const latest = this._cells.get(live.cellId)?.latest;
    return latest &&
      (latest.run_id === live.runId ||
        // Several runs of an execution have a parent. The same clock has made both times.
        (latest.start_time ?? 0) >= live.started)
      ? latest
      : null;
  }

  /** What to call the store as long as the server has not answered. */
  setStore(store: StoreName): void {
    this._store = store;
  }

  private _store: StoreName = '';
  private _cells = new Map<string, ICellRuns>();
  private readonly _executions = new Map<string, IExecution>();
}

function stored(
  store: StoreName,
  { runs, latest }: ICellRuns,
  executing: boolean
): IBadge {
  const { start_time: start, end_time: end, status } = latest;
  return {
    store,
    runId: latest.run_id,
    name: latest.name,
    runs: Math.max(1, latest.children ?? 0),
    status,
    metric: latest.metric,
    elapsed: start === null || end === null ? null : end - start,
    // A run that was left open by a kernel that is gone is not counted up for ever.
    since: status === 'RUNNING' && executing ? start : null,
    earlier: Math.max(0, runs - 1),
    sha256: latest.source_sha256
  };
}

/** The one metric to show; the one that is shown of the runs before, if it is there. */
function keyMetric(
  metrics: readonly IMetricValue[],
  before: string | undefined
): IMetricValue | null {
  return (
    metrics.find(({ key }) => key === before) ??
    metrics.find(({ key }) => HELD_OUT.test(key)) ??
    metrics.find(({ key }) => !LEAST.test(key)) ??
    metrics[0] ??
    null
  );
}
