/** An artifact that is text of some kind. */

import * as React from 'react';

import { useScene } from './host';
import type { Kind } from './kinds';
import { Markdown } from './markdown';
import { NotebookPreview } from './previewnotebook';
import { pretty } from './pretty';
import { TextFile } from './textfile';

/** A page that draws more characters than this in one element gets slow. */
const MOST = 200_000;

/** Put before a page: it loads nothing but what it carries itself. */
const POLICY =
  '<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" ' +
  "content=\"default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'\">";

export function TextPreview(props: {
  path: string;
  kind: Kind;
}): React.JSX.Element {
  const { path, kind } = props;
  return (
    <TextFile path={path}>
      {text => <Shown text={text} path={path} kind={kind} />}
    </TextFile>
  );
}

function Shown(props: {
  text: string;
  path: string;
  kind: Kind;
}): React.JSX.Element {
  const { text, path, kind } = props;
  const { host } = useScene();
  switch (kind) {
    case 'html':
      return <Page text={text} name={path} />;
    case 'markdown':
      return <Markdown rendermime={host.rendermime} text={text} />;
    case 'notebook':
      return <NotebookPreview text={text} />;
    case 'json':
      return <Lines text={pretty(text)} name={path} />;
    default:
      return <Lines text={text} name={path} />;
  }
}

/** Text as it is, cut where it is too long. */
export function Lines(props: {
  text: string;
  name: string;
}): React.JSX.Element {
  const { text, name } = props;
  const [all, setAll] = React.useState(false);
  const cut = !all && text.length > MOST;
  return (
    <>
      <pre
        className="nbtrack-Code nbtrack-Run-lines"
        role="group"
        aria-label={name}
        tabIndex={0}
      >
        {cut ? text.slice(0, MOST) : text}
      </pre>
      {text === '' && <p className="nbtrack-Quiet">The file is empty.</p>}
      {cut && (
        <button
          type="button"
          className="nbtrack-Run-link"
          onClick={() => {
            setAll(true);
          }}
        >
          Only the first {MOST.toLocaleString('en')} of{' '}
          {text.length.toLocaleString('en')} characters: show all
        </button>
      )}
    </>
  );
}

/** A page in a frame that may nothing: no scripts, no forms, no way out, nothing from the network. */
function Page(props: { text: string; name: string }): React.JSX.Element {
  return (
    <>
      <iframe
        className="nbtrack-Run-page"
        title={`Preview of ${props.name}`}
        sandbox=""
        referrerPolicy="no-referrer"
        srcDoc={POLICY + props.text}
      />
      <p className="nbtrack-Quiet">
        Scripts do not run here, and nothing is loaded from elsewhere.
      </p>
    </>
  );
}
