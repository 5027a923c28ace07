/** What registered models a run has become versions of, and the way to them. */

import * as React from 'react';

import { type IRegistered, registeredWords } from '../models';
import type { IRunDetail } from '../runs';
import { useScene } from './host';

export function RegisteredAs(props: {
  run: IRunDetail;
}): React.JSX.Element | null {
  const { registered } = props.run;
  if (!registered?.length) {
    return null;
  }
  return (
    <ul className="nbtrack-Run-list" aria-label="Registered as">
      {registered.map(one => (
        <li key={`${one.version} ${one.name}`}>
          <ModelLink model={one} />
        </li>
      ))}
    </ul>
  );
}

function ModelLink(props: { model: IRegistered }): React.JSX.Element {
  const { host, store } = useScene();
  const { model } = props;
  return (
    <button
      type="button"
      className="nbtrack-Run-link"
      title="Show the registered model"
      onClick={() => {
        host.open.model(store, model.name);
      }}
    >
      {registeredWords(model)}
    </button>
  );
}
