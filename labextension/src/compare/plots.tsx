/** «Plots»: params and metrics against each other. A brush in one selects for all. */

import * as React from 'react';

import { Button } from '../sidebar/parts';
import { BoxPlot } from './boxplot';
import { Chooser } from './chooser';
import { fieldsOf, firstFields, type IField } from './fields';
import { ParallelPlot } from './parallel';
import { RangeForm } from './ranged';
import { ScatterPlot } from './scatter';
import { useCompare } from './scene';
import { CompareSection, Select } from './section';

const MOST_AXES = 12;

export function Plots(): React.JSX.Element | null {
  const { compared } = useCompare();
  return compared.runs.length < 2 ? null : (
    <CompareSection
      name="plots"
      title="Plots"
      about="scatter, parallel coordinates, boxes"
    >
      <Inside />
    </CompareSection>
  );
}

function Inside(): React.JSX.Element {
  const { rows, compared, state, model } = useCompare();
  const [chosen, setChosen] = React.useState<{
    x?: string;
    y?: string;
    color?: string;
    axes?: readonly string[];
    by?: string;
  }>({});
  const fields = React.useMemo(
    () => fieldsOf(rows, compared),
    [rows, compared]
  );
  const { metric } = state;
  const { x, y, color, axes, by } = React.useMemo(
    () => ({ ...firstFields(rows, compared, metric), ...chosen }),
    [rows, compared, metric, chosen]
  );
  const named = new Map(fields.map(field => [field.id, field]));
  const order = fields.at(-1) as IField;
  const of = (id: string) => named.get(id) ?? order;
  const options = fields.map(({ id }) => [id, id] as const);
  const params = options.filter(([id]) => id.startsWith('params.'));
  const choose = (part: Partial<typeof chosen>) => {
    setChosen(old => ({ ...old, ...part }));
  };
  const axesText = JSON.stringify(axes);
  const drawnAxes = React.useMemo(
    () =>
      (JSON.parse(axesText) as string[]).flatMap(
        id => fields.find(field => field.id === id) ?? []
      ),
    [fields, axesText]
  );
  const count = state.selected.size;
  return (
    <>
      <div className="nbtrack-Run-tools" role="group" aria-label="Plots">
        <Select
          label="x"
          value={of(x).id}
          options={options}
          onChange={id => {
            choose({ x: id });
          }}
        />
        <Select
          label="y"
          value={of(y).id}
          options={options}
          onChange={id => {
            choose({ y: id });
          }}
        />
        <Select
          label="Colour"
          value={named.has(color) ? color : ''}
          options={[['', 'one for all'], ...options]}
          onChange={id => {
            choose({ color: id });
          }}
        />
        {params.length > 0 && (
          <Select
            label="Boxes by"
            value={named.has(by) ? by : (params[0]?.[0] ?? '')}
            options={params}
            onChange={id => {
              choose({ by: id });
            }}
          />
        )}
      </div>
      <Chooser
        title="Axes"
        label="Axes of the parallel coordinates"
        keys={options.map(([id]) => id)}
        chosen={drawnAxes.map(field => field.id)}
        most={MOST_AXES}
        onChange={ids => {
          choose({ axes: ids });
        }}
      />
      <RangeForm fields={fields} first={of(y).id} />
      <p className="nbtrack-Compare-selected" role="status">
        {count > 0
          ? `${count} of ${compared.runs.length} runs are selected. `
          : 'Drag over runs in a plot to select them; the table’s check boxes do the same. '}
        {count > 0 && (
          <Button
            label="Clear selection"
            onClick={() => {
              model.select([]);
            }}
          />
        )}
      </p>
      <div className="nbtrack-Compare-plots">
        <ScatterPlot x={of(x)} y={of(y)} color={named.get(color) ?? null} />
        {params.length > 0 && (
          <BoxPlot
            by={of(named.has(by) ? by : (params[0]?.[0] ?? ''))}
            y={of(y)}
          />
        )}
        {drawnAxes.length > 1 && (
          <ParallelPlot axes={drawnAxes} color={of(y)} />
        )}
      </div>
    </>
  );
}
