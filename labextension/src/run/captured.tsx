/** What nbtrack wrote down of a run's surroundings: the cell's source, packages, git. */

import * as React from 'react';

import type { IRunDetail } from '../runs';
import { Button, Fact, Failure } from '../sidebar/parts';
import { useAsked } from './asked';
import { CELL, FOLDER, OTHERS } from './files';
import { useScene } from './host';
import { LazyFold } from './lazyfold';
import { Lines } from './previewtext';
import { Section } from './section';
import { SourceDiff } from './sourcediff';
import { TextFile } from './textfile';

export function Captured(props: { run: IRunDetail }): React.JSX.Element {
  const [opened, setOpened] = React.useState(false);
  return (
    <Section
      title="What was captured"
      open={false}
      onOpen={() => {
        setOpened(true);
      }}
    >
      {opened && <Inside run={props.run} />}
    </Section>
  );
}

function Inside(props: { run: IRunDetail }): React.JSX.Element {
  const { run } = props;
  const { host, store, runId } = useScene();
  const { api } = host;
  const { value, error, retry } = useAsked(
    React.useCallback(async () => {
      const { value: page } = await api.artifacts(store, runId, FOLDER);
      return new Set(page.items.map(one => one.path));
    }, [api, store, runId])
  );
  const [looks, setLooks] = React.useState(0);
  const tag = (key: string): string | undefined =>
    run.tags.find(one => one.key === key)?.value;
  const commit = tag('mlflow.source.git.commit');
  const branch = tag('mlflow.source.git.branch');
  const dirty = tag('mlflow.source.git.dirty');
  const source = tag('mlflow.source.name');
  const missing = error?.status === 404;
  return (
    <>
      <dl className="nbtrack-Facts">
        {source && <Fact name="Source">{source}</Fact>}
        {run.execution_count !== null && (
          <Fact name="Executed as">In [{run.execution_count}]</Fact>
        )}
        {commit && (
          <Fact name="Git commit">
            <code>{commit}</code>
            {branch && <span className="nbtrack-Quiet">branch {branch}</span>}
            {dirty === 'true' && (
              <span className="nbtrack-Quiet">with changes not committed</span>
            )}
          </Fact>
        )}
      </dl>
      {error && !missing && <Failure error={error} onRetry={retry} />}
      {(missing || value?.size === 0) && (
        <p className="nbtrack-Quiet">
          No source or packages: nbtrack did not make this run, or it is not
          done writing.
        </p>
      )}
      {value?.has(CELL) && (
        <>
          <h4>The cell</h4>
          <SourceDiff key={looks} run={run} path={CELL} />
          <Button
            label="Compare again"
            title="With the cell as it is now"
            onClick={() => {
              setLooks(count => count + 1);
            }}
          />
        </>
      )}
      {OTHERS.filter(([path]) => value?.has(path)).map(([path, title]) => (
        <LazyFold key={path} title={title}>
          <TextFile path={path}>
            {text => <Lines text={text} name={path} />}
          </TextFile>
        </LazyFold>
      ))}
    </>
  );
}
