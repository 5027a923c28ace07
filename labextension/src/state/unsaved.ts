/** Changes of views that no store has taken yet. The page that is loaded next in this tab goes on with them. */

import { type Bag, isBag } from '../live/check';
import type { IView } from '../runs';

/** A store may take a while to begin to write; after longer, what others have changed since counts for more. */
export const KEPT_MS = 120_000;

export type Change = Partial<IView>;

/** What is needed of a browser's storage. */
export type IStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export class Unsaved {
  /**
   * @param storage - `null`: this page alone remembers.
   * @param name - Under which the storage has them.
   */
  constructor(
    private readonly _storage: IStorage | null = null,
    private readonly _name = ''
  ) {
    try {
      const kept = _storage?.getItem(_name) ?? '{}';
      this._changes = readChanges(JSON.parse(kept), Date.now());
    } catch {
      this._changes = new Map();
    }
  }

  get(key: string): Change | undefined {
    return this._changes.get(key)?.change;
  }

  add(key: string, part: Change): void {
    const change = { ...this.get(key), ...part };
    this._changes.set(key, { at: Date.now(), change });
    this._keep();
  }

  /** The store has taken this change, or never will; not what was added to it since. */
  drop(key: string, change: Change): void {
    if (this.get(key) === change) {
      this._changes.delete(key);
      this._keep();
    }
  }

  private _keep(): void {
    try {
      if (this._changes.size > 0) {
        const kept = Object.fromEntries(this._changes);
        this._storage?.setItem(this._name, JSON.stringify(kept));
      } else {
        this._storage?.removeItem(this._name);
      }
    } catch {
      // Whoever can't keep it forgets it with the page: that is all.
    }
  }

  private readonly _changes: Map<string, IChanged>;
}

interface IChanged {
  /** When; milliseconds since the epoch. */
  readonly at: number;
  readonly change: Change;
}

/** The storage of the browser's tab: it outlives a reload and no more; `null`: the browser allows none. */
export function tabStorage(): IStorage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

/** What does not fit is left out: another version of this page may have written it. */
function readChanges(value: unknown, now: number): Map<string, IChanged> {
  const changes = new Map<string, IChanged>();
  for (const [key, one] of Object.entries(isBag(value) ? value : {})) {
    const { at, change } = isBag(one) ? one : ({} as Bag);
    if (typeof at === 'number' && now - at < KEPT_MS && isBag(change)) {
      changes.set(key, { at, change: readChange(change) });
    }
  }
  return changes;
}

function readChange(kept: Bag): Change {
  const { columns, compared, sort, pins, metric } = kept;
  return {
    ...(orNull(columns, isTexts) && { columns }),
    ...(orNull(compared, isTexts) && { compared }),
    ...(orNull(sort, isText) && { sort }),
    ...(isTexts(pins) && { pins }),
    ...(orNull(metric, isText) && { metric })
  };
}

function orNull<T>(
  value: unknown,
  fits: (value: unknown) => value is T
): value is T | null {
  return value === null || fits(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}
