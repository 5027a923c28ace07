/** A name that is offered. */

import * as React from 'react';

export function Option(props: {
  id: string;
  label: string;
  chosen: boolean;
  onTake: () => void;
}): React.JSX.Element {
  const node = React.useRef<HTMLLIElement>(null);
  React.useEffect(() => {
    if (props.chosen) {
      node.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [props.chosen]);
  return (
    <li
      ref={node}
      id={props.id}
      role="option"
      aria-selected={props.chosen}
      title={props.label}
      onMouseDown={event => {
        // The focus stays in the box.
        event.preventDefault();
        props.onTake();
      }}
    >
      {props.label}
    </li>
  );
}
