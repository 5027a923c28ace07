/** An artifact that is text of some kind. */

import * as React from 'react';

import { Failure } from '../sidebar/parts';
import { useAsked } from './asked';
import { useScene } from './host';
import type { Kind } from './kinds';
import { Markdown } from './markdown';
import { NotebookPreview } from './previewnotebook';
import { pretty } from './pretty';

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
  const { host, store, runId } = useScene();
  const { api } = host;
  const { value, error, retry } = useAsked(
    React.useCallback(
      () => api.artifactText(store, runId, path),
      [api, store, runId, path]
    )
  );
  if (error) {
    return <Failure error={error} onRetry={retry} />;
  }
  if (value === null) {
    return (
      <p role="status" className="nbtrack-Quiet">
        Loading…
      </p>
    );
  }
  switch (kind) {
    case 'html':
      return <Page text={value} name={path} />;
    case 'markdown':
      return <Markdown rendermime={host.rendermime} text={value} />;
    case 'notebook':
      return <NotebookPreview text={value} />;
    case 'json':
      return <Lines text={pretty(value)} name={path} />;
    default:
      return <Lines text={value} name={path} />;
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
