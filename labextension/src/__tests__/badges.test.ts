import { GAP } from '../notebook/badges/asker';
import { PAUSE } from '../notebook/badges/source';
import { Book, pass, stopTime } from './book';
import { HandKernel } from './kernel';
import { frame } from './snapshot';

/** SHA-256 of «fit()». */
const FIT = '6cf5135989906d252b7140bc4110af80f4978cc1dedd9c0d02d642ce66592bad';

const { webcrypto } = jest.requireActual<{ webcrypto: Crypto }>('node:crypto');

let book: Book;

// Yjs has something to say about each cell that JupyterLab makes.
jest.spyOn(console, 'warn').mockImplementation();

beforeEach(() => {
  giveCrypto(webcrypto);
  stopTime();
  book = new Book();
});

afterEach(() => {
  book.close();
  jest.useRealTimers();
});

function giveCrypto(value: object): void {
  Object.defineProperty(globalThis, 'crypto', { value, configurable: true });
}

const SAID = 'finished brave-fox-12, val_loss 0.12, 3.2 s';
const FINISHED = `${SAID}: run of this cell`;

it('puts one line under cells that made runs, before the footer', async () => {
  book.give('b', 3);
  await book.open();
  expect(book.shown).toEqual([
    null,
    `${SAID}, 2 earlier: run of this cell`,
    null
  ]);
  const nodes = [...(book.panel.content.widgets[1]?.node.children ?? [])];
  expect(nodes.at(-2)?.className).toContain('nbtrack-CellBadge');
  expect(nodes.at(-1)?.className).toContain('jp-CellFooter');
  expect(book.questions('cells')).toEqual([
    {
      route: 'cells',
      store: 'workspace',
      body: { notebook: 'study.ipynb', cell_ids: ['a', 'b', 'c'] }
    }
  ]);
  book.button.click();
  expect(book.opened).toEqual([['workspace', 'r0']]);
});

it('follows a live card', async () => {
  book.give('a', 1);
  await book.open();
  book.session.say('busy');
  book.session.frame(frame({ cell_id: 'a' }));
  expect(book.shown[0]).toBe(
    'running amused-owl-12, loss 0.5, 1 earlier: run of this cell'
  );
  // The card itself tells for how long.
  expect(book.button.textContent).toBe(
    'running amused-owl-12  loss 0.5  1 earlier   '
  );
  book.give('a', 2, { run_id: 'r', status: 'RUNNING', end_time: null });
  await pass(2 * GAP);
  book.session.frame(frame({ cell_id: 'a', sequence: 2, status: 'FAILED' }));
  expect(book.shown[0]).toContain('failed');
  book.give('a', 2, { run_id: 'r', status: 'FAILED' });
  book.session.say('idle');
  await pass(2 * GAP);
  expect(book.shown[0]).toBe(
    'failed brave-fox-12, val_loss 0.12, 3.2 s, 1 earlier: run of this cell'
  );
});

it('does not let the name change under a reader while the cell runs', async () => {
  await book.open();
  book.session.say('busy');
  const see = (sequence: number, parts: object): void => {
    book.session.frame(frame({ cell_id: 'a', sequence, ...parts }));
  };
  see(1, {});
  book.button.focus();
  const name = book.button.getAttribute('aria-label');
  see(2, { values: [{ metric: 'loss', last: 0.25 }] });
  expect(book.button.textContent).toContain('0.25');
  expect(book.button.getAttribute('aria-label')).toBe(name);
  see(3, { status: 'FINISHED' });
  expect(book.button.getAttribute('aria-label')).toContain('finished');
});

it('shows no card as running whose kernel is gone', async () => {
  await book.open();
  book.session.say('busy');
  book.session.frame(frame({ cell_id: 'a' }));
  expect(book.shown[0]).toContain('running');
  book.session.move(new HandKernel('5a3c1c52-0d2c-4d0f-9b1e-3f7a8f3f2e44'));
  await pass(2 * GAP);
  expect(book.shown[0]).toBeNull();
});

it('keeps a badge when its cell is moved, cut, pasted or changes its type', async () => {
  book.give('a');
  await book.open();
  const { sharedModel } = book.model;
  sharedModel.moveCell(0, 2);
  await pass(1);
  expect(book.shown).toEqual([null, null, FINISHED]);
  sharedModel.deleteCell(2);
  await pass(1);
  expect(book.shown).toEqual([null, null]);
  const cell = { id: 'a', source: 'fit()' };
  sharedModel.insertCell(1, { ...cell, cell_type: 'markdown' });
  await pass(1);
  expect(book.shown).toEqual([null, null, null]);
  sharedModel.deleteCell(1);
  sharedModel.insertCell(1, { ...cell, cell_type: 'code' });
  await pass(1);
  expect(book.shown).toEqual([null, FINISHED, null]);
  await pass(10 * GAP);
  expect(book.questions('cells')).toHaveLength(1);
  expect(JSON.stringify(book.model)).not.toContain('brave-fox');
});

it('waits for cells that are not rendered yet', async () => {
  book.panel.content.notebookConfig = {
    ...book.panel.content.notebookConfig,
    windowingMode: 'defer'
  };
  const { sharedModel } = book.model;
  sharedModel.insertCell(3, { id: 'd', cell_type: 'code', source: '' });
  book.give('d');
  const cell = book.panel.content.widgets[3];
  expect(cell?.isPlaceholder()).toBe(true);
  await book.open();
  if (cell?.isPlaceholder()) {
    expect(book.shown[3]).toBeNull();
    book.panel.content.node.append(cell.node);
    (cell as unknown as { placeholder: boolean }).placeholder = false;
  }
  await pass(10);
  expect(book.shown[3]).toBe(FINISHED);
});

it('can be taken away while its cell is out of sight', async () => {
  book.give('a');
  await book.open();
  book.button.parentElement?.remove();
  book.setBadges(false);
  expect(book.shown[0]).toBeNull();
});

it('is switched off and on at once', async () => {
  book.give('a');
  await book.open();
  book.setBadges(false);
  expect(book.shown[0]).toBeNull();
  book.session.say('busy');
  book.session.say('idle');
  await pass(60_000);
  expect(book.questions('cells')).toHaveLength(1);
  expect(book.questions('watch')).toHaveLength(0);
  book.setBadges(true);
  await pass(1);
  expect(book.shown[0]).toBe(FINISHED);
});

describe('the mark of an edited cell', () => {
  const source = (text: string): void => {
    book.panel.content.widgets[0]?.model.sharedModel.setSource(text);
  };
  const edited = (): boolean =>
    book.shown[0]?.includes(', edited since:') ?? false;

  it('comes with another source, and goes with the same', async () => {
    book.give('a', 1, { source_sha256: FIT });
    await book.open();
    expect(edited()).toBe(false);
    source('fit(2)');
    await pass(PAUSE + 1);
    expect(edited()).toBe(true);
    source('fit()\n');
    await pass(PAUSE + 1);
    expect(edited()).toBe(false);
  });

  it('does not come where the browser can’t tell', async () => {
    giveCrypto({});
    book.give('a', 1, { source_sha256: '00' });
    await book.open();
    expect(edited()).toBe(false);
  });

  it('does not come where the store does not say', async () => {
    book.give('a', 1, { source_sha256: null });
    await book.open();
    expect(edited()).toBe(false);
  });
});
