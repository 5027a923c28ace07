import { GAP, LEAD } from '../notebook/badges/asker';
import { AGAIN, SHORT } from '../notebook/badges/lease';
import { LATE } from '../notebook/badges/notebook';
import { Book, pass, stopTime } from './book';
import { frame } from './snapshot';

let book: Book;

// Yjs has something to say about each cell that JupyterLab makes.
jest.spyOn(console, 'warn').mockImplementation();

beforeEach(() => {
  stopTime();
  book = new Book();
});

afterEach(() => {
  book.close();
  jest.useRealTimers();
});

const FINISHED =
  'finished brave-fox-12, val_loss 0.12, 3.2 s: run of this cell';

it('asks the store of the kernel', async () => {
  book.store = 'team';
  book.give('a');
  await book.open();
  expect(book.questions('cells')[0]?.store).toBe('team');
  book.button.click();
  expect(book.opened).toEqual([['team', 'r0']]);
});

it('does without a kernel', async () => {
  book.session.session = null;
  book.give('a');
  await book.open();
  expect(book.questions('settings')).toHaveLength(0);
  expect(book.shown[0]).toBe(FINISHED);
});

it('asks nothing while nothing happens, and one question a second at most', async () => {
  await book.open();
  await pass(600_000);
  expect(book.questions('cells')).toHaveLength(1);
  for (let i = 0; i < 20; i++) {
    book.session.say('busy');
    book.session.say('idle');
    await pass(100);
  }
  await pass(2 * GAP);
  const asked = book.questions('cells').length;
  expect(asked).toBeGreaterThan(1);
  expect(asked).toBeLessThan(5);
  await pass(600_000);
  expect(book.questions('cells')).toHaveLength(asked);
});

it('shows a run soon after its cell', async () => {
  await book.open();
  await pass(10 * GAP);
  book.session.say('busy');
  book.give('c');
  book.session.say('idle');
  await pass(LEAD + 50);
  expect(book.shown[2]).toBe(FINISHED);
});

it('does not ask about cells of a kernel without nbtrack', async () => {
  book.loaded = false;
  await book.open();
  await pass(GAP);
  book.session.say('idle');
  await pass(2 * GAP);
  expect(book.questions('cells')).toHaveLength(1);
  book.loaded = true;
  book.session.say('idle');
  await pass(2 * GAP);
  expect(book.questions('cells')).toHaveLength(2);
});

it('leaves notebooks of other languages alone', async () => {
  const model = book.model;
  model.setMetadata('kernelspec', { name: 'ir', display_name: 'R' });
  model.setMetadata('language_info', { name: 'R' });
  await book.open();
  expect(book.questions('cells')).toHaveLength(0);
});

it('asks again about a notebook with another name, and about other cells of the file', async () => {
  book.give('a');
  await book.open();
  book.panel.context.localPath = 'renamed.ipynb';
  book.panel.context.pathChanged.emit('renamed.ipynb');
  await pass(2 * GAP);
  expect(book.questions('cells')[1]?.body.notebook).toBe('renamed.ipynb');
  expect(book.shown[0]).toBe(FINISHED);
  const { sharedModel } = book.model;
  sharedModel.insertCell(0, { id: 'new', cell_type: 'code' });
  await pass(2 * GAP);
  expect(book.questions('cells')).toHaveLength(2);
  book.give('old');
  const executed = {
    id: 'old',
    cell_type: 'code',
    execution_count: 4
  } as const;
  sharedModel.insertCell(0, executed);
  await pass(2 * GAP);
  expect(book.questions('cells')).toHaveLength(3);
  expect(book.shown[0]).toBe(FINISHED);
});

it('hears of changes in its own store only, and asks when it can be seen', async () => {
  await book.open();
  await pass(GAP);
  book.change('other', '1');
  await pass(2 * GAP);
  expect(book.questions('cells')).toHaveLength(1);
  book.panel.hide();
  book.give('b');
  book.change('workspace', '2');
  await pass(60_000);
  expect(book.questions('cells')).toHaveLength(1);
  book.panel.show();
  await pass(2 * GAP);
  expect(book.questions('cells')).toHaveLength(2);
  expect(book.shown[1]).toBe(FINISHED);
});

