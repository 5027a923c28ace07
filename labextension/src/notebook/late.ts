/**
 * Brings outputs into a document that several pages share, where no other page has done so.
 *
 * The page that executed a cell writes what comes of it, and the others get that with the document. If it has
 * gone, one of the others must do it, and only one: to replace an output means to take one out and to put
 * another in, and of two pages that do so at once the document keeps what both have put in.
 */

import type * as nbformat from '@jupyterlab/nbformat';

/** How long another page may take until its output is here, in ms. */
export const PATIENCE = 2000;
/** One after the other; each sees what the one before it has done. */
export const TURN = 1500;

/** Who has the document open: what yjs calls awareness, as far as it is used. */
export interface IReaders {
  readonly clientID: number;
  getStates(): ReadonlyMap<number, unknown>;
}

/** The document, as far as cards are in it. */
export interface IShelf {
  /** Does the output say more than the document does? */
  lacks(output: nbformat.IDisplayData): boolean;
  write(output: nbformat.IDisplayData): void;
}

export class Late {
  constructor(private readonly _shelf: IShelf) {}

  /** Write this, or what comes for the same card meanwhile, unless another page does. */
  put(card: string, output: nbformat.IDisplayData, readers: IReaders): void {
    const known = this._waiting.get(card);
    if (known) {
      known.last = output;
      return;
    }
    const timer = setTimeout(() => {
      this._look(card, readers);
    }, delay(readers));
    this._waiting.set(card, { first: output, last: output, timer });
  }

  dispose(): void {
    for (const { timer } of this._waiting.values()) {
      clearTimeout(timer);
    }
    this._waiting.clear();
  }

  private _look(card: string, readers: IReaders): void {
    const known = this._waiting.get(card);
    this._waiting.delete(card);
    if (!known) {
      return;
    }
    // What came last may be on its way in another page. What has waited all the time is not.
    if (this._shelf.lacks(known.first)) {
      this._shelf.write(known.last);
    } else if (this._shelf.lacks(known.last)) {
      this.put(card, known.last, readers);
    }
  }

  private readonly _waiting = new Map<string, IWaiting>();
}

interface IWaiting {
  first: nbformat.IDisplayData;
  last: nbformat.IDisplayData;
  timer: ReturnType<typeof setTimeout>;
}

/** Pages may not know of each other yet, so chance keeps them apart as well. */
function delay(readers: IReaders): number {
  const others = [...readers.getStates().keys()];
  const before = others.filter(id => id < readers.clientID).length;
  return PATIENCE + TURN * (before + 0.8 * Math.random());
}
