/** The top of a registered model's page: its name, its age, and what its store can't do. */

import * as React from 'react';

import type { IModelDetail } from '../models';
import { moment } from '../sidebar/format';
import { Prose } from '../sidebar/parts';
import { useScene } from './host';

export function Header(props: { model: IModelDetail }): React.JSX.Element {
  const { name, notes } = props.model;
  const { health } = useScene();
  const page = address(health?.ui ?? null, name);
  return (
    <header className="nbtrack-Run-header">
      <h2 className="nbtrack-Run-name">{name}</h2>
      <Age model={props.model} />
      {page !== null && (
        <a
          className="nbtrack-Run-link"
          href={page}
          target="_blank"
          rel="noopener noreferrer"
        >
          Open in MLflow
        </a>
      )}
      {notes.map(note => (
        <p key={note} className="nbtrack-Notice" role="note">
          <Prose text={note} />
        </p>
      ))}
    </header>
  );
}

function Age(props: { model: IModelDetail }): React.JSX.Element | null {
  const { created, updated } = props.model;
  if (created === null) {
    return null;
  }
  const [first, last] = [moment(created), moment(updated ?? created)];
  return (
    <p className="nbtrack-Quiet">
      registered {first}
      {last !== first && `, updated ${last}`}
    </p>
  );
}

/** The model's page in MLflow's own UI, if the server has one: an address of the web and no other. */
export function address(ui: string | null, name: string): string | null {
  return ui !== null && /^https?:\/\//i.test(ui)
    ? `${ui.replace(/\/+$/, '')}/#/models/${encodeURIComponent(name)}`
    : null;
}
