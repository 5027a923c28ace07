/** A comparison: its runs, what is known of them, and what was chosen. */

import type { Api } from '../api';
import type { ICompared } from '../compared';
import { asRequestError, RequestError } from '../request';
import type { StoreName } from '../runs';
import { Observed } from '../state/observed';
import { Unsaved } from '../state/unsaved';
import { ViewState } from '../state/view';
import type { IWatched } from '../state/watch';
import { arranged } from './arranged';
import type { IFollowed } from './following';
import {
  among,
  homeOf,
  type IFound,
  type IHomes,
  NOWHERE_ELSE,
  unchanged
} from './homes';

/** More than these nobody compares, and the server takes no more. */
export const MOST = 1000;

/** In the order in which they stand. */
export const SECTIONS = [
  ...['differs', 'curves', 'plots', 'noise', 'importance']
] as const;

/** What may be chosen beforehand, and is remembered with a tab. */
export interface IChosen {
  /** The run that the others are measured by; `null`: the first. */
  readonly baseline: string | null;
  readonly metric: string | null;
  /** Sections that are open. */
  readonly open: ReadonlySet<string>;
}

export interface IComparison extends IChosen, IHomes {
  readonly runIds: readonly string[];
  /** In the order of `runIds`; `null`: nothing is known yet. */
  readonly compared: ICompared | null;
  /** When the store said so, if it does not answer now. */
  readonly asOf: number | null;
  readonly error: RequestError | null;
  /** So many were given beyond `MOST`. */
  readonly leftOut: number;
  /** Grows with each answer. */
  readonly answers: number;
  /** Runs that were selected in a table or a plot; none: nothing is. */
  readonly selected: ReadonlySet<string>;
  /** What selected them. */
  readonly selectedBy: string;
  /** Each run has a line of its own in the curves now. */
  readonly coloured: boolean;
}

const NOTHING: Omit<IComparison, 'store' | 'runIds' | 'leftOut'> = {
  elsewhere: NOWHERE_ELSE,
  ...{ baseline: null, metric: null, open: new Set(['differs', 'curves']) },
  ...{ compared: null, asOf: null, error: null, answers: 0 },
  ...{ selected: new Set<string>(), selectedBy: '', coloured: false }
};

export class CompareModel extends Observed<IComparison> implements IFollowed {
  /** @param _homes - The name of the runs' store, or how to find where they are. */
  constructor(
    private readonly _api: Api,
    private readonly _homes: StoreName | (() => Promise<IFound>),
    runIds: readonly string[],
    known: Partial<
      IChosen & Pick<IComparison, 'compared' | 'asOf' | 'elsewhere'>
    > = {},
    unsaved = new Unsaved()
  ) {
    const different = [...new Set(runIds)];
    super({
      ...NOTHING,
      ...known,
      store: typeof _homes === 'string' ? _homes : null,
      runIds: different.slice(0, MOST),
      leftOut: Math.max(0, different.length - MOST)
    });
    this.view = new ViewState(_api, unsaved);
  }

  /** How tables of many runs are looked at. */
  readonly view: ViewState;

  override dispose(): void {
    this.view.dispose();
    super.dispose();
  }

  get runIds(): readonly string[] {
    return this.snapshot.runIds;
  }

  get watched(): readonly IWatched[] {
    const { compared } = this.snapshot;
    const found = new Map<StoreName, Set<string>>();
    for (const { run_id, experiment_id } of compared?.runs ?? []) {
      const store = homeOf(this.snapshot, run_id);
      if (store !== null) {
        found.set(store, (found.get(store) ?? new Set()).add(experiment_id));
      }
    }
    return [...found].map(([store, ids]) => ({
      ...{ store, experimentIds: [...ids] }
    }));
  }

