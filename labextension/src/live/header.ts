/** The first line of a card: status, run, time, progress. */

import { button, element, show, write } from './element';
import { formatCount, formatDuration } from './format';
import { statusWord } from './status';
import type { Connection, IFrame, IProgress } from './types';

export class Header {
  /** @param open - Shows a run in the sidebar; `null` where there is none. */
  constructor(open: ((run: string) => void) | null) {
    this._title = open
      ? button('', () => {
          if (this._frame?.run) {
            open(this._frame.run);
          }
        })
      : element('span');
    this._title.className = 'nbtrack-Live-title';
    this._title.classList.toggle('nbtrack-mod-link', open !== null);
    if (open) {
      this._title.title = 'Show this run in the sidebar';
    }
    const dot = element('span', 'nbtrack-Live-dot');
    dot.setAttribute('aria-hidden', 'true');
    const status = element('span', 'nbtrack-Live-status');
    status.append(dot, this._status);
    const progress = element('span', 'nbtrack-Live-progress');
    progress.append(this._bar, this._done);
    this._progress = progress;
    this._bar.setAttribute('aria-label', 'Progress');
    this.node = element('div', 'nbtrack-Live-header');
    this.node.append(
      status,
      this._title,
      this._runs,
      this._elapsed,
      progress,
      this._behind
    );
  }

  readonly node: HTMLElement;

  update(frame: IFrame, connection: Connection): void {
    this._frame = frame;
    // The page's clock goes on from the kernel's: the two may differ.
    this._received = Date.now();
    this.node.dataset['status'] =
      frame.status === 'RUNNING' && connection !== 'open'
        ? 'LOST'
        : frame.status;
    write(this._status, statusWord(frame.status, connection));
    write(this._title, frame.title);
    write(this._runs, frame.runs > 1 ? `${formatCount(frame.runs)} runs` : '');
    write(this._behind, frame.behind ?? '');
    this._show(frame.progress);
    this._tick();
    this._run(frame.status === 'RUNNING' && connection === 'open');
  }

  dispose(): void {
    this._run(false);
  }

  private _show(progress: IProgress | null): void {
    show(this._progress, progress !== null);
    if (!progress) {
      return;
    }
    const { done, total, unit } = progress;
    const words = `${formatCount(done)}${
      total === null ? '' : ` / ${formatCount(total)}`
    } ${unit}`.trim();
    write(this._done, words);
    show(this._bar, total !== null);
    this._bar.max = total ?? 1;
    this._bar.value = Math.min(done, this._bar.max);
  }

  private readonly _tick = (): void => {
    const frame = this._frame;
    if (frame) {
      const since = this._timer === undefined ? 0 : Date.now() - this._received;
      write(this._elapsed, formatDuration(frame.now - frame.started + since));
    }
  };

  private _run(running: boolean): void {
    if (running && this._timer === undefined) {
      this._timer = setInterval(this._tick, 1000);
    } else if (!running) {
      clearInterval(this._timer);
      this._timer = undefined;
    }
  }

  private readonly _status = element('span', 'nbtrack-Live-word');
  private readonly _title: HTMLElement;
  private readonly _runs = element('span', 'nbtrack-Live-quiet');
  private readonly _elapsed = element(
    'span',
    'nbtrack-Live-quiet nbtrack-Live-number'
  );
  private readonly _progress: HTMLElement;
  private readonly _bar = element('progress');
  private readonly _done = element('span', 'nbtrack-Live-number');
  private readonly _behind = element('span', 'nbtrack-Live-quiet');
  private _frame: IFrame | null = null;
  private _received = 0;
  private _timer: ReturnType<typeof setInterval> | undefined;
}
