/** Section «Aliases»: at which version each is, who put it there, and the way to another one. */

import * as React from 'react';

import type { IModelDetail } from '../models';
import { useEditing } from '../run/editing';
import { Section } from '../run/section';
import { useObserved } from '../sidebar/observe';
import { Button } from '../sidebar/parts';
import { Alias } from './alias';
import { useScene } from './host';
import { Moving } from './moving';

export function Aliases(props: { model: IModelDetail }): React.JSX.Element {
  const { model } = props;
  const { aliases, capabilities } = model;
  const { state } = useScene();
  const { said } = useObserved(state);
  const { editable } = useEditing();
  const can = editable && (capabilities.aliases || capabilities.stages);
  return (
    <Section title="Aliases" count={aliases.length}>
      {aliases.length === 0 && (
        <p className="nbtrack-Quiet">
          {can
            ? 'None yet: code that loads an alias need not know version numbers.'
            : 'None.'}
        </p>
      )}
      {aliases.length > 0 && (
        <ul className="nbtrack-Run-list" tabIndex={-1}>
          {aliases.map(one => (
            <Alias key={one.alias} model={model} alias={one} editable={can} />
          ))}
        </ul>
      )}
      {can && <NewAlias model={model} version={null} />}
      <p role="status" className="nbtrack-Model-said">
        {said}
      </p>
    </Section>
  );
}

/** Gives a version an alias, be it new or another version's. */
export function NewAlias(props: {
  model: IModelDetail;
  /** `null`: one that the user chooses. */
  version: string | null;
}): React.JSX.Element {
  const { model, version } = props;
  const [open, setOpen] = React.useState(false);
  const button = React.useRef<HTMLButtonElement>(null);
  useReturn(open, button);
  return open ? (
    <Moving
      model={model}
      alias={null}
      to={version}
      fixed={version !== null}
      close={() => {
        setOpen(false);
      }}
    />
  ) : (
    <Button
      label={version === null ? 'Set an alias…' : 'Alias…'}
      spoken={
        version === null ? undefined : `Set an alias of version ${version}…`
      }
      button={button}
      onClick={() => {
        setOpen(true);
      }}
    />
  );
}

/** Where the question was, the keyboard goes on. */
export function useReturn(
  open: boolean,
  button: React.RefObject<HTMLButtonElement>
): void {
  const opened = React.useRef(false);
  React.useEffect(() => {
    if (!open && opened.current) {
      button.current?.focus();
    }
    opened.current = open;
  }, [open, button]);
}
