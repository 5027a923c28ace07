/** Reads what an output says of a registration. As hostile as any output: what does not fit is left out. */

import { type Bag, isBag, list, number, text, word } from '../live/check';
import type {
  Cell,
  ICard,
  IConfirm,
  IField,
  IForm,
  IFound,
  IRegistering,
  IScore,
  IStep,
  IValues
} from '../registering';

const KEY = /^[\w-]{1,64}$/;
const STATES = ['form', 'working', 'confirm', 'done', 'failed'] as const;
const MOST_MODELS = 100;
const MOST_NAMES = 200;
const MOST_FIELDS = 500;
const MOST_ROWS = 5;
const MOST_COLUMNS = 20;
const MOST_ALIASES = 50;
const MOST_TAGS = 200;
const MOST_SCORES = 30;
const LONGEST = 5000;

/** @returns `null` where it can't be read. */
export function readRegistering(data: unknown): IRegistering | null {
  if (!isBag(data) || data['version'] !== 1 || !KEY.test(text(data['key']))) {
    return null;
  }
  const read = {
    key: text(data['key']),
    store: text(data['store']),
    sequence: number(data['sequence'], 0),
    notes: texts(data['notes'], 20),
    form: readForm(data['form']),
    progress: readStep(data['progress']),
    confirm: readConfirm(data['confirm']),
    card: readCard(data['card']),
    error: isBag(data['error'])
      ? {
          message: line(data['error'], 'message'),
          hint: line(data['error'], 'hint')
        }
      : null
  };
  const state = word(data['state'], STATES, 'failed');
  const whole = {
    form: read.form,
    working: true,
    confirm: read.confirm,
    done: read.card,
    failed: read.error
  };
  return whole[state] ? { ...read, state } : null;
}

function readForm(value: unknown): IForm | null {
  return isBag(value)
    ? {
        run_id: orNull(value['run_id']),
        run_name: orNull(value['run_name']),
        models: list(value['models'], MOST_MODELS, readFound),
        names: texts(value['names'], MOST_NAMES),
        values: readValues(value['values'])
      }
    : null;
}

export function readValues(value: unknown): IValues {
  const values = isBag(value) ? value : {};
  return {
    name: line(values, 'name'),
    model: orNull(values['model']),
    aliases: texts(values['aliases'], MOST_ALIASES),
    tags: list(values['tags'], MOST_TAGS, tag => ({
      key: line(tag, 'key'),
      value: text(tag['value'])
    })),
    description: text(values['description'])
  };
}

function readFound(found: Bag): IFound | null {
  const uri = orNull(found['uri']);
  const name = line(found, 'name');
  const { signature, example } = found;
  if (uri === null && name === '') {
    return null; // nothing could be said to mean it
  }
  return {
    uri,
    name,
    flavors: texts(found['flavors'], 10),
    signature: isBag(signature)
      ? {
          inputs: list(signature['inputs'], MOST_FIELDS, readField),
          outputs: list(signature['outputs'], MOST_FIELDS, readField)
        }
      : null,
    example: isBag(example) ? readExample(example) : null,
    size: count(found['size']),
    in_memory: found['in_memory'] === true,
    versions: list(found['versions'], 20, one => ({
      name: line(one, 'name'),
      version: line(one, 'version')
    }))
  };
}

function readField(field: Bag): IField {
  return { name: line(field, 'name'), type: line(field, 'type') };
}

function readExample(example: Bag): IFound['example'] {
  const columns = texts(example['columns'], MOST_COLUMNS);
  const rows = Array.isArray(example['rows'])
    ? example['rows']
        .slice(0, MOST_ROWS)
        .filter((row): row is unknown[] => Array.isArray(row))
        .map(row => columns.map((_, i) => readCell(row[i])))
    : [];
  return columns.length && rows.length ? { columns, rows } : null;
}

function readCell(value: unknown): Cell {
  return typeof value === 'string'
    ? shown(value)
    : typeof value === 'number' || typeof value === 'boolean'
      ? value
      : null;
}

function readStep(value: unknown): IStep | null {
  return isBag(value)
    ? {
        what: line(value, 'what'),
        done: count(value['done']),
        total: count(value['total'])
      }
    : null;
}

function readConfirm(value: unknown): IConfirm | null {
  const from = isBag(value) ? value['from'] : null;
  return isBag(value) && isBag(from) && line(value, 'alias') !== ''
    ? {
        alias: line(value, 'alias'),
        from: {
          version: line(from, 'version'),
          run_name: orNull(from['run_name'])
        },
        to: orNull(value['to']),
        run_ids: Array.isArray(value['run_ids'])
          ? value['run_ids'].filter(one => typeof one === 'string').slice(0, 2)
          : []
      }
    : null;
}

function readCard(value: unknown): ICard | null {
  if (!isBag(value) || line(value, 'name') === '') {
    return null;
  }
  const replaced = isBag(value['replaced']) ? value['replaced'] : {};
  return {
    name: line(value, 'name'),
    version: line(value, 'version'),
    aliases: texts(value['aliases'], MOST_ALIASES),
    replaced: Object.fromEntries(
      Object.entries(replaced)
        .slice(0, MOST_ALIASES)
        .map(([alias, version]) => [shown(alias), orNull(version)])
    ),
    uri: line(value, 'uri'),
    code: shown(text(value['code']), true),
    run_id: orNull(value['run_id']),
    run_name: orNull(value['run_name']),
    notes: texts(value['notes'], 20),
    stage: orNull(value['stage']),
    scores: list(value['scores'], MOST_SCORES, readScore)
  };
}

function readScore(score: Bag): IScore {
  const figure = (key: string) =>
    typeof score[key] === 'number' ? score[key] : null;
  return {
    metric: line(score, 'metric'),
    candidate: figure('candidate'),
    champion: figure('champion'),
    difference: figure('difference'),
    low: figure('low'),
    high: figure('high')
  };
}

function line(bag: Bag, key: string): string {
  return shown(text(bag[key]));
}

function orNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? shown(value) : null;
}

function texts(value: unknown, most: number): string[] {
  return Array.isArray(value)
    ? value
        .slice(0, most)
        .filter(one => typeof one === 'string')
        .map(one => shown(one))
    : [];
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? value
    : null;
}

/** As it can be seen: signs that hide or turn around what stands beside them are replaced. */
function shown(value: string, lines = false): string {
  return value
    .slice(0, LONGEST)
    .replace(/[\p{Cc}\p{Bidi_C}\p{Zl}\p{Zp}]/gu, letter =>
      lines && letter === '\n' ? letter : '\ufffd'
    );
}
