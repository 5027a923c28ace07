import { GAP_RUNNING } from '../run/state';
import { RunPage } from './runpage';
import { RUN } from './runserver';

let page: RunPage;

beforeEach(() => {
  page = new RunPage();
});

afterEach(() => {
  page.dispose();
  jest.useRealTimers();
});

function row(key: string): string[] {
  const found = page
    .all('.nbtrack-Run-metrics tr')
    .find(one => one.firstElementChild?.textContent === key);
  return [...(found?.children ?? [])].map(cell => cell.textContent);
}

it('shows last, least and largest values, finite or not', async () => {
  await page.show();
  expect(row('val_loss')).toEqual(['val_loss', '0.25', '0.125', '1', '']);
  expect(row('accuracy')).toEqual(['accuracy', 'NaN', '', '∞', '']);
});

it('draws the course of what has one, with a gap where it is not finite', async () => {
  await page.show();
  const lines = page.all('.nbtrack-Run-sparkline');
  expect(lines).toHaveLength(1);
  expect(lines[0]?.getAttribute('aria-label')).toBe('Course of val_loss');
  const path = lines[0]?.querySelector('path')?.getAttribute('d') ?? '';
  expect(path.match(/M/g)).toHaveLength(2);
  const asked = page.server.asked.filter(one => one.path === 'history');
  expect(asked.map(one => one.query.getAll('key'))).toEqual([['val_loss']]);
});

it('draws the full chart with the panel of the live card', async () => {
  await page.show();
  await page.click('val_loss');
  expect(page.named('val_loss').getAttribute('aria-expanded')).toBe('true');
  const chart = page.find('figure [role=img]');
  expect(chart.getAttribute('aria-label')).toBe(
    'Line chart of val_loss. Last values: val_loss: 0.25'
  );
  const drawing = page.drawings.at(-1);
  expect(drawing?.look).toMatchObject({ scale: 'linear', x: 'step' });
  expect(drawing?.rows.map(({ x, y, last }) => [x, y, last])).toEqual([
    [0, 1, false],
    [1, null, false],
    [2, 0.125, false],
    [3, 0.25, true]
  ]);
});

it('draws over time and on a logarithmic scale when told to', async () => {
  await page.show();
  await page.click('val_loss');
  await choose('Scale', 'log');
  expect(page.drawings.at(-1)?.look.scale).toBe('log');
  await choose('x axis', 'time');
  const drawing = page.drawings.at(-1);
  expect(drawing?.look).toMatchObject({ x: 'seconds', whole: false });
  expect(drawing?.rows.map(({ x }) => x)).toEqual([0, 1, 2, 3]);
  await page.click('val_loss');
  expect(page.host.querySelector('figure')).toBeNull();
});

it('asks for new points when a metric has moved, and only then', async () => {
  jest.useFakeTimers();
  page.server.set({ status: 'RUNNING' });
  await page.show();
  await page.click('val_loss');
  const before = page.server.count('history');
  await page.after(() => {
    page.server.set({ note: 'nothing new' });
    jest.advanceTimersByTime(GAP_RUNNING);
  });
  expect(page.server.count('history')).toBe(before);
  const [first, ...rest] = RUN.metrics;
  await page.after(() => {
    page.server.set({
      metrics: first ? [{ ...first, step: 4, count: 5 }, ...rest] : []
    });
    jest.advanceTimersByTime(GAP_RUNNING);
  });
  expect(page.server.count('history')).toBe(before + 2);
});

it('stays usable with a thousand metrics', async () => {
  const metrics = Array.from({ length: 1000 }, (_, i) => ({
    ...{ key: `metric_${i}`, value: i, step: 1, timestamp: i },
    ...{ min: 0, max: i, count: 2 }
  }));
  page.server.set({ metrics });
  await page.show();
  expect(page.server.count('history')).toBe(2);
  await page.type('Filter metrics', '_999');
  expect(page.all('.nbtrack-Run-metrics tbody th')).toHaveLength(1);
  await page.type('Filter metrics', 'nothing');
  expect(page.text).toContain('No metric has that in its name.');
});

it('says what went wrong with a chart, and tries again', async () => {
  await page.show();
  page.server.refusal = ({ path }) =>
    path === 'history'
      ? { status: 503, body: { message: 'Asleep.', hint: '', code: 'x' } }
      : null;
  await page.click('val_loss');
  expect(page.find('[role=alert]').textContent).toContain('Asleep.');
  page.server.refusal = null;
  await page.click('Retry');
  expect(page.all('figure')).toHaveLength(1);
});

function choose(name: string, value: string): Promise<void> {
  return page.after(() => {
    const label = page
      .all('label')
      .find(one => one.textContent.startsWith(name));
    const select = label?.querySelector('select');
    if (select) {
      select.value = value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }
  });
}
