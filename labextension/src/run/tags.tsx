/** Tags: those of people to edit, those of MLflow and nbtrack folded away. */

import { closeIcon, undoIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, IconButton } from '../sidebar/parts';
import type { IKeyValue, IRunDetail } from '../runs';
import { useAction } from './action';
import { Editable } from './editable';
import { useEditing } from './editing';
import { useScene } from './host';
import { NewTag } from './newtag';
import { Section } from './section';
import { isSystemTag } from './tagkeys';

export function Tags(props: { run: IRunDetail }): React.JSX.Element {
  const { state } = useScene();
  const { tags } = props.run;
  return (
    <Section title="Tags" count={ownTags(tags).length}>
      <TagList
        tags={tags}
        change={(key, from, to) =>
          state.change({
            tags: { [key]: to },
            expected: { [`tags.${key}`]: from }
          })
        }
      />
    </Section>
  );
}

export function ownTags(tags: readonly IKeyValue[]): readonly IKeyValue[] {
  return tags.filter(tag => !isSystemTag(tag.key));
}

export function TagList(props: {
  tags: readonly IKeyValue[];
  /** `null`: no tag. */
  change: (
    key: string,
    from: string | null,
    to: string | null
  ) => Promise<void>;
}): React.JSX.Element {
  const { tags, change } = props;
  const { editable, refresh } = useEditing();
  const own = ownTags(tags);
  const system = tags.filter(tag => isSystemTag(tag.key));
  const [deleted, setDeleted] = React.useState<IKeyValue | null>(null);
  const { busy, error, run } = useAction();
  return (
    <>
      {own.length > 0 && (
        <ul className="nbtrack-Run-tags">
          {own.map(({ key, value }) => (
            <li key={key}>
              <span className="nbtrack-Run-key">{key}</span>
              <Editable
                label={`Value of the tag ${key}`}
                action={`Edit the tag ${key}`}
                field={`tags.${key}`}
                value={value}
                save={(text, expected) => change(key, expected, text)}
              >
                <span className="nbtrack-Run-value">{value}</span>
              </Editable>
              {editable && (
                <IconButton
                  icon={closeIcon}
                  label={`Delete the tag ${key}`}
                  disabled={busy}
                  onClick={() => {
                    void run(() => change(key, value, null)).then(done => {
                      if (done) {
                        setDeleted({ key, value });
                      }
                    });
                  }}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {error && (
        <p role="alert" className="nbtrack-Run-problem">
          {error.message} {error.hint}
          {error.status === 409 && (
            <Button
              label="Show what it is now"
              onClick={() => {
                void run(refresh);
              }}
            />
          )}
        </p>
      )}
      {deleted && (
        <p role="status" className="nbtrack-Run-line">
          Tag {deleted.key} deleted.
          <IconButton
            key={deleted.key}
            button={focusOn}
            icon={undoIcon}
            label={`Bring the tag ${deleted.key} back`}
            disabled={busy}
            onClick={() => {
              const { key, value } = deleted;
              void run(() => change(key, null, value)).then(done => {
                if (done) {
                  setDeleted(null);
                }
              });
            }}
          />
        </p>
      )}
      {editable && (
        <NewTag taken={tags} save={(key, value) => change(key, null, value)} />
      )}
      {system.length > 0 && (
        <details className="nbtrack-Run-fold">
          <summary>{system.length} of MLflow’s and nbtrack’s own</summary>
          <dl className="nbtrack-Run-pairs">
            {system.map(({ key, value }) => (
              <div key={key}>
                <dt>{key}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}

/** The button that was pressed is gone: the keyboard goes on at the one that takes it back. */
function focusOn(button: HTMLButtonElement | null): void {
  button?.focus();
}
