/** Is anybody looking? Nothing is asked of a server for a panel that nobody sees. */

import { Observed } from './observed';

/** The part of `document` that tells whether the browser's tab is in front. */
export interface IPage {
  readonly hidden: boolean;
  addEventListener(type: 'visibilitychange', listener: () => void): void;
  removeEventListener(type: 'visibilitychange', listener: () => void): void;
}

export class Attention extends Observed<{ readonly visible: boolean }> {
  constructor(private readonly _page: IPage) {
    super({ visible: false });
    _page.addEventListener('visibilitychange', this._onPage);
  }

  get visible(): boolean {
    return this.snapshot.visible;
  }

  /** Tell whether the panel is open in its tab. */
  setShown(shown: boolean): void {
    this._shown = shown;
    this._judge();
  }

  override dispose(): void {
    this._page.removeEventListener('visibilitychange', this._onPage);
    super.dispose();
  }

  private _judge(): void {
    const visible = this._shown && !this._page.hidden;
    if (visible !== this.visible) {
      this.update({ visible });
    }
  }

  private readonly _onPage = (): void => {
    this._judge();
  };

  private _shown = false;
}
