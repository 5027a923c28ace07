/** What the kernel is doing, and how far it is. */

import * as React from 'react';

import type { IStep } from '../registering';

/** Without a word for so long, the page says what can be done, in ms. */
export const STILL = 30_000;

export function Working(props: {
  step: IStep | null;
  sequence: number;
  /** The kernel that did it can't be reached. */
  lost: boolean;
}): React.JSX.Element {
  const { step, sequence, lost } = props;
  const [still, setStill] = React.useState(-1);
  React.useEffect(() => {
    const timer = setTimeout(() => {
      setStill(sequence);
    }, STILL);
    return () => {
      clearTimeout(timer);
    };
  }, [sequence]);
  const what = step?.what ?? 'Registering';
  const { done = null, total = null } = step ?? {};
  const share =
    done !== null && total !== null && total > 0
      ? Math.min(100, Math.round((100 * done) / total))
      : null;
  if (lost) {
    return (
      <p role="status" className="nbtrack-Notice">
        The kernel has gone before it was done. Execute the cell again: the same
        command completes what was begun.
      </p>
    );
  }
  return (
    <div className="nbtrack-Register-working">
      <div
        role="progressbar"
        aria-label={what}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(share !== null && { 'aria-valuenow': share })}
        className="nbtrack-Register-bar"
      >
        <div
          className={
            share === null
              ? 'nbtrack-Register-fill nbtrack-mod-unknown'
              : 'nbtrack-Register-fill'
          }
          style={share === null ? undefined : { width: `${share}%` }}
        />
      </div>
      <p>
        {what}
        {share === null ? '…' : ` · ${share} %`}
      </p>
      {/* Apart from the bar: each step is read once, not each percent. */}
      <p className="nbtrack-Spoken" role="status" aria-live="polite">
        {what}
      </p>
      {still === sequence && (
        <p className="nbtrack-Quiet">
          Nothing was heard for half a minute. If the kernel was restarted
          meanwhile, execute the cell again: the same command completes what was
          begun.
        </p>
      )}
    </div>
  );
}
