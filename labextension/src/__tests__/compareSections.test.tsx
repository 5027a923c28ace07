import type { INoiseGroup } from '../compared';
import { COLOURS } from '../compare/dashes';
import { colour } from '../run/curves';
import { CompareServer, run } from './compareserver';
import { Screen } from './comparison';

let server: CompareServer;
let screen: Screen;

const IDS = Array.from({ length: 12 }, (_, i) => `r${i}`);

beforeEach(() => {
  server = new CompareServer(
    ...IDS.map((id, i) =>
      run(
        id,
        { loss: i / 10, width: i === 3 ? 'NaN' : 1 - i / 10 },
        { lr: i % 2 ? '0.1' : '1e-1', depth: String(i % 3), seed: String(i) }
      )
    )
  );
  screen = new Screen(server);
});

afterEach(() => {
  screen.dispose();
});

it('asks nothing for sections that are closed, and remembers which are open', async () => {
  await screen.show(IDS, 'differs');
  const asked = (path: string) => server.count(path);
  expect(['history', 'chart', 'noise', 'importance'].map(asked)).toEqual(
    Array(4).fill(0)
  );
  await screen.click('Is it noise?');
  expect(asked('noise')).toBe(1);
  expect([...screen.model.snapshot.open]).toEqual(['differs', 'noise']);
  await screen.click('Is it noise?');
  expect([...screen.model.snapshot.open]).toEqual(['differs']);
});

it('draws a line and a colour for each run, one chart a metric', async () => {
  await screen.show(['r0', 'r1', 'r2'], 'curves');
  const titles = screen.all('figcaption').map(one => one.textContent);
  expect(titles).toEqual(['loss', 'width']);
  const ends = screen.drawn('points').filter(row => row['last']);
  expect(ends.map(row => [row['label'], row['color']])).toEqual([
    ['run r0', '#0072B2'],
    ['run r1', '#D55E00'],
    ['run r2', '#009E73']
  ]);
  expect(server.count('history')).toBe(1);
});

it('dashes lines whose colours come again, and has the legend in the heads of the table', async () => {
  await screen.show(IDS, 'differs', 'curves');
  const ends = screen
    .drawn('points')
    .filter(row => row['last'])
    .map(row => `${String(row['color'])} ${String(row['dash'])}`);
  expect(new Set(ends).size).toBe(IDS.length);
  expect([colour(0), colour(COLOURS - 1)]).not.toContain(colour(1));
  expect(colour(COLOURS)).toBe(colour(0));
  const marks = screen.all('thead .nbtrack-Compare-swatch line');
  expect(
    marks.map(one => {
      const dash = one.getAttribute('stroke-dasharray') === null ? 0 : 1;
      return `${one.getAttribute('stroke') ?? ''} ${dash}`;
    })
  ).toEqual(ends);
  // Means have colours of their own, and without curves there is nothing to tell.
  await screen.choose('Mean of runs with the same', 'depth');
  expect(screen.all('thead .nbtrack-Compare-swatch')).toHaveLength(0);
  await screen.choose('Mean of runs with the same', '');
  await screen.click('Curves');
  expect(screen.all('thead .nbtrack-Compare-swatch')).toHaveLength(0);
});

it('draws other metrics when asked', async () => {
  await screen.show(['r0', 'r1'], 'curves');
  await screen.after(() => {
    const fold = screen.named('Metrics (2 of 2)').parentElement;
    (fold as HTMLDetailsElement).open = true;
  });
  await screen.click('loss');
  const titles = screen.all('figcaption').map(one => one.textContent);
  expect(titles).toEqual(['width']);
});

it('reads all lines at a step by the keyboard, and draws a part larger', async () => {
  await screen.show(['r0', 'r1'], 'curves');
  const [slider] = screen.all('[role=slider]');
  expect(slider?.getAttribute('aria-valuetext')).toBe('no step chosen');
  await screen.press(slider as HTMLElement, 'Home');
  await screen.press(slider as HTMLElement, 'ArrowRight');
  await screen.press(slider as HTMLElement, 'ArrowRight');
  expect(slider?.getAttribute('aria-valuetext')).toBe(
    'step 2: run r0 0.125, run r1 0.125'
  );
  await screen.press(slider as HTMLElement, '+');
  const steps = screen.drawn('points').map(row => row['x']);
  expect(new Set(steps)).toEqual(new Set([2]));
  await screen.press(slider as HTMLElement, 'Escape');
  expect(new Set(screen.drawn('points').map(row => row['x'])).size).toBe(4);
});

it('draws means with bands of the runs that share a param', async () => {
  await screen.show(IDS, 'curves');
  await screen.choose('Mean of runs with the same', 'depth');
  const labels = screen
    .drawn('points')
    .filter(row => row['last'])
    .map(row => row['label']);
  expect(labels).toEqual(['depth = 0 (4)', 'depth = 1 (4)', 'depth = 2 (4)']);
  expect(screen.drawn('bands')[0]).toEqual({
    ...{ x: 0, low: 1, high: 1, series: 0, color: '#0072B2' }
  });
  expect(screen.text).toContain('the 95 % interval of the mean');
  await screen.choose('Band', 'range');
  expect(screen.text).toContain('from the least to the largest value');
});

