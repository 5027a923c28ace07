/** The description of a model or of a version: Markdown, rendered, and edited as text. */

import * as React from 'react';

import type { IModelDetail, IModelVersion } from '../models';
import { Editable } from '../run/editable';
import { useEditing } from '../run/editing';
import { Markdown } from '../run/markdown';
import { Section } from '../run/section';
import { useScene } from './host';

export function Description(props: { model: IModelDetail }): React.JSX.Element {
  return (
    <Section title="Description">
      <Text of="the model" version={null} text={props.model.description} />
    </Section>
  );
}

export function VersionDescription(props: {
  version: IModelVersion;
}): React.JSX.Element {
  const { version, description } = props.version;
  return (
    <Text of={`version ${version}`} version={version} text={description} />
  );
}

function Text(props: {
  /** What is described. */
  of: string;
  version: string | null;
  text: string;
}): React.JSX.Element {
  const { of, version, text } = props;
  const { host, state } = useScene();
  const { editable } = useEditing();
  return (
    <Editable
      label={`Description of ${of} (Markdown)`}
      action={`${text ? 'Edit' : 'Write'} the description of ${of}`}
      field="description"
      value={text}
      multiline
      save={(description, expected) =>
        state.change(version, {
          description,
          expected: { description: expected }
        })
      }
    >
      {text ? (
        <Markdown rendermime={host.rendermime} text={text} />
      ) : (
        <p className="nbtrack-Quiet">
          {editable ? 'No description yet.' : 'No description.'}
        </p>
      )}
    </Editable>
  );
}
