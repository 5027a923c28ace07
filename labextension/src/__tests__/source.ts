/** A current notebook that a test moves by hand. */

import { Signal } from '@lumino/signaling';

import type { INotebook, INotebookSource } from '../types';

export const NOTEBOOK: INotebook = {
  name: 'first.ipynb',
  path: 'churn/first.ipynb',
  kernelId: 'k1',
  language: 'python'
};

export class HandMoved implements INotebookSource {
  current: INotebook | null = NOTEBOOK;
  readonly changed = new Signal<this, void>(this);
  readonly executed = new Signal<this, void>(this);

  move(current: INotebook | null): void {
    this.current = current;
    this.changed.emit();
  }
}
