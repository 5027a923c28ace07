/** A button that is a picture; its name is for those who don't see it, and a tooltip for the others. */

import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

export function IconButton(props: {
  icon: LabIcon;
  name: string;
  button?: React.Ref<HTMLButtonElement>;
  disabled?: boolean;
  onClick: () => void;
}): React.JSX.Element {
  const { icon: Icon, name, button, disabled, onClick } = props;
  return (
    <button
      ref={button}
      type="button"
      className="nbtrack-IconButton"
      aria-label={name}
      title={name}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon.react tag="span" elementSize="normal" />
    </button>
  );
}
