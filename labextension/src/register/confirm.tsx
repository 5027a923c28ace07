/** Asks once before an alias moves, and names what it replaces. */

import * as React from 'react';

import type { IConfirm } from '../registering';
import { Button } from '../sidebar/parts';

export function Confirm(props: {
  confirm: IConfirm;
  disabled: boolean;
  onAnswer: (answer: 'yes' | 'no') => void;
  /** Shows both runs beside each other; `null`: they can't be. */
  onCompare: (() => void) | null;
  /** Why they could not be shown. */
  problem: string;
}): React.JSX.Element {
  const { confirm, disabled, onAnswer, onCompare, problem } = props;
  const { alias, from, to } = confirm;
  return (
    <div className="nbtrack-Register-confirm">
      <p data-focus="" tabIndex={-1}>
        <strong>{alias}</strong> is version {from.version}
        {from.run_name !== null && ` (run ${from.run_name})`}. Move it to{' '}
        {to === null ? 'the new version' : `version ${to}`}?
      </p>
      <div className="nbtrack-Register-line">
        <Button
          label={`Move ${alias}`}
          disabled={disabled}
          onClick={() => {
            onAnswer('yes');
          }}
        />
        <Button
          label={`Leave it at version ${from.version}`}
          disabled={disabled}
          onClick={() => {
            onAnswer('no');
          }}
        />
        {onCompare && (
          <Button
            label="Compare them first"
            title="Metrics, params, data, packages and source of both, in a tab"
            onClick={onCompare}
          />
        )}
      </div>
      {problem && (
        <p role="alert" className="nbtrack-Register-problem">
          {problem}
        </p>
      )}
    </div>
  );
}
