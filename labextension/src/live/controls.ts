/** What the user can turn. It works in the page alone, whatever the kernel is doing. */

import { button, element, show, write } from './element';
import { Metrics } from './metrics';
import { Stop } from './stop';
import { word } from './check';
import type { Connection, IChoices, IFrame } from './types';

const SCALES = ['auto', 'log', 'linear'] as const;
const X_AXES = ['step', 'time'] as const;

export class Controls {
  /**
   * @param choices - Changed in place.
   * @param changed - Draws again.
   * @param stop - Interrupts the kernel.
   */
  constructor(
    private readonly _choices: IChoices,
    private readonly _changed: () => void,
    stop: () => Promise<void>
  ) {
    this._stop = new Stop(stop);
    const scale = select('Scale', SCALES, _choices.scale, chosen => {
      _choices.scale = word(chosen, SCALES, 'auto');
      _changed();
    });
    const axis = select('x axis', X_AXES, _choices.axis, chosen => {
      _choices.axis = word(chosen, X_AXES, 'step');
      _changed();
    });
    this._metrics = new Metrics(_choices.hidden, _changed);
    this._pause = button('Pause', () => {
      _choices.paused = !_choices.paused;
      this._showPause();
      _changed();
    });
    this._pause.title =
      'Keep the charts and values as they are; the cell runs on';
    this._showPause();
    this._charts = element('span', 'nbtrack-Live-tools');
    this._charts.append(scale, this._smoothing(), axis);
    this.node = element('div', 'nbtrack-Live-controls');
    this.node.setAttribute('role', 'group');
    this.node.setAttribute('aria-label', 'Controls of the live card');
    this.node.append(
      this._charts,
      this._pause,
      this._stop.node,
      this._metrics.node
    );
  }

  readonly node: HTMLElement;

  update(frame: IFrame, connection: Connection, custom: boolean): void {
    const running = frame.status === 'RUNNING' && connection === 'open';
    const charts =
      frame.detail === 'full' && !custom && frame.panels.length > 0;
    show(this._charts, charts);
    show(this._pause, running);
    this._stop.setRunning(running);
    show(this.node, charts || running);
    this._metrics.update(frame, charts);
  }

  private _smoothing(): HTMLElement {
    const label = element('label', '', 'Smoothing ');
    const input = element('input');
    input.type = 'range';
    input.min = '0';
    input.max = '0.99';
    input.step = '0.01';
    input.value = String(this._choices.smoothing);
    input.setAttribute('aria-label', 'Smoothing');
    const shown = element('output', 'nbtrack-Live-number', input.value);
    input.addEventListener('input', () => {
      this._choices.smoothing = Math.min(
        0.99,
        Math.max(0, Number(input.value))
      );
      write(shown, input.value);
      this._changed();
    });
    label.append(input, shown);
    return label;
  }

  private _showPause(): void {
    const paused = this._choices.paused;
    write(this._pause, paused ? 'Go on drawing' : 'Pause');
    this._pause.setAttribute('aria-pressed', String(paused));
    this._pause.setAttribute('aria-label', 'Pause drawing');
  }

  private readonly _charts: HTMLElement;
  private readonly _pause: HTMLButtonElement;
  private readonly _metrics: Metrics;
  private readonly _stop: Stop;
}

function select(
  name: string,
  options: readonly string[],
  chosen: string,
  changed: (value: string) => void
): HTMLElement {
  const label = element('label', '', `${name} `);
  const made = element('select');
  made.setAttribute('aria-label', name);
  for (const option of options) {
    const one = element('option', '', option);
    one.value = option;
    made.append(one);
  }
  made.value = chosen;
  made.addEventListener('change', () => {
    changed(made.value);
  });
  label.append(made);
  return label;
}
