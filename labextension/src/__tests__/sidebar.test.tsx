import * as React from 'react';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';

import { RequestError, SERVER_MISSING } from '../request';
import { Content } from '../sidebar/panel';
import type { INotebook, ISettings } from '../types';
import { Deck } from './deck';
import { NOTEBOOK } from './source';
import { settle } from './store';
import golden from '../../../tests/contract/settings.json';

const IN_USE = golden.in_use as ISettings;
const DEFAULT = golden.default as ISettings;

let host: HTMLElement;
let root: Root;
let deck: Deck;

beforeAll(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
});

beforeEach(() => {
  deck = new Deck();
  host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
});

afterEach(() => {
  act(() => {
    root.unmount();
  });
  deck.dispose();
  host.remove();
});

/** Render the panel, show it and wait for the answer. */
async function show(
  settings: ISettings | RequestError,
  notebook: INotebook | null = NOTEBOOK
): Promise<string> {
  deck.serve = () =>
    settings instanceof RequestError
      ? Promise.reject(settings)
      : Promise.resolve(settings);
  deck.source.move(notebook);
  await act(async () => {
    root.render(
      <Content
        host={deck.host(() => (
          <p />
        ))}
      />
    );
    deck.show();
    await settle();
  });
  return host.textContent;
}

async function click(label: string): Promise<void> {
  const button = [...host.querySelectorAll('button')].find(
    one => one.textContent === label || one.getAttribute('aria-label') === label
  );
  expect(button).toBeDefined();
  await act(async () => {
    button?.click();
    await settle();
  });
}

it('shows the store and the experiment in use', async () => {
  const text = await show(IN_USE);
  expect(text).toContain('in use by first.ipynb');
  for (const value of [
    IN_USE.store.readable,
    IN_USE.store.uri,
    IN_USE.experiment.name,
    IN_USE.versions.nbtrack,
    IN_USE.versions.mlflow
  ]) {
    expect(text).toContain(value);
  }
  const note = host.querySelector('[role=note]');
  expect(note?.textContent).toBe(IN_USE.notices[0]?.replaceAll('`', ''));
  expect(note?.querySelector('code')?.textContent).toBe('mlflow db upgrade …');
});

it('says how to switch on, and inserts the line without running it', async () => {
  const text = await show(DEFAULT);
  expect(text).toContain('nbtrack is not on in first.ipynb');
  expect(text).toContain('not there yet');
  expect(text).toContain('named after each notebook');
  await click('Insert as a cell');
  expect(deck.inserted).toEqual(['%load_ext nbtrack']);
});

it('says that no notebook is open, and offers nothing to insert', async () => {
  expect(await show(DEFAULT, null)).toContain('No notebook is open');
  expect(host.querySelector('section')?.textContent).not.toContain('%load_ext');
});

it('does not offer a Python line to another language', async () => {
  const text = await show(DEFAULT, { ...NOTEBOOK, language: 'R' });
  expect(text).toContain('first.ipynb runs R');
  expect(host.querySelector('section')?.textContent).not.toContain('%load_ext');
});

it('tells loaded from switched on', async () => {
  const kernel = { kernel_id: 'k1', tracking: false, notebook: null };
  const text = await show({ ...IN_USE, kernel });
  expect(text).toContain('switched off');
  expect(text).not.toContain('in use');
});

it.each([
  ['explicit', 'set in the notebook'],
  ['environment', 'MLFLOW_TRACKING_URI'],
  ['pyproject', 'pyproject.toml'],
  ['found', 'found'],
  ['default', 'default']
] as const)('names the rule %s', async (source, words) => {
  await show({ ...IN_USE, store: { ...IN_USE.store, source } });
  const fact = [...host.querySelectorAll('dt')].find(
    one => one.textContent === 'Chosen by'
  );
  expect(fact?.nextElementSibling?.textContent).toContain(words);
});

it('copies the address', async () => {
  await show(IN_USE);
  await click('Copy');
  expect(deck.copied).toEqual([IN_USE.store.uri]);
});

it('says loading, not nothing, until the first answer', async () => {
  let arrive: (settings: ISettings) => void = () => undefined;
  deck.serve = () =>
    new Promise(resolve => {
      arrive = resolve;
    });
  act(() => {
    root.render(
      <Content
        host={deck.host(() => (
          <p />
        ))}
      />
    );
    deck.show();
  });
  expect(host.querySelector('[role=status]')?.textContent).toBe('Loading…');
  expect(host.querySelector('[aria-busy=true]')).not.toBeNull();
  await act(async () => {
    arrive(IN_USE);
    await settle();
  });
  expect(host.textContent).not.toContain('Loading…');
  expect(host.querySelector('[aria-busy=true]')).toBeNull();
});

it('shows an error with its hint, and tries again', async () => {
  const body = { message: 'The store is locked.', hint: 'Wait.', code: 'x' };
  await show(new RequestError(503, body));
  const alert = host.querySelector('[role=alert]')?.textContent;
  expect(alert).toContain('The store is locked.');
  expect(alert).toContain('Wait.');
  expect(alert).not.toContain('jupyter server extension');
  deck.serve = () => Promise.resolve(IN_USE);
  await click('Retry');
  expect(host.querySelector('[role=alert]')).toBeNull();
  expect(host.textContent).toContain('in use');
});

it('says what to type when the server part is missing', async () => {
  const body = { message: 'm', hint: 'h', code: SERVER_MISSING };
  expect(await show(new RequestError(404, body))).toContain(
    'jupyter server extension enable nbtrack'
  );
});

it('refreshes by hand', async () => {
  await show(DEFAULT);
  deck.serve = () => Promise.resolve(IN_USE);
  await click('Refresh');
  expect(host.textContent).toContain('in use');
});

it('keeps hostile values as text', async () => {
  const evil = '<img src=x onerror="window.__pwned=1"> `<b>` ${1}';
  await show(
    {
      store: { uri: evil, readable: evil, source: 'found', exists: true },
      experiment: { name: evil, source: 'explicit' },
      kernel: { kernel_id: 'k1', tracking: true, notebook: evil },
      notices: [evil],
      versions: { nbtrack: evil, mlflow: evil }
    },
    { ...NOTEBOOK, name: evil }
  );
  expect(host.querySelectorAll('img, b')).toHaveLength(0);
  expect(host.textContent.split('<img src=x').length).toBe(9);
});
