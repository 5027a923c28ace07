/** Two texts beside each other, line by line. */

import * as React from 'react';

import type { ILineChange } from '../run/diff';

interface IPair {
  left: string | null;
  right: string | null;
  same: boolean;
}

export function SideBySide(props: {
  changes: readonly ILineChange[];
  names: readonly [string, string];
  label: string;
  /** Leave out the lines that are the same. */
  onlyChanges: boolean;
}): React.JSX.Element {
  const { changes, names, label, onlyChanges } = props;
  const pairs = paired(changes).filter(pair => !(onlyChanges && pair.same));
  if (changes.every(({ kind }) => kind === 'same')) {
    return <p>They are the same.</p>;
  }
  return (
    <div
      className="nbtrack-Run-scroll nbtrack-Compare-sides"
      role="group"
      aria-label={label}
      tabIndex={0}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">{names[0]}</th>
            <th scope="col">{names[1]}</th>
          </tr>
        </thead>
        <tbody>
          {pairs.map(({ left, right, same }, i) => (
            <tr key={i}>
              <Side text={left} kind={same ? 'same' : 'gone'} />
              <Side text={right} kind={same ? 'same' : 'new'} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Side(props: {
  text: string | null;
  kind: ILineChange['kind'];
}): React.JSX.Element {
  const { text, kind } = props;
  return text === null ? (
    <td />
  ) : (
    <td data-kind={kind}>
      {kind !== 'same' && (
        <span className="nbtrack-Live-spoken">only here: </span>
      )}
      {text}
    </td>
  );
}

/** What is gone stands beside what came in its place. */
function paired(changes: readonly ILineChange[]): IPair[] {
  const pairs: IPair[] = [];
  let open = 0; // the first pair whose right side is free
  for (const { kind, text } of changes) {
    if (kind === 'same') {
      pairs.push({ left: text, right: text, same: true });
      open = pairs.length;
    } else if (kind === 'gone') {
      pairs.push({ left: text, right: null, same: false });
    } else {
      const free = pairs[open];
      if (free) {
        free.right = text;
      } else {
        pairs.push({ left: null, right: text, same: false });
      }
      open++;
    }
  }
  return pairs;
}
