/** A badge on the page. */

import {
  checkIcon,
  circleIcon,
  errorIcon,
  historyIcon,
  type LabIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';

import type { IBadge } from './badge';
import { type IWords, words } from './words';

const ICONS: Record<string, LabIcon> = {
  RUNNING: circleIcon,
  FINISHED: checkIcon,
  FAILED: errorIcon,
  KILLED: stopIcon
};
const PARTS = [
  'status',
  'name',
  'runs',
  'metric',
  'elapsed',
  'earlier',
  'registered',
  'edited'
] as const satisfies (keyof IWords)[];

export class BadgeWidget extends Widget {
  /** @param _open - Shows the badge's run. */
  constructor(private readonly _open: (badge: IBadge) => void) {
    super();
    this.addClass('nbtrack-CellBadge');
    this._button.type = 'button';
    this._icon.setAttribute('aria-hidden', 'true');
    this._button.append(this._icon);
    for (const part of PARTS) {
      const node = document.createElement('span');
      node.className = `nbtrack-CellBadge-${part}`;
      this._parts.set(part, node);
      // With spaces between the words, also for those who hear them.
      this._button.append(node, ' ');
    }
    this._button.addEventListener('click', () => {
      if (this._badge) {
        this._open(this._badge);
      }
    });
    this.node.append(this._button);
  }

  /** @param edited - Was the cell's source changed since the run? */
  tell(badge: IBadge, edited: boolean): void {
    this._badge = badge;
    this._edited = edited;
    this._write();
    const ticks = badge.since !== null;
    if (ticks !== (this._timer !== undefined)) {
      clearInterval(this._timer);
      this._timer = ticks ? setInterval(this._write, 1000) : undefined;
    }
  }

  override dispose(): void {
    clearInterval(this._timer);
    const cell = this.parent?.node;
    if (cell && this.node.parentNode !== cell) {
      // A cell that is scrolled out of sight has taken it out of the page, and the layout takes it out again.
      cell.append(this.node);
    }
    super.dispose();
  }

  private readonly _write = (): void => {
    const badge = this._badge;
    if (!badge) {
      return;
    }
    const said = words(badge, this._edited, Date.now());
    for (const [part, node] of this._parts) {
      if (node.textContent !== said[part]) {
        node.textContent = said[part];
      }
    }
    if (badge.status !== this._status) {
      this._status = badge.status;
      this._button.dataset['status'] = badge.status;
      const icon = ICONS[badge.status] ?? historyIcon;
      this._icon.replaceChildren(icon.element({ tag: 'span' }));
    }
    // A name that changes under the reader's feet would be read out again and again.
    if (said.label !== this._button.title && !this._isReadOut(badge)) {
      this._button.title = said.label;
      this._button.setAttribute('aria-label', said.label);
    }
  };

  private _isReadOut(badge: IBadge): boolean {
    return badge.status === 'RUNNING' && this._button.title !== ''
      ? document.activeElement === this._button
      : false;
  }

  private readonly _button = document.createElement('button');
  private readonly _icon = document.createElement('span');
  private readonly _parts = new Map<(typeof PARTS)[number], HTMLElement>();
  private _badge: IBadge | null = null;
  private _edited = false;
  private _status = '';
  private _timer: ReturnType<typeof setInterval> | undefined;
}
