/** A model's address to copy, and the code that loads it, for a new cell. */

import { addBelowIcon, copyIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { loadCode } from '../code';
import { IconButton } from '../sidebar/parts';
import { useScene } from './host';

export function Code(props: { uri: string }): React.JSX.Element {
  const { uri } = props;
  const { host } = useScene();
  return (
    <span className="nbtrack-Model-code">
      <IconButton
        icon={copyIcon}
        label={`Copy ${uri}`}
        onClick={() => {
          host.copy(uri);
        }}
      />
      {/* Below the active cell of the notebook in front. The user executes it. */}
      <IconButton
        icon={addBelowIcon}
        label={`Insert code that loads ${uri}`}
        onClick={() => {
          host.insert(loadCode(uri));
        }}
      />
    </span>
  );
}
