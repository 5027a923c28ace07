/** One artifact: where it is, how large, a way to have it, and what is in it. */

import { copyIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IArtifact } from '../runs';
import { Button, IconButton } from '../sidebar/parts';
import { useScene } from './host';
import { type Kind, kindOf } from './kinds';
import { TablePreview } from './previewtable';
import { TextPreview } from './previewtext';
import { formatSize } from './size';

/** More text than this is no preview, in bytes. */
const MOST_TEXT = 2_000_000;
/** What the server sends at most, in bytes. */
const MOST = 20_000_000;

export function Preview(props: { artifact: IArtifact }): React.JSX.Element {
  const { artifact } = props;
  const { host, store, runId } = useScene();
  const { path, name, size, is_dir: isFolder } = artifact;
  return (
    <div className="nbtrack-Run-preview" role="group" aria-label={name}>
      <p className="nbtrack-Run-line">
        <span className="nbtrack-Run-key">{path}</span>
        {size !== null && (
          <span className="nbtrack-Quiet">{formatSize(size)}</span>
        )}
        <IconButton
          icon={copyIcon}
          label="Copy the path"
          onClick={() => {
            host.copy(path);
          }}
        />
        {!isFolder && (
          <a
            className="nbtrack-Run-link"
            href={host.api.artifactUrl(store, runId, path, true)}
            download={name}
          >
            Download
          </a>
        )}
      </p>
      {!isFolder && <Content artifact={artifact} />}
    </div>
  );
}

function Content(props: { artifact: IArtifact }): React.JSX.Element {
  const { path, name, size } = props.artifact;
  const { host, store, runId } = useScene();
  const [asText, setAsText] = React.useState(false);
  const kind: Kind = asText ? 'text' : kindOf(name);
  const most = kind === 'image' || kind === 'table' ? MOST : MOST_TEXT;
  if (kind === 'unknown') {
    return (
      <p>
        <span className="nbtrack-Quiet">
          No preview for this kind of file.{' '}
        </span>
        <Button
          label="Show as text"
          onClick={() => {
            setAsText(true);
          }}
        />
      </p>
    );
  }
  if (size !== null && size > most) {
    return (
      <p className="nbtrack-Quiet">
        Too large for a preview ({formatSize(size)}, at most {formatSize(most)}
        ): download it instead.
      </p>
    );
  }
  if (kind === 'image') {
    const url = host.api.artifactUrl(store, runId, path, false);
    return <Picture key={url} url={url} name={name} />;
  }
  if (kind === 'table') {
    return <TablePreview path={path} />;
  }
  return <TextPreview path={path} kind={kind} />;
}

function Picture(props: { url: string; name: string }): React.JSX.Element {
  const [failed, setFailed] = React.useState(false);
  return failed ? (
    <p role="alert" className="nbtrack-Run-problem">
      This picture could not be shown.
    </p>
  ) : (
    <img
      className="nbtrack-Run-image"
      src={props.url}
      alt={props.name}
      onError={() => {
        setFailed(true);
      }}
    />
  );
}
