/** One chart: a Vega view that lives as long as its panel and is fed with change sets. */

import type { Runtime, View } from 'vega';

import { Feed } from './feed';
import { spread } from './labels';
import { dress, fit, HEIGHT, type ILook, NARROWEST } from './template';
import type { IRow, Template } from './types';
import { type IVega, loadVega } from './vega';

/** What a panel wants drawn. */
export interface IDrawing {
  rows: readonly IRow[];
  look: ILook;
}

/** A chart as the card knows it. */
export interface IChart {
  /** Draw, some time soon; of several drawings only the last. */
  draw(drawing: IDrawing): void;
  dispose(): void;
}

/**
 * Makes a chart.
 *
 * @param node - The element to draw into.
 * @param template - The Vega-Lite specification.
 * @param custom - It is a whole chart, which gets no rows.
 */
export type MakeChart = (
  node: HTMLElement,
  template: Template,
  custom: boolean
) => IChart;

export const makeVegaChart: MakeChart = (node, template, custom) =>
  new VegaChart(node, template, custom);

/** Axis labels grow and shrink with the numbers; laying out for them at each frame would be dear. */
const LAYOUT = 1000; // ms

class VegaChart implements IChart {
  constructor(
    private readonly _node: HTMLElement,
    private readonly _template: Template,
    private readonly _custom: boolean
  ) {
    if (!_custom && typeof ResizeObserver !== 'undefined') {
      this._watch = new ResizeObserver(() => {
        // What waits is newer than what was drawn last; the first call comes before anything was.
        this._request(this._wanted ?? this._last);
      });
      this._watch.observe(_node);
    }
  }

  draw(drawing: IDrawing): void {
    this._request(drawing);
  }

  dispose(): void {
    this._isDisposed = true;
    this._wanted = null;
    this._watch?.disconnect();
    this._view?.finalize();
    this._view = null;
  }

  private _request(drawing: IDrawing | null): void {
    this._wanted = drawing;
    if (!this._busy) {
      void this._work();
    }
  }

  /** Draw what is wanted until nothing is. One at a time: a slow chart skips drawings. */
  private async _work(): Promise<void> {
    this._busy = true;
    try {
      const vega = await loadVega();
      for (let drawing = this._take(); drawing; drawing = this._take()) {
        this._last = drawing;
        const start = performance.now();
        await this._draw(vega, drawing);
        // As long a rest: on a slow machine the page stays usable, and the chart skips frames.
        await rest(performance.now() - start);
      }
    } catch (reason) {
      if (!this._isDisposed) {
        console.warn('nbtrack: a chart could not be drawn:', reason);
        this._node.textContent = 'This chart could not be drawn.';
        this._view?.finalize();
        this._view = null;
      }
    } finally {
      this._busy = false;
    }
  }

  private _take(): IDrawing | null {
    const wanted = this._isDisposed ? null : this._wanted;
    this._wanted = null;
    return wanted;
  }

  private async _draw(vega: IVega, drawing: IDrawing): Promise<void> {
    const key = JSON.stringify(drawing.look);
    if (!this._view || key !== this._key) {
      this._view?.finalize();
      // Vega takes role and name of what it draws into for its own: those of our node are told to people.
      const inside = document.createElement('div');
      this._node.replaceChildren(inside);
      const runtime = this._custom
        ? vega.compile(dress(this._template, drawing.look.theme))
        : compiled(vega, this._template, drawing.look, key);
      this._view = vega.view(runtime, inside);
      this._feed = new Feed();
      this._key = key;
      this._laidOut = 0;
    }
    const view = this._view;
    if (!this._custom) {
      spread(drawing.rows, drawing.look.scale);
      const changes = vega.changes();
      this._feed.write(drawing.rows, changes);
      view.change('points', changes);
      const width = Math.max(NARROWEST, this._node.clientWidth);
      if (width !== view.width() || Date.now() - this._laidOut >= LAYOUT) {
        view.width(width).height(HEIGHT).resize();
        this._laidOut = Date.now();
      }
    }
    await view.runAsync();
  }

  private _view: View | null = null;
  private _feed = new Feed();
  private _key = '';
  private _wanted: IDrawing | null = null;
  private _last: IDrawing | null = null;
  private _busy = false;
  private _isDisposed = false;
  private _laidOut = 0;
  private readonly _watch: ResizeObserver | undefined;
}

function rest(milliseconds: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, milliseconds);
  });
}

/** The panels of a card look alike, but for the scale: two or three compilations serve them all. */
const memo = new Map<string, { template: string; runtime: Runtime }>();
const MEMO = 8;

function compiled(
  vega: IVega,
  template: Template,
  look: ILook,
  key: string
): Runtime {
  const text = JSON.stringify(template);
  const known = memo.get(key);
  if (known?.template === text) {
    return known.runtime;
  }
  const runtime = vega.compile(fit(template, look));
  if (memo.size >= MEMO) {
    memo.clear();
  }
  memo.set(key, { template: text, runtime });
  return runtime;
}
