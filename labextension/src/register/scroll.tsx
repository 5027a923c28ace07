/** A heading, and a table below it that may be larger than its place. */

import * as React from 'react';

/** The keyboard scrolls it, too. */
export function Scroll(props: {
  name: string;
  aside: string;
  children: React.ReactNode;
}): React.JSX.Element {
  const id = React.useId();
  return (
    <>
      <h3 id={id}>
        {props.name} <span className="nbtrack-Quiet">{props.aside}</span>
      </h3>
      <div
        className="nbtrack-Register-scroll"
        role="group"
        aria-labelledby={id}
        tabIndex={0}
      >
        {props.children}
      </div>
    </>
  );
}
