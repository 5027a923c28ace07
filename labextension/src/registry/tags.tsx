/** The tags of a model and of a version. */

import * as React from 'react';

import type { IModelDetail, IModelVersion } from '../models';
import { Section } from '../run/section';
import { ownTags, TagList } from '../run/tags';
import type { IKeyValue } from '../runs';
import { isAliasTag } from '../state/moved';
import { useScene } from './host';

export function ModelTags(props: { model: IModelDetail }): React.JSX.Element {
  const { tags } = props.model;
  return (
    <Section title="Tags" count={ownTags(tags).length}>
      <Tags version={null} tags={tags} />
    </Section>
  );
}

export function VersionTags(props: {
  version: IModelVersion;
}): React.JSX.Element {
  const { version, tags } = props.version;
  return <Tags version={version} tags={tags} />;
}

function Tags(props: {
  version: string | null;
  tags: readonly IKeyValue[];
}): React.JSX.Element {
  const { state } = useScene();
  return (
    <TagList
      tags={props.tags.filter(tag => !isAliasTag(tag.key))}
      change={(key, from, to) =>
        state.change(props.version, {
          tags: { [key]: to },
          expected: { [`tags.${key}`]: from }
        })
      }
    />
  );
}
