/** Tells whether a cell's source is still what was executed. */

import type { ICellModel } from '@jupyterlab/cells';
import type { IDisposable } from '@lumino/disposable';

/** After the last key. In ms. */
export const PAUSE = 300;

export class Source implements IDisposable {
  /** @param _changed - Called when `differs` may answer otherwise than before. */
  constructor(
    private readonly _model: ICellModel,
    private readonly _changed: () => void
  ) {
    _model.contentChanged.connect(this._later, this);
    void this._digest();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
    this._model.contentChanged.disconnect(this._later, this);
  }

  /**
   * Is the source another one? As long as nobody knows, it is not.
   *
   * @param sha256 - Of the source as executed, in hexadecimal.
   */
  differs(sha256: string | null): boolean {
    return sha256 !== null && this._sums.length > 0
      ? !this._sums.includes(sha256)
      : false;
  }

  private _later(): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      void this._digest();
    }, PAUSE);
  }

  private async _digest(): Promise<void> {
    const source = this._model.sharedModel.getSource();
    if (source === this._source) {
      return; // an output or a tag has changed
    }
    this._source = source;
    // IPython's history, from which the cell that loads nbtrack is known, is without the last line breaks.
    const trimmed = source.replace(/\n+$/, '');
    const texts = trimmed === source ? [source] : [source, trimmed];
    const sums = await Promise.all(texts.map(sha256));
    if (!this._isDisposed && source === this._source) {
      this._sums = sums.filter(sum => sum !== null);
      this._changed();
    }
  }

  private _source: string | null = null;
  private _sums: string[] = [];
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}

/** SHA-256 in hexadecimal; `null` where the page was loaded by plain HTTP: the browser then has none. */
async function sha256(text: string): Promise<string | null> {
  const subtle = globalThis.crypto.subtle as SubtleCrypto | undefined;
  if (!subtle) {
    return null;
  }
  const sum = await subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(sum), byte =>
    byte.toString(16).padStart(2, '0')
  ).join('');
}