  /** Compare further runs as well, of the same store or of another. */
  async add(store: StoreName, runIds: readonly string[]): Promise<void> {
    const { runIds: before, elsewhere, leftOut } = this.snapshot;
    const now = [...new Set([...before, ...runIds])];
    const news = now.slice(before.length, MOST);
    this.update({
      runIds: [...before, ...news],
      leftOut: leftOut + Math.max(0, now.length - MOST),
      ...(store !== this.snapshot.store && {
        elsewhere: new Map([
          ...elsewhere,
          ...news.map(id => [id, store] as const)
        ])
      })
    });
    await this.refresh(true);
  }

  remove(runId: string): void {
    this._arrange(this.runIds.filter(one => one !== runId));
  }

  /** @param by - Places, to the right if positive. */
  move(runId: string, by: number): void {
    const ids = [...this.runIds];
    const from = ids.indexOf(runId);
    const to = Math.min(ids.length - 1, Math.max(0, from + by));
    if (from >= 0 && from !== to) {
      ids.splice(to, 0, ...ids.splice(from, 1));
      this._arrange(ids);
    }
  }

  choose(part: Partial<IChosen>): void {
    this.update(part);
  }

  /** Are there lines whose colours are to be told? */
  colour(coloured: boolean): void {
    if (coloured !== this.snapshot.coloured) {
      this.update({ coloured });
    }
  }

  /** @param by - Who selects: it knows that its own mark is right. */
  select(runIds: Iterable<string>, by = ''): void {
    const selected = new Set(runIds);
    const { selected: before, selectedBy } = this.snapshot;
    const isSame =
      by === selectedBy &&
      selected.size === before.size &&
      [...selected].every(id => before.has(id));
    if (!isSame) {
      this.update({ selected, selectedBy: by });
    }
  }

  /** Ask for the runs. @param all - Also if none of them can have changed. */
  refresh(all: boolean): Promise<void> {
    const { compared, asOf, error } = this.snapshot;
    const moves =
      !compared ||
      asOf !== null ||
      error !== null ||
      compared.runs.some(one => one.status === 'RUNNING');
    if (!(all || moves) || this.isDisposed || !this.runIds.length) {
      return Promise.resolve();
    }
    if (this._asking) {
      this._again = true;
      return this._asking;
    }
    this._asking = this._ask();
    return this._asking;
  }

  private async _ask(): Promise<void> {
    try {
      const { store, elsewhere } =
        typeof this._homes === 'string'
          ? { ...this.snapshot, store: this._homes }
          : await this._homes();
      const ids = this.runIds;
      const answer = await this._api.compare(
        ...([store, ids, among(elsewhere, ids)] as const)
      );
      if (!answer.runs.length && this.snapshot.compared?.runs.length) {
        throw gone(); // what is known of them is all that there is
      }
      this._known = Date.now();
      this.update({
        ...{ store, error: null, asOf: null },
        // The same as before, so that nothing is asked anew for it.
        elsewhere: unchanged(elsewhere, this.snapshot.elsewhere),
        compared: arranged(answer, this.runIds),
        answers: this.snapshot.answers + 1
      });
    } catch (reason) {
      const { compared, asOf } = this.snapshot;
      this.update({
        error: asRequestError(reason),
        asOf: compared ? (asOf ?? this._known) : null
      });
    }
    this._asking = null;
    if (this._again) {
      this._again = false;
      await this.refresh(false);
    }
  }

  private _arrange(runIds: readonly string[]): void {
    const { compared, baseline, selected } = this.snapshot;
    const left = new Set(runIds);
    this.update({
      runIds,
      compared: compared && arranged(compared, runIds),
      baseline: baseline !== null && left.has(baseline) ? baseline : null,
      selected: new Set([...selected].filter(id => left.has(id)))
    });
  }

  private _asking: Promise<void> | null = null;
  private _again = false;
  /** When the last answer came. */
  private _known: number | null = null;
}

/** None of the runs is in the store, though they once were. */
export function gone(): RequestError {
  return new RequestError(404, {
    message: 'The store has none of these runs any more.',
    hint: 'It may have been moved or made anew. What is shown here is what was known of them.',
    code: 'gone'
  });
}
