/** Shows the source of a cell that is gone, and offers it for a new one. */

import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import * as React from 'react';

import { Lines } from './previewtext';

/** What «go to cell» has not found. */
export type Missing = 'no-notebook' | 'no-cell';

export interface ISaved {
  missing: Missing;
  /** Path of the notebook that had the cell. */
  notebook: string;
  /** `null`: none was saved. */
  source: string | null;
  /** The notebook in front and how to put a cell into it, without running it; `null`: none is open. */
  target: { name: string; insert: (source: string) => void } | null;
}

const TITLES: Record<Missing, string> = {
  'no-notebook': 'This notebook is gone',
  'no-cell': 'This cell is gone'
};

/** Show the dialog until the user closes it. */
export async function showSaved(saved: ISaved): Promise<void> {
  const { source, target } = saved;
  const close = Dialog.cancelButton({ label: 'Close' });
  const insert = Dialog.okButton({ label: 'Insert as a new cell' });
  const { button } = await showDialog({
    title: TITLES[saved.missing],
    body: ReactWidget.create(<Saved {...saved} />),
    buttons: source !== null && target ? [close, insert] : [close],
    // Enter inserts nothing unless that button was gone to.
    defaultButton: 0
  });
  if (button.accept && source !== null) {
    target?.insert(source);
  }
}

export function Saved(props: ISaved): React.JSX.Element {
  const { missing, notebook, source, target } = props;
  const gone =
    missing === 'no-cell'
      ? `${notebook} has lost the cell that made this run.`
      : `There is no notebook ${notebook} any more.`;
  if (source === null) {
    return (
      <p>
        {gone} The source of the cell was not saved: nbtrack did not capture it,
        or is not done writing.
      </p>
    );
  }
  return (
    <div className="nbtrack-Saved">
      <p>{gone} This is the cell as it was executed, secrets taken out:</p>
      <Lines text={source} name="Source of the cell" />
      <p className="nbtrack-Quiet">
        {target
          ? `A new cell comes below the active one of ${target.name}. You execute it.`
          : 'Open a notebook to put it into a new cell.'}
      </p>
    </div>
  );
}
