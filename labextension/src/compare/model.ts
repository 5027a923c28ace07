/** The runs of a comparison, in their order, and when they are asked for again. */

import type { Api } from '../api';
import { asRequestError, type RequestError } from '../request';
import type { IRunDetail, StoreName } from '../runs';
import { Observed } from '../state/observed';

/** More columns than this nobody reads, and more lines nobody tells apart. */
export const MOST = 20;

/** One run of the comparison. */
export interface IColumn {
  readonly runId: string;
  /** `null`: not answered yet, or not there. */
  readonly detail: IRunDetail | null;
  /** When the store said so, if it does not answer now. */
  readonly asOf: number | null;
  readonly error: RequestError | null;
}

export interface IComparison {
  /** The first one is what the others are measured by. */
  readonly columns: readonly IColumn[];
  /** So many were given beyond `MOST`. */
  readonly leftOut: number;
}

export class CompareModel extends Observed<IComparison> {
  constructor(
    private readonly _api: Api,
    readonly store: StoreName,
    runIds: readonly string[]
  ) {
    const different = [...new Set(runIds)];
    super({
      columns: different
        .slice(0, MOST)
        .map(runId => ({ runId, detail: null, asOf: null, error: null })),
      leftOut: Math.max(0, different.length - MOST)
    });
  }

  get runIds(): string[] {
    return this.snapshot.columns.map(column => column.runId);
  }

  /** The experiments of the runs, for the server to watch; `null`: not known yet. */
  get experimentIds(): string[] | null {
    const known = this.snapshot.columns.flatMap(({ detail }) =>
      detail ? [detail.experiment_id] : []
    );
    return known.length ? [...new Set(known)] : null;
  }

  remove(runId: string): void {
    const columns = this.snapshot.columns.filter(one => one.runId !== runId);
    this.update({ columns });
  }

  /**
   * Move a run.
   *
   * @param by - Places, to the right if positive.
   */
  move(runId: string, by: number): void {
    const columns = [...this.snapshot.columns];
    const from = columns.findIndex(one => one.runId === runId);
    const to = Math.min(columns.length - 1, Math.max(0, from + by));
    if (from >= 0 && from !== to) {
      columns.splice(to, 0, ...columns.splice(from, 1));
      this.update({ columns });
    }
  }

  /**
   * Ask for the runs.
   *
   * @param all - Also those that have ended and can hardly change.
   */
  async refresh(all: boolean): Promise<void> {
    const wanted = this.snapshot.columns.filter(
      ({ detail, asOf, error }) =>
        all || !detail || asOf !== null || error || detail.status === 'RUNNING'
    );
    await Promise.all(wanted.map(({ runId }) => this._ask(runId)));
  }

  private async _ask(runId: string): Promise<void> {
    let part: Partial<IColumn>;
    try {
      const { value, asOf } = await this._api.run(this.store, runId);
      part = { detail: value, asOf, error: null };
    } catch (reason) {
      part = { error: asRequestError(reason) };
    }
    this.update({
      columns: this.snapshot.columns.map(column =>
        column.runId === runId ? { ...column, ...part } : column
      )
    });
  }
}
