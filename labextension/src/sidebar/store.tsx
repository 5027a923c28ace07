/** Section «Store»: where the runs of the notebook in front go. */

import * as React from 'react';

import type { ISnapshot } from '../state/settings';
import type { INotebook, ISettings, Source } from '../types';
import { Button, Fact, Failure, Fold, Prose } from './parts';

/** What the user types to switch nbtrack on. */
export const LOAD_LINE = '%load_ext nbtrack';

const STORE_SOURCE: Record<Source, string> = {
  explicit: 'set in the notebook',
  environment: 'environment variable MLFLOW_TRACKING_URI',
  pyproject: '[tool.nbtrack] in pyproject.toml',
  found: 'found in the notebook’s folder or above',
  default: 'default: one store in the folder that Jupyter serves'
};

const EXPERIMENT_SOURCE: Record<Source, string> = {
  explicit: 'set in the notebook',
  environment: 'environment variable',
  pyproject: '[tool.nbtrack] in pyproject.toml',
  found: 'found',
  default: 'default: named after the notebook'
};

export interface IStoreActions {
  retry: () => void;
  copy: (text: string) => void;
  /** Put this line into a new cell of the current notebook, without running it. */
  insert: (line: string) => void;
}

export function StoreSection(props: {
  snapshot: ISnapshot;
  actions: IStoreActions;
}): React.JSX.Element {
  const { snapshot, actions } = props;
  const { settings, error, notebook } = snapshot;
  const [open, setOpen] = React.useState(false);
  return (
    <section
      className="nbtrack-Section"
      aria-labelledby="nbtrack-store-title"
      aria-busy={snapshot.busy}
    >
      <Fold
        id="nbtrack-store-title"
        title="Store"
        open={open}
        onToggle={() => {
          setOpen(!open);
        }}
      >
        {settings && (
          <span className="nbtrack-Fold-aside" title={settings.store.readable}>
            {settings.store.readable}
          </span>
        )}
      </Fold>
      {error && <Failure error={error} onRetry={actions.retry} />}
      {!error && !settings && (
        <p role="status" className="nbtrack-Quiet">
          Loading…
        </p>
      )}
      {!error && settings && (
        <>
          <div hidden={!open && !isWanting(snapshot)}>
            <Status notebook={notebook} settings={settings} actions={actions} />
          </div>
          {settings.notices.map((notice, index) => (
            <p key={index} className="nbtrack-Notice" role="note">
              <Prose text={notice} />
            </p>
          ))}
          <div hidden={!open}>
            <Facts settings={settings} actions={actions} />
          </div>
        </>
      )}
    </section>
  );
}

/** Is there something to do before this notebook's runs are tracked? Then it is said unasked. */
function isWanting({ notebook, settings }: ISnapshot): boolean {
  const python =
    !notebook?.language || notebook.language.toLowerCase() === 'python';
  return notebook !== null && python && !settings?.kernel?.tracking;
}

/** One sentence: is nbtrack on here, and if not, what to do. */
function Status(props: {
  notebook: INotebook | null;
  settings: ISettings;
  actions: IStoreActions;
}): React.JSX.Element {
  const { notebook, settings, actions } = props;
  if (!notebook) {
    return <p>No notebook is open. This is the default here:</p>;
  }
  if (settings.kernel?.tracking) {
    return (
      <p>
        <span className="nbtrack-Badge">in use</span> by {notebook.name}
      </p>
    );
  }
  if (settings.kernel) {
    return (
      <p>
        nbtrack is loaded in {notebook.name}, but switched off. Execute{' '}
        <code>%track on</code> to switch it on.
      </p>
    );
  }
  if (notebook.language && notebook.language.toLowerCase() !== 'python') {
    return (
      <p>
        {notebook.name} runs {notebook.language}; nbtrack works in Python
        notebooks. This is the default here:
      </p>
    );
  }
  return (
    <>
      <p>
        nbtrack is not on in {notebook.name}. Execute <code>{LOAD_LINE}</code>{' '}
        there.
      </p>
      <Button
        label="Insert as a cell"
        title="Inserts the line above the first code cell. You execute it."
        onClick={() => {
          actions.insert(LOAD_LINE);
        }}
      />
    </>
  );
}

function Facts(props: {
  settings: ISettings;
  actions: IStoreActions;
}): React.JSX.Element {
  const { store, experiment, versions } = props.settings;
  return (
    <dl className="nbtrack-Facts">
      <Fact name="Store">
        <span>{store.readable}</span>
        {store.exists === false && (
          <span className="nbtrack-Quiet">
            not there yet: the first run creates it
          </span>
        )}
      </Fact>
      <Fact name="Address">
        <code className="nbtrack-Address">{store.uri}</code>
        <Button
          label="Copy"
          title="Copy the address of the store"
          onClick={() => {
            props.actions.copy(store.uri);
          }}
        />
      </Fact>
      <Fact name="Chosen by">{STORE_SOURCE[store.source]}</Fact>
      <Fact name="Experiment">
        <span>{experiment.name ?? unnamed(props.settings)}</span>
        {experiment.name !== null && experiment.source !== null && (
          <span className="nbtrack-Quiet">
            {EXPERIMENT_SOURCE[experiment.source]}
          </span>
        )}
      </Fact>
      <Fact name="Versions">
        nbtrack {versions.nbtrack} · MLflow {versions.mlflow ?? 'not installed'}
      </Fact>
    </dl>
  );
}

/** No name: nobody has asked about a notebook, or MLflow chooses. */
function unnamed(settings: ISettings): string {
  return settings.kernel || settings.experiment.source === 'environment'
    ? 'MLflow’s own choice (Default, or MLFLOW_EXPERIMENT_ID)'
    : 'named after each notebook';
}
