/** Selects runs by what they have: what a brush does, without a mouse. */

import * as React from 'react';

import { Button } from '../sidebar/parts';
import { type IField, valueOf } from './fields';
import { useCompare } from './scene';
import { Select } from './section';
import { asFinite, byKind } from './values';

const NAME = 'range';

export function RangeForm(props: {
  fields: readonly IField[];
  /** What is looked at until another is chosen. */
  first: string;
}): React.JSX.Element {
  const { fields, first } = props;
  const { compared, model, state } = useCompare();
  const [picked, setPicked] = React.useState<string | null>(null);
  const [from, setFrom] = React.useState('');
  const [to, setTo] = React.useState('');
  const field =
    fields.find(one => one.id === (picked ?? first)) ?? fields.at(-1);
  const kinds = React.useMemo(() => (field ? kindsOf(field) : []), [field]);
  if (!field) {
    return <></>;
  }
  const kind = kinds.find(one => String(one) === from) ?? kinds[0];
  const select = (among = false) => {
    const found = compared.runs
      .filter((_, i) => {
        const value = valueOf(field, i);
        return field.numeric
          ? isBetween(value, from, to)
          : value !== null && value === kind;
      })
      .map(run => run.run_id);
    model.select(
      among ? found.filter(id => state.selected.has(id)) : found,
      NAME
    );
  };
  return (
    <div
      className="nbtrack-Run-tools"
      role="group"
      aria-label="Select runs by a value"
    >
      <Select
        label="Select by"
        value={field.id}
        options={fields.map(({ id }) => [id, id] as const)}
        onChange={id => {
          setPicked(id);
          setFrom('');
          setTo('');
        }}
      />
      {field.numeric ? (
        <>
          <End label="from" value={from} onChange={setFrom} onEnter={select} />
          <End label="to" value={to} onChange={setTo} onEnter={select} />
        </>
      ) : (
        <Select
          label="which is"
          value={String(kind ?? '')}
          options={kinds.map(one => [String(one), String(one)] as const)}
          onChange={setFrom}
        />
      )}
      <Button
        label="Select these runs"
        onClick={() => {
          select();
        }}
      />
      <Button
        label="Only of those selected"
        title="Take out of the selection what is not in this range"
        disabled={state.selected.size === 0}
        onClick={() => {
          select(true);
        }}
      />
    </div>
  );
}

function End(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onEnter: () => void;
}): React.JSX.Element {
  return (
    <label className="nbtrack-Compare-choice">
      {props.label}{' '}
      <input
        type="text"
        inputMode="decimal"
        size={8}
        value={props.value}
        onChange={event => {
          props.onChange(event.target.value);
        }}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            event.preventDefault();
            props.onEnter();
          }
        }}
      />
    </label>
  );
}

/** An end that is empty, or no number, is none. */
function isBetween(value: unknown, from: string, to: string): boolean {
  const [low, high] = [asFinite(from), asFinite(to)];
  return (
    typeof value === 'number' &&
    value >= (low ?? -Infinity) &&
    value <= (high ?? Infinity)
  );
}

function kindsOf(field: IField): (string | number)[] {
  const values = field.values.filter(value => value !== null);
  return field.numeric ? [] : [...new Set(values)].sort(byKind);
}
