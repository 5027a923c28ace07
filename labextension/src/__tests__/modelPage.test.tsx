/** The page of one registered model: what it shows, and what it sends. */

import { GAP, VERSIONS } from '../state/model';
import { ModelPage } from './modelpage';
import { detail, version } from './modelserver';
import goldenModel from '../../../tests/contract/model.json';
import goldenVersions from '../../../tests/contract/model_versions.json';

let page: ModelPage;

beforeEach(() => {
  page = new ModelPage();
  page.server.versions = [version(3), version(2), version(1)];
  page.server.put('champion', '2');
});

afterEach(() => {
  page.dispose();
  jest.useRealTimers();
});

const versions = () => page.all('.nbtrack-Model-versions > li');
const check = (number: string) =>
  page.after(() => {
    page.find(`[aria-label="Select version ${number}"]`).click();
  });
const focused = () => document.activeElement;

it('shows what the server tells of a model and its versions', async () => {
  page.server.model = goldenModel;
  page.server.versions = goldenVersions.items;
  const text = await page.show();
  expect(page.find('h2').textContent).toBe('churn');
  expect(text).toContain('Who *leaves*?');
  expect(text).toContain('champion' + 'is version 2 (run best)');
  expect(versions().map(one => one.querySelector('h4')?.textContent)).toEqual([
    'Version 3',
    'Version 2',
    'Version 1'
  ]);
  expect(versions()[0]?.textContent).toContain('from no run that is known');
  expect(versions()[0]?.textContent).toContain('@challenger');
  expect(versions()[1]?.textContent).toContain('by ann');
  expect(versions()[1]?.textContent).toContain('from runbest·churn.ipynb');
  expect(page.find('.nbtrack-Run-tags').textContent).toContain('<img src=x');
  expect(text).not.toContain('nbtrack.alias');
  expect(versions()[2]?.textContent).toContain('Archived');
});

it('says what is wrong with a version, and nothing of one that is well', async () => {
  page.server.versions = [
    version(2, { status: 'FAILED_REGISTRATION', status_message: 'No room.' }),
    version(1)
  ];
  await page.show();
  expect(versions()[0]?.textContent).toContain('registration failed: No room.');
  expect(page.all('[data-status]')).toHaveLength(1);
});

it('leads to the run and to the cell that a version came from', async () => {
  await page.show();
  await page.click('fox-3');
  expect(page.open.run).toHaveBeenCalledWith('workspace', 'run-3');
  await page.click('churn.ipynb');
  expect(page.open.cell).toHaveBeenCalledWith(
    ...['workspace', 'run-3', 'notebooks/churn.ipynb', 'cell-3']
  );
});

it('copies addresses, and inserts code that the user executes', async () => {
  await page.show();
  await page.click('Copy models:/churn@champion');
  await page.click('Copy models:/churn/3');
  expect(page.copy.mock.calls).toEqual([
    ['models:/churn@champion'],
    ['models:/churn/3']
  ]);
  await page.click('Insert code that loads models:/churn@champion');
  expect(page.insert).toHaveBeenCalledWith(
    'import mlflow\n\nmodel = mlflow.pyfunc.load_model("models:/churn@champion")'
  );
});

it('edits the description, and shows another’s where it came first', async () => {
  await page.show();
  await page.click('Write the description of the model');
  page.server.model = { ...page.server.model, description: 'theirs' };
  await page.type('Description of the model (Markdown)', 'mine');
  await page.click('Save');
  expect(page.find('[role=alert]').textContent).toContain('theirs');
  await page.click('Keep mine');
  expect(page.sent.at(-1)).toBe(
    'PATCH models/churn {"description":"mine","expected":{"description":"theirs"}}'
  );
  expect(page.text).toContain('mine');
  expect(focused()).toBe(page.named('Edit the description of the model'));
});

it('edits descriptions and tags of a version', async () => {
  page.server.versions = [version(1, { tags: [{ key: 'team', value: 'a' }] })];
  await page.show();
  await page.click('Edit the tag team');
  await page.type('Value of the tag team', 'b');
  await page.press(page.box('Value of the tag team'), 'Enter');
  await page.click('Write the description of version 1');
  await page.type('Description of version 1 (Markdown)', 'good');
  await page.click('Save');
  expect(page.sent).toEqual([
    'PATCH models/churn/versions/1 {"tags":{"team":"b"},"expected":{"tags.team":"a"}}',
    'PATCH models/churn/versions/1 {"description":"good","expected":{"description":""}}'
  ]);
});

it('loads more versions, and as many again after a change', async () => {
  page.server.versions = Array.from({ length: VERSIONS + 20 }, (_, i) =>
    version(VERSIONS + 20 - i)
  );
  await page.show();
  expect(versions()).toHaveLength(VERSIONS);
  expect(page.text).toContain('50 of 70');
  await page.click('Load more versions');
  expect(versions()).toHaveLength(VERSIONS + 20);
  jest.useFakeTimers();
  page.server.versions.unshift(version(99));
  await page.after(() => {
    page.tell();
    jest.advanceTimersByTime(GAP);
  });
  expect(versions()).toHaveLength(VERSIONS + 21);
});

