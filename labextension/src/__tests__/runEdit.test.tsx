import { GAP_OTHERS } from '../run/state';
import { RunPage } from './runpage';
import { RUN } from './runserver';

let page: RunPage;

beforeEach(async () => {
  page = new RunPage();
  await page.show();
});

afterEach(() => {
  page.dispose();
  jest.useRealTimers();
});

const NAME = 'Name of the run';

it('renames with Enter, and the keyboard goes on where it was', async () => {
  await page.click('Rename');
  expect(document.activeElement).toBe(page.box(NAME));
  await page.type(NAME, 'best so far');
  await page.press(page.box(NAME), 'Enter');
  expect(page.server.sent('PATCH')).toEqual([
    { name: 'best so far', expected: { name: RUN.name } }
  ]);
  expect(page.find('h2').textContent).toBe('best so far');
  expect(document.activeElement).toBe(page.named('Rename'));
});

it('leaves all as it was after Escape, and saves nothing empty or unchanged', async () => {
  await page.click('Rename');
  await page.type(NAME, 'no');
  await page.press(page.box(NAME), 'Escape');
  expect(page.find('h2').textContent).toBe(RUN.name);
  await page.click('Rename');
  await page.press(page.box(NAME), 'Enter');
  expect(page.find('h2').textContent).toBe(RUN.name);
  await page.click('Rename');
  await page.type(NAME, '  ');
  await page.press(page.box(NAME), 'Enter');
  expect(page.box(NAME).value).toBe('  ');
  expect(page.server.sent('PATCH')).toEqual([]);
});

it('keeps what is being typed while the run changes', async () => {
  jest.useFakeTimers();
  await page.click('Write a note');
  await page.type('Note (Markdown)', 'half a sen');
  await page.after(() => {
    page.server.set({ status: 'FAILED', note: 'by another tab' });
    jest.advanceTimersByTime(GAP_OTHERS);
  });
  expect(page.find('[role=status]').textContent).toBe('failed');
  expect(page.box('Note (Markdown)').value).toBe('half a sen');
});

it('shows both values when another was faster, and can keep mine', async () => {
  await page.click('Rename');
  page.server.runs.set(RUN.run_id, { ...RUN, name: 'theirs' });
  await page.type(NAME, 'mine');
  await page.press(page.box(NAME), 'Enter');
  expect(page.box(NAME).value).toBe('mine');
  expect(page.find('[role=alert]').textContent).toContain('theirs');
  await page.click('Keep mine');
  expect(page.server.sent('PATCH')[1]).toEqual({
    name: 'mine',
    expected: { name: 'theirs' }
  });
  expect(page.find('h2').textContent).toBe('mine');
});

it('can take theirs', async () => {
  await page.click('Rename');
  page.server.runs.set(RUN.run_id, { ...RUN, name: 'theirs' });
  await page.type(NAME, 'mine');
  await page.press(page.box(NAME), 'Enter');
  await page.click('Take theirs');
  expect(page.find('h2').textContent).toBe('theirs');
  expect(page.server.sent('PATCH')).toHaveLength(1);
});

it('tells a third value too', async () => {
  await page.click('Rename');
  page.server.runs.set(RUN.run_id, { ...RUN, name: 'second' });
  await page.type(NAME, 'mine');
  await page.press(page.box(NAME), 'Enter');
  page.server.runs.set(RUN.run_id, { ...RUN, name: 'third' });
  await page.click('Keep mine');
  expect(page.find('[role=alert]').textContent).toContain('third');
  expect(page.box(NAME).value).toBe('mine');
});

it('keeps the text when saving fails', async () => {
  await page.click('Write a note');
  await page.type('Note (Markdown)', 'precious');
  page.server.refusal = ({ verb }) =>
    verb === 'PATCH'
      ? { status: 503, body: { message: 'Asleep.', hint: '', code: 'x' } }
      : null;
  await page.click('Save');
  expect(page.find('[role=alert]').textContent).toContain('Asleep.');
  expect(page.box('Note (Markdown)').value).toBe('precious');
  page.server.refusal = null;
  await page.click('Save');
  expect(page.text).toContain('precious');
  expect(page.server.runs.get(RUN.run_id)?.note).toBe('precious');
});

it('edits a tag', async () => {
  await page.click('Edit the tag team');
  await page.type('Value of the tag team', 'growth');
  await page.press(page.box('Value of the tag team'), 'Enter');
  expect(page.server.sent('PATCH')).toEqual([
    { tags: { team: 'growth' }, expected: { 'tags.team': 'churn' } }
  ]);
  expect(page.find('.nbtrack-Run-tags').textContent).toBe('teamgrowth');
});

it('deletes a tag, and brings it back', async () => {
  await page.click('Delete the tag team');
  expect(page.text).toContain('Tag team deleted.');
  expect(page.host.querySelector('.nbtrack-Run-tags')).toBeNull();
  expect(document.activeElement).toBe(page.named('Bring the tag team back'));
  await page.click('Bring the tag team back');
  expect(page.find('.nbtrack-Run-tags').textContent).toBe('teamchurn');
  expect(page.server.sent('PATCH')).toEqual([
    { tags: { team: null }, expected: { 'tags.team': 'churn' } },
    { tags: { team: 'churn' }, expected: { 'tags.team': null } }
  ]);
});

it('does not delete a tag that another has changed', async () => {
  const tags = [{ key: 'team', value: 'growth' }];
  page.server.runs.set(RUN.run_id, { ...RUN, tags });
  await page.click('Delete the tag team');
  expect(page.find('[role=alert]').textContent).toContain('It has changed.');
  await page.click('Show what it is now');
  expect(page.find('.nbtrack-Run-tags').textContent).toBe('teamgrowth');
});

it('says that a tag being edited was deleted', async () => {
  await page.click('Edit the tag team');
  page.server.runs.set(RUN.run_id, { ...RUN, tags: [] });
  await page.type('Value of the tag team', 'growth');
  await page.press(page.box('Value of the tag team'), 'Enter');
  expect(page.find('[role=alert]').textContent).toContain('it was deleted');
  await page.click('Keep mine');
  expect(page.find('.nbtrack-Run-tags').textContent).toBe('teamgrowth');
});

it('adds tags, but none that exists or belongs to MLflow', async () => {
  await page.click('Add a tag');
  await page.type('Name of the new tag', 'team');
  expect(page.find('[role=alert]').textContent).toContain('already');
  await page.type('Name of the new tag', 'mlflow.user');
  expect(page.find('[role=alert]').textContent).toContain('theirs');
  await page.type('Name of the new tag', 'stage');
  await page.type('Value of the new tag', 'dev');
  await page.press(page.box('Value of the new tag'), 'Enter');
  expect(page.server.sent('PATCH')).toEqual([
    { tags: { stage: 'dev' }, expected: { 'tags.stage': null } }
  ]);
  expect(page.box('Name of the new tag').value).toBe('');
  expect(page.find('.nbtrack-Run-tags').textContent).toBe('teamchurnstagedev');
});

it('folds the tags of MLflow and nbtrack away, for reading only', () => {
  const fold = page.find('details.nbtrack-Run-fold');
  expect(fold.textContent).toContain('mlflow.source.git.commit');
  expect(page.has('Edit the tag mlflow.source.git.commit')).toBe(false);
});

it('drops what was typed about one run when another one is shown', async () => {
  page.server.set({}, 'b'.repeat(32));
  await page.click('Rename');
  await page.type(NAME, 'of the first');
  await page.show('b'.repeat(32));
  expect(page.host.querySelector('input[type=text]')).toBeNull();
});
