import { CommandRegistry } from '@lumino/commands';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Widget } from '@lumino/widgets';
import { act } from 'react';

import { Api } from '../api';
import { CompareModel } from '../compare/model';
import { addCompare, COMPARE } from '../compare/plugin';
import { CompareTab } from '../compare/tab';
import type { IOpen } from '../sidebar/open';
import { settled } from './runpage';
import { CompareServer } from './compareserver';
import { RUN } from './runserver';

let server: CompareServer;
let host: {
  api: Api;
  events: CompareServer;
  copy: jest.Mock;
  insert: jest.Mock;
  open: IOpen;
};

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  server = new CompareServer();
  // No curves: jsdom has no canvas.
  server.set({ metrics: [] });
  server.set({ metrics: [], status: 'RUNNING' }, 'running');
  host = {
    api: new Api(server.settings),
    events: server,
    copy: jest.fn(),
    insert: jest.fn(),
    open: {
      run: jest.fn(),
      compare: jest.fn(),
      adds: () => null,
      experiment: jest.fn(),
      model: jest.fn(),
      cell: () => Promise.resolve()
    }
  };
});

afterEach(() => {
  jest.useRealTimers();
});

async function after(work: () => void): Promise<void> {
  await act(async () => {
    work();
    await settled();
  });
}

it('watches the store while it can be seen, and asks nothing else', async () => {
  jest.useFakeTimers();
  const model = new CompareModel(host.api, 'workspace', [
    RUN.run_id,
    'running'
  ]);
  const tab = new CompareTab('key', model, host, server);
  await after(() => {
    Widget.attach(tab, document.body);
  });
  expect(server.asked.filter(one => one.path === 'watch')).toHaveLength(1);
  expect(server.sent('POST')).toContainEqual({
    ...{ store: 'workspace', experiment_ids: ['7'] }
  });
  await after(() => {
    jest.advanceTimersByTime(1000);
  });
  expect(server.count('compare')).toBe(2);
  await after(() => {
    server.tell();
    jest.advanceTimersByTime(10_000);
  });
  expect(server.count('compare')).toBe(3);
  // What has ended does not change by itself.
  server.set({ status: 'FINISHED' }, 'running');
  await after(() => {
    jest.advanceTimersByTime(10_000);
  });
  const ended = server.count('compare');
  await after(() => {
    server.tell();
    jest.advanceTimersByTime(10_000);
  });
  expect(server.count('compare')).toBe(ended);
  await after(() => {
    tab.hide();
  });
  const asked = server.asked.length;
  await after(() => {
    server.tell();
    jest.advanceTimersByTime(60_000);
  });
  expect(server.asked).toHaveLength(asked);
  await after(() => {
    tab.show();
  });
  expect(server.count('compare')).toBeGreaterThan(ended);
  await after(() => {
    tab.dispose();
  });
  const last = server.asked.length;
  await after(() => {
    server.tell();
    jest.advanceTimersByTime(60_000);
  });
  expect(server.asked).toHaveLength(last);
});

it('opens tabs by its command, as a restored layout does, with the same key', async () => {
  const added: Widget[] = [];
  const commands = new CommandRegistry();
  const app = {
    commands,
    shell: {
      add: (widget: Widget) => added.push(widget),
      activateById: () => undefined
    }
  } as unknown as JupyterFrontEnd;
  const { open, adds } = addCompare(app, host, null);
  expect(adds()).toBeNull();
  open('workspace', ['a', 'b']);
  await commands.execute(COMPARE, {
    ...{ store: 'other', run_ids: ['c', 7], key: 'kept-1' },
    ...{ baseline: 'c', metric: 7, sections: ['noise', {}] }
  });
  await commands.execute(COMPARE, { key: '" onload="x' });
  const tabs = added.filter(one => one instanceof CompareTab);
  expect(tabs.map(tab => [tab.model.snapshot.store, tab.model.runIds])).toEqual(
    [
      ['workspace', ['a', 'b']],
      ['other', ['c']],
      ['workspace', []]
    ]
  );
  expect(tabs[1]?.key).toBe('kept-1');
  const { baseline, metric, open: sections } = tabs[1]?.model.snapshot ?? {};
  expect([baseline, metric, sections]).toEqual(['c', null, new Set(['noise'])]);
  expect(tabs[2]?.key).toMatch(/^[\w-]{36}$/);
  expect(new Set(tabs.map(tab => tab.id)).size).toBe(3);
  for (const tab of tabs) {
    tab.dispose();
  }
});

it('takes runs of another store in, and restores them with it', async () => {
  const added: CompareTab[] = [];
  const commands = new CommandRegistry();
  const app = {
    commands,
    shell: {
      add: (widget: CompareTab) => added.push(widget),
      activateById: () => undefined
    }
  } as unknown as JupyterFrontEnd;
  server.known = {};
  const { open, adds } = addCompare(app, host, null);
  await after(() => {
    open('workspace', ['a', 'b']);
  });
  await after(() => {
    adds()?.('old', ['c', 'b']);
  });
  const [tab] = added;
  expect(tab?.model.runIds).toEqual(['a', 'b', 'c']);
  expect([...(tab?.model.snapshot.elsewhere ?? [])]).toEqual([['c', 'old']]);
  const asked = server.asked.filter(one => one.path === 'compare').at(-1);
  expect(asked?.body).toEqual({
    run_ids: ['a', 'b', 'c'],
    elsewhere: { old: ['c'] }
  });
  await commands.execute(COMPARE, {
    ...{ store: 'workspace', run_ids: ['a', 'c'], key: 'kept-2' },
    elsewhere: { c: 'old', a: 7 }
  });
  const restored = added[1]?.model.snapshot;
  expect([...(restored?.elsewhere ?? [])]).toEqual([['c', 'old']]);
  for (const one of added) {
    one.dispose();
  }
});
