import { act } from 'react';

import { MOST } from '../compare/model';
import { CompareServer, run } from './compareserver';
import { Screen } from './comparison';

const A = run(
  'a',
  { loss: 0.5, accuracy: 0.9, seen: 1 },
  { lr: '1', same: 's' }
);
const B = run('b', { loss: 0.25, accuracy: 0.8 }, { lr: '2', same: 's' });
const C = run('c', { loss: 'NaN', accuracy: 0.9 }, { lr: '1', same: 's' });

let server: CompareServer;
let screen: Screen;

beforeEach(() => {
  server = new CompareServer(A, B, C);
  screen = new Screen(server);
});

afterEach(() => {
  screen.dispose();
});

it('asks for all runs at once, and shows what differs: deltas, and the best in words', async () => {
  await screen.show(['a', 'b', 'c']);
  expect(screen.rows()).toEqual([
    ['accuracy', '0.9 best', '0.8 −0.1', '0.9 ±0 best'],
    ['loss', '0.5', '0.25 −0.25 best', 'NaN'],
    ['seen', '1', 'none', 'none'],
    ['lr', '1', '2', '1'],
    ['team', 'a', 'b', 'c']
  ]);
  expect(server.count('compare')).toBe(1);
});

it('shows what is the same too, when asked', async () => {
  await screen.show(['a', 'b']);
  await screen.click('Also what is the same');
  expect(screen.rows()).toContainEqual(['same', 's', 's']);
  expect(screen.rows().flat().join()).not.toContain('mlflow.user');
});

it('takes numbers that are written in other ways for the same', async () => {
  server.set({ params: [{ key: 'lr', value: '1e-3' }] }, 'a');
  server.set({ params: [{ key: 'lr', value: '0.001' }] }, 'b');
  await screen.show(['a', 'b']);
  expect(screen.rows().map(([key]) => key)).not.toContain('lr');
});

it('measures by the run in front, or by another that is chosen', async () => {
  await screen.show(['a', 'b']);
  await screen.click('Move run b to the left');
  expect(screen.model.runIds).toEqual(['b', 'a']);
  expect(screen.rows()).toContainEqual(['loss', '0.25 best', '0.5 +0.25']);
  const left = screen.named('Move run b to the left') as HTMLButtonElement;
  expect(left.disabled).toBe(true);
  await screen.choose('Baseline', 'a');
  expect(screen.rows()).toContainEqual(['loss', '0.25 −0.25 best', '0.5']);
});

it('removes runs, to the last one', async () => {
  await screen.show(['a', 'b']);
  await screen.click('Remove run a from the comparison');
  expect(screen.text).toContain('One run alone');
  await screen.click('Remove run b from the comparison');
  expect(screen.text).toContain('No run is left.');
});

it('opens a run', async () => {
  await screen.show(['a', 'b']);
  await screen.click('run b');
  expect(screen.open.run).toHaveBeenCalledWith('workspace', 'b');
});

it('copies the table with all digits, and nothing that a spreadsheet runs', async () => {
  server.runs.set('a', { ...A, name: '=cmd()', params: [] });
  server.runs.set('b', {
    ...B,
    metrics: B.metrics.map(one => ({ ...one, value: -0.123456789 })),
    params: [{ key: 'q', value: 'say "hi",\nnow' }]
  });
  await screen.show(['a', 'b']);
  await screen.click('Copy as CSV');
  const csv = screen.copy.mock.calls[0]?.[0] ?? '';
  expect(csv.split('\r\n')[0]).toBe(",,'=cmd(),run b");
  expect(csv).toContain('metrics,loss,0.5,-0.123456789\r\n');
  expect(csv).toContain('params,q,,"say ""hi"",\nnow"\r\n');
});

it('gives each of many runs a line, and sorts them by what a number says', async () => {
  const ids = Array.from({ length: 25 }, (_, i) => `r${i}`);
  ids.forEach((id, i) => {
    const params = { lr: `${i}e-1`, same: 's' };
    server.runs.set(id, { ...run(id, { loss: i }, params), name: 'the same' });
  });
  await screen.show(ids, 'differs');
  const lines = () =>
    screen.all('tr[data-run]').map(line => line.dataset['run']);
  expect(screen.find('[role=grid]').getAttribute('aria-rowcount')).toBe('26');
  expect(screen.text).toContain('the same (r19)');
  expect(lines().slice(0, 3)).toEqual(['r0', 'r1', 'r2']);
  await screen.click('lr');
  await screen.click('lr ▲');
  expect(lines().slice(0, 3)).toEqual(['r24', 'r23', 'r22']);
  // By the keyboard: down, select, and the same run is selected for all sections.
  const first = screen.find('tr[data-run][tabindex="0"]');
  await screen.press(first, 'Home');
  await screen.press(screen.find('tr[data-run][tabindex="0"]'), 'ArrowDown');
  await screen.press(document.activeElement as HTMLElement, ' ');
  expect([...screen.model.snapshot.selected]).toEqual(['r23']);
  // Also where a screen reader has put the focus.
  const elsewhere = screen.find('tr[data-run="r20"]');
  act(() => {
    elsewhere.focus();
  });
  await screen.press(elsewhere, ' ');
  expect([...screen.model.snapshot.selected]).toEqual(['r23', 'r20']);
});

