/** One panel: a heading and a chart, drawn again only if something in it changed. */

import type { IChart, MakeChart } from './chart';
import { element, show, write } from './element';
import { formatNumber } from './format';
import { chooseAxis, chooseScale, panelRows, shownSeries } from './rows';
import type { ITheme } from './theme';
import type { IChoices, IFrame, IPanel, ITemplates } from './types';

/** Everything a panel is drawn from. */
export interface IScene {
  frame: IFrame;
  choices: IChoices;
  templates: ITemplates;
  theme: ITheme;
}

export class Panel {
  constructor(private readonly _make: MakeChart) {
    this.node = element('figure', 'nbtrack-Live-panel');
    this.node.append(this._title, this._picture);
  }

  readonly node: HTMLElement;

  /**
   * Show a panel of a frame.
   *
   * @param drawn - Can it be seen? If not, its chart stays as it is, or unmade.
   */
  update(scene: IScene, panel: IPanel, drawn: boolean): void {
    const { frame, choices, templates, theme } = scene;
    const series = shownSeries(frame, panel, choices);
    show(this.node, templates.custom || series.length > 0);
    write(this._title, panel.title);
    show(this._title, panel.title !== '');
    if (this._template !== templates.template) {
      this._template = templates.template;
      this._chart?.dispose();
      this._chart = null;
      this._signature = '';
    }
    if (!drawn || this.node.hidden || !templates.template) {
      return;
    }
    const signature = sign(scene, panel);
    if (signature === this._signature) {
      return;
    }
    this._signature = signature;
    const rows = templates.custom ? [] : panelRows(frame, panel, choices);
    this._picture.classList.toggle('nbtrack-mod-custom', templates.custom);
    this._picture.setAttribute('role', 'img');
    this._picture.setAttribute('aria-label', describe(scene, panel));
    this._chart ??= this._make(
      this._picture,
      templates.template,
      templates.custom
    );
    const axis = chooseAxis(frame, panel, choices);
    this._chart.draw({
      rows,
      look: {
        scale: chooseScale(panel, choices, rows),
        x: axis.title,
        whole: axis.unit === null,
        theme
      }
    });
  }

  dispose(): void {
    this._chart?.dispose();
    this._chart = null;
    this.node.remove();
  }

  private readonly _title = element('figcaption', 'nbtrack-Live-heading');
  private readonly _picture = element('div', 'nbtrack-Live-chart');
  private _template: IScene['templates']['template'] = null;
  private _chart: IChart | null = null;
  private _signature = '';
}

/** Tell two pictures of a panel apart without looking at each point: new points come at the end. */
function sign({ frame, choices, theme }: IScene, panel: IPanel): string {
  const series = shownSeries(frame, panel, choices).map(([index, one]) => {
    const end = one.y.length - 1;
    return [
      index,
      one.label,
      one.color,
      one.faint,
      end,
      one.x[0],
      one.x[end],
      one.time[end],
      one.y[0],
      one.y[end]
    ];
  });
  const axis = chooseAxis(frame, panel, choices);
  return JSON.stringify([
    series,
    panel.log,
    choices.scale,
    choices.smoothing,
    axis,
    theme
  ]);
}

function describe({ frame, choices }: IScene, panel: IPanel): string {
  const ends = shownSeries(frame, panel, choices)
    .filter(([, one]) => !one.faint)
    .map(([, one]) => {
      const last = one.y.at(-1);
      const end =
        last === undefined ? 'no value' : formatNumber(asNum(last)).trim();
      return `${one.label || one.metric}: ${end}`;
    });
  return `Line chart of ${panel.title}. Last values: ${ends.join(', ')}`;
}

function asNum(value: number): number | 'NaN' {
  return Number.isFinite(value) ? value : 'NaN';
}