it('asks seldom while a card tells what happens, but not while none does', async () => {
  await book.open();
  book.session.say('busy');
  book.session.frame(frame({ cell_id: 'a' }));
  await pass(2 * GAP);
  const asked = book.questions('cells').length;
  for (let sequence = 2; sequence < 5; sequence++) {
    book.session.frame(frame({ cell_id: 'a', sequence }));
    book.change('workspace', `${sequence}`);
    await pass(GAP);
  }
  expect(book.questions('cells')).toHaveLength(asked);
  book.session.say('idle');
  await pass(2 * GAP);
  book.session.say('busy');
  book.give('b', 1, { status: 'RUNNING', end_time: null });
  book.change('workspace', '9');
  await pass(LEAD + 50);
  expect(book.shown[1]).toContain('running');
});

it('wants to be told of changes only while a cell is executed', async () => {
  await book.open();
  book.session.say('busy');
  await pass(SHORT / 2);
  book.session.say('idle');
  await pass(AGAIN);
  expect(book.questions('watch')).toHaveLength(0);
  book.session.say('busy');
  await pass(SHORT + AGAIN + 50);
  const lease = {
    route: 'watch',
    store: 'workspace',
    body: { store: 'workspace', experiment_ids: null }
  };
  expect(book.questions('watch')).toEqual([lease, lease]);
  book.session.say('idle');
  await pass(10 * AGAIN);
  expect(book.questions('watch')).toHaveLength(2);
});

it('keeps what it shows when the server fails, and asks no more where there is none', async () => {
  const debug = jest.spyOn(console, 'debug').mockImplementation();
  book.give('a');
  await book.open();
  const execute = async (): Promise<number> => {
    book.session.say('idle');
    await pass(2 * GAP);
    return book.asked.length;
  };
  const stalled = { message: 'no answer', hint: '', code: 'store_unavailable' };
  book.failure = new Response(JSON.stringify(stalled), { status: 503 });
  const before = await execute();
  expect(book.shown[0]).toBe(FINISHED);
  expect(await execute()).toBeGreaterThan(before);
  // What Jupyter says where nbtrack's server part is not running.
  book.failure = new Response('<html>', { status: 404 });
  const asked = await execute();
  expect(await execute()).toBe(asked);
  expect(book.shown[0]).toBe(FINISHED);
  debug.mockRestore();
});

describe('a store that lags behind', () => {
  const RUNNING = { status: 'RUNNING', end_time: null } as const;

  async function execute(): Promise<void> {
    book.session.say('busy');
    book.session.say('idle');
    await pass(LEAD + 50);
  }

  /** The store learns of the end, and much time goes by. */
  async function end(): Promise<void> {
    book.give('c');
    book.change('workspace', '2');
    await pass(2 * GAP);
    expect(book.shown[2]).toBe(FINISHED);
    await pass(10 * AGAIN);
  }

  it('is listened to until the run of the cell has ended there', async () => {
    await book.open();
    await pass(10 * GAP);
    book.give('c', 1, RUNNING);
    await execute();
    await pass(SHORT + AGAIN);
    expect(book.questions('watch')).toHaveLength(2);
    await end();
    expect(book.questions('watch')).toHaveLength(2);
  });

  it('is listened to until it answers', async () => {
    await book.open();
    await pass(10 * GAP);
    book.failure = new Response('{}', { status: 503 });
    await execute();
    await pass(SHORT);
    expect(book.questions('watch')).toHaveLength(1);
    await end();
    expect(book.questions('watch')).toHaveLength(1);
  });

  it('is given up at last, and not listened to for runs of earlier kernels', async () => {
    book.give('a', 1, RUNNING);
    await book.open();
    await pass(10 * AGAIN);
    expect(book.questions('watch')).toHaveLength(0);
    await execute();
    await pass(LATE + AGAIN);
    const asked = book.questions('watch').length;
    expect(asked).toBeGreaterThan(LATE / AGAIN - 2);
    await pass(10 * AGAIN);
    expect(book.questions('watch')).toHaveLength(asked);
  });
});
