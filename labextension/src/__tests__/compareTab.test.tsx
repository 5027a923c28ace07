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
import { RUN, RunServer } from './runserver';

let server: RunServer;
let host: {
  api: Api;
  events: RunServer;
  copy: jest.Mock;
  open: IOpen;
};

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  server = new RunServer();
  // No curves: jsdom has no canvas.
  server.set({ metrics: [] });
  server.set({ metrics: [], status: 'RUNNING' }, 'running');
  host = {
    api: new Api(server.settings),
    events: server,
    copy: jest.fn(),
    open: {
      run: jest.fn(),
      compare: jest.fn(),
      experiment: jest.fn(),
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
  expect(server.sent('POST')).toEqual([
    { store: 'workspace', experiment_ids: ['7'] }
  ]);
  const before = server.count('runs/running');
  await after(() => {
    server.tell();
    jest.advanceTimersByTime(1000);
  });
  expect(server.count('runs/running')).toBeGreaterThan(before);
  // What has ended does not change by itself.
  expect(server.count(`runs/${RUN.run_id}`)).toBe(1);
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
  expect(server.count(`runs/${RUN.run_id}`)).toBe(2);
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
  const open = addCompare(app, host, null);
  open('workspace', ['a', 'b']);
  await commands.execute(COMPARE, {
    ...{ store: 'other', run_ids: ['c', 7], key: 'kept-1' }
  });
  await commands.execute(COMPARE, { key: '" onload="x' });
  const tabs = added.filter(one => one instanceof CompareTab);
  expect(tabs.map(tab => [tab.model.store, tab.model.runIds])).toEqual([
    ['workspace', ['a', 'b']],
    ['other', ['c']],
    ['workspace', []]
  ]);
  expect(tabs[1]?.key).toBe('kept-1');
  expect(tabs[2]?.key).toMatch(/^[\w-]{36}$/);
  expect(new Set(tabs.map(tab => tab.id)).size).toBe(3);
  for (const tab of tabs) {
    tab.dispose();
  }
});
