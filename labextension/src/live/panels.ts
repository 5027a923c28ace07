/** The grid of panels: the first in sight, the rest and the machine's folded away. */

import type { MakeChart } from './chart';
import { element, show, write } from './element';
import { type IScene, Panel } from './panel';
import type { IPanel } from './types';

/** So many are drawn without asking. */
export const FIRST = 12;

export class Panels {
  constructor(private readonly _make: MakeChart) {
    this._more = fold(this._summary, this._moreGrid, this._redraw);
    const system = element('summary', '', 'System');
    const inside = element('div');
    inside.append(this._facts, this._systemGrid);
    this._system = fold(system, inside, this._redraw);
    this.node = element('div', 'nbtrack-Live-charts');
    this.node.append(this._grid, this._more, this._system);
  }

  readonly node: HTMLElement;

  update(scene: IScene): void {
    this._scene = scene;
    const { frame, templates } = scene;
    const full = frame.detail === 'full';
    // A chart of the user's own stands alone in the first place.
    const drawn: readonly IPanel[] = !full
      ? []
      : templates.custom
        ? [{ title: '', x_title: '', log: false, folded: false, series: [] }]
        : frame.panels;
    const open = drawn.filter(panel => !panel.folded);
    const folded = drawn.filter(panel => panel.folded);
    this._fill(this._grid, this._first, open.slice(0, FIRST), true);
    const rest = open.slice(FIRST);
    write(this._summary, `${rest.length} more`);
    show(this._more, rest.length > 0);
    this._fill(this._moreGrid, this._rest, rest, this._more.open);
    show(this._system, folded.length > 0 || frame.system.length > 0);
    this._fill(this._systemGrid, this._machine, folded, this._system.open);
    write(
      this._facts,
      frame.system.map(fact => `${fact.name} ${fact.text}`).join(' · ')
    );
  }

  dispose(): void {
    this._scene = null;
    for (const panels of [this._first, this._rest, this._machine]) {
      panels.splice(0).forEach(panel => {
        panel.dispose();
      });
    }
  }

  private _fill(
    grid: HTMLElement,
    views: Panel[],
    panels: readonly IPanel[],
    drawn: boolean
  ): void {
    while (views.length > panels.length) {
      views.pop()?.dispose();
    }
    const scene = this._scene;
    panels.forEach((panel, i) => {
      let view = views[i];
      if (!view) {
        view = views[i] = new Panel(this._make);
        grid.append(view.node);
      }
      if (scene) {
        view.update(scene, panel, drawn);
      }
    });
  }

  private readonly _redraw = (): void => {
    if (this._scene) {
      this.update(this._scene);
    }
  };

  private _scene: IScene | null = null;
  private readonly _grid = element('div', 'nbtrack-Live-grid');
  private readonly _moreGrid = element('div', 'nbtrack-Live-grid');
  private readonly _systemGrid = element('div', 'nbtrack-Live-grid');
  private readonly _facts = element('p', 'nbtrack-Live-quiet');
  private readonly _summary = element('summary');
  private readonly _more: HTMLDetailsElement;
  private readonly _system: HTMLDetailsElement;
  private readonly _first: Panel[] = [];
  private readonly _rest: Panel[] = [];
  private readonly _machine: Panel[] = [];
}

function fold(
  summary: HTMLElement,
  inside: HTMLElement,
  toggled: () => void
): HTMLDetailsElement {
  const made = element('details', 'nbtrack-Live-fold');
  made.append(summary, inside);
  // Its charts are drawn when they can be seen.
  made.addEventListener('toggle', toggled);
  return made;
}
