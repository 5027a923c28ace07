/** A chart of a comparison: a Vega view with named data, a brush and a way back from pixels to values. */

import * as React from 'react';

import type { Changeset, Runtime, View } from 'vega';

import type { Template } from '../live/types';
import { type IVega, loadVega } from '../live/vega';

export type Rows = readonly Readonly<Record<string, unknown>>[];

export interface IPlotDrawing {
  /** Vega-Lite, with the page's colours. */
  spec: Template;
  /** By name. */
  data: Readonly<Record<string, Rows>>;
  height: number;
}

/** What a brush covers, by field: an interval, or the values of a field without order. */
export type Brush = Readonly<Record<string, readonly unknown[]>>;

export interface IPlotEvents {
  /** `null`: nothing is brushed any more. */
  onBrush?: (brush: Brush | null) => void;
  /** The picture is there, and places in it are known. */
  onDrawn?: () => void;
}

export interface IPlot {
  draw(drawing: IPlotDrawing): void;
  /** Take the brush away. */
  unbrush(): void;
  /** Pixels from the left of the node; `null`: not known. */
  placeOf(x: number): number | null;
  /** The x at so many pixels from the left. */
  at(pixels: number): number | null;
  /** SVG as text, PNG as the address of its data. */
  image(kind: 'svg' | 'png'): Promise<string>;
  dispose(): void;
}

export type MakePlot = (node: HTMLElement, events: IPlotEvents) => IPlot;

/** What draws: Vega, where there is a canvas. */
export const PlotMaker = React.createContext<MakePlot>(
  (node, events) => new VegaPlot(node, events)
);

const BRUSH = 'brush';
/** The field of a row that says whether it is bright or faint. */
const SELECTED = 'selected';
const NARROWEST = 120; // px
/** Two times as sharp as a screen: for papers. */
const SHARP = 2;

class VegaPlot implements IPlot {
  constructor(
    private readonly _node: HTMLElement,
    private readonly _events: IPlotEvents
  ) {
    if (typeof ResizeObserver !== 'undefined') {
      this._watch = new ResizeObserver(() => {
        if (this._last && this._node.clientWidth !== this._width) {
          this.draw(this._wanted ?? this._last);
        }
      });
      this._watch.observe(_node);
    }
  }

  draw(drawing: IPlotDrawing): void {
    this._wanted = drawing;
    if (!this._busy) {
      void this._work();
    }
  }

  unbrush(): void {
    // A new view has none; to set the signals of a brush back by hand depends on how Vega-Lite names them.
    this._key = '';
    if (this._last) {
      this.draw(this._wanted ?? this._last);
    }
  }

  placeOf(x: number): number | null {
    const scale = this._scale();
    const view = this._view;
    const place = scale?.(x);
    return view && typeof place === 'number' && Number.isFinite(place)
      ? place + this._left(view)
      : null;
  }

  at(pixels: number): number | null {
    const view = this._view;
    const scale = this._scale();
    if (!view || !scale?.invert) {
      return null;
    }
    const inside = pixels - this._left(view);
    const x = scale.invert(Math.min(view.width(), Math.max(0, inside)));
    return Number.isFinite(x) ? x : null;
  }

  async image(kind: 'svg' | 'png'): Promise<string> {
    if (!this._view) {
      throw new Error('nbtrack: the chart is not drawn yet.');
    }
    return kind === 'svg'
      ? this._view.toSVG()
      : this._view.toImageURL('png', SHARP);
  }

  dispose(): void {
    this._isDisposed = true;
    this._watch?.disconnect();
    this._view?.finalize();
    this._view = null;
  }

  /** Draw what is wanted until nothing is; of several drawings only the last. */
  private async _work(): Promise<void> {
    this._busy = true;
    try {
      const vega = await loadVega();
      for (;;) {
        if (this._view) {
          // Several charts follow a brush, each in a task of its own: between them the page answers.
          await new Promise(resolve => setTimeout(resolve));
        }
        const drawing = this._isDisposed ? null : this._wanted;
        if (!drawing) {
          break;
        }
        this._wanted = null;
        this._last = drawing;
        await this._draw(vega, drawing);
        this._tell();
      }
    } catch (reason) {
      if (!this._isDisposed) {
        console.warn('nbtrack: a chart could not be drawn:', reason);
        this._node.textContent = 'This chart could not be drawn.';
        this._view?.finalize();
        this._view = null;
        this._key = '';
      }
    } finally {
      this._busy = false;
    }
  }

