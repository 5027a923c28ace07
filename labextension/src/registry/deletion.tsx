/** Deletes a registered model for good, once the user has agreed. */

import * as React from 'react';

import type { IModelDetail } from '../models';
import { useAction } from '../run/action';
import { useEditing } from '../run/editing';
import { count } from '../sidebar/format';
import { useObserved } from '../sidebar/observe';
import { Button } from '../sidebar/parts';
import { useScene } from './host';

export function Deletion(props: {
  model: IModelDetail;
}): React.JSX.Element | null {
  const { host, name, state } = useScene();
  const { editable } = useEditing();
  const { versions, next } = useObserved(state);
  const action = useAction();
  const many =
    next === null ? (versions?.length ?? null) : props.model.versions;
  const remove = async (): Promise<void> => {
    const body = warning(name, many);
    if (await host.ask.confirm('Delete registered model', body, 'Delete')) {
      await state.delete();
      host.leave();
    }
  };
  if (!editable) {
    return null;
  }
  return (
    <div className="nbtrack-Run-section">
      <Button
        label="Delete model…"
        title="For good, with all its versions"
        disabled={action.busy}
        onClick={() => {
          void action.run(remove);
        }}
      />
      {action.error && (
        <p role="alert" className="nbtrack-Run-problem">
          {action.error.message} {action.error.hint}
        </p>
      )}
    </div>
  );
}

/** @param many - Versions; `null`: nobody has counted them. */
function warning(name: string, many: number | null): string {
  const versions =
    many === null
      ? 'all its versions'
      : many === 1
        ? 'its one version'
        : `its ${count(many)} versions`;
  return (
    `Delete «${name}» and ${versions} for good? Nothing brings them back, and whatever loads the model ` +
    'fails from then on. The runs that they came from stay.'
  );
}
