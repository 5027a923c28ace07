import { OutputAreaModel } from '@jupyterlab/outputarea';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import { LIVE_MIME } from '../live/types';
import { adoptOutputs } from '../notebook/adopt';
import { snapshot } from './snapshot';

const KERNEL = 'nbtrack-0b7e0f53-92a5-4a3c-8f0e-6b4a0a6d3c11';

/** The parts of a notebook's panel that are looked at, moved by hand. */
class Panel {
  readonly outputs = new OutputAreaModel({ trusted: true });
  readonly iopubMessage = new Signal<this, unknown>(this);
  readonly disposed = new Signal<this, void>(this);
  readonly sessionContext = {
    iopubMessage: this.iopubMessage,
    session: { kernel: { clientId: 'this-page' } }
  };
  readonly content = {
    model: {
      collaborative: false,
      cells: [
        { id: 'text', type: 'markdown' },
        { id: 'cell-1', type: 'code', outputs: this.outputs }
      ]
    }
  };

  receive(
    card: string,
    data: Record<string, unknown>,
    message: { type?: string; session?: string; cell?: string | null } = {}
  ): void {
    const { type, session, cell } = {
      type: 'update_display_data',
      session: 'page-before',
      cell: 'cell-1',
      ...message
    };
    this.iopubMessage.emit({
      header: { msg_type: type },
      parent_header: { session, msg_id: 'm' },
      content: { data, metadata: { nbtrack: { card, cell_id: cell } } }
    });
  }

  get shown(): unknown[] {
    return this.outputs.toJSON().map(one => (one as { data?: unknown }).data);
  }
}

let panel: Panel;

beforeEach(() => {
  panel = new Panel();
  adoptOutputs(panel as unknown as NotebookPanel);
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

it('adds nothing to a shared document, but keeps its outputs up to date', () => {
  panel.content.model.collaborative = true;
  panel.receive(`${KERNEL}-1`, LIVE);
  expect(panel.outputs.length).toBe(0);
  panel.outputs.add({
    output_type: 'display_data',
    data: { 'text/plain': 'live' },
    metadata: { nbtrack: { card: `${KERNEL}-1`, cell_id: 'cell-1' } }
  });
  panel.receive(`${KERNEL}-1`, FINAL);
  expect(panel.shown).toEqual([FINAL]);
});

it('ends with the panel', () => {
  panel.disposed.emit();
  panel.receive(`${KERNEL}-1`, LIVE);
  expect(panel.outputs.length).toBe(0);
});
