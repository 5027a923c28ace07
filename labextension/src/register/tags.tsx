/** The tags of the version: a line for each. */

import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IKeyValue } from '../runs';
import { Button, IconButton } from '../sidebar/parts';

export function Tags(props: {
  tags: readonly IKeyValue[];
  problems: ReadonlyMap<number, string>;
  disabled: boolean;
  onChange: (tags: IKeyValue[]) => void;
}): React.JSX.Element {
  const { tags, problems, disabled, onChange } = props;
  const id = React.useId();
  const node = React.useRef<HTMLFieldSetElement>(null);
  // A line that was added, or the one before a line that was taken away, goes on.
  const next = React.useRef<number | null>(null);
  React.useEffect(() => {
    if (next.current !== null) {
      const lines = node.current?.querySelectorAll<HTMLElement>('[data-key]');
      const add = node.current?.querySelector<HTMLElement>('.nbtrack-Button');
      (lines?.[Math.min(next.current, lines.length - 1)] ?? add)?.focus();
      next.current = null;
    }
  }, [tags]);
  const change = (place: number, part: Partial<IKeyValue>) => {
    onChange(tags.map((tag, i) => (i === place ? { ...tag, ...part } : tag)));
  };
  return (
    <fieldset ref={node} className="nbtrack-Register-tags">
      <legend>Tags</legend>
      {tags.map(({ key, value }, i) => {
        const problem = problems.get(i);
        const ties = {
          'aria-invalid': problem !== undefined,
          'aria-describedby': problem === undefined ? undefined : `${id}${i}`
        };
        return (
          <div key={i}>
            <div className="nbtrack-Register-line">
              <input
                {...ties}
                data-key=""
                type="text"
                className="nbtrack-Register-box"
                aria-label={`Name of tag ${i + 1}`}
                placeholder="name"
                spellCheck={false}
                value={key}
                onChange={event => {
                  change(i, { key: event.target.value });
                }}
              />
              <input
                type="text"
                className="nbtrack-Register-box"
                aria-label={`Value of tag ${i + 1}`}
                placeholder="value"
                value={value}
                onChange={event => {
                  change(i, { value: event.target.value });
                }}
              />
              <IconButton
                icon={closeIcon}
                label={`Leave tag ${key || i + 1} out`}
                disabled={disabled}
                onClick={() => {
                  next.current = Math.max(0, i - 1);
                  onChange(tags.filter((_, place) => place !== i));
                }}
              />
            </div>
            {problem !== undefined && (
              <p id={`${id}${i}`} className="nbtrack-Register-problem">
                {problem}
              </p>
            )}
          </div>
        );
      })}
      <Button
        label="Add a tag"
        disabled={disabled}
        onClick={() => {
          next.current = tags.length;
          onChange([...tags, { key: '', value: '' }]);
        }}
      />
    </fieldset>
  );
}
