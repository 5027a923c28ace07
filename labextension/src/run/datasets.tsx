/** The datasets that a run used. */

import * as React from 'react';

import type { IDataset, IRunDetail } from '../runs';
import { pretty } from './pretty';
import { Section } from './section';

export function Datasets(props: { run: IRunDetail }): React.JSX.Element | null {
  const { datasets } = props.run;
  if (!datasets.length) {
    return null;
  }
  return (
    <Section title="Datasets" count={datasets.length}>
      <ul className="nbtrack-Run-list">
        {datasets.map((dataset, i) => (
          <li key={i}>
            <Dataset dataset={dataset} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Dataset(props: { dataset: IDataset }): React.JSX.Element {
  const { name, digest, source_type, context, rows, schema } = props.dataset;
  const facts = [
    context,
    rows === null ? null : `${rows.toLocaleString('en')} rows`,
    source_type,
    digest && `digest ${digest}`
  ];
  return (
    <>
      <span className="nbtrack-Run-key">{name}</span>{' '}
      <span className="nbtrack-Quiet">{facts.filter(Boolean).join(' · ')}</span>
      {schema && (
        <details className="nbtrack-Run-fold">
          <summary>Schema</summary>
          <pre className="nbtrack-Code">{pretty(schema)}</pre>
        </details>
      )}
    </>
  );
}
