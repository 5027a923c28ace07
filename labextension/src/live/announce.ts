/** What a screen reader is told: a change of status at once, progress seldom. */

import { element } from './element';
import { formatCount } from './format';
import type { Connection, IFrame } from './types';
import { statusWord } from './status';

/** Between two words about progress, in ms. */
export const QUIET = 30_000;

export class Announcer {
  constructor() {
    this.node = element('div', 'nbtrack-Live-spoken');
    this.node.setAttribute('role', 'status');
    this.node.setAttribute('aria-live', 'polite');
  }

  readonly node: HTMLElement;

  update(frame: IFrame, connection: Connection): void {
    const status = statusWord(frame.status, connection);
    const progress = frame.progress;
    if (status !== this._status) {
      this._status = status;
      this._say(`${frame.title}: ${status}`);
    } else if (progress && Date.now() - this._spoke >= QUIET) {
      const total = progress.total;
      const done = formatCount(progress.done);
      this._say(
        total === null
          ? `${done} ${progress.unit}`
          : `${done} of ${formatCount(total)} ${progress.unit}`
      );
    }
  }

  dispose(): void {
    clearTimeout(this._timer);
  }

  private _say(text: string): void {
    this._spoke = Date.now();
    // Later: text that is there when the region comes into the page is not read out.
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this.node.textContent = text;
    }, 100);
  }

  private _status = '';
  private _spoke = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}
