/**
 * Keeps the outputs of live cards, and of registrations, right in a page that did not execute their cell.
 *
 * JupyterLab brings an output only to the page whose client executed the cell. After the page is loaded
 * again, or in a second tab, the outputs of the running cell would stand still for good.
 */

import type { ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import type * as nbformat from '@jupyterlab/nbformat';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IOutputAreaModel } from '@jupyterlab/outputarea';
import type { KernelMessage } from '@jupyterlab/services';

import { type Bag, isBag, number, text } from '../live/check';
import { readHead } from '../live/frame';
import { LIVE_MIME } from '../live/types';
import { REGISTER_MIME } from '../registering';
import { Late } from './late';

/** The kernel's number of a card, which grows. */
const NUMBER = /^(.*)-(\d+)$/;

/** Follow what other clients execute in this notebook's kernel, as long as the panel lives. */
export function adoptOutputs(panel: NotebookPanel): void {
  const context = panel.sessionContext;
  const cellOf = (output: nbformat.IDisplayData): ICodeCellModel | null =>
    findCell(panel.content.model?.cells ?? [], cardOf(output.metadata)?.cell);
  const late = new Late({
    lacks: output => {
      const cell = cellOf(output);
      return !!cell && placeOf(cell.sharedModel.getOutputs(), output) >= 0;
    },
    write: output => {
      const cell = cellOf(output);
      if (cell) {
        writeShared(cell, output);
      }
    }
  });
  const listen = (_: unknown, message: KernelMessage.IMessage): void => {
    const parent: unknown = message.parent_header;
    const client = context.session?.kernel?.clientId;
    // What this page executed is shown by JupyterLab itself.
    if (!isDisplay(message) || !isBag(parent) || parent['session'] === client) {
      return;
    }
    const { data, metadata } = message.content;
    const output = { output_type: 'display_data', data, metadata } as const;
    const card = cardOf(metadata);
    const model = panel.content.model;
    if (card && model?.collaborative) {
      late.put(card.name, output, model.sharedModel.awareness);
      return;
    }
    const cell = cellOf(output);
    if (cell) {
      write(cell.outputs, output);
    }
  };
  context.iopubMessage.connect(listen);
  panel.disposed.connect(() => {
    context.iopubMessage.disconnect(listen);
    late.dispose();
  });
}

type Display =
  KernelMessage.IDisplayDataMsg | KernelMessage.IUpdateDisplayDataMsg;

// Not services' own functions for this: types only are imported of the notebook's machinery.
function isDisplay(message: KernelMessage.IMessage): message is Display {
  const type = message.header.msg_type;
  return type === 'display_data' || type === 'update_display_data';
}

/** Put a card's output into its cell, once. */
function write(outputs: IOutputAreaModel, output: nbformat.IDisplayData): void {
  const index = placeOf(outputs.toJSON(), output);
  if (index >= outputs.length) {
    outputs.add(output);
  } else if (index >= 0) {
    outputs.set(index, output);
  }
}

/**
 * Put a card's output into a document that pages share.
 *
 * Not into the page's own outputs: JupyterLab puts what another page has replaced to their end, so that they
 * are not in the document's order, and what is written at an index of theirs would replace something else.
 */
function writeShared(
  cell: ICodeCellModel,
  output: nbformat.IDisplayData
): void {
  const index = placeOf(cell.sharedModel.getOutputs(), output);
  if (index >= 0) {
    cell.sharedModel.updateOutputs(index, index + 1, [output]);
  }
}

/**
 * Return the index of what a card's output replaces, or of the place behind the last output.
 *
 * @param outputs - Of the cell.
 * @param output - With the card's name in its metadata.
 * @returns -1 where it says no more than is there.
 */
function placeOf(
  outputs: readonly nbformat.IOutput[],
  output: nbformat.IDisplayData
): number {
  const card = cardOf(output.metadata);
  if (!card) {
    return -1;
  }
  let older = outputs.length;
  for (const [i, one] of outputs.entries()) {
    const there = cardOf(one['metadata']);
    if (there && there.kind !== card.kind) {
      continue; // a cell may train and register
    }
    if (there?.name === card.name) {
      return isNews(output.data, one['data']) ? i : -1;
    }
    if (there && isNewer(there.name, card.name)) {
      return -1; // a late word of an execution that is over
    }
    if (there) {
      older = i;
    }
  }
  return older;
}

/** Does `data` say more of a card than what is there? */
function isNews(data: nbformat.IMimeBundle, there: unknown): boolean {
  if (!isBag(there)) {
    return true;
  }
  const sequence = sequenceOf(data);
  const known = sequenceOf(there);
  return (
    sequence > known ||
    (sequence === known &&
      (Object.keys(data).some(type => !(type in there)) ||
        data['text/plain'] !== there['text/plain']))
  );
}

function sequenceOf(data: Bag): number {
  const registering = data[REGISTER_MIME];
  return isBag(registering)
    ? number(registering['sequence'], Infinity)
    : (readHead(data[LIVE_MIME])?.sequence ?? Infinity);
}

function findCell(
  cells: Iterable<ICellModel>,
  id: string | undefined
): ICodeCellModel | null {
  for (const cell of cells) {
    if (cell.id === id && cell.type === 'code') {
      return cell as ICodeCellModel;
    }
  }
  return null;
}

interface ICardName {
  name: string;
  kind: 'card' | 'registration';
  cell: string;
}

function cardOf(metadata: unknown): ICardName | null {
  const ours = isBag(metadata) ? metadata['nbtrack'] : null;
  if (!isBag(ours)) {
    return null;
  }
  const kind = text(ours['card']) ? 'card' : 'registration';
  const name = text(ours[kind]);
  return name ? { name, kind, cell: text(ours['cell_id']) } : null;
}

/** Is `one` a later card of the same kernel than `other`? */
function isNewer(one: string, other: string): boolean {
  const [, kernel, number] = NUMBER.exec(one) ?? [];
  const [, otherKernel, otherNumber] = NUMBER.exec(other) ?? [];
  return (
    kernel !== undefined &&
    kernel === otherKernel &&
    Number(number) > Number(otherNumber)
  );
}
