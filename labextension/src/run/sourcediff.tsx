/** The source of the cell that made a run, against the cell as it is now. */

import * as React from 'react';

import type { IRunDetail } from '../runs';
import { diffLines, type ILineChange } from './diff';
import { useScene } from './host';
import { Lines } from './previewtext';
import { TextFile } from './textfile';

const SIGNS: Record<ILineChange['kind'], string> = {
  same: ' ',
  gone: '−',
  new: '+'
};
/** For those who hear the lines. */
const WORDS: Record<ILineChange['kind'], string> = {
  same: '',
  gone: 'in this run only: ',
  new: 'now: '
};

export function SourceDiff(props: {
  run: IRunDetail;
  path: string;
}): React.JSX.Element {
  return (
    <TextFile path={props.path}>
      {text => <Compared run={props.run} source={text} />}
    </TextFile>
  );
}

function Compared(props: {
  run: IRunDetail;
  source: string;
}): React.JSX.Element {
  const { run, source } = props;
  const { host } = useScene();
  const { notebook, cell_id: cellId } = run;
  const now =
    notebook !== null && cellId !== null
      ? host.currentSource(notebook, cellId)
      : null;
  if (now === null) {
    return (
      <>
        <p className="nbtrack-Quiet">
          {notebook === null || cellId === null
            ? 'It is not known which cell this was.'
            : `Open ${notebook} to see what has changed in the cell since; if it is open, the cell is gone.`}
        </p>
        <Lines text={source} name="Source of the cell" />
      </>
    );
  }
  const changes = diffLines(source, now);
  const gone = changes.filter(one => one.kind === 'gone').length;
  const added = changes.filter(one => one.kind === 'new').length;
  if (!gone && !added) {
    return (
      <>
        <p>The cell is still the same.</p>
        <Lines text={source} name="Source of the cell" />
      </>
    );
  }
  return (
    <>
      <p>
        The cell has changed since: {gone} {gone === 1 ? 'line' : 'lines'} only
        in this run (−), {added} {added === 1 ? 'line' : 'lines'} new (+).
      </p>
      <pre
        className="nbtrack-Code nbtrack-Run-diff"
        role="group"
        aria-label="What changed in the cell"
        tabIndex={0}
      >
        {changes.map((change, i) => (
          <span key={i} data-kind={change.kind}>
            <span aria-hidden="true">{SIGNS[change.kind]} </span>
            <span className="nbtrack-Live-spoken">{WORDS[change.kind]}</span>
            {`${change.text}\n`}
          </span>
        ))}
      </pre>
    </>
  );
}
