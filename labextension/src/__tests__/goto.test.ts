import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { NotebookModel } from '@jupyterlab/notebook';
import { NBTestUtils } from '@jupyterlab/notebook/lib/testutils';
import { ServerConnection } from '@jupyterlab/services';
import { Widget } from '@lumino/widgets';

import { goToCell } from '../notebook/goto';

class Panel extends Widget {
  readonly content = NBTestUtils.createNotebook();
  revealed: Promise<void> = Promise.resolve();
}

let panel: Panel;
let isOpen: boolean;
const activateById = jest.fn();
const open = jest.fn(() => panel);
const get = jest.fn((_path: string) => Promise.resolve({ type: 'notebook' }));

// Yjs has something to say about each cell that JupyterLab makes.
jest.spyOn(console, 'warn').mockImplementation();

beforeEach(() => {
  jest.clearAllMocks();
  isOpen = false;
  panel = new Panel();
  panel.id = 'panel';
  const model = new NotebookModel();
  for (const id of ['a', 'b']) {
    model.sharedModel.addCell({ id, cell_type: 'code' });
  }
  panel.content.model = model;
  panel.node.append(panel.content.node);
  Widget.attach(panel, document.body);
});

afterEach(() => {
  panel.content.dispose();
  panel.dispose();
});

function go(cellId: string, path = 'study/one.ipynb'): Promise<string> {
  const app = { shell: { activateById } } as unknown as JupyterFrontEnd;
  const documents = {
    findWidget: () => (isOpen ? panel : undefined),
    open,
    services: { contents: { get } }
  } as unknown as IDocumentManager;
  return goToCell(app, documents, path, cellId);
}

it('opens the notebook and selects the cell', async () => {
  const scroll = jest.spyOn(panel.content, 'scrollToItem');
  await expect(go('b')).resolves.toBe('shown');
  expect(open).toHaveBeenCalledWith('study/one.ipynb', 'Notebook');
  expect(activateById).toHaveBeenCalledWith('panel');
  expect(panel.content.activeCellIndex).toBe(1);
  expect(panel.content.mode).toBe('command');
  expect(scroll).toHaveBeenCalledWith(1, 'smart');
});

it('takes the notebook that is open', async () => {
  isOpen = true;
  await expect(go('b')).resolves.toBe('shown');
  expect(get).not.toHaveBeenCalled();
  expect(open).not.toHaveBeenCalled();
});

it('waits until the notebook is there', async () => {
  let reveal = (): void => undefined;
  panel.revealed = new Promise(resolve => {
    reveal = resolve;
  });
  const found = go('c');
  await new Promise(resolve => setTimeout(resolve, 10));
  panel.content.model?.sharedModel.addCell({ id: 'c', cell_type: 'code' });
  reveal();
  await expect(found).resolves.toBe('shown');
});

it('says so when the cell is gone', async () => {
  await expect(go('z')).resolves.toBe('no-cell');
});

it('says so when the notebook can’t be read', async () => {
  panel.revealed = new Promise(() => undefined);
  const found = go('a');
  await new Promise(resolve => setTimeout(resolve, 10));
  panel.dispose();
  await expect(found).resolves.toBe('no-notebook');
});

function fail(status: number): void {
  const response = new Response('', { status });
  get.mockRejectedValueOnce(new ServerConnection.ResponseError(response));
}

it('opens nothing that is no notebook', async () => {
  fail(404);
  await expect(go('a')).resolves.toBe('no-notebook');
  get.mockResolvedValueOnce({ type: 'file' });
  await expect(go('a', 'evil.html')).resolves.toBe('no-notebook');
  await expect(go('a', '../../lab')).resolves.toBe('no-notebook');
  expect(get).toHaveBeenCalledTimes(2);
  expect(open).not.toHaveBeenCalled();
});

it('does not call a failing server an answer', async () => {
  fail(503);
  await expect(go('a')).rejects.toThrow();
});
