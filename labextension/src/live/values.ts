/** The table of last values. Its cells are kept and only written to. */

import { element, show, write } from './element';
import { formatCount, formatNumber } from './format';
import type { IFrame, IValue } from './types';

const HEADS = ['Metric', 'Label', 'Last', 'Best', 'Against previous run'];

export class Values {
  constructor() {
    const table = element('table', 'nbtrack-Live-values');
    table.setAttribute('aria-label', 'Last values');
    const head = element('tr');
    this._heads = HEADS.map(text => {
      const cell = element('th', '', text);
      cell.scope = 'col';
      return cell;
    });
    head.append(...this._heads);
    const top = element('thead');
    top.append(head);
    table.append(top, this._body);
    this._table = table;
    this.node = element('div', 'nbtrack-Live-scroll');
    // The browser makes it a stop of the Tab key when it is too long, which needs a name.
    this.node.setAttribute('role', 'group');
    this.node.setAttribute('aria-label', 'Values');
    this.node.append(table, this._more);
  }

  readonly node: HTMLElement;

  update(frame: IFrame): void {
    const values = frame.values;
    // The columns that say nothing take no room.
    const columns = [
      true,
      values.some(one => one.label !== ''),
      true,
      values.some(one => one.best !== null),
      values.some(one => one.previous !== null)
    ];
    while (this._rows.length > values.length) {
      this._rows.pop()?.node.remove();
    }
    values.forEach((value, i) => {
      const row = (this._rows[i] ??= this._append());
      row.update(value, columns);
    });
    this._heads.forEach((cell, i) => {
      show(cell, columns[i] ?? true);
    });
    show(this._table, values.length > 0);
    const more = frame.more_metrics;
    write(this._more, more ? `and ${formatCount(more)} more metrics` : '');
    show(this._more, more > 0);
  }

  private _append(): Row {
    const row = new Row();
    this._body.append(row.node);
    return row;
  }

  private readonly _table: HTMLTableElement;
  private readonly _heads: HTMLTableCellElement[];
  private readonly _body = element('tbody');
  private readonly _more = element('p', 'nbtrack-Live-quiet');
  private readonly _rows: Row[] = [];
}

class Row {
  constructor() {
    const [name, ...rest] = this._cells;
    name.scope = 'row';
    for (const cell of rest.slice(1)) {
      cell.className = 'nbtrack-Live-number';
    }
    this.node = element('tr');
    this.node.append(...this._cells);
  }

  readonly node: HTMLElement;

  update(value: IValue, columns: readonly boolean[]): void {
    const [name, label, last, best, delta] = this._cells;
    write(name, value.metric);
    write(label, value.label);
    const lost = value.nonfinite
      ? ` (${formatCount(value.nonfinite)} × NaN or ∞)`
      : '';
    write(last, formatNumber(value.last) + lost);
    write(best, value.best === null ? '' : formatNumber(value.best));
    const change = compare(value);
    write(delta, change.text);
    delta.dataset['verdict'] = change.verdict;
    this._cells.forEach((cell, i) => {
      show(cell, columns[i] ?? true);
    });
  }

  private readonly _cells = [
    element('th'),
    element('td'),
    element('td'),
    element('td'),
    element('td')
  ] as const;
}

/** Say how a value stands to that of the previous run, in words as well as by its sign. */
function compare(value: IValue): { text: string; verdict: string } {
  const { last, previous, lower_is_better: lower } = value;
  if (typeof last !== 'number' || typeof previous !== 'number') {
    return { text: '', verdict: '' };
  }
  const delta = last - previous;
  const sign = delta > 0 ? '+' : delta < 0 ? '−' : '±';
  const text = sign + formatNumber(Math.abs(delta));
  if (lower === null || delta === 0) {
    return { text, verdict: '' };
  }
  const verdict = delta < 0 === lower ? 'better' : 'worse';
  return { text: `${text} ${verdict}`, verdict };
}
