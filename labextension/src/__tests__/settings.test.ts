import { RequestError } from '../request';
import { QUIET_MS, SettingsState } from '../state/settings';
import type { ISettings } from '../types';
import { HandMoved, NOTEBOOK } from './source';
import golden from '../../../tests/contract/settings.json';

const IN_USE = golden.in_use as ISettings;
const DEFAULT = golden.default as ISettings;

interface IPending {
  kernelId: string | null;
  resolve: (settings: ISettings) => void;
  reject: (reason: unknown) => void;
}

let source: HandMoved;
let pending: IPending[];
let state: SettingsState;

beforeEach(() => {
  jest.useFakeTimers();
  source = new HandMoved();
  pending = [];
  state = new SettingsState(
    source,
    kernelId =>
      new Promise((resolve, reject) => {
        pending.push({ kernelId, resolve, reject });
      })
  );
});

afterEach(() => {
  state.dispose();
  jest.useRealTimers();
});

async function answer(index: number, settings: ISettings): Promise<void> {
  pending[index]?.resolve(settings);
  await jest.advanceTimersByTimeAsync(0);
}

it('asks nothing until someone looks, then once', async () => {
  source.executed.emit();
  await jest.advanceTimersByTimeAsync(10 * QUIET_MS);
  expect(pending).toHaveLength(0);
  state.setVisible(true);
  expect(pending.map(one => one.kernelId)).toEqual(['k1']);
  await answer(0, IN_USE);
  expect(state.snapshot).toMatchObject({ settings: IN_USE, busy: false });
  state.setVisible(false);
  state.setVisible(true);
  expect(pending).toHaveLength(1);
});

it('asks once, a quiet second after the last of many executions', async () => {
  state.setVisible(true);
  await answer(0, DEFAULT);
  for (let i = 0; i < 20; i++) {
    source.executed.emit();
    await jest.advanceTimersByTimeAsync(QUIET_MS - 1);
  }
  expect(pending).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(pending).toHaveLength(2);
  expect(state.snapshot.settings).toBe(DEFAULT);
  await answer(1, IN_USE);
  expect(state.snapshot.settings).toBe(IN_USE);
});

it('catches up when it is shown again', async () => {
  state.setVisible(true);
  await answer(0, DEFAULT);
  state.setVisible(false);
  source.executed.emit();
  await jest.advanceTimersByTimeAsync(2 * QUIET_MS);
  expect(pending).toHaveLength(1);
  state.setVisible(true);
  expect(pending).toHaveLength(2);
});

it('shows nothing of one kernel beside another notebook', async () => {
  state.setVisible(true);
  await answer(0, IN_USE);
  source.move({ ...NOTEBOOK, name: 'other.ipynb', kernelId: 'k2' });
  expect(state.snapshot.settings).toBeNull();
  await jest.advanceTimersByTimeAsync(0);
  expect(pending[1]?.kernelId).toBe('k2');
  source.move(null);
  await jest.advanceTimersByTimeAsync(0);
  expect(pending[2]?.kernelId).toBeNull();
});

it('keeps what it knows when only the name changes', async () => {
  state.setVisible(true);
  await answer(0, IN_USE);
  source.move({ ...NOTEBOOK, name: 'renamed.ipynb' });
  await jest.advanceTimersByTimeAsync(QUIET_MS);
  expect(state.snapshot.notebook?.name).toBe('renamed.ipynb');
  expect(state.snapshot.settings).toBe(IN_USE);
  expect(pending).toHaveLength(1);
});

it('believes the newest request, whichever answers last', async () => {
  state.setVisible(true);
  void state.refresh();
  await answer(1, IN_USE);
  await answer(0, DEFAULT);
  expect(state.snapshot.settings).toBe(IN_USE);
});

it('does not show the answer about a kernel that was left meanwhile', async () => {
  state.setVisible(true);
  source.move({ ...NOTEBOOK, kernelId: 'k2' });
  await answer(0, IN_USE);
  expect(state.snapshot.settings).toBeNull();
});

it('tells an error, and forgets it after a good answer', async () => {
  state.setVisible(true);
  const error = new RequestError(503, {
    message: 'm',
    hint: 'h',
    code: 'store_unavailable'
  });
  pending[0]?.reject(error);
  await jest.advanceTimersByTimeAsync(0);
  expect(state.snapshot).toMatchObject({ error, busy: false });
  void state.refresh();
  await answer(1, IN_USE);
  expect(state.snapshot.error).toBeNull();
});

it('is silent after it was disposed of', async () => {
  state.setVisible(true);
  const changed = jest.fn();
  state.changed.connect(changed);
  state.dispose();
  source.executed.emit();
  source.move(null);
  await jest.advanceTimersByTimeAsync(2 * QUIET_MS);
  await answer(0, IN_USE);
  expect(changed).not.toHaveBeenCalled();
  expect(pending).toHaveLength(1);
});
