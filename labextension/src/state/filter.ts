/** What is written in the filter box and set beside it, and what of it holds. */

import { Observed } from './observed';
import { type IFilter, isComplete, NO_FILTER } from './query';

/** Whoever types on does not want an answer yet. */
export const TYPING_MS = 300;

export interface IFilterSnapshot {
  /** As it is on the screen. */
  readonly written: IFilter;
  /** What the list is asked for. */
  readonly applied: IFilter;
}

export class FilterState extends Observed<IFilterSnapshot> {
  constructor() {
    super({ written: NO_FILTER, applied: NO_FILTER });
  }

  override dispose(): void {
    clearTimeout(this._timer);
    super.dispose();
  }

  /** Text as it is being written: holds when the hand rests, unless it's half a filter. */
  write(text: string): void {
    clearTimeout(this._timer);
    this.update({ written: { ...this.snapshot.written, text } });
    this._timer = setTimeout(() => {
      if (isComplete(text)) {
        this.submit();
      }
    }, TYPING_MS);
  }

  /** Let it hold now, complete or not. */
  submit(): void {
    clearTimeout(this._timer);
    if (this.snapshot.applied !== this.snapshot.written) {
      this.update({ applied: this.snapshot.written });
    }
  }

  set(part: Partial<IFilter>): void {
    this.update({ written: { ...this.snapshot.written, ...part } });
    this.submit();
  }

  clear(): void {
    this.set(NO_FILTER);
  }

  private _timer: ReturnType<typeof setTimeout> | undefined;
}