it('compares a thousand runs at most, and says so', async () => {
  const ids = Array.from({ length: MOST + 5 }, (_, i) => `r${i}`);
  await screen.show([...ids, 'r0'], 'none');
  expect(screen.find('[role=note]').textContent).toContain(
    'Only the first 1000 runs are compared; 5 more were chosen.'
  );
});

it('shows the others when one is not there, and leaves it out when told to', async () => {
  await screen.show(['a', 'gone', 'b']);
  expect(screen.text).toContain('One run is not in this store: gone.');
  expect(screen.rows()).toContainEqual(['loss', '0.5', '0.25 −0.25 best']);
  expect(screen.rows().map(([key]) => key)).not.toContain('same');
  await screen.click('Leave it out');
  expect(screen.model.runIds).toEqual(['a', 'b']);
});

it('folds long values, and asks for the rest of those that the server cut', async () => {
  const whole = 'x'.repeat(5000);
  server.set({ params: [{ key: 'text', value: whole }] }, 'a');
  server.set({ params: [{ key: 'text', value: 'short' }] }, 'b');
  const known = server.refusal;
  server.refusal = request => {
    const reply = known?.(request) ?? null;
    if (request.path === 'compare' && reply) {
      const body = reply.body as { params: Record<string, string[]> };
      const cut = `${whole.slice(0, 1000)}… (5,000 characters, 0a1b2c3d)`;
      body.params['text'] = [cut, 'short'];
    }
    return reply;
  };
  await screen.show(['a', 'b'], 'differs');
  expect(screen.text).toContain('see all');
  await screen.click('This is the beginning: show the rest');
  expect(screen.find('td pre').textContent).toBe(whole);
});

it('takes all names for text', async () => {
  const nasty = '<img src=x onerror="window.hacked=1">';
  const params = [{ key: nasty, value: nasty }];
  server.runs.set('a', { ...A, name: nasty, params });
  await screen.show(['a', 'b']);
  expect(screen.host.querySelector('img')).toBeNull();
  expect(screen.text).toContain(nasty);
});

it('says that nothing differs', async () => {
  server.runs.set('b', { ...A, run_id: 'b' });
  await screen.show(['a', 'b']);
  expect(screen.text).toContain('Nothing differs');
});

it('keeps what it knows while the store does not answer, and says how old it is', async () => {
  await screen.show(['a', 'b']);
  server.trouble = { message: 'It is asleep.', hint: 'Wait.', code: 'x' };
  await screen.after(() => void screen.model.refresh(true));
  expect(screen.rows()).toContainEqual(['loss', '0.5', '0.25 −0.25 best']);
  expect(screen.text).toContain('As of ');
  expect(screen.text).toContain('It is asleep.');
  server.trouble = null;
  await screen.click('Retry');
  expect(screen.text).not.toContain('As of ');
});

it('puts the cells of two runs beside each other', async () => {
  server.files = { 'nbtrack/cell.py': 'a = 1\nfit(a)\n' };
  await screen.show(['a', 'b'], 'differs');
  const before = server.count('runs/a/artifact');
  expect(before).toBe(0); // nothing is asked before it is opened
  await screen.after(() => {
    const fold = screen.named('Source of the cells').parentElement;
    (fold as HTMLDetailsElement).open = true;
  });
  expect(screen.text).toContain('They are the same.');
  expect(server.count('runs/a/artifact')).toBe(1);
});

it('finds the cell of a run that has no copy with the first run of its execution', async () => {
  for (const [id, start_time] of [
    ['a', 1],
    ['b', 2]
  ] as const) {
    server.set({ execution: 'e1', start_time }, id);
  }
  const known = server.refusal;
  server.refusal = request =>
    request.path === 'runs/b/artifact'
      ? { status: 404, body: { message: 'No.', hint: '', code: 'not_found' } }
      : (known?.(request) ?? null);
  server.files = { 'nbtrack/cell.py': 'for lr in grid:\n    fit(lr)\n' };
  await screen.show(['a', 'b'], 'differs');
  await screen.after(() => {
    const fold = screen.named('Source of the cells').parentElement;
    (fold as HTMLDetailsElement).open = true;
  });
  expect(screen.text).toContain('They are the same.');
  // Packages are captured with the cell, or not at all.
  await screen.after(() => {
    const fold = screen.named('Packages that differ').parentElement;
    (fold as HTMLDetailsElement).open = true;
  });
  expect(screen.text).toContain(
    'There is no list of packages with run a and run b: nbtrack did not make those runs, or captured nothing.'
  );
});

it('writes a cell that makes the same comparison', async () => {
  await screen.show(['a', 'b', 'c']);
  await screen.choose('Baseline', 'b');
  await screen.click('Insert as code');
  expect(screen.insert).toHaveBeenCalledWith(
    '%track_compare a b c --baseline b'
  );
});
