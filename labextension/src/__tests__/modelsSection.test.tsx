/** Registered models in the sidebar, by mouse and by keyboard; and the page of one in place of the lists. */

import * as React from 'react';
import { act } from 'react';

import { ModelView } from '../registry/view';
import { detail, ModelServer, version } from './modelserver';
import {
  all,
  click,
  deck,
  host,
  labelled,
  onScreen,
  open,
  press,
  write
} from './screen';
import { json, settle } from './store';
import goldenList from '../../../tests/contract/models.json';

const NASTY = '<img src=x onerror="window.hacked=1">/../"\'';

onScreen();

let registry: ModelServer;

beforeEach(() => {
  registry = new ModelServer();
  registry.versions = [version(7), version(6)];
  registry.put('champion', '7');
  registry.others = ['price', 'zoo'].map(name => ({
    ...{ name, description: '', created: 1, updated: 1, aliases: [] },
    ...{ latest: null, versions: 0 }
  }));
  deck.store.instead = asked =>
    asked.path === 'store'
      ? json({ name: 'workspace', writable: true, ui: null })
      : registry.answer(asked);
});

const lines = () => all('.nbtrack-Models-line');
const focusOn = (index: number) => {
  act(() => {
    lines()[index]?.focus();
  });
};
const asked = () => deck.store.of('GET models').length;

/** The page of a model, as in JupyterLab. */
function modelView(store: string, name: string): React.JSX.Element {
  return (
    <ModelView
      {...{ api: deck.store.api, events: { changed: deck.events } }}
      {...{ store, name, rendermime: null }}
      open={deck.host(() => <p />).open}
      copy={text => deck.copied.push(text)}
      insert={code => deck.inserted.push(code)}
      ask={{ confirm: () => Promise.resolve(true) }}
      leave={() => {
        deck.lists.place.back();
      }}
    />
  );
}

async function unfold(): Promise<void> {
  await open(modelView);
  await click('Models');
}

it('asks nothing before it is opened, and nothing while a page is in its place', async () => {
  await open(modelView);
  await act(async () => {
    deck.events.emit({ store: deck.lists.place.snapshot.store, mark: 'a' });
    await settle();
  });
  expect(asked()).toBe(0);
  await click('Models');
  expect(asked()).toBe(1);
  await click(lines()[0] as HTMLElement);
  deck.events.emit({ store: deck.lists.place.snapshot.store, mark: 'b' });
  await act(settle);
  expect(asked()).toBe(1);
});

it('lists models as the server tells of them', async () => {
  deck.store.instead = ({ path }) =>
    path === 'models' ? json(goldenList) : null;
  await unfold();
  expect(lines().map(one => one.textContent.replace(/\s+/g, ' '))).toEqual([
    'churn v3 @challenger v3 · @champion v2',
    '<img src=x onerror=alert(1)> 🎉 no version '
  ]);
  expect(host.querySelectorAll('img')).toHaveLength(0);
});

it('is one stop of the keyboard, with arrows and letters', async () => {
  await unfold();
  expect(lines().map(one => one.tabIndex)).toEqual([0, -1, -1]);
  focusOn(0);
  await press('ArrowDown');
  expect(document.activeElement).toBe(lines()[1]);
  await press('End');
  expect(document.activeElement).toBe(lines()[2]);
  await press('ArrowDown');
  expect(document.activeElement).toBe(lines()[2]);
  await press('p');
  expect(document.activeElement).toBe(lines()[1]);
  await press('Home');
  expect(document.activeElement).toBe(lines()[0]);
  expect(lines().map(one => one.tabIndex)).toEqual([0, -1, -1]);
});

it('shows a model in place of the lists, and goes back to its line', async () => {
  await unfold();
  focusOn(1);
  registry.model = detail({ name: 'price' });
  await click(lines()[1] as HTMLElement);
  expect(host.querySelector('.nbtrack-Model h2')?.textContent).toBe('price');
  expect(host.querySelector<HTMLElement>('.nbtrack-Lists')?.hidden).toBe(true);
  expect(document.activeElement).toBe(labelled('All models'));
  await click('All models');
  expect(host.querySelector('.nbtrack-Model')).toBeNull();
  await act(async () => {
    await new Promise(requestAnimationFrame);
  });
  expect(document.activeElement).toBe(lines()[1]);
});

it('leads to a version’s run, and back to the model', async () => {
  await unfold();
  await click(lines()[0] as HTMLElement);
  await click('fox-7');
  expect(host.textContent).toContain('page of run-7');
  await click('Back to churn');
  expect(host.querySelector('.nbtrack-Model h2')?.textContent).toBe('churn');
});

it('searches by a part of the name', async () => {
  await unfold();
  await write('Search models', 'ric');
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve, 300));
    await settle();
  });
  expect(lines().map(one => one.title)).toEqual(['price']);
  await write('Search models', 'nothing like it');
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve, 300));
    await settle();
  });
  expect(host.textContent).toContain(
    'No model has «nothing like it» in its name.'
  );
});

it('says what to type where there is none', async () => {
  registry.gone = true;
  registry.others = [];
  await unfold();
  expect(host.querySelector('.nbtrack-Models code')?.textContent).toBe(
    '%track_register'
  );
});

it('says what is wrong, and tries again', async () => {
  deck.store.instead = ({ path }) =>
    path === 'models'
      ? json({ message: 'No registry.', hint: 'Ask ana.', code: 'x' }, 503)
      : null;
  await unfold();
  expect(host.querySelector('.nbtrack-Models [role=alert]')?.textContent).toBe(
    'No registry.Ask ana.Retry'
  );
  deck.store.instead = one => registry.answer(one);
  await click('Retry');
  expect(lines()).toHaveLength(3);
});

it('shows the last good answer with its age', async () => {
  deck.store.instead = one => {
    const answer = registry.answer(one);
    answer?.headers.set('X-Nbtrack-As-Of', '1793331200000');
    return answer;
  };
  await unfold();
  expect(lines()).toHaveLength(3);
  expect(host.querySelector('.nbtrack-Models .nbtrack-Stale')).not.toBeNull();
});

it('takes all names for text, and sends them whole', async () => {
  const tag = { key: NASTY, value: NASTY };
  const one = version(1, {
    ...{ name: NASTY, user: NASTY, run_name: NASTY, notebook: NASTY },
    ...{ aliases: [NASTY], stage: NASTY, source: NASTY, tags: [tag] },
    ...{ status: NASTY, status_message: NASTY, description: NASTY }
  });
  registry.versions = [one];
  registry.model = detail({
    ...{ name: NASTY, description: NASTY, notes: [NASTY], tags: [tag] },
    aliases: [{ alias: NASTY, version: '1' }],
    previous: { [NASTY]: '1', toString: '2' }
  });
  await unfold();
  await click(lines()[0] as HTMLElement);
  expect(host.querySelector('.nbtrack-Model h2')?.textContent).toBe(NASTY);
  await click(`Move ${NASTY}…`);
  expect(all('.nbtrack-Model script, .nbtrack-Model img')).toEqual([]);
  expect(all('.nbtrack-Model [onerror]')).toEqual([]);
  const room = encodeURIComponent(NASTY);
  expect(deck.store.of(`GET models/${room}`)).toHaveLength(1);
  expect(deck.store.of(`GET models/${room}/versions`)).toHaveLength(1);
  await click('Leave it');
  await click(`Remove ${NASTY}…`);
  expect(deck.store.of(`DELETE models/${room}/aliases/${room}`)).toHaveLength(
    1
  );
  expect('hacked' in window).toBe(false);
});
