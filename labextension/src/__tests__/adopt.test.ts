import type { ICodeCellModel } from '@jupyterlab/cells';
import type * as nbformat from '@jupyterlab/nbformat';
import { NotebookModel, type NotebookPanel } from '@jupyterlab/notebook';
import type { IOutputAreaModel } from '@jupyterlab/outputarea';
import { Signal } from '@lumino/signaling';

import { LIVE_MIME } from '../live/types';
import { adoptOutputs } from '../notebook/adopt';
import { PATIENCE, TURN } from '../notebook/late';
import { REGISTER_MIME } from '../registering';
import { snapshot } from './snapshot';

const KERNEL = 'nbtrack-0b7e0f53-92a5-4a3c-8f0e-6b4a0a6d3c11';

/** A notebook, and the parts of its panel that are looked at, moved by hand. */
class Panel {
  constructor(collaborationEnabled: boolean) {
    const model = new NotebookModel({ collaborationEnabled });
    model.sharedModel.insertCells(0, [
      { id: 'text', cell_type: 'markdown' },
      { id: 'cell-1', cell_type: 'code' }
    ]);
    this.content = { model };
    const cell = model.cells.get(1) as ICodeCellModel;
    this.outputs = cell.outputs;
    this.shared = cell.sharedModel;
  }

  readonly content: { model: NotebookModel };
  readonly outputs: IOutputAreaModel;
  readonly shared: ICodeCellModel['sharedModel'];
  readonly iopubMessage = new Signal<this, unknown>(this);
  readonly disposed = new Signal<this, void>(this);
  readonly sessionContext = {
    iopubMessage: this.iopubMessage,
    session: { kernel: { clientId: 'this-page' } }
  };

  receive(
    card: string,
    data: Record<string, unknown>,
    message: {
      type?: string;
      session?: string;
      cell?: string | null;
      kind?: string;
    } = {}
  ): void {
    const { type, session, cell, kind } = {
      kind: 'card',
      type: 'update_display_data',
      session: 'page-before',
      cell: 'cell-1',
      ...message
    };
    this.iopubMessage.emit({
      header: { msg_type: type },
      parent_header: { session, msg_id: 'm' },
      content: { data, metadata: { nbtrack: { [kind]: card, cell_id: cell } } }
    });
  }

  /** What a file would keep. */
  get shown(): unknown[] {
    return this.shared.getOutputs().map(one => one['data'] ?? one['text']);
  }
}

let panel: Panel;

function open(collaborationEnabled: boolean): void {
  panel = new Panel(collaborationEnabled);
  adoptOutputs(panel as unknown as NotebookPanel);
}

