/** One metric of several runs. */

import * as React from 'react';

import type { IChoices, Template } from '../live/types';
import { Chart } from '../run/chart';
import { type ICurve, picture } from '../run/curves';

export function OverlaidChart(props: {
  metric: string;
  curves: readonly ICurve[];
  choices: IChoices;
  template: Template;
}): React.JSX.Element {
  const { metric, curves, choices, template } = props;
  const drawn = React.useMemo(() => picture(metric, curves), [metric, curves]);
  return <Chart picture={drawn} choices={choices} template={template} />;
}
