/**
 * Keeps the outputs of live cards right in a page that did not execute their cell.
 *
 * JupyterLab brings an output only to the page whose client executed the cell. After the page is loaded
 * again, or in a second tab, the outputs of the running cell would stand still for good.
 */

import type { ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import type * as nbformat from '@jupyterlab/nbformat';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IOutputAreaModel } from '@jupyterlab/outputarea';
import type { KernelMessage } from '@jupyterlab/services';

import { isBag, text } from '../live/check';

/** The kernel's number of a card, which grows. */
const NUMBER = /^(.*)-(\d+)$/;

/** Follow what other clients execute in this notebook's kernel, as long as the panel lives. */
export function adoptOutputs(panel: NotebookPanel): void {
  const context = panel.sessionContext;
  const listen = (_: unknown, message: KernelMessage.IMessage): void => {
    const parent: unknown = message.parent_header;
    const client = context.session?.kernel?.clientId;
    // What this page executed is shown by JupyterLab itself.
    if (isDisplay(message) && isBag(parent) && parent['session'] !== client) {
      adopt(panel, message);
    }
  };
  context.iopubMessage.connect(listen);
  panel.disposed.connect(() => {
    context.iopubMessage.disconnect(listen);
  });
}

type Display =
  KernelMessage.IDisplayDataMsg | KernelMessage.IUpdateDisplayDataMsg;

// Not services' own functions for this: types only are imported of the notebook's machinery.
function isDisplay(message: KernelMessage.IMessage): message is Display {
  const type = message.header.msg_type;
  return type === 'display_data' || type === 'update_display_data';
}

function adopt(panel: NotebookPanel, message: Display): void {
  const { data, metadata } = message.content;
  const card = cardOf(metadata);
  const model = panel.content.model;
  if (!card || !model) {
    return;
  }
  const cell = findCell(model.cells, card.cell);
  if (cell) {
    place(
      cell.outputs,
      { output_type: 'display_data', data, metadata },
      // The page that shares the document and executed the cell has added the output for all.
      !model.collaborative
    );
  }
}

/**
 * Put a card's output into its cell, once.
 *
 * @param outputs - Of the cell.
 * @param output - With the card's name in its metadata.
 * @param add - May it be added where neither it nor an older one of the cell is there?
 */
export function place(
  outputs: IOutputAreaModel,
  output: nbformat.IDisplayData,
  add: boolean
): void {
  const card = cardOf(output.metadata);
  if (!card) {
    return;
  }
  let older = -1;
  for (let i = 0; i < outputs.length; i++) {
    const there = cardOf(outputs.get(i).metadata);
    if (there?.name === card.name) {
      outputs.set(i, output);
      return;
    }
    if (there && isNewer(there.name, card.name)) {
      return; // a late word of an execution that is over
    }
    if (there) {
      older = i;
    }
  }
  if (older >= 0) {
    outputs.set(older, output);
  } else if (add) {
    outputs.add(output);
  }
}

function findCell(
  cells: Iterable<ICellModel>,
  id: string
): ICodeCellModel | null {
  for (const cell of cells) {
    if (cell.id === id && cell.type === 'code') {
      return cell as ICodeCellModel;
    }
  }
  return null;
}

function cardOf(metadata: unknown): { name: string; cell: string } | null {
  const ours = isBag(metadata) ? metadata['nbtrack'] : null;
  if (!isBag(ours) || !text(ours['card'])) {
    return null;
  }
  return { name: text(ours['card']), cell: text(ours['cell_id']) };
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
