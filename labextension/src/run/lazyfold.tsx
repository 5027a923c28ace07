/** What is folded away, and neither made nor asked for before it is opened. */

import * as React from 'react';

export function LazyFold(props: {
  title: string;
  children: React.ReactNode;
}): React.JSX.Element {
  const [opened, setOpened] = React.useState(false);
  return (
    <details
      className="nbtrack-Run-fold"
      onToggle={event => {
        if (event.currentTarget.open) {
          setOpened(true);
        }
      }}
    >
      <summary>{props.title}</summary>
      {opened && props.children}
    </details>
  );
}
