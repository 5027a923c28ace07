/** Shows what React draws in the outputs of a notebook. What draws it is handed in: this layer knows no React. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { JSONObject } from '@lumino/coreutils';
import { PanelLayout, Widget } from '@lumino/widgets';

import type { KernelWatch } from './kernelwatch';
import { RANK } from './live';

/** What an output can do in its notebook. */
export interface IAround {
  kernelId: () => string | null;
  /** Put code into a new cell below the active one, without running it. */
  insert: (code: string) => void;
  /** Tell the kernel which runs are selected in the output with this key. */
  select: (key: string, runIds: readonly string[]) => void;
  /** Tell the kernel something. */
  send: (message: JSONObject) => void;
  /** Follow the kernel, from now on. */
  watch: () => KernelWatch;
}

/** What draws an output. */
export interface IDrawn extends Widget {
  /** Take newer data of the same output. @returns Are they? Else it is drawn anew. */
  receive?(data: unknown): boolean;
}

/** Draws an output's data; `null`: they can't be read. */
export type Draw = (data: unknown, around: IAround) => IDrawn | null;

/** Return what makes the renderers of one notebook. */
export function drawnFactory(
  mime: string,
  draw: Draw,
  around: IAround
): IRenderMime.IRendererFactory {
  return {
    // Text goes in as text, charts can't run code or load anything: fit for untrusted notebooks.
    safe: true,
    mimeTypes: [mime],
    defaultRank: RANK,
    createRenderer: () => new DrawnRenderer(mime, draw, around)
  };
}

/** The output's widget. JupyterLab calls `renderModel` again when the output's data change. */
export class DrawnRenderer extends Widget implements IRenderMime.IRenderer {
  constructor(
    private readonly _mime: string,
    private readonly _draw: Draw,
    private readonly _around: IAround
  ) {
    super();
    this.addClass('nbtrack-DrawnOutput');
    this.layout = new PanelLayout();
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data: unknown = model.data[this._mime];
    const known = JSON.stringify(data);
    // The kernel adds a picture later on: what was chosen here stays.
    if (known !== this._known) {
      this._known = known;
      if (this._drawn?.receive?.(data) !== true) {
        this._show(this._draw(data, this._around), model.data['text/plain']);
      }
    }
    return Promise.resolve();
  }

  private _show(drawn: IDrawn | null, text: unknown): void {
    const layout = this.layout as PanelLayout;
    for (const widget of [...layout.widgets]) {
      widget.dispose();
    }
    this._drawn = drawn;
    if (drawn) {
      layout.addWidget(drawn);
    } else {
      const note = new Widget();
      note.node.textContent =
        typeof text === 'string' ? text : 'This output can’t be read.';
      layout.addWidget(note);
    }
  }

  private _drawn: IDrawn | null = null;
  private _known: string | undefined = '';
}
