/** A notebook among the artifacts: its cells and what they printed, as text and pictures. */

import * as React from 'react';

import { type Bag, isBag } from '../live/check';
import { useScene } from './host';
import { Markdown } from './markdown';

const MOST_CELLS = 300;
const PICTURES = ['image/png', 'image/jpeg', 'image/gif'];
/** What terminals take for colours. */
// eslint-disable-next-line no-control-regex
const ANSI = /\x1b\[[0-9;]*[A-Za-z]/g;

export function NotebookPreview(props: { text: string }): React.JSX.Element {
  const cells = readCells(props.text);
  if (!cells) {
    return <pre className="nbtrack-Code">{props.text}</pre>;
  }
  return (
    <div className="nbtrack-Run-notebook">
      {cells.slice(0, MOST_CELLS).map((cell, i) => (
        <Cell key={i} cell={cell} />
      ))}
      {cells.length > MOST_CELLS && (
        <p className="nbtrack-Quiet">
          {cells.length - MOST_CELLS} more cells: download it to see them.
        </p>
      )}
    </div>
  );
}

function Cell(props: { cell: Bag }): React.JSX.Element {
  const { cell } = props;
  const { host } = useScene();
  const source = joined(cell['source']);
  if (cell['cell_type'] === 'markdown') {
    return <Markdown rendermime={host.rendermime} text={source} />;
  }
  const outputs = bags(cell['outputs']);
  return (
    <>
      <pre className="nbtrack-Code">{source}</pre>
      {outputs.map((output, i) => (
        <Output key={i} output={output} />
      ))}
    </>
  );
}

function Output(props: { output: Bag }): React.JSX.Element | null {
  const { output } = props;
  const data = isBag(output['data']) ? output['data'] : {};
  const kind = PICTURES.find(mime => mime in data);
  if (kind !== undefined) {
    const bytes = joined(data[kind]).replace(/\s/g, '');
    return (
      <img
        className="nbtrack-Run-image"
        alt={joined(data['text/plain']) || 'output'}
        src={`data:${kind};base64,${bytes}`}
      />
    );
  }
  const text =
    joined(output['text']) ||
    joined(data['text/plain']) ||
    joined(output['traceback'], '\n');
  return text ? (
    <pre className="nbtrack-Run-output">{text.replace(ANSI, '')}</pre>
  ) : null;
}

/** `null`: this is no notebook. */
function readCells(text: string): Bag[] | null {
  try {
    const read: unknown = JSON.parse(text);
    return isBag(read) && Array.isArray(read['cells'])
      ? bags(read['cells'])
      : null;
  } catch {
    return null;
  }
}

function bags(value: unknown): Bag[] {
  return Array.isArray(value) ? (value as unknown[]).filter(isBag) : [];
}

/** Text, or the lines of one, as notebooks have both. */
function joined(value: unknown, between = ''): string {
  if (Array.isArray(value)) {
    return value.filter(one => typeof one === 'string').join(between);
  }
  return typeof value === 'string' ? value : '';
}
