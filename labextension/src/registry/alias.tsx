/** One alias of a registered model. */

import * as React from 'react';

import { aliasUri, type IModelAlias, type IModelDetail } from '../models';
import { useAction } from '../run/action';
import { moment } from '../sidebar/format';
import { useObserved } from '../sidebar/observe';
import { Button } from '../sidebar/parts';
import { lastMove } from '../state/moved';
import { useReturn } from './aliases';
import { Code } from './code';
import { useScene } from './host';
import { Moving } from './moving';
import { staying } from './staying';
import { titled } from './titled';

export function Alias(props: {
  model: IModelDetail;
  alias: IModelAlias;
  editable: boolean;
}): React.JSX.Element {
  const { model, editable } = props;
  const { alias, version } = props.alias;
  const { name, state } = useScene();
  const { versions } = useObserved(state);
  const moved = lastMove(model, alias);
  const uri = aliasUri(name, alias);
  return (
    <li>
      <span className="nbtrack-Run-line">
        <span className="nbtrack-Run-key">{alias}</span>
        <span>is {titled(version, versions)}</span>
        <Code uri={uri} />
      </span>
      {moved && (
        <p className="nbtrack-Quiet">
          put there by {moved.by}
          {moved.at !== null && `, ${moment(moved.at)}`}
        </p>
      )}
      {editable && (
        <div className="nbtrack-Run-buttons">
          <Move {...props} />
        </div>
      )}
    </li>
  );
}

/** To another version, to the one before, or away. */
function Move(props: {
  model: IModelDetail;
  alias: IModelAlias;
}): React.JSX.Element {
  const { model } = props;
  const { alias, version } = props.alias;
  const { host, name, state } = useScene();
  const action = useAction();
  // The version that the question begins with; `undefined`: it isn't asked.
  const [to, setTo] = React.useState<string | null | undefined>(undefined);
  const open = to !== undefined;
  const button = React.useRef<HTMLButtonElement>(null);
  const remover = React.useRef<HTMLButtonElement>(null);
  useReturn(open, button);
  const before = new Map(Object.entries(model.previous)).get(alias);
  const remove = async (): Promise<void> => {
    const body = `Remove ${alias} from version ${version}? What loads ${aliasUri(name, alias)} fails from then on.`;
    if (await host.ask.confirm('Remove alias', body, 'Remove')) {
      await staying(remover.current, () =>
        state.setAlias(alias, null, version)
      );
    }
  };
  if (open) {
    return (
      <Moving
        model={model}
        alias={alias}
        to={to}
        fixed={to !== null}
        close={() => {
          setTo(undefined);
        }}
      />
    );
  }
  return (
    <>
      <Button
        label="Move…"
        spoken={`Move ${alias}…`}
        title="To another version"
        button={button}
        onClick={() => {
          setTo(null);
        }}
      />
      {before !== undefined && (
        <Button
          label="Roll back…"
          spoken={`Roll back ${alias}…`}
          title={`To version ${before}, where it was before`}
          onClick={() => {
            setTo(before);
          }}
        />
      )}
      <Button
        label="Remove…"
        spoken={`Remove ${alias}…`}
        button={remover}
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
    </>
  );
}
