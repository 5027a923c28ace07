/** The Stop button, which asks first. */

import { button, element, show, write } from './element';

export class Stop {
  /** @param stop - Interrupts the kernel, whatever it is doing. */
  constructor(private readonly _stop: () => Promise<void>) {
    this._ask = button('Stop', () => {
      this._open(true);
    });
    this._ask.title = 'Stop this cell';
    this._safe = button('Go on', () => {
      this._open(false);
    });
    const yes = button('Stop', () => {
      void this._interrupt();
    });
    yes.classList.add('nbtrack-mod-warn');
    yes.setAttribute('aria-label', 'Stop this cell now');
    this._question.setAttribute('role', 'group');
    this._question.setAttribute('aria-label', 'Stop this cell?');
    this._question.append(
      element('span', '', 'Stop this cell?'),
      yes,
      this._safe
    );
    this._question.addEventListener('keydown', event => {
      if (event.key === 'Escape') {
        // Not also the notebook's Escape, which would take the focus away.
        event.stopPropagation();
        event.preventDefault();
        this._open(false);
      }
    });
    this._question.hidden = true;
    this._word.setAttribute('role', 'status');
    this.node = element('span', 'nbtrack-Live-stop');
    this.node.append(this._ask, this._question, this._word);
  }

  readonly node: HTMLElement;

  /** Is there anything to stop? */
  setRunning(running: boolean): void {
    if (running === this._running) {
      return;
    }
    this._running = running;
    if (!running) {
      this._question.hidden = true;
      write(this._word, '');
    }
    show(this._ask, running);
    this._ask.disabled = false;
  }

  private _open(open: boolean): void {
    show(this._question, open);
    show(this._ask, !open);
    (open ? this._safe : this._ask).focus();
  }

  private async _interrupt(): Promise<void> {
    this._open(false);
    this._ask.disabled = true;
    write(this._word, 'Stopping…');
    try {
      await this._stop();
    } catch (reason) {
      write(this._word, `Could not stop: ${String(reason)}`);
      this._ask.disabled = false;
    }
  }

  private readonly _ask: HTMLButtonElement;
  private readonly _safe: HTMLButtonElement;
  private readonly _question = element('span', 'nbtrack-Live-question');
  private readonly _word = element('span', 'nbtrack-Live-quiet');
  private _running = true;
}
