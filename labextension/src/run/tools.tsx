/** How charts are drawn: scale, x axis, smoothing. The same choices as on the live card. */

import * as React from 'react';

import type { IChoices } from '../live/types';

const SCALES = ['auto', 'log', 'linear'] as const;
const X_AXES = ['step', 'time'] as const;

export function ChartTools(props: {
  choices: IChoices;
  onChange: (choices: IChoices) => void;
}): React.JSX.Element {
  const { choices, onChange } = props;
  return (
    <div className="nbtrack-Run-tools" role="group" aria-label="Charts">
      <Choice
        label="Scale"
        options={SCALES}
        value={choices.scale}
        onChange={scale => {
          onChange({ ...choices, scale });
        }}
      />
      <Choice
        label="x axis"
        options={X_AXES}
        value={choices.axis}
        onChange={axis => {
          onChange({ ...choices, axis });
        }}
      />
      <label>
        Smoothing{' '}
        <input
          type="range"
          min={0}
          max={0.99}
          step={0.01}
          value={choices.smoothing}
          onChange={event => {
            const smoothing = Math.min(0.99, Number(event.target.value));
            onChange({ ...choices, smoothing });
          }}
        />
      </label>
    </div>
  );
}

function Choice<T extends string>(props: {
  label: string;
  options: readonly T[];
  value: T;
  onChange: (value: T) => void;
}): React.JSX.Element {
  const { label, options, value, onChange } = props;
  return (
    <label>
      {label}{' '}
      <select
        value={value}
        onChange={event => {
          const chosen = options.find(one => one === event.target.value);
          if (chosen !== undefined) {
            onChange(chosen);
          }
        }}
      >
        {options.map(option => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
  );
}