beforeEach(() => {
  // Of yjs, about the order in which Jupyter puts a cell together.
  jest.spyOn(console, 'warn').mockReturnValue(undefined);
  open(false);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const LIVE = { [LIVE_MIME]: snapshot(), 'text/plain': 'live' };
const FINAL = { 'text/plain': 'final' };

it('adds an output once, then keeps it up to date', () => {
  panel.outputs.add({ output_type: 'stream', name: 'stdout', text: 'hello' });
  panel.receive(`${KERNEL}-1`, LIVE, { type: 'display_data' });
  panel.receive(`${KERNEL}-1`, LIVE);
  panel.receive(`${KERNEL}-1`, LIVE, { type: 'display_data' });
  expect(panel.outputs.length).toBe(2);
  panel.receive(`${KERNEL}-1`, FINAL);
  expect(panel.shown[1]).toEqual(FINAL);
  expect(panel.outputs.get(1).metadata['nbtrack']).toEqual({
    card: `${KERNEL}-1`,
    cell_id: 'cell-1'
  });
});

it('adds the last picture too, where the live one was never seen', () => {
  panel.receive(`${KERNEL}-1`, FINAL);
  expect(panel.shown).toEqual([FINAL]);
});

it('brings what became of a registration, beside the card of its cell', () => {
  const kind = 'registration';
  const register = (sequence: number) => ({
    [REGISTER_MIME]: { sequence },
    'text/plain': 'same'
  });
  panel.receive(`${KERNEL}-1`, LIVE, { type: 'display_data' });
  panel.receive('abc', register(2), { kind, type: 'display_data' });
  panel.receive('abc', register(3), { kind });
  panel.receive('abc', register(1), { kind });
  expect(panel.shown).toEqual([LIVE, register(3)]);
});

it('leaves alone what this page executed', () => {
  panel.receive(`${KERNEL}-1`, LIVE, { session: 'this-page' });
  expect(panel.outputs.length).toBe(0);
});

it('leaves alone other outputs, other cells and cells without a name', () => {
  panel.receive('', LIVE);
  panel.receive(`${KERNEL}-1`, LIVE, { cell: 'gone' });
  panel.receive(`${KERNEL}-1`, LIVE, { cell: 'text' });
  panel.receive(`${KERNEL}-1`, LIVE, { cell: null });
  panel.receive(`${KERNEL}-1`, LIVE, { type: 'execute_result' });
  expect(panel.outputs.length).toBe(0);
});

it('replaces the output of an execution before, not the other way round', () => {
  panel.receive(`${KERNEL}-9`, FINAL);
  panel.receive(`${KERNEL}-10`, LIVE);
  expect(panel.shown).toEqual([LIVE]);
  panel.receive(`${KERNEL}-9`, FINAL);
  expect(panel.shown).toEqual([LIVE]);
  panel.receive('nbtrack-other-kernel-1', FINAL);
  expect(panel.shown).toEqual([FINAL]);
});

it('leaves a picture alone that is there, and one that has come since', () => {
  panel.receive(`${KERNEL}-1`, { [LIVE_MIME]: snapshot({ sequence: 2 }) });
  const set = jest.spyOn(panel.outputs, 'set');
  panel.receive(`${KERNEL}-1`, { [LIVE_MIME]: snapshot({ sequence: 2 }) });
  panel.receive(`${KERNEL}-1`, { [LIVE_MIME]: snapshot({ sequence: 1 }) });
  expect(set).toHaveBeenCalledTimes(0);
  panel.receive(`${KERNEL}-1`, FINAL);
  panel.receive(`${KERNEL}-1`, { ...FINAL, 'image/png': 'abcd' });
  expect(set).toHaveBeenCalledTimes(2);
  panel.receive(`${KERNEL}-1`, FINAL);
  panel.receive(`${KERNEL}-1`, LIVE);
  expect(set).toHaveBeenCalledTimes(2);
});

describe('in a document that pages share', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    open(true);
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('waits for the page that executed the cell, then brings the last word', () => {
    panel.receive(`${KERNEL}-1`, LIVE);
    jest.advanceTimersByTime(PATIENCE - 100);
    panel.receive(`${KERNEL}-1`, FINAL);
    expect(panel.shown).toEqual([]);
    jest.advanceTimersByTime(100 + TURN);
    expect(panel.shown).toEqual([FINAL]);
  });

  it('leaves alone what that page has written by then', () => {
    panel.receive(`${KERNEL}-1`, FINAL);
    writeElsewhere(FINAL);
    const write = jest.spyOn(panel.shared, 'updateOutputs');
    jest.advanceTimersByTime(10 * TURN);
    expect(write).not.toHaveBeenCalled();
  });

  it('leaves to that page what it may be about to write', () => {
    panel.receive(`${KERNEL}-1`, LIVE);
    writeElsewhere(LIVE);
    jest.advanceTimersByTime(PATIENCE - 1);
    panel.receive(`${KERNEL}-1`, FINAL);
    jest.advanceTimersByTime(PATIENCE);
    expect(panel.shown).toEqual([LIVE]);
    jest.advanceTimersByTime(2 * TURN);
    expect(panel.shown).toEqual([FINAL]);
  });

  it('lets the pages that are left try one after the other', () => {
    const { awareness } = panel.content.model.sharedModel;
    awareness.getStates().set(awareness.clientID - 1, {});
    panel.receive(`${KERNEL}-1`, FINAL);
    jest.advanceTimersByTime(PATIENCE + TURN - 1);
    expect(panel.shown).toEqual([]);
    jest.advanceTimersByTime(TURN);
    expect(panel.shown).toEqual([FINAL]);
  });

  it('replaces nothing but the card where the page has another order', () => {
    writeElsewhere(LIVE);
    panel.outputs.add({ output_type: 'stream', name: 'stdout', text: 'hello' });
    writeElsewhere({ ...LIVE, 'text/plain': 'later' });
    // JupyterLab's own doing; if it ever does otherwise, `writeShared` can be simpler.
    expect(panel.outputs.get(0).type).toBe('stream');
    panel.receive(`${KERNEL}-1`, FINAL);
    jest.advanceTimersByTime(PATIENCE + TURN);
    expect(panel.shown).toEqual([FINAL, 'hello']);
    expect(panel.outputs.length).toBe(2);
  });

  it('brings nothing when the panel has gone', () => {
    panel.receive(`${KERNEL}-1`, FINAL);
    panel.disposed.emit();
    jest.advanceTimersByTime(10 * TURN);
    expect(panel.shown).toEqual([]);
  });
});

/** What another page writes into the document is the first output. */
function writeElsewhere(data: Record<string, unknown>): void {
  const metadata = { nbtrack: { card: `${KERNEL}-1`, cell_id: 'cell-1' } };
  panel.shared.updateOutputs(0, panel.shared.outputs.length ? 1 : 0, [
    { output_type: 'display_data', data, metadata } as nbformat.IDisplayData
  ]);
}

it('ends with the panel', () => {
  panel.disposed.emit();
  panel.receive(`${KERNEL}-1`, LIVE);
  expect(panel.outputs.length).toBe(0);
});
