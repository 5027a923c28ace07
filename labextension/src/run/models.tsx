/** The models that a run logged, and the code that loads one. */

import * as React from 'react';

import { loadCode } from '../code';
import type { IModel, IRunDetail } from '../runs';
import { Button } from '../sidebar/parts';
import { useScene } from './host';
import { Section } from './section';

export function Models(props: { run: IRunDetail }): React.JSX.Element | null {
  const { models, run_id: runId } = props.run;
  const { host } = useScene();
  if (!models.length) {
    return null;
  }
  return (
    <Section title="Models" count={models.length}>
      <ul className="nbtrack-Run-list">
        {models.map((model, i) => {
          const code = loading(model, runId);
          const name = model.name || model.path || model.model_id || 'model';
          return (
            <li key={i}>
              <span className="nbtrack-Run-key">{name}</span>{' '}
              <span className="nbtrack-Quiet">
                {[model.status?.toLowerCase(), model.path]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
              {code !== null && (
                <Button
                  label="Insert code to load it"
                  title="Into a new cell of the notebook in front. You execute it."
                  onClick={() => {
                    host.insert(code);
                  }}
                />
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

/** Return the lines that load a model; `null` if nothing says where it is. */
export function loading(model: IModel, runId: string): string | null {
  const { model_id: id, path } = model;
  const place = path && !isUri(path) ? `runs:/${runId}/${path}` : path;
  const uri = id ? `models:/${id}` : place;
  return uri ? loadCode(uri) : null;
}

/** The server gives a whole address where it knows one. */
function isUri(path: string): boolean {
  return /^(models|runs):\//.test(path);
}
