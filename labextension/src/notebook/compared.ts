/** Shows compared runs in the outputs of a notebook. What draws them is handed in: this layer knows no React. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { PanelLayout, Widget } from '@lumino/widgets';

import { COMPARE_MIME } from '../compared';
import { RANK } from './live';

/** What an output can do in its notebook. */
export interface IAround {
  kernelId: () => string | null;
  /** Put code into a new cell below the active one, without running it. */
  insert: (code: string) => void;
  /** Tell the kernel which runs are selected in the output with this key. */
  select: (key: string, runIds: readonly string[]) => void;
}

/** Draws an output's data; `null`: they can't be read. */
export type DrawCompared = (data: unknown, around: IAround) => Widget | null;

/** Return what makes the renderers of one notebook. */
export function comparedFactory(
  draw: DrawCompared,
  around: IAround
): IRenderMime.IRendererFactory {
  return {
    // Text goes in as text, charts can't run code or load anything: fit for untrusted notebooks.
    safe: true,
    mimeTypes: [COMPARE_MIME],
    defaultRank: RANK,
    createRenderer: () => new ComparedRenderer(draw, around)
  };
}

/** The output's widget. JupyterLab calls `renderModel` again when the output's data change. */
export class ComparedRenderer extends Widget implements IRenderMime.IRenderer {
  constructor(
    private readonly _draw: DrawCompared,
    private readonly _around: IAround
  ) {
    super();
    this.addClass('nbtrack-ComparedOutput');
    this.layout = new PanelLayout();
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data: unknown = model.data[COMPARE_MIME];
    const known = JSON.stringify(data);
    // The kernel adds a picture later on: what was chosen here stays.
    if (known !== this._known) {
      this._known = known;
      this._show(this._draw(data, this._around), model.data['text/plain']);
    }
    return Promise.resolve();
  }

  private _show(drawn: Widget | null, text: unknown): void {
    const layout = this.layout as PanelLayout;
    for (const widget of [...layout.widgets]) {
      widget.dispose();
    }
    if (drawn) {
      layout.addWidget(drawn);
    } else {
      const note = new Widget();
      note.node.textContent =
        typeof text === 'string' ? text : 'This comparison can’t be read.';
      layout.addWidget(note);
    }
  }

  private _known: string | undefined = '';
}