it('selects in all by a brush in one plot, and clears', async () => {
  await screen.show(IDS, 'plots');
  await screen.choose('x', 'metrics.loss');
  const scatter = screen.plots.filter(
    ({ drawing }) =>
      'rows' in drawing.data && 'color' in (drawing.data['rows'][0] ?? {})
  );
  await screen.after(() => {
    scatter.at(-1)?.events.onBrush?.({ x: [0.05, 0.35], y: [-1, 2] });
  });
  expect([...screen.model.snapshot.selected]).toEqual(['r1', 'r2', 'r3']);
  expect(screen.text).toContain('3 of 12 runs are selected.');
  const faint = screen.drawn('lines').filter(row => row['selected'] === false);
  expect(new Set(faint.map(row => row['run_id'])).size).toBe(9);
  await screen.click('Clear selection');
  expect(screen.model.snapshot.selected.size).toBe(0);
});

it('has a table for each plot, with the same values', async () => {
  await screen.show(IDS, 'plots');
  await screen.choose('x', 'metrics.width');
  await screen.after(() => {
    const fold = screen.named('Table and files of loss against width');
    (fold.parentElement as HTMLDetailsElement).open = true;
  });
  const rows = screen.all('[aria-label="Table of loss against width"] tr');
  // Eleven runs have both; NaN can't be drawn.
  expect(rows).toHaveLength(1 + 11);
  expect(screen.text).toContain('One run lacks one of the two.');
  expect([...(rows[1]?.children ?? [])].map(cell => cell.textContent)).toEqual([
    'run r0',
    '1',
    '0',
    '0'
  ]);
});

it('says in words what is noise, with the baseline’s group first asked', async () => {
  const group: INoiseGroup = {
    ...{ config: { depth: '0' }, run_ids: ['r1'], values: [1], n: 2, mean: 1 },
    ...{ sd: 0.1, interval: [0.9, 1.1], difference: null },
    verdict: 'the baseline: 1'
  };
  server.noise = {
    ...server.noise,
    note: 'many are compared',
    left_out: 1,
    groups: [
      group,
      {
        ...group,
        config: { depth: null },
        difference: { mean: -0.5, interval: [-0.7, -0.3], p: 0.01 },
        verdict: 'better than the baseline by 0.5 (95 %: 0.3 to 0.7)'
      },
      {
        ...group,
        config: { depth: '9' },
        difference: { mean: 0.25, interval: [0.25, 0.25], p: null },
        verdict: 'worse than the baseline by 0.25, the same each time'
      }
    ]
  };
  await screen.show(IDS, 'noise');
  await screen.choose('Baseline', 'r5');
  const [, last] = server.asked.filter(one => one.path === 'noise');
  const { run_ids: ids } = last?.body as { run_ids: string[] };
  expect(ids[0]).toBe('r5');
  expect(ids).toHaveLength(12);
  for (const words of [
    'Taken for seeds: seed.',
    'many are compared',
    '1 run has no finite value of loss.',
    'depth = not set',
    '−0.5-0.7 to -0.3',
    '+0.25the same each time',
    'better than the baseline by 0.5 (95 %: 0.3 to 0.7)'
  ]) {
    expect(screen.text).toContain(words);
  }
  expect(screen.drawn('rows')).toHaveLength(3);
});

it('selects by a value without a mouse, and narrows what is selected', async () => {
  await screen.show(IDS, 'plots');
  const write = (name: string, text: string) =>
    screen.after(() => {
      const input = screen.named(name) as HTMLInputElement;
      Object.getOwnPropertyDescriptor(
        HTMLInputElement.prototype,
        'value'
      )?.set?.call(input, text);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
  await screen.choose('Select by', 'metrics.loss');
  await write('from', '0.2');
  await write('to', '5e-1');
  await screen.click('Select these runs');
  expect([...screen.model.snapshot.selected]).toEqual(['r2', 'r3', 'r4', 'r5']);
  expect(screen.text).toContain('4 of 12 runs are selected.');
  await screen.choose('Select by', 'params.depth');
  await write('from', '2');
  await screen.click('Only of those selected');
  expect([...screen.model.snapshot.selected]).toEqual(['r2', 'r5']);
  // A chart that is made anew says that nothing is brushed in it.
  await screen.after(() => {
    screen.plots.forEach(({ events }) => events.onBrush?.(null));
  });
  expect([...screen.model.snapshot.selected]).toEqual(['r2', 'r5']);
  const boxes = screen.drawn('rows').map(row => row['run_id']);
  expect(boxes).toEqual(['r2', 'r5']);
  // The groups stay, though all but one are empty.
  const specs = screen.plots.map(({ drawing }) => JSON.stringify(drawing.spec));
  expect(specs.some(spec => spec.includes('"domain":["0","1","2"]'))).toBe(
    true
  );
  expect(specs.some(spec => spec.includes('"domain":["2"]'))).toBe(false);
});

it('ranks params with how sure it is, from twelve runs on', async () => {
  server.importance = {
    ...server.importance,
    score: 0.1,
    params: [
      { param: 'depth', importance: 0.5, low: 0.4, high: 0.6 },
      { param: '<b>lr</b>', importance: -0.01, low: -0.1, high: 0.05 }
    ]
  };
  await screen.show(IDS, 'importance');
  const rows = screen.all('.nbtrack-Compare-bars tbody tr');
  expect(rows.map(row => row.textContent)).toEqual([
    'depth0.50.4 to 0.6',
    '<b>lr</b>-0.01-0.1 to 0.05'
  ]);
  expect(screen.text).toContain('chance may have made this order');
  await screen.after(() => {
    screen.model.remove('r0');
  });
  expect(screen.text).not.toContain('Which params mattered');
});

it('says why there is no importance', async () => {
  server.importance = {
    ...server.importance,
    note: 'All params are the same.'
  };
  await screen.show(IDS, 'importance');
  expect(screen.text).toContain('All params are the same.');
});
