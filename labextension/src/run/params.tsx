/** The params of a run. */

import { copyIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IKeyValue, IRunDetail } from '../runs';
import { Button, IconButton } from '../sidebar/parts';
import { useScene } from './host';
import { Long } from './long';
import { Filter, matches, Section } from './section';

/** So many rows are drawn without asking. */
const FIRST = 100;
/** From so many on a filter is of use. */
const MANY = 8;

export function Params(props: { run: IRunDetail }): React.JSX.Element {
  const { params } = props.run;
  const { host } = useScene();
  const [filter, setFilter] = React.useState('');
  const [all, setAll] = React.useState(false);
  const found = params.filter(({ key, value }) => matches(filter, key, value));
  const shown = all ? found : found.slice(0, FIRST);
  return (
    <Section title="Params" count={params.length}>
      {params.length === 0 && <p className="nbtrack-Quiet">No params.</p>}
      {params.length >= MANY && (
        <Filter label="Filter params" value={filter} onChange={setFilter} />
      )}
      {shown.length > 0 && (
        <table className="nbtrack-Run-table" aria-label="Params">
          <tbody>
            {shown.map(param => (
              <Param key={param.key} param={param} copy={host.copy} />
            ))}
          </tbody>
        </table>
      )}
      {params.length > 0 && found.length === 0 && (
        <p role="status" className="nbtrack-Quiet">
          No param has that in its name or value.
        </p>
      )}
      <span className="nbtrack-Run-buttons">
        {shown.length < found.length && (
          <Button
            label={`Show all ${found.length}`}
            onClick={() => {
              setAll(true);
            }}
          />
        )}
        {params.length > 0 && (
          <Button
            label="Copy as JSON"
            title="Copy all params as a JSON object"
            onClick={() => {
              host.copy(asJson(params));
            }}
          />
        )}
      </span>
    </Section>
  );
}

function Param(props: {
  param: IKeyValue;
  copy: (text: string) => void;
}): React.JSX.Element {
  const { key, value } = props.param;
  return (
    <tr>
      <th scope="row">{key}</th>
      <td>
        <Long label={`Value of ${key}`} text={value} />
      </td>
      <td className="nbtrack-Run-tight">
        <IconButton
          icon={copyIcon}
          label={`Copy ${key}`}
          onClick={() => {
            props.copy(value);
          }}
        />
      </td>
    </tr>
  );
}

function asJson(params: readonly IKeyValue[]): string {
  // From entries, since a param may be called `__proto__`.
  const entries = params.map(({ key, value }) => [key, value] as const);
  return JSON.stringify(Object.fromEntries(entries), null, 2);
}
