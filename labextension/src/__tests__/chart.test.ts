import { expressionInterpreter } from 'vega-interpreter';
import { View } from 'vega';

import { Feed } from '../live/feed';
import { fit, type ILook } from '../live/template';
import { readTheme } from '../live/theme';
import type { IRow, Template } from '../live/types';
import { loadVega, refusing } from '../live/vega';
import { TEMPLATE } from './snapshot';

const LOOK: ILook = {
  scale: 'linear',
  x: 'step',
  whole: true,
  theme: readTheme()
};

function row(x: number, y: number | null, last = false): IRow {
  return {
    ...{ x, y, last, label: 'train', color: '#0072b2' },
    ...{ opacity: 1, series: 0 }
  };
}

async function draw(
  template: Template,
  ...pictures: IRow[][]
): Promise<string> {
  const vega = await loadVega();
  const view = new View(vega.compile(template), {
    renderer: 'none',
    expr: expressionInterpreter
  });
  const feed = new Feed();
  for (const rows of pictures) {
    const changes = vega.changes();
    feed.write(rows, changes);
    await view.change('points', changes).runAsync();
  }
  return view.toSVG();
}

it('draws the rows of a template, and breaks the line at a gap', async () => {
  const rows = [row(0, 1), row(1, 2), row(2, null), row(3, 1), row(4, 2, true)];
  const svg = await draw(fit(TEMPLATE, LOOK), rows);
  const lines = /aria-roledescription="line mark"[^>]* d="([^"]*)"/.exec(svg);
  expect(lines?.[1]?.match(/M/g)).toHaveLength(2);
  expect(svg).toContain('train');
  expect(svg).toContain('step');
});

it('counts in whole steps, however few there are', async () => {
  const few = await draw(fit(TEMPLATE, LOOK), [row(0, 7), row(1, 7, true)]);
  const labels = [...few.matchAll(/<text[^>]*>([^<]*)<\/text>/g)];
  const [first, ...rest] = labels.map(found => found[1]).filter(Boolean);
  expect([first, rest[0], rest[1]]).toEqual(['0', '1', 'step']);
});

it('draws what a later frame says', async () => {
  const look: ILook = { ...LOOK, scale: 'log', x: 'seconds', whole: false };
  const svg = await draw(
    fit(TEMPLATE, look),
    [row(0, 1, true)],
    [row(0, 5), row(1, 1000, true)]
  );
  expect(svg).toContain("X-axis titled 'seconds'");
  expect(svg).toContain('log scale with values from 1 to 1,000');
  expect(svg.match(/>train</g)).toHaveLength(1);
});

it('patches axis, scale and colours, and leaves the template as it is', () => {
  const before = JSON.stringify(TEMPLATE);
  const made = fit(TEMPLATE, {
    ...LOOK,
    scale: 'symlog',
    x: 's',
    whole: false
  });
  expect(made).toMatchObject({
    encoding: {
      x: { title: 's', axis: {} },
      y: { scale: { type: 'symlog', zero: false } }
    },
    config: { text: { color: LOOK.theme.text } }
  });
  expect(JSON.stringify(made)).not.toContain('tickMinStep');
  expect(JSON.stringify(TEMPLATE)).toBe(before);
});

it('makes no code of what a template says, and loads nothing', async () => {
  const fetch = jest.fn();
  Object.assign(globalThis, { fetch });
  const code = jest.spyOn(globalThis, 'Function').mockImplementation(() => {
    throw new Error('code was made');
  });
  try {
    const svg = await draw(
      {
        ...fit(TEMPLATE, LOOK),
        transform: [{ calculate: 'datum.y + 1', as: 'z' }]
      },
      [row(0, 1, true)]
    );
    expect(svg).toContain('train');
    const vega = await loadVega();
    const url = 'https://example.org/a.csv';
    const loader = refusing();
    await new View(
      vega.compile({
        data: { url },
        mark: { type: 'image', width: 9, height: 9 },
        encoding: { url: { value: url }, href: { value: url } }
      }),
      { renderer: 'none', loader, logLevel: 0, expr: expressionInterpreter }
    ).runAsync();
    for (const ask of [loader.load, loader.sanitize, loader.http]) {
      await expect(ask(url, {} as never)).rejects.toThrow('load nothing');
    }
  } finally {
    code.mockRestore();
  }
  expect(fetch).not.toHaveBeenCalled();
});
