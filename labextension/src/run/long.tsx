/** A value that takes a few lines, and scrolls beyond. */

import * as React from 'react';

/** More letters may not fit: then the keyboard has to get there, too. */
const FITS = 50;

export function Long(props: {
  /** What it is, for those who hear it. */
  label: string;
  text: string;
  /** Shown after the text. */
  children?: React.ReactNode;
}): React.JSX.Element {
  const { label, text, children } = props;
  const scrolls = text.length > FITS || text.includes('\n');
  return (
    <div
      className="nbtrack-Run-long"
      {...(scrolls && { role: 'group', 'aria-label': label, tabIndex: 0 })}
    >
      {text}
      {children}
    </div>
  );
}
