/** What was registered, and the code that loads it. Needs no kernel. */

import * as React from 'react';

import type { ICard } from '../registering';
import { Button } from '../sidebar/parts';
import { Scores } from './scores';

export function Card(props: {
  card: ICard;
  /** Links to the run. */
  run: React.ReactNode;
  onCopy: (text: string) => void;
  onInsert: (code: string) => void;
  /** Shows it in the sidebar; `null`: there is none. */
  onShow: (() => void) | null;
  /** Why it could not be shown. */
  problem: string;
}): React.JSX.Element {
  const { card } = props;
  const [copied, setCopied] = React.useState(false);
  return (
    <div className="nbtrack-Register-card">
      <h2 data-focus="" tabIndex={-1}>
        {card.name} version {card.version}
        {card.aliases.map(alias => (
          <span key={alias} className="nbtrack-Register-alias">
            {' '}
            <span>@{alias}</span>
          </span>
        ))}
      </h2>
      {replacements(card).map((said, i) => (
        <p key={i}>{said}</p>
      ))}
      {card.stage !== null && <p>Its stage is {card.stage}.</p>}
      {card.notes.map((note, i) => (
        <p key={i} role="note">
          {note}
        </p>
      ))}
      {card.scores.length > 0 && <Scores scores={card.scores} />}
      {props.run !== null && <p>From run {props.run}</p>}
      <pre className="nbtrack-Code">{card.code}</pre>
      <div className="nbtrack-Register-line">
        <Button
          label="Copy"
          title="Copy the code that loads it"
          onClick={() => {
            props.onCopy(card.code);
            setCopied(true);
          }}
        />
        <Button
          label="Insert"
          title="Put a cell with this code below the active one, without running it"
          onClick={() => {
            props.onInsert(card.code);
          }}
        />
        {props.onShow && (
          <Button
            label="Show in the sidebar"
            title="All versions of it, their aliases, and where they came from"
            onClick={props.onShow}
          />
        )}
        <span role="status" className="nbtrack-Quiet">
          {copied ? 'Copied' : ''}
        </span>
      </div>
      {props.problem && (
        <p role="alert" className="nbtrack-Register-problem">
          {props.problem}
        </p>
      )}
    </div>
  );
}

function replacements({ aliases, replaced }: ICard): string[] {
  return aliases.flatMap(alias => {
    const version = replaced[alias] ?? null;
    return version === null ? [] : [`${alias} was version ${version} before.`];
  });
}
