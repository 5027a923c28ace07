/** A model of the run: what it takes and gives, and an example. */

import * as React from 'react';

import type { Cell, IField, IFound } from '../registering';
import { formatSize } from '../run/size';
import { Scroll } from './scroll';

export function Details(props: { found: IFound }): React.JSX.Element {
  const { found } = props;
  const { signature, example, size, versions } = found;
  const facts = [
    found.flavors.join(', '),
    size === null ? '' : formatSize(size),
    found.in_memory ? 'in memory: it is logged when you register it' : ''
  ].filter(Boolean);
  return (
    <div
      className="nbtrack-Register-details"
      role="group"
      aria-label={`About ${found.name}`}
    >
      {facts.length > 0 && <p className="nbtrack-Quiet">{facts.join(' · ')}</p>}
      {versions.length > 0 && (
        <p>
          Registered already as{' '}
          {versions.map(one => `${one.name} version ${one.version}`).join(', ')}
          .
        </p>
      )}
      {signature ? (
        <Signature {...signature} />
      ) : (
        <p className="nbtrack-Quiet">
          It has no signature: whoever loads it is not told what it takes.
        </p>
      )}
      {example && <Example {...example} />}
    </div>
  );
}

function Signature(props: {
  inputs: readonly IField[];
  outputs: readonly IField[];
}): React.JSX.Element {
  const { inputs, outputs } = props;
  return (
    <Scroll
      name="Signature"
      aside={`${counted(inputs.length, 'input')}, ${counted(outputs.length, 'output')}`}
    >
      <table className="nbtrack-Register-table">
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Type</th>
            <th scope="col">Part</th>
          </tr>
        </thead>
        <tbody>
          <Fields fields={inputs} part="input" />
          <Fields fields={outputs} part="output" />
        </tbody>
      </table>
    </Scroll>
  );
}

function Fields(props: {
  fields: readonly IField[];
  part: string;
}): React.JSX.Element[] {
  return props.fields.map(({ name, type }, i) => (
    <tr key={`${props.part}${i}`}>
      <th scope="row">{name || '(unnamed)'}</th>
      <td>{type}</td>
      <td>{props.part}</td>
    </tr>
  ));
}

function Example(props: {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}): React.JSX.Element {
  const { columns, rows } = props;
  return (
    <Scroll name="Input example" aside={counted(rows.length, 'row')}>
      <table className="nbtrack-Register-table">
        <thead>
          <tr>
            {columns.map((column, i) => (
              <th key={i} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.map((cell, j) => (
                <td
                  key={j}
                  className={
                    typeof cell === 'number' ? 'nbtrack-Live-number' : undefined
                  }
                >
                  {shown(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function shown(cell: Cell): string {
  return cell === null
    ? ''
    : typeof cell === 'number'
      ? String(Number(cell.toPrecision(6)))
      : String(cell);
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
