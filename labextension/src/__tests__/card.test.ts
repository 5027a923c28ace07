import { QUIET } from '../live/announce';
import { LiveCard } from '../live/card';
import type { IDrawing, MakeChart } from '../live/chart';
import { type IChoices, newChoices } from '../live/types';
import { frame, POINTS, snapshot } from './snapshot';

/** Charts that only write down what they are to draw: jsdom has no canvas. */
interface IRecord {
  node: HTMLElement;
  drawings: IDrawing[];
  disposed: boolean;
}

const NASTY = '<img src=x onerror="alert(1)"><script>alert(2)</script>';

let charts: IRecord[];
let choices: IChoices;
let stop: jest.Mock<Promise<void>, []>;
let card: LiveCard;

const makeChart: MakeChart = node => {
  const record: IRecord = { node, drawings: [], disposed: false };
  charts.push(record);
  return {
    draw: drawing => record.drawings.push(drawing),
    dispose: () => {
      record.disposed = true;
    }
  };
};

beforeEach(() => {
  jest.useFakeTimers();
  charts = [];
  choices = newChoices();
  stop = jest.fn(() => Promise.resolve());
  card = new LiveCard({ makeChart, choices, stop, open: null });
  document.body.append(card.node);
});

afterEach(() => {
  card.dispose();
  card.node.remove();
  jest.useRealTimers();
});

function find(selector: string): HTMLElement {
  const found = card.node.querySelector<HTMLElement>(selector);
  if (!found) {
    throw new Error(`no ${selector}`);
  }
  return found;
}

function press(text: string): HTMLButtonElement {
  const one = [...card.node.querySelectorAll('button')].find(
    button => button.textContent === text && !button.closest('[hidden]')
  );
  if (!one) {
    throw new Error(`no button ${text}`);
  }
  one.click();
  return one;
}

/** Bring a frame, and let the page draw it. */
function bring(parts: Record<string, unknown>, points = POINTS): void {
  card.update(frame(parts), points);
  jest.advanceTimersByTime(50);
}

it('shows run, progress, values and what was captured', () => {
  expect(card.show(snapshot())).toBe(true);
  const text = card.node.textContent;
  for (const part of [
    'running',
    'amused-owl-12',
    '1 min 05 s',
    '3 / 10 epochs',
    '0.5 (1 × NaN or ∞)',
    '−0.25 better',
    'and 2 more metrics',
    '12 parameters',
    'CPU 93 %'
  ]) {
    expect(text).toContain(part);
  }
  expect(find('progress').getAttribute('aria-label')).toBe('Progress');
});

it('keeps its nodes and charts from frame to frame', () => {
  card.show(snapshot());
  const before = [...card.node.querySelectorAll('*')];
  const next = new DataView(POINTS.slice(0));
  next.setFloat32(32, 0.25, true);
  card.update(frame({ sequence: 2 }), next);
  jest.advanceTimersByTime(50);
  card.show(snapshot({ sequence: 3, title: 'renamed' }));
  jest.advanceTimersByTime(50);
  expect([...card.node.querySelectorAll('*')]).toEqual(before);
  expect(charts).toHaveLength(1);
  expect(charts[0]?.drawings.map(one => one.rows[2]?.y)).toEqual([
    0.5, 0.25, 0.5
  ]);
  expect(find('.nbtrack-Live-title').textContent).toBe('renamed');
});

it('does not draw a panel again in which nothing changed', () => {
  card.show(snapshot());
  bring({ sequence: 2, now: 1e12 + 66_000 });
  expect(charts[0]?.drawings).toHaveLength(1);
});

it('ignores old frames, those of other cards, and nonsense', () => {
  card.show(snapshot({ sequence: 5 }));
  bring({ sequence: 4, title: 'old' });
  bring({ sequence: 6, card: 'nbtrack-x-2', title: 'other' });
  bring({ sequence: 7, title: 'broken' }, POINTS.slice(4));
  expect(find('.nbtrack-Live-title').textContent).toBe('amused-owl-12');
  expect(card.show({ version: 9 })).toBe(false);
});

it('draws only the newest of many frames, and none while the page is hidden', () => {
  card.show(snapshot());
  const hidden = jest.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  for (let sequence = 2; sequence < 50; sequence++) {
    bring({ sequence, title: `t${sequence}` });
  }
  expect(find('.nbtrack-Live-title').textContent).toBe('amused-owl-12');
  hidden.mockRestore();
  document.dispatchEvent(new Event('visibilitychange'));
  jest.advanceTimersByTime(50);
  expect(find('.nbtrack-Live-title').textContent).toBe('t49');
});

it('takes hostile names as text', () => {
  const parts = snapshot({
    title: NASTY,
    captured: NASTY,
    behind: NASTY,
    progress: { done: 1, total: null, unit: NASTY },
    panels: [{ title: NASTY, series: [0, 1] }],
    system: [{ name: NASTY, text: NASTY }],
    values: [{ metric: NASTY, label: NASTY, last: 1 }]
  });
  for (const series of parts['series'] as Record<string, unknown>[]) {
    series['metric'] = series['label'] = NASTY + String(series['points']);
  }
  card.show(parts);
  jest.advanceTimersByTime(200);
  expect(card.node.querySelectorAll('img, script')).toHaveLength(0);
  expect(card.node.textContent.split(NASTY).length).toBeGreaterThan(9);
});