  private _tell(): void {
    if (!this._isDisposed) {
      this._events.onDrawn?.();
    }
  }

  private async _draw(vega: IVega, drawing: IPlotDrawing): Promise<void> {
    const key = JSON.stringify(drawing.spec);
    let moved = this._width !== this._node.clientWidth;
    if (!this._view || key !== this._key) {
      this._view?.finalize();
      // Vega takes role and name of what it draws into for its own: those of our node are told to people.
      const inside = document.createElement('div');
      this._node.replaceChildren(inside);
      const view = vega.view(compiled(vega, drawing.spec, key), inside);
      this._view = view;
      this._key = key;
      this._rows.clear();
      moved = true;
      if (this._events.onBrush) {
        listen(view, this._events.onBrush);
      }
    }
    const view = this._view;
    for (const [name, rows] of Object.entries(drawing.data)) {
      const known = this._rows.get(name) ?? [];
      const changes = vega.changes();
      if (known.length === rows.length) {
        moved = modify(changes, known, rows) || moved;
      } else {
        moved = true;
        // Vega marks the rows that it gets.
        const copies = rows.map(row => ({ ...row }));
        changes.remove(known).insert(copies);
        this._rows.set(name, copies);
      }
      view.change(name, changes);
    }
    this._width = this._node.clientWidth;
    if (moved) {
      view
        .width(Math.max(NARROWEST, this._width))
        .height(drawing.height)
        .resize();
    }
    await view.runAsync();
  }

  /** Pixels beside the plot: of the axis, and of the picture's edge. */
  private _left(view: View): number {
    const padding = view.padding();
    const edge = typeof padding === 'number' ? padding : (padding.left ?? 0);
    return view.origin()[0] + edge;
  }

  private _scale(): IScale | null {
    try {
      return (this._view?.scale('x') as IScale | undefined) ?? null;
    } catch {
      return null; // not drawn yet
    }
  }

  private _view: View | null = null;
  private _key = '';
  /** The rows that the view has: these very objects count. */
  private readonly _rows = new Map<string, Record<string, unknown>[]>();
  private _wanted: IPlotDrawing | null = null;
  private _last: IPlotDrawing | null = null;
  private _width = 0;
  private _busy = false;
  private _isDisposed = false;
  private readonly _watch: ResizeObserver | undefined;
}

interface IScale {
  (value: number): number;
  invert?: (pixels: number) => number;
}

/**
 * Change what is another: to make all marks anew takes ten times as long, which a brush would feel.
 *
 * @returns Whether anything may be at another place now: to lay all out takes as long again.
 */
function modify(
  changes: Changeset,
  known: readonly Record<string, unknown>[],
  rows: Rows
): boolean {
  let moved = false;
  known.forEach((old, i) => {
    const row = rows[i] ?? {};
    for (const field in row) {
      const value = row[field];
      if (old[field] !== value) {
        changes.modify(old, field, value);
        moved ||= field !== SELECTED;
      }
    }
  });
  return moved;
}

/** Tell what is brushed, once a picture. */
function listen(view: View, onBrush: (brush: Brush | null) => void): void {
  let frame = 0;
  const handler = (_: string, value: unknown): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const entries = Object.entries(
        typeof value === 'object' && value !== null ? value : {}
      ).filter((one): one is [string, unknown[]] => Array.isArray(one[1]));
      onBrush(entries.length ? Object.fromEntries(entries) : null);
    });
  };
  try {
    view.addSignalListener(BRUSH, handler);
  } catch {
    // This chart has no brush.
  }
}

/** Charts of metrics look alike: a few compilations serve them all. */
const memo = new Map<string, Runtime>();
const MEMO = 12;

function compiled(vega: IVega, spec: Template, key: string): Runtime {
  let runtime = memo.get(key);
  if (!runtime) {
    runtime = vega.compile(spec);
    if (memo.size >= MEMO) {
      memo.clear();
    }
    memo.set(key, runtime);
  }
  return runtime;
}
