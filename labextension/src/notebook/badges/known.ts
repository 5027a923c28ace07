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

/** What a question to the server was asked about. */
export interface IAsked {
  /** Ids of cells. */
  readonly cells: readonly string[];
  /** By card: was the execution over by then? */
  readonly over: ReadonlyMap<string, boolean>;
}

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
  ask(executing: boolean, cells: readonly string[]): IAsked {
    const over = new Map<string, boolean>();
    for (const { live } of this._executions.values()) {
      over.set(live.card, !executing || live.status !== 'RUNNING');
    }
    return { cells, over };
  }

  /** Take the server's answer. What it does not name of the cells asked about has no runs. */
  answer(store: StoreName, items: readonly ICellRuns[], asked: IAsked): void {
    this._store = store;
    if (store !== this._answered) {
      this._answered = store;
      this._cells.clear();
    }
    // What is known of others stays: a cell may be Markdown for a while, and nobody asks about it.
    asked.cells.forEach(cellId => this._cells.delete(cellId));
    items.forEach(item => this._cells.set(item.cell_id, item));
    for (const [cellId, execution] of this._executions) {
      const over = asked.over.get(execution.live.card);
      if (over) {
        // The store's word is final.
        this._executions.delete(cellId);
      } else if (over === false) {
        execution.foreign = !this._own(execution.live);
      }
    }
  }

  /** Does the store call a run going on, as far as it has told? */
  get unfinished(): boolean {
    return [...this._cells.values()].some(
      ({ latest }) => latest.status === 'RUNNING'
    );
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
      // A click opens the run that is named.
      name: own?.name ?? live.title,
      runs: live.runs,
      status: live.status,
      metric:
        live.runs > 1
          ? null
          : keyMetric(live.metrics, cell?.latest.metric?.key),
      // The card above tells it.
      elapsed: null,
      since: null,
      earlier: Math.max(0, (cell?.executions ?? 0) - (own ? 1 : 0)),
      registered: own?.registered ?? [],
      sha256: own?.source_sha256 ?? null
    };
  }

  /** The run in the store that stands for this execution, if the server has told of it. */
  private _own(live: ILive): IRow | null {
    const latest = this._cells.get(live.cellId)?.latest;
    return latest &&
      (latest.run_id === live.runId ||
        // Several runs have a parent, or stand side by side.
        live.card === `nbtrack-${latest.execution ?? ''}`)
      ? latest
      : null;
  }

  /** What to call the store as long as the server has not answered. */
  setStore(store: StoreName): void {
    this._store = store;
  }

  private _store: StoreName = '';
  /** The store whose answers these are. */
  private _answered: StoreName = '';
  private readonly _cells = new Map<string, ICellRuns>();
  private readonly _executions = new Map<string, IExecution>();
}

function stored(
  store: StoreName,
  { executions, latest, together, since }: ICellRuns,
  executing: boolean
): IBadge {
  const { end_time: end, status } = latest;
  // Of several runs side by side it is the newest, whose end is the execution's.
  const start = since ?? latest.start_time;
  return {
    store,
    runId: latest.run_id,
    name: latest.name,
    runs: Math.max(1, latest.children ?? 0, together),
    status,
    metric: latest.metric,
    elapsed: start === null || end === null ? null : end - start,
    // A run that was left open by a kernel that is gone is not counted up for ever.
    since: status === 'RUNNING' && executing ? start : null,
    earlier: Math.max(0, executions - 1),
    registered: latest.registered ?? [],
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
