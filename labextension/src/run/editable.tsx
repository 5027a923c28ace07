/** A text with a pencil: shows it, or an editor in its place. */

import { editIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../sidebar/parts';
import { useEditing } from './editing';
import { Editor, type IEditorProps } from './editor';

export function Editable(
  props: Omit<IEditorProps, 'close'> & {
    /** Says what the pencil does. */
    action: string;
    children: React.ReactNode;
  }
): React.JSX.Element {
  const { action, children, ...editor } = props;
  const { editable, refresh } = useEditing();
  const [open, setOpen] = React.useState(false);
  const pencil = React.useRef<HTMLButtonElement>(null);
  const opened = React.useRef(false);
  React.useEffect(() => {
    // Where the editor was, the keyboard goes on.
    if (!open && opened.current) {
      pencil.current?.focus();
    }
    opened.current = open;
  }, [open]);
  if (open) {
    return (
      <Editor
        {...editor}
        close={reload => {
          setOpen(false);
          if (reload) {
            void refresh();
          }
        }}
      />
    );
  }
  return (
    <div className="nbtrack-Run-editable">
      {children}
      {editable && (
        <IconButton
          icon={editIcon}
          label={action}
          button={pencil}
          onClick={() => {
            setOpen(true);
          }}
        />
      )}
    </div>
  );
}
