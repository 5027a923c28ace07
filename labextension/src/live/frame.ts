/** Reads a snapshot or a frame. It comes out of a notebook's file or a kernel: nothing is believed. */

import { type Bag, count, isBag, list, num, number, text, word } from './check';
import { fromBase64, type IPacking, unpack } from './points';
import type {
  IFrame,
  IPanel,
  IProgress,
  ISeries,
  ITemplates,
  IValue
} from './types';

/** More than a kernel sends of anything; a page must not hang on a file that says more. */
const MOST = 500;

const STATUSES = ['RUNNING', 'FINISHED', 'FAILED', 'KILLED'] as const;
const COLOR = /^#[0-9a-f]{6}$/i;
const NO_COLOR = '#888888';

/** The card and the number in its sequence, all that is read of a frame nobody may ever see. */
export interface IHead {
  card: string;
  sequence: number;
}

/** Return what a message is about, or `null` if it is no frame of this version. */
export function readHead(data: unknown): IHead | null {
  if (!isBag(data) || data['version'] !== 1 || !text(data['card'])) {
    return null;
  }
  return { card: text(data['card']), sequence: number(data['sequence'], 0) };
}

/**
 * Read a frame, or a snapshot, which carries its points in itself.
 *
 * @param data - JSON of unknown make.
 * @param buffer - The points; `null` for a snapshot.
 * @returns `null` if it can't be read.
 */
export function readFrame(
  data: unknown,
  buffer: ArrayBuffer | ArrayBufferView | null
): IFrame | null {
  const head = readHead(data);
  if (!head || !isBag(data)) {
    return null;
  }
  const bytes = buffer ?? fromBase64(data['buffer'] ?? '');
  const series = bytes && readSeries(data['series'], bytes);
  if (!series) {
    return null;
  }
  const started = number(data['started'], 0);
  return {
    ...head,
    status: word(data['status'], STATUSES, 'RUNNING'),
    started,
    now: Math.max(started, number(data['now'], started)),
    detail: data['detail'] === 'compact' ? 'compact' : 'full',
    title: text(data['title']),
    run: text(data['run_id']),
    runs: count(data['runs']),
    progress: isBag(data['progress']) ? readProgress(data['progress']) : null,
    panels: list(data['panels'], MOST, one => readPanel(one, series.length)),
    series,
    values: list(data['values'], MOST, readValue),
    more_metrics: count(data['more_metrics']),
    captured: text(data['captured']),
    behind: text(data['behind']) || null,
    system: list(data['system'], MOST, one => ({
      name: text(one['name']),
      text: text(one['text'])
    }))
  };
}

/** Return what a snapshot has beside its frame. */
export function readTemplates(data: unknown): ITemplates {
  const template = isBag(data) ? data['template'] : null;
  return {
    template: isBag(template) ? template : null,
    custom: isBag(data) && data['custom'] === true
  };
}

function readSeries(
  value: unknown,
  buffer: ArrayBuffer | ArrayBufferView
): ISeries[] | null {
  // Not `list`, which leaves members out: the buffer and the panels count them.
  if (!Array.isArray(value) || value.length > MOST || !value.every(isBag)) {
    return null;
  }
  const points = unpack(buffer, value.map(readPacking));
  return (
    points?.map((one, index) => ({
      ...readLook(value[index] as Bag),
      ...one
    })) ?? null
  );
}

function readPacking(one: Bag): IPacking {
  return {
    points: count(one['points']),
    offset: number(one['offset'], 0),
    scale: number(one['scale'], 1),
    time0: number(one['time0'], 0),
    step0: number(one['step0'], 0)
  };
}

function readLook(one: Bag): Omit<ISeries, 'x' | 'time' | 'y'> {
  const color = text(one['color']);
  return {
    metric: text(one['metric']),
    label: text(one['label']),
    color: COLOR.test(color) ? color : NO_COLOR,
    faint: one['faint'] === true
  };
}

function readPanel(one: Bag, known: number): IPanel {
  const series = Array.isArray(one['series'])
    ? (one['series'] as unknown[])
    : [];
  return {
    title: text(one['title']),
    x_title: text(one['x_title']) || 'step',
    log: one['log'] === true,
    folded: one['folded'] === true,
    series: series.filter(
      (index): index is number =>
        Number.isInteger(index) &&
        (index as number) >= 0 &&
        (index as number) < known
    )
  };
}

function readProgress(one: Bag): IProgress {
  const total = number(one['total'], 0);
  return {
    done: Math.max(0, number(one['done'], 0)),
    total: total > 0 ? total : null,
    unit: text(one['unit'])
  };
}

function readValue(one: Bag): IValue | null {
  const last = num(one['last']);
  const lower = one['lower_is_better'];
  return last === null
    ? null
    : {
        metric: text(one['metric']),
        label: text(one['label']),
        last,
        best: num(one['best']),
        previous: num(one['previous']),
        lower_is_better: typeof lower === 'boolean' ? lower : null,
        nonfinite: count(one['nonfinite'])
      };
}
