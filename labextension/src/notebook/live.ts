/** Draws live cards in the outputs of a notebook. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';

import { LiveCard } from '../live/card';
import { makeVegaChart } from '../live/chart';
import { readHead } from '../live/frame';
import { type Connection, LIVE_MIME } from '../live/types';
import type { NotebookCards } from './cards';

/** Before Lab's Vega and before widgets, which the same output may offer too. */
export const RANK = -20;

/** Shows a run in the sidebar; `null` where there is no sidebar. */
export type Open = ((run: string) => void) | null;

/** Return what makes the renderers of one notebook. */
export function liveFactory(
  cards: NotebookCards,
  open: Open
): IRenderMime.IRendererFactory {
  return {
    // Text goes in as text, charts can't run code or load anything: fit for untrusted notebooks.
    safe: true,
    mimeTypes: [LIVE_MIME],
    defaultRank: RANK,
    createRenderer: () => new LiveRenderer(cards, open)
  };
}

/** The output's widget. JupyterLab calls `renderModel` again when the output's data change. */
export class LiveRenderer extends Widget implements IRenderMime.IRenderer {
  constructor(
    private readonly _cards: NotebookCards,
    private readonly _open: Open
  ) {
    super();
    this.addClass('nbtrack-LiveOutput');
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const snapshot: unknown = model.data[LIVE_MIME];
    const id = readHead(snapshot)?.card ?? '';
    if (!this._card || this._card.id !== id) {
      this._close();
      this._card = new LiveCard({
        makeChart: makeVegaChart,
        choices: this._cards.choices(id),
        stop: () => this._cards.stop(id),
        open: this._open
      });
      this.node.replaceChildren(this._card.node);
    }
    if (this._card.show(snapshot)) {
      this._cards.add(id, this);
    } else {
      this._close();
      const text = model.data['text/plain'];
      this.node.textContent =
        typeof text === 'string' ? text : 'This live view can’t be read.';
    }
    return Promise.resolve();
  }

  /** Show a frame of this card. */
  receive(data: unknown, buffer: ArrayBuffer | ArrayBufferView): void {
    this._card?.update(data, buffer);
  }

  setConnection(connection: Connection): void {
    this._card?.setConnection(connection);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._close();
      super.dispose();
    }
  }

  private _close(): void {
    if (this._card) {
      this._cards.remove(this._card.id, this);
      this._card.dispose();
      this._card = null;
    }
  }

  private _card: LiveCard | null = null;
}
