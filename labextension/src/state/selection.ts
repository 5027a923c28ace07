/** Which runs are selected, and which line of the list the keyboard is on. */

import { Observed } from './observed';

export interface ISelectionSnapshot {
  /** Run ids. */
  readonly selected: ReadonlySet<string>;
  /** Key of a line. */
  readonly active: string | null;
}

/** A line of the list, as far as selecting cares. */
export interface ISelectable {
  readonly key: string;
  readonly row: { readonly run_id: string };
}

export class Selection extends Observed<ISelectionSnapshot> {
  constructor() {
    super({ selected: new Set(), active: null });
  }

  activate(key: string | null): void {
    if (key !== this.snapshot.active) {
      this.update({ active: key });
    }
  }

  /** Add one to the selected, or take it out. */
  toggle(one: ISelectable): void {
    const selected = new Set(this.snapshot.selected);
    if (!selected.delete(one.row.run_id)) {
      selected.add(one.row.run_id);
    }
    this._anchor = one.key;
    this.update({ selected, active: one.key });
  }

  /** Select also all from the last one that was selected or left to this one. */
  extend(one: ISelectable, all: readonly ISelectable[]): void {
    const from = all.findIndex(
      line => line.key === (this._anchor ?? this.snapshot.active)
    );
    const to = all.findIndex(line => line.key === one.key);
    const [low, high] =
      from < 0 ? [to, to] : from < to ? [from, to] : [to, from];
    const range = all.slice(low, high + 1).map(line => line.row.run_id);
    this._anchor ??= this.snapshot.active ?? one.key;
    this.update({
      selected: new Set([...this.snapshot.selected, ...range]),
      active: one.key
    });
  }

  selectAll(all: readonly ISelectable[]): void {
    this.update({ selected: new Set(all.map(line => line.row.run_id)) });
  }

  /** Forget runs that are gone. */
  drop(ids: readonly string[]): void {
    const selected = new Set(this.snapshot.selected);
    ids.forEach(id => selected.delete(id));
    this.update({ selected });
  }

  clear(): void {
    this._anchor = null;
    if (this.snapshot.selected.size > 0) {
      this.update({ selected: new Set() });
    }
  }

  private _anchor: string | null = null;
}
