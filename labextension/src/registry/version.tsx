/** One version of a registered model. */

import * as React from 'react';

import {
  type IModelDetail,
  type IModelVersion,
  modelUri,
  versionStatus
} from '../models';
import { useAction } from '../run/action';
import { useEditing } from '../run/editing';
import { ownTags } from '../run/tags';
import { moment } from '../sidebar/format';
import { useObserved } from '../sidebar/observe';
import { Button } from '../sidebar/parts';
import { NewAlias } from './aliases';
import { Code } from './code';
import { VersionDescription } from './description';
import { useScene } from './host';
import { Origin } from './origin';
import { staying } from './staying';
import { VersionTags } from './tags';

export function Version(props: {
  model: IModelDetail;
  version: IModelVersion;
}): React.JSX.Element {
  const { version } = props;
  const { aliases, created, user, stage } = version;
  const { state } = useScene();
  const { selected } = useObserved(state);
  const title = `Version ${version.version}`;
  return (
    <li className="nbtrack-Model-version">
      <div className="nbtrack-Run-line">
        <input
          type="checkbox"
          aria-label={`Select version ${version.version}`}
          checked={selected.has(version.version)}
          onChange={event => {
            state.select(version.version, event.target.checked);
          }}
        />
        <h4>{title}</h4>
        {aliases.map(alias => (
          <span key={alias} className="nbtrack-Model-alias">
            @{alias}
          </span>
        ))}
        {stage !== null && stage !== 'None' && (
          <span className="nbtrack-Quiet">{stage}</span>
        )}
      </div>
      <Status version={version} />
      {(created !== null || user) && (
        <p className="nbtrack-Quiet">
          {created !== null && moment(created)}
          {user && ` by ${user}`}
        </p>
      )}
      <Origin version={version} />
      <Buttons {...props} />
      <More version={version} />
    </li>
  );
}

/** Says nothing of one that is ready. */
function Status(props: { version: IModelVersion }): React.JSX.Element | null {
  const { status, status_message: message } = props.version;
  if (status === 'READY' && !message) {
    return null;
  }
  const failed = status.startsWith('FAILED');
  return (
    <p
      className={failed ? 'nbtrack-Run-problem' : 'nbtrack-Quiet'}
      data-status={status}
    >
      {versionStatus(status)}
      {message && `: ${message}`}
    </p>
  );
}

function Buttons(props: {
  model: IModelDetail;
  version: IModelVersion;
}): React.JSX.Element {
  const { model } = props;
  const { capabilities } = model;
  const { version, aliases } = props.version;
  const { host, name, state } = useScene();
  const { editable } = useEditing();
  const action = useAction();
  const place = React.useRef<HTMLDivElement>(null);
  const remove = async (): Promise<void> => {
    const body = warning(name, version, aliases);
    if (await host.ask.confirm('Delete version', body, 'Delete')) {
      await staying(place.current, () => state.deleteVersion(version));
    }
  };
  return (
    <div ref={place} className="nbtrack-Run-buttons">
      <Code uri={modelUri(name, version)} />
      {editable && (capabilities.aliases || capabilities.stages) && (
        <NewAlias model={model} version={version} />
      )}
      {editable && (
        <Button
          label="Delete…"
          spoken={`Delete version ${version}…`}
          title="For good"
          disabled={action.busy}
          onClick={() => {
            void action.run(remove);
          }}
        />
      )}
      {action.error && (
        <p role="alert" className="nbtrack-Run-problem">
          {action.error.message} {action.error.hint}
        </p>
      )}
    </div>
  );
}

function warning(
  name: string,
  version: string,
  aliases: readonly string[]
): string {
  const lost = aliases.length
    ? ` It is ${aliases.join(', ')}: what loads it by that name fails from then on.`
    : '';
  return `Delete version ${version} of «${name}» for good? Nothing brings it back.${lost} The run that it came from stays.`;
}

/** What most versions have not, unfolded where there is something. */
function More(props: { version: IModelVersion }): React.JSX.Element {
  const { version } = props;
  const { description, tags, source } = version;
  const some = description !== '' || ownTags(tags).length > 0;
  const [open, setOpen] = React.useState(some);
  return (
    <details
      className="nbtrack-Run-fold"
      open={open}
      onToggle={event => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>
        Description, tags, files
        <span className="nbtrack-Spoken"> of version {version.version}</span>
      </summary>
      {open && (
        <>
          <VersionDescription version={version} />
          <VersionTags version={version} />
          {source !== null && (
            <p className="nbtrack-Quiet nbtrack-Run-value">{source}</p>
          )}
        </>
      )}
    </details>
  );
}
