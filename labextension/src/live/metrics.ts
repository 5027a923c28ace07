/** Check boxes that say which metrics are drawn. */

import { element, show } from './element';
import type { IFrame } from './types';

export class Metrics {
  /**
   * @param hidden - Names of the metrics that are not drawn; changed in place.
   * @param changed - Draws again.
   */
  constructor(
    private readonly _hidden: Set<string>,
    private readonly _changed: () => void
  ) {
    this._list.setAttribute('role', 'group');
    this._list.setAttribute('aria-label', 'Metrics that are drawn');
    this.node = element('details', 'nbtrack-Live-metrics');
    this.node.append(element('summary', '', 'Metrics'), this._list);
  }

  readonly node: HTMLElement;

  /**
   * Make the boxes again only if there are other metrics than before.
   *
   * @param charts - Are there any to choose for?
   */
  update(frame: IFrame, charts: boolean): void {
    const names = [...new Set(frame.series.map(one => one.metric))];
    const known = JSON.stringify(names);
    if (known !== this._known) {
      this._known = known;
      this._list.replaceChildren(...names.map(name => this._box(name)));
    }
    show(this.node, charts && names.length > 1);
  }

  private _box(name: string): HTMLElement {
    const box = element('input');
    box.type = 'checkbox';
    box.checked = !this._hidden.has(name);
    box.addEventListener('change', () => {
      if (box.checked) {
        this._hidden.delete(name);
      } else {
        this._hidden.add(name);
      }
      this._changed();
    });
    const label = element('label');
    label.append(box, element('span', '', name));
    return label;
  }

  private readonly _list = element('div', 'nbtrack-Live-boxes');
  private _known = '';
}
