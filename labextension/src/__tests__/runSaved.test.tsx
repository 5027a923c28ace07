/** «Go to cell» when the cell is gone: its saved source, and a way to have it again. */

import { Api } from '../api';
import { type ISaved, showSaved } from '../run/saved';
import { savedSource } from '../run/source';
import { RUN, RunServer } from './runserver';
import { row } from './store';

const SOURCE = 'model.fit(X, y)  # <img src=x onerror="window.hacked = 1">';

describe('the saved source', () => {
  const ask = async (server: RunServer): Promise<string | null> =>
    savedSource(new Api(server.settings), 'workspace', RUN.run_id);

  it('is what the run keeps', async () => {
    const server = new RunServer();
    server.files = { 'nbtrack/cell.py': SOURCE };
    expect(await ask(server)).toBe(SOURCE);
    expect(server.asked).toHaveLength(1);
  });

  it('is that of the execution’s first run, where one of many keeps none', async () => {
    const server = new RunServer();
    server.set({ execution: "k'3" });
    server.refusal = ({ path, query }) => {
      if (path === 'runs') {
        expect(query.get('filter')).toBe(
          'tags.`nbtrack.cell.execution` = "k\'3"'
        );
        const first = row('first', { execution: "k'3" });
        return { body: { items: [first], next_page_token: null, total: 1 } };
      }
      return path === 'runs/first/artifact' ? { body: SOURCE } : null;
    };
    expect(await ask(server)).toBe(SOURCE);
  });

  it('is not there where nothing was captured', async () => {
    expect(await ask(new RunServer())).toBeNull();
  });

  it('is not called missing where the store does not answer', async () => {
    const server = new RunServer();
    const body = { message: 'Stalled.', hint: '', code: 'x' };
    server.refusal = () => ({ status: 503, body });
    await expect(ask(server)).rejects.toThrow('Stalled.');
  });
});

describe('the dialog', () => {
  const insert = jest.fn<undefined, [string]>();
  const dialog = () => document.querySelector<HTMLElement>('.jp-Dialog');
  const buttons = () => [
    ...(dialog()?.querySelectorAll<HTMLElement>('button') ?? [])
  ];

  afterEach(async () => {
    buttons()[0]?.click();
    await until(false);
    insert.mockClear();
  });

  /** Wait for the dialog to come, with what is in it, or to go; and for what follows at once. */
  async function until(there: boolean): Promise<void> {
    const shown = () => Boolean(dialog()?.querySelector('p, pre'));
    for (let tries = 0; tries < 100 && shown() !== there; tries++) {
      await new Promise(resolve => setTimeout(resolve, 40));
    }
    await new Promise(resolve => setTimeout(resolve, 40));
  }

  async function show(part: Partial<ISaved> = {}): Promise<void> {
    const target = { name: 'study.ipynb', insert };
    const saved = { notebook: 'old.ipynb', source: SOURCE, target };
    void showSaved({ missing: 'no-cell', ...saved, ...part });
    await until(true);
  }

  it('shows the source as text, and puts it into a new cell when told to', async () => {
    await show();
    expect(dialog()?.textContent).toContain('old.ipynb has lost the cell');
    const text = dialog()?.querySelector('pre');
    expect(text?.textContent).toBe(SOURCE);
    expect(text?.tabIndex).toBe(0);
    expect(dialog()?.querySelector('img, textarea, input')).toBeNull();
    const labels = buttons().map(one => one.textContent);
    expect(labels).toEqual(['Close', 'Insert as a new cell']);
    expect(insert).not.toHaveBeenCalled();
    buttons()[1]?.click();
    await until(false);
    expect(insert.mock.calls).toEqual([[SOURCE]]);
  });

  it('does nothing when it is closed', async () => {
    await show({ missing: 'no-notebook' });
    expect(dialog()?.textContent).toContain('no notebook old.ipynb any more');
    buttons()[0]?.click();
    await until(false);
    expect(dialog()).toBeNull();
    expect(insert).not.toHaveBeenCalled();
  });

  it.each([
    [{ source: null }, 'was not saved'],
    [{ target: null }, 'Open a notebook']
  ])('offers nothing that can’t be: %j', async (part, said) => {
    await show(part);
    expect(dialog()?.textContent).toContain(said);
    expect(buttons().map(one => one.textContent)).toEqual(['Close']);
  });
});