it('compares the runs of selected versions', async () => {
  page.server.versions = [
    ...[version(4, { run_id: null, run_name: null }), version(3)],
    ...[version(2), version(1, { run_id: 'run-2' })]
  ];
  await page.show();
  await check('3');
  const compare = () => page.named('Compare') as HTMLButtonElement;
  expect(compare().disabled).toBe(true);
  await check('4');
  expect(compare().disabled).toBe(true);
  await check('1');
  await page.click('Compare');
  expect(page.open.compare).toHaveBeenCalledWith('workspace', [
    ...['run-2', 'run-3']
  ]);
  page.server.versions.splice(1, 1);
  await page.after(page.tell.bind(page));
  await page.click('Clear');
  expect(page.has('Compare')).toBe(false);
});

it('asks before it deletes a version, and goes on with the keyboard', async () => {
  await page.show();
  page.agree = false;
  await page.click('Delete version 2…');
  expect(page.sent).toEqual([]);
  expect(page.questions[0]).toContain('for good');
  expect(page.questions[0]).toContain('It is champion');
  page.agree = true;
  page.named('Delete version 3…').focus();
  await page.click('Delete version 3…');
  expect(page.sent).toEqual(['DELETE models/churn/versions/3 null']);
  expect(versions()).toHaveLength(2);
  await page.after(() => undefined);
  expect(focused()).toBe(page.find('.nbtrack-Model-versions'));
});

it('deletes the model for good, and leaves its page', async () => {
  await page.show();
  await page.click('Delete model…');
  expect(page.questions[0]).toContain('its 3 versions for good');
  expect(page.sent).toEqual(['DELETE models/churn null']);
  expect(page.leave).toHaveBeenCalled();
});

it('says why something could not be deleted', async () => {
  await page.show();
  page.refusal = ({ method }) =>
    method === 'DELETE'
      ? new Response('{"message":"No.","hint":"Ask ana.","code":"x"}', {
          status: 403
        })
      : null;
  await page.click('Delete model…');
  expect(page.find('[role=alert]').textContent).toBe('No. Ask ana.');
  expect(page.leave).not.toHaveBeenCalled();
});

it('changes nothing where the store can’t be written', async () => {
  page.health = { ...page.health, writable: false };
  await page.show();
  for (const name of ['Move champion…', 'Delete model…', 'Set an alias…']) {
    expect(page.has(name)).toBe(false);
  }
  expect(page.has('Edit the description of the model')).toBe(false);
  expect(page.has('Copy models:/churn@champion')).toBe(true);
});

it('tells what a store can’t do, and offers none of it', async () => {
  page.server.model = detail({
    capabilities: { logged_models: false, aliases: false, stages: false },
    notes: ['This store has no aliases: `champion` is not kept.']
  });
  await page.show();
  expect(page.find('[role=note]').textContent).toContain('no aliases');
  expect(page.has('Set an alias…')).toBe(false);
});

it('shows the last good answer while the store is down', async () => {
  await page.show();
  const asOf = '1793331200000';
  page.refusal = asked => {
    const answer = page.server.answer(asked);
    answer?.headers.set('X-Nbtrack-As-Of', asOf);
    return answer;
  };
  jest.useFakeTimers();
  await page.after(() => {
    page.tell();
    jest.advanceTimersByTime(GAP);
  });
  expect(page.find('.nbtrack-Stale').textContent).toContain('what it said at');
  expect(versions()).toHaveLength(3);
});

it('says that a model is not there, or not any more', async () => {
  expect(await page.show('gone')).toContain('No registered model');
  expect(await page.show()).not.toContain('not in the store');
  jest.useFakeTimers();
  page.server.gone = true;
  await page.after(() => {
    page.tell();
    jest.advanceTimersByTime(GAP);
  });
  expect(page.text).toContain('This model is not in the store any more.');
  expect(versions()).toHaveLength(3);
});

it('asks nothing while it can’t be seen, and once it can', async () => {
  page.visible = false;
  await page.show();
  expect(page.reads).toBe(0);
  page.visible = true;
  await page.show();
  expect(page.reads).toBe(2);
});

it('leads to MLflow’s own page, at an address of the web only', async () => {
  page.health = { ...page.health, ui: 'https://mlflow.test/' };
  page.server.model = detail({ name: 'a/b #1' });
  await page.show('a/b #1');
  expect(page.find('a').getAttribute('href')).toBe(
    'https://mlflow.test/#/models/a%2Fb%20%231'
  );
  expect(page.asked[0]?.path).toBe('models/a%2Fb%20%231');
  page.health = { ...page.health, ui: 'javascript:alert(1)' };
  await page.show();
  expect(page.all('a')).toEqual([]);
});
