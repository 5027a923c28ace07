import { MimeModel } from '@jupyterlab/rendermime';

import { LIVE_MIME } from '../live/types';
import { GRACE, NotebookCards } from '../notebook/cards';
import { LiveRenderer } from '../notebook/live';
import { Pages } from '../notebook/pages';
import { HandKernel, HandSession } from './kernel';
import { CARD, frame, POINTS, snapshot } from './snapshot';

const OTHER = '5a3c1c52-0d2c-4d0f-9b1e-3f7a8f3f2e44';

let session: HandSession;
let cards: NotebookCards;
let renderer: LiveRenderer;

beforeEach(() => {
  jest.useFakeTimers();
  session = new HandSession();
  cards = new NotebookCards(session.asContext, new Pages());
  renderer = new LiveRenderer(cards, null);
  document.body.append(renderer.node);
});

afterEach(() => {
  renderer.dispose();
  cards.dispose();
  renderer.node.remove();
  jest.useRealTimers();
});

async function render(parts: Record<string, unknown> = {}): Promise<void> {
  const data = {
    [LIVE_MIME]: snapshot({ panels: [], ...parts }),
    'text/plain': 'in words'
  };
  await renderer.renderModel(new MimeModel({ data: data as never }));
  await jest.advanceTimersByTimeAsync(50);
}

const text = (): string => renderer.node.textContent;

it('brings frames from any comm to the card', async () => {
  await render();
  session.frame(frame({ panels: [], sequence: 2, title: 'second' }), [POINTS]);
  session.frame(frame({ card: 'other', sequence: 3, title: 'third' }), [
    POINTS
  ]);
  session.frame('nonsense');
  session.frame(frame({ sequence: 4, title: 'no points' }), []);
  jest.advanceTimersByTime(50);
  expect(text()).toContain('second');
});

it('updates in place, and makes another card for another execution', async () => {
  await render();
  const card = renderer.node.firstElementChild;
  await render({ sequence: 2, title: 'renamed' });
  expect(renderer.node.firstElementChild).toBe(card);
  expect(text()).toContain('renamed');
  await render({ card: `${CARD}2`, title: 'again' });
  expect(renderer.node.children).toHaveLength(1);
  expect(renderer.node.firstElementChild).not.toBe(card);
  expect(text()).toContain('again');
});

it('shows the words where it can’t read the snapshot', async () => {
  await render({ version: 3 });
  expect(text()).toBe('in words');
});

it('keeps what the user chose when the output is made anew', async () => {
  await render();
  cards.choices(CARD).paused = true;
  for (let i = 0; i < 99; i++) {
    cards.choices(`nbtrack-${i}`);
  }
  expect(cards.choices(CARD).paused).toBe(true);
});

it('opens one comm when a card is there, and closes it at the end', async () => {
  expect(session.kernel.comms).toHaveLength(0);
  await render();
  const second = new LiveRenderer(cards, null);
  const data = { [LIVE_MIME]: snapshot({ panels: [], card: `${CARD}7` }) };
  await second.renderModel(new MimeModel({ data: data as never }));
  expect(session.kernel.comms).toHaveLength(1);
  expect(session.kernel.comms[0]?.open).toHaveBeenCalledWith({ version: 1 });
  second.dispose();
  cards.dispose();
  expect(session.kernel.comms[0]?.close).toHaveBeenCalledTimes(1);
});

it('waits with the comm for its subshell', async () => {
  let start = (): void => undefined;
  const { createComm } = session.kernel;
  const make = createComm.getMockImplementation();
  createComm.mockImplementation(() => {
    const comm = make?.() as ReturnType<typeof createComm>;
    comm.subshellStarted = new Promise(resolve => {
      start = resolve;
    });
    return comm;
  });
  await render();
  expect(session.kernel.comms[0]?.open).not.toHaveBeenCalled();
  start();
  await jest.advanceTimersByTimeAsync(0);
  expect(session.kernel.comms[0]?.open).toHaveBeenCalled();
});

it('opens another comm after the connection was lost, or the kernel restarted', async () => {
  await render();
  const { kernel } = session;
  kernel.connectionStatusChanged.emit('connecting');
  kernel.connectionStatusChanged.emit('connected');
  await jest.advanceTimersByTimeAsync(0);
  expect(kernel.comms.map(one => one.close.mock.calls.length)).toEqual([1, 0]);
  kernel.statusChanged.emit('restarting');
  expect(kernel.comms).toHaveLength(2);
  await render({ card: CARD.replace(/1$/, '2') });
  expect(kernel.comms).toHaveLength(3);
});

it('says when the page is cut off, and when it is back', async () => {
  session.connectionStatusChanged.emit('connecting'); // for the first time
  await render();
  expect(text()).toContain('running');
  session.connectionStatusChanged.emit('connected');
  session.connectionStatusChanged.emit('connecting');
  expect(text()).toContain('connection lost, trying again');
  session.connectionStatusChanged.emit('connected');
  expect(text()).not.toContain('connection lost');
  expect(text()).toContain('running');
});

it.each<[string, () => unknown]>([
  [
    'restarts',
    () => {
      session.statusChanged.emit('restarting');
    }
  ],
  [
    'is another',
    () => {
      session.move(new HandKernel(OTHER));
    }
  ],
  [
    'is shut down',
    () => {
      session.move(null);
    }
  ]
])('says so when the kernel %s', async (_, happen) => {
  await render();
  expect(text()).toContain('running');
  happen();
  expect(text()).toContain('no longer connected');
  await expect(cards.stop(CARD)).rejects.toThrow('not connected');
});

it('shows a saved card of a kernel that has nothing to do as over', async () => {
  session.kernel.free = new Promise(resolve => {
    setTimeout(resolve, 10, {});
  });
  await render();
  expect(text()).toContain('running');
  await jest.advanceTimersByTimeAsync(GRACE + 200);
  expect(text()).toContain('no longer running');
  session.frame(frame({ sequence: 2, panels: [] }), [POINTS]);
  jest.advanceTimersByTime(50);
  // Not all the text: what was spoken last stays a moment longer.
  const word = renderer.node.querySelector('.nbtrack-Live-word');
  expect(word?.textContent).toBe('running');
});

it('is not deceived by a subshell that is idle', async () => {
  session.say('busy');
  await jest.advanceTimersByTimeAsync(10);
  await render();
  session.say('idle', 'comm_open');
  session.kernel.status = 'idle';
  session.statusChanged.emit('idle');
  await jest.advanceTimersByTimeAsync(10 * GRACE);
  expect(text()).not.toContain('no longer');
  session.say('idle');
  await jest.advanceTimersByTimeAsync(GRACE + 200);
  expect(text()).toContain('no longer running');
});

it('stops through the server', async () => {
  await render();
  await cards.stop(CARD);
  expect(session.kernel.interrupt).toHaveBeenCalledTimes(1);
});