it('asks before it stops; Escape and «Go on» go on', async () => {
  card.show(snapshot());
  press('Stop');
  expect(document.activeElement?.textContent).toBe('Go on');
  document.activeElement?.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })
  );
  expect(find('.nbtrack-Live-question').hidden).toBe(true);
  expect(document.activeElement?.textContent).toBe('Stop');
  press('Stop');
  press('Go on');
  expect(stop).not.toHaveBeenCalled();
  press('Stop');
  const sure = find('[aria-label="Stop this cell now"]');
  sure.click();
  await Promise.resolve();
  expect(stop).toHaveBeenCalledTimes(1);
  expect(card.node.textContent).toContain('Stopping…');
});

it('says why it could not stop', async () => {
  stop.mockRejectedValue(new Error('no server'));
  card.show(snapshot());
  press('Stop');
  find('[aria-label="Stop this cell now"]').click();
  await jest.advanceTimersByTimeAsync(0);
  expect(card.node.textContent).toContain('Could not stop: Error: no server');
});

it('has nothing to stop when the cell is over, or its kernel gone', () => {
  card.show(snapshot());
  card.setConnection('lost');
  expect(card.node.textContent).toContain('no longer connected');
  expect(() => press('Stop')).toThrow();
  const elapsed = find('.nbtrack-Live-header').textContent;
  jest.advanceTimersByTime(5000);
  expect(find('.nbtrack-Live-header').textContent).toBe(elapsed);
  card.setConnection('open');
  bring({ sequence: 2, status: 'FAILED' });
  expect(card.node.textContent).toContain('failed');
  expect(() => press('Stop')).toThrow();
});

it('pauses charts and values while the header goes on', () => {
  card.show(snapshot());
  press('Pause');
  bring({ sequence: 2, progress: null, values: [], title: 'later' });
  expect(find('.nbtrack-Live-values').textContent).toContain('0.5');
  expect(find('.nbtrack-Live-title').textContent).toBe('later');
  press('Go on drawing');
  expect(find('.nbtrack-Live-values').hidden).toBe(true);
});

it('turns scale, axis, smoothing and metrics at once, and remembers them', () => {
  card.show(snapshot());
  const [scale, axis] = card.node.querySelectorAll('select');
  const change = (input: HTMLElement | undefined, value: string): void => {
    Object.assign(input ?? {}, { value });
    input?.dispatchEvent(new Event('change'));
    input?.dispatchEvent(new Event('input'));
  };
  change(scale, 'log');
  change(axis, 'time');
  change(find('input[type=range]'), '0.5');
  expect(charts[0]?.drawings.at(-1)?.look).toMatchObject({
    scale: 'log',
    x: 'seconds'
  });
  expect(charts[0]?.drawings.at(-1)?.rows).toHaveLength(7);
  find('input[type=checkbox]').click();
  expect(charts[0]?.drawings.at(-1)?.rows).toHaveLength(1);
  expect(choices).toMatchObject({ scale: 'log', axis: 'time', smoothing: 0.5 });
  expect([...choices.hidden]).toEqual(['loss']);
});

it('draws folded charts when they are unfolded', () => {
  const panel = { log: false, folded: false, series: [0] };
  const panels = Array.from({ length: 15 }, (_, i) => ({
    ...panel,
    title: `p${i}`
  }));
  card.show(snapshot({ panels }));
  expect(charts).toHaveLength(12);
  const more = find('.nbtrack-Live-fold');
  expect(more.textContent).toContain('3 more');
  more.setAttribute('open', '');
  more.dispatchEvent(new Event('toggle'));
  expect(charts).toHaveLength(15);
  bring({ sequence: 2, panels: panels.slice(0, 2) });
  expect(charts.filter(one => !one.disposed)).toHaveLength(2);
});

it('names every control and chart', () => {
  card.show(snapshot());
  for (const one of card.node.querySelectorAll(
    'select, input, button, [role=img], table, section, [role=group]'
  )) {
    const name =
      one.getAttribute('aria-label') ??
      (one.textContent || one.closest('label')?.textContent);
    expect(name).toMatch(/\w/);
  }
  expect(charts[0]?.node.getAttribute('aria-label')).toBe(
    'Line chart of loss. Last values: train: 0.5, val: 2'
  );
});

it('says little: started, changes of status, progress twice a minute', () => {
  card.show(snapshot());
  const spoken = find('[aria-live]');
  const said: string[] = [];
  for (let sequence = 2; sequence < 300; sequence++) {
    bring({
      sequence,
      progress: { done: sequence, total: 900, unit: 'steps' }
    });
    jest.advanceTimersByTime(200);
    if (spoken.textContent !== said.at(-1)) {
      said.push(spoken.textContent);
    }
  }
  expect(said.filter(text => text !== '')[0]).toBe('amused-owl-12: running');
  expect(said.length).toBeLessThanOrEqual(2 + (300 * 250) / QUIET);
  bring({ sequence: 400, status: 'FINISHED' });
  jest.advanceTimersByTime(200);
  expect(spoken.textContent).toBe('amused-owl-12: finished');
});

it('keeps plain keys from the notebook, and lets its shortcuts through', () => {
  card.show(snapshot());
  const outside = jest.fn();
  document.body.addEventListener('keydown', outside);
  const target = find('select');
  const key = (init: KeyboardEventInit): boolean =>
    target.dispatchEvent(
      new KeyboardEvent('keydown', { bubbles: true, ...init })
    );
  key({ key: 'b' });
  expect(outside).not.toHaveBeenCalled();
  key({ key: 's', ctrlKey: true });
  expect(outside).toHaveBeenCalledTimes(1);
  document.body.removeEventListener('keydown', outside);
});
