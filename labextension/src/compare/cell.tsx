/** One value of a run in a table. */

import * as React from 'react';

import { Failure } from '../sidebar/parts';
import { useAsked } from '../run/asked';
import { Long } from '../run/long';
import { Lines } from '../run/previewtext';
import type { IRunDetail, Value } from '../runs';
import { delta, type Group } from './difference';
import { homeOf } from './homes';
import { useCompare } from './scene';
import { Loading } from './section';
import { isCut, shownValue } from './values';

/** Longer texts are folded in a cell. */
const LONG = 200;

export function Cell(props: {
  group: Group;
  name: string;
  runId: string;
  value: Value | null;
  base: Value | null;
  isBase: boolean;
  best: boolean;
}): React.JSX.Element {
  const { group, name, runId, value, base, isBase, best } = props;
  if (value === null) {
    return <td className="nbtrack-Quiet">none</td>;
  }
  const metric = group === 'metrics';
  const text = shownValue(value, metric);
  const change = isBase ? null : delta(base, value);
  if (text.length > LONG) {
    return (
      <td>
        <details>
          <summary>
            {text.slice(0, LONG)}…{' '}
            <span className="nbtrack-Quiet">see all</span>
          </summary>
          <LongText group={group} name={name} runId={runId} text={text} />
        </details>
      </td>
    );
  }
  return (
    <td
      className={metric ? 'nbtrack-Live-number' : undefined}
      title={metric ? String(value) : undefined}
    >
      <Long label={`Value of ${name}`} text={text}>
        {change !== null && <span className="nbtrack-Quiet"> {change}</span>}
        {best && ' '}
        {best && <span className="nbtrack-Compare-best">best</span>}
      </Long>
    </td>
  );
}

/** The whole of a text, asked for where the answer holds a part. */
function LongText(props: {
  group: Group;
  name: string;
  runId: string;
  text: string;
}): React.JSX.Element {
  const { group, name, runId, text } = props;
  const [wanted, setWanted] = React.useState(false);
  if (!isCut(text)) {
    return <Lines text={text} name={name} />;
  }
  return wanted ? (
    <Whole group={group} name={name} runId={runId} />
  ) : (
    <>
      <Lines text={text} name={name} />
      <button
        type="button"
        className="nbtrack-Run-link"
        onClick={() => {
          setWanted(true);
        }}
      >
        This is the beginning: show the rest
      </button>
    </>
  );
}

function Whole(props: {
  group: Group;
  name: string;
  runId: string;
}): React.JSX.Element {
  const { group, name, runId } = props;
  const { host, state } = useCompare();
  const { api } = host;
  const store = homeOf(state, runId);
  const { value, error, retry } = useAsked(
    React.useCallback(async () => {
      const run = (await api.run(store ?? '', runId)).value;
      return textOf(run, group, name);
    }, [api, store, runId, group, name])
  );
  if (error) {
    return <Failure error={error} onRetry={retry} />;
  }
  return value === null ? <Loading /> : <Lines text={value} name={name} />;
}

function textOf(run: IRunDetail, group: Group, name: string): string {
  const list = group === 'params' ? run.params : run.tags;
  return (
    list.find(one => one.key === name)?.value ??
    (name === 'mlflow.note.content' ? run.note : '')
  );
}
