/**
 * Puts badges under the cells of a notebook, and keeps them there.
 *
 * JupyterLab makes a new widget when a cell is moved, pasted or changes its type, and a badge goes with the
 * old one. So nothing is kept in it.
 */

import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import type { PanelLayout } from '@lumino/widgets';

import type { IBadge } from './badge';
import { Source } from './source';
import { BadgeWidget } from './widget';

export class Places implements IDisposable {
  /**
   * @param _badgeOf - Returns what to show under a code cell; `null`: nothing.
   * @param _open - Shows a badge's run.
   */
  constructor(
    private readonly _notebook: Notebook,
    private readonly _badgeOf: (cellId: string) => IBadge | null,
    private readonly _open: (badge: IBadge) => void
  ) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
    for (const { source } of this._shown.values()) {
      source.dispose();
    }
    this._shown.clear();
  }

  /** Bring all badges up to date. */
  updateAll(): void {
    if (this._isDisposed) {
      return;
    }
    for (const [cell, { source }] of this._shown) {
      if (cell.isDisposed) {
        source.dispose();
        this._shown.delete(cell);
      }
    }
    for (const cell of this._notebook.widgets) {
      this._update(cell);
    }
  }

  /** The same, once JupyterLab is through with what it is doing: cells are moved by the dozen. */
  updateSoon(): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this.updateAll();
    });
  }

  /** Bring one cell's badge up to date. */
  update(cellId: string): void {
    for (const cell of this._notebook.widgets) {
      if (cell.model.id === cellId) {
        this._update(cell);
      }
    }
  }

  private _update(cell: Cell): void {
    const badge =
      cell.model.type === 'code' ? this._badgeOf(cell.model.id) : null;
    if (!badge) {
      this._remove(cell);
    } else if (this._shown.has(cell) || !cell.isPlaceholder()) {
      const { widget, source } = this._shown.get(cell) ?? this._add(cell);
      widget.tell(badge, source.differs(badge.sha256));
    } else if (!this._waiting.has(cell)) {
      // Without its parts as long as nobody has scrolled there.
      this._waiting.add(cell);
      void cell.ready.then(() => {
        this.updateSoon();
      });
    }
  }

  private _add(cell: Cell): IShown {
    const shown = {
      widget: new BadgeWidget(this._open),
      source: new Source(cell.model, () => {
        this._update(cell);
      })
    };
    this._shown.set(cell, shown);
    const layout = cell.layout as PanelLayout;
    const footer = layout.widgets.findIndex(widget =>
      widget.hasClass('jp-CellFooter')
    );
    layout.insertWidget(
      footer < 0 ? layout.widgets.length : footer,
      shown.widget
    );
    return shown;
  }

  private _remove(cell: Cell): void {
    const shown = this._shown.get(cell);
    if (shown) {
      shown.widget.dispose();
      shown.source.dispose();
      this._shown.delete(cell);
    }
  }

  private readonly _shown = new Map<Cell, IShown>();
  private readonly _waiting = new WeakSet<Cell>();
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}

interface IShown {
  widget: BadgeWidget;
  source: Source;
}
