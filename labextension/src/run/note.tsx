/** The note of a run: Markdown, rendered, and edited as text. */

import * as React from 'react';

import type { IRunDetail } from '../runs';
import { Editable } from './editable';
import { useScene } from './host';
import { Markdown } from './markdown';
import { Section } from './section';

export function Note(props: { run: IRunDetail }): React.JSX.Element {
  const { note } = props.run;
  const { host, state, editable } = useScene();
  return (
    <Section title="Note">
      <Editable
        label="Note (Markdown)"
        action={note ? 'Edit the note' : 'Write a note'}
        field="note"
        value={note}
        multiline
        save={(text, expected) =>
          state.change({ note: text, expected: { note: expected } })
        }
      >
        {note ? (
          <Markdown rendermime={host.rendermime} text={note} />
        ) : (
          <p className="nbtrack-Quiet">
            {editable ? 'No note yet.' : 'No note.'}
          </p>
        )}
      </Editable>
    </Section>
  );
}
