import { Widget } from '@lumino/widgets';
import { act } from 'react';

import { Api } from '../api';
import { asCode } from '../compare/code';
import { among, histories, homeOf, unchanged } from '../compare/homes';
import { ComparedOutput } from '../compare/output';
import { readSaved } from '../compare/saved';
import { compared, CompareServer, run } from './compareserver';
import { settled } from './runpage';

const HERE = '0123456789abcdef';
const THERE = 'fedcba9876543210';
const A = run('a', { loss: 0.5 }, { lr: '1' });
const B = run('b', { loss: 0.25 }, { lr: '2' });

function serverOfTwo(): CompareServer {
  const server = new CompareServer(A, B);
  server.known = {
    store: { name: 'workspace', digest: HERE },
    stores: [{ name: 'old', readable: 'SQLite · old.db', digest: THERE }]
  };
  return server;
}

function saved(): Record<string, unknown> {
  const known = compared(
    new Map([
      ['a', A],
      ['b', B]
    ]),
    ['a', 'b']
  );
  const names = ['SQLite · mlflow.db', '<img src=x onerror=alert(1)>'];
  return {
    ...{ version: 1, kind: 'compare', key: 'a'.repeat(32), store: HERE },
    ...{ elsewhere: { [THERE]: ['b'] }, run_ids: ['a', 'b'] },
    ...{ baseline: null, metric: null, query: null },
    ...{ sections: ['differs', 'noise'], said: '%track_compare a b' },
    snapshot: {
      at: Date.UTC(2026, 10, 22, 10, 42),
      compare: {
        ...known,
        runs: known.runs.map((one, i) => ({ ...one, store: names[i] }))
      },
      histories: []
    }
  };
}

async function show(server: CompareServer): Promise<{
  widget: ComparedOutput;
  open: jest.Mock;
}> {
  const IS_REACT_ACT_ENVIRONMENT = true;
  const IntersectionObserver = undefined;
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT, IntersectionObserver });
  const open = jest.fn();
  const read = readSaved(saved());
  if (!read) {
    throw new Error('not read');
  }
  const widget = new ComparedOutput(read, {
    api: new Api(server.settings),
    events: server,
    open: { run: open } as never,
    kernelId: () => null,
    ...{ select: jest.fn(), insert: jest.fn(), copy: jest.fn() }
  });
  await act(async () => {
    Widget.attach(widget, document.body);
    await settled();
  });
  return { widget, open };
}

it('asks for runs of two stores at once, and says whose are whose', async () => {
  const server = serverOfTwo();
  const { widget, open } = await show(server);
  const asked = server.asked.filter(one => one.path === 'compare');
  expect(asked[0]?.query.get('store')).toBe('workspace');
  expect(asked[0]?.body).toEqual({
    run_ids: ['a', 'b'],
    elsewhere: { old: ['b'] }
  });
  const noise = server.asked.find(one => one.path === 'noise');
  expect(noise?.body).toMatchObject({ elsewhere: { old: ['b'] } });
  const link = (name: string) =>
    [...widget.node.querySelectorAll('button')].find(
      one => one.textContent === name
    );
  link('run b')?.click();
  link('run a')?.click();
  expect(open.mock.calls).toEqual([
    ['old', 'b'],
    ['workspace', 'a']
  ]);
  act(() => {
    widget.dispose();
  });
});

it('watches each store while somebody looks', async () => {
  const server = serverOfTwo();
  const { widget } = await show(server);
  const watched = server.asked.filter(one => one.path === 'watch');
  expect(watched.map(one => (one.body as { store: string }).store)).toEqual(
    expect.arrayContaining(['workspace', 'old'])
  );
  act(() => {
    widget.dispose();
  });
});

it('shows what it was saved with where one of the stores is not known', async () => {
  const server = serverOfTwo();
  server.known = { store: { name: 'workspace', digest: HERE }, stores: [] };
  const { widget } = await show(server);
  expect(widget.node.textContent).toContain('As of ');
  expect(widget.node.textContent).toContain('<img src=x onerror=alert(1)>');
  expect(widget.node.querySelector('img')).toBeNull();
  act(() => {
    widget.dispose();
  });
});

it('asks each store for the curves of its own runs', async () => {
  const server = new CompareServer(A, B);
  const api = new Api(server.settings);
  const homes = { store: 'workspace', elsewhere: new Map([['b', 'old']]) };
  await histories(api, homes, ['b', 'a'], ['loss'], 100).catch(() => undefined);
  const asked = server.asked.filter(one => one.path === 'history');
  const pairs = asked.map(one => [
    one.query.get('store'),
    one.query.getAll('run_id')
  ]);
  expect(pairs).toEqual([
    ['old', ['b']],
    ['workspace', ['a']]
  ]);
});

it('names stores only for runs that are in others', () => {
  const elsewhere = new Map([
    ['b', 'old'],
    ['c', 'older'],
    ['d', 'old']
  ]);
  expect(among(elsewhere, ['a', 'b', 'd'])).toEqual({ old: ['b', 'd'] });
  expect(among(elsewhere, ['a'])).toBeUndefined();
  expect(homeOf({ store: 'workspace', elsewhere }, 'a')).toBe('workspace');
  expect(homeOf({ store: 'workspace', elsewhere }, 'c')).toBe('older');
});

it('keeps what it knows as long as it is the same', () => {
  const before = new Map([['b', 'old']]);
  expect(unchanged(new Map([['b', 'old']]), before)).toBe(before);
  const now = new Map([['b', 'older']]);
  expect(unchanged(now, before)).toBe(now);
});

it('keeps the stores in the line of code when runs are taken out', () => {
  const line = "%track_compare a b c --also 'sqlite:////my db/a.db' --also old";
  const said = { line, runIds: ['a', 'b', 'c'] };
  expect(asCode({ runIds: ['a', 'b', 'c'], baseline: null }, said)).toBe(line);
  expect(asCode({ runIds: ['c', 'a'], baseline: 'a' }, said)).toBe(
    "%track_compare c a --baseline a --also 'sqlite:////my db/a.db' --also old"
  );
  const hostile = { line: 'x --also $(rm)', runIds: [] };
  expect(asCode({ runIds: ['a'], baseline: null }, hostile)).toBe(
    '%track_compare a'
  );
});

it('names stores of the project that the runs are of', () => {
  const elsewhere = new Map([
    ['b', "it's old"],
    ['c', 'kernel:1234']
  ]);
  const homes = { store: 'team', elsewhere, baseline: null };
  expect(asCode({ ...homes, runIds: ['a', 'b'] })).toBe(
    `%track_compare a b --also team --also 'it'"'"'s old'`
  );
  const own = { ...homes, store: 'workspace', elsewhere: new Map() };
  expect(asCode({ ...own, runIds: ['a'] })).toBe('%track_compare a');
});
