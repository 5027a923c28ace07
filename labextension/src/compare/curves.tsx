/** The curves of the runs, one chart a metric, drawn over each other or as means of groups. */

import * as React from 'react';

import { type IChoices, newChoices } from '../live/types';
import { useAsked } from '../run/asked';
import { ChartTools } from '../run/tools';
import type { ISeries } from '../runs';
import { Failure } from '../sidebar/parts';
import {
  drawnRuns,
  firstChoice,
  MOST_DRAWN,
  MOST_LINES,
  metricsOf
} from './chosen';
import { Chooser } from './chooser';
import type { Spread } from './grouped';
import { groupsBy } from './groups';
import { histories, homeOf } from './homes';
import type { Range } from './lines';
import { MetricCurves } from './metriccurves';
import { useCompare } from './scene';
import { CompareSection, Loading, Select } from './section';

/** Of a line: about as many as a chart has pixels across. */
const POINTS = 600;
/** Of a line that only goes into a mean. */
const POINTS_OF_MEAN = 200;
/** Runs that go into means. */
const MOST_MEANT = 80;

export function Curves(): React.JSX.Element | null {
  const { compared } = useCompare();
  return Object.keys(compared.metrics).length === 0 ? null : (
    <CompareSection
      name="curves"
      title="Curves"
      about="metrics over steps or time"
    >
      <Inside />
    </CompareSection>
  );
}

function Inside(): React.JSX.Element {
  const { host, model, state, compared, rows } = useCompare();
  const [choices, setChoices] = React.useState<IChoices>(newChoices);
  const [picked, setPicked] = React.useState<readonly string[] | null>(null);
  const [group, setGroup] = React.useState('');
  const [spread, setSpread] = React.useState<Spread>('interval');
  const [range, setRange] = React.useState<Range | null>(null);
  const [rule, setRule] = React.useState<number | null>(null);
  const { api } = host;
  const metrics = React.useMemo(() => metricsOf(compared), [compared]);
  const first = compared.runs[0]?.run_id ?? '';
  const store = homeOf(state, first);
  // One run knows which metrics have a course, and which one says most.
  const sample = useAsked(
    React.useCallback(
      async () => (store === null ? null : (await api.run(store, first)).value),
      [api, store, first]
    )
  );
  const knows = store === null || sample.value !== null || sample.error;
  const drawn = (picked ?? (knows ? firstChoice(metrics, sample.value) : []))
    .filter(key => metrics.includes(key))
    .slice(0, MOST_DRAWN);
  const grouped = rows.some(row => row.group === 'params' && row.key === group);
  const most = grouped ? MOST_MEANT : MOST_LINES;
  const runs = drawnRuns(state, most);
  const history = useHistory(
    runs.map(one => one.runId),
    drawn,
    grouped ? POINTS_OF_MEAN : POINTS
  );
  const kind = grouped ? 'band' : 'panel';
  const coloured = !grouped && drawn.length > 0;
  React.useEffect(() => {
    model.colour(coloured);
    return () => {
      model.colour(false);
    };
  }, [model, coloured]);
  const template = useAsked(
    React.useCallback(() => api.chart(kind), [api, kind]),
    kind
  );
  const failed = template.error ?? history.error;
  const total = compared.runs.length;
  const params = rows.filter(row => row.group === 'params' && row.differs);
  const groups = React.useMemo(
    () => (grouped ? groupsBy(compared, group) : null),
    [compared, grouped, group]
  );
  return (
    <>
      <ChartTools
        choices={choices}
        onChange={next => {
          if (next.axis !== choices.axis) {
            setRange(null);
            setRule(null);
          }
          setChoices(next);
        }}
      />
      <div className="nbtrack-Run-tools">
        <Select
          label="Mean of runs with the same"
          value={grouped ? group : ''}
          options={[
            ['', 'no grouping: each run'],
            ...params.map(({ key }) => [key, key] as const)
          ]}
          onChange={setGroup}
        />
        {grouped && (
          <Select
            label="Band"
            value={spread}
            options={[
              ['interval', '95 % interval of the mean'],
              ['range', 'least to largest value']
            ]}
            onChange={chosen => {
              setSpread(chosen === 'range' ? 'range' : 'interval');
            }}
          />
        )}
        {range && (
          <button
            type="button"
            className="nbtrack-Run-link"
            onClick={() => {
              setRange(null);
            }}
          >
            Show all steps again
          </button>
        )}
      </div>
      <Chooser
        title="Metrics"
        label="Metrics that are drawn"
        keys={metrics}
        chosen={drawn}
        most={MOST_DRAWN}
        onChange={setPicked}
      />
      {total > runs.length && (
        <p className="nbtrack-Quiet" role="note">
          {grouped
            ? `The means are of ${runs.length} of ${total} runs.`
            : `${runs.length} of ${total} runs are drawn: more lines nobody tells apart. Select others in a table or a plot to see theirs.`}
        </p>
      )}
      {grouped && (
        <p className="nbtrack-Quiet">
          Lines are means of the group’s runs;{' '}
          {spread === 'range'
            ? 'bands reach from the least to the largest value.'
            : 'bands are the 95 % interval of the mean (Student’s t), and of a single run there is none.'}
        </p>
      )}
      {failed && (
        <Failure
          error={failed}
          onRetry={() => {
            template.retry();
            history.retry();
          }}
        />
      )}
      {!failed && (!history.value || !knows) && <Loading />}
      {knows && drawn.length === 0 && (
        <p className="nbtrack-Quiet">
          {picked
            ? 'No metric is chosen.'
            : 'Each metric has one value only, and no course. Choose metrics to draw them nevertheless.'}
        </p>
      )}
      {template.value && history.value && (
        <div className="nbtrack-Compare-charts">
          {drawn.map(key => (
            <MetricCurves
              key={key}
              metric={key}
              history={history.value ?? NONE}
              runs={runs}
              groups={groups}
              spread={spread}
              choices={choices}
              template={template.value ?? {}}
              range={range}
              onRange={setRange}
              rule={rule}
              onRule={setRule}
            />
          ))}
        </div>
      )}
    </>
  );
}

const NONE: readonly ISeries[] = [];

/** The points of these runs' metrics: of the store, or those that came with the notebook. */
function useHistory(
  runIds: readonly string[],
  keys: readonly string[],
  points: number
): ReturnType<typeof useAsked<readonly ISeries[]>> {
  const { host, state, compared, kept } = useCompare();
  const { api } = host;
  const { store, elsewhere, asOf, answers } = state;
  const isOff = store === null || (asOf !== null && kept.length > 0);
  // The answer belongs to these runs and metrics, and to as many points as they had.
  const wanted = JSON.stringify([[...runIds].sort(), keys]);
  const asked = new Set(runIds);
  const own = compared.runs.filter(one => asked.has(one.run_id));
  const runs = own.some(one => one.status === 'RUNNING');
  const stamp = runs ? String(answers) : own.map(one => one.status).join();
  return useAsked(
    React.useCallback(async () => {
      const [ids, metrics] = JSON.parse(wanted) as [string[], string[]];
      if (isOff) {
        return kept;
      }
      return ids.length && metrics.length
        ? histories(api, { store, elsewhere }, ids, metrics, points)
        : NONE;
    }, [api, store, elsewhere, isOff, kept, wanted, points]),
    stamp
  );
}
