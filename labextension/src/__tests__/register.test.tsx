import { SILENCE } from '../register/model';
import { STILL } from '../register/working';
import {
  card,
  DIGEST,
  form,
  found,
  KEY,
  Page,
  said,
  values
} from './registration';

let page: Page;

beforeEach(() => {
  page = new Page();
});

afterEach(() => {
  jest.useRealTimers();
  page.dispose();
});

const WORKING = { what: 'moving the artifacts', done: 25, total: 100 };

it('shows the run, the model’s signature and an example', async () => {
  await page.show(
    said('form', { form: form(), notes: ['No `aliases` here.'] })
  );
  for (const words of ['brave-fox', '12 KB', 'No aliases here.']) {
    expect(page.text).toContain(words);
  }
  const [signature, example] = page.all('table');
  const rows = [...(signature?.querySelectorAll('tbody tr') ?? [])];
  expect(
    rows.map(row => [...row.children].map(cell => cell.textContent))
  ).toEqual([
    ['age', 'long', 'input'],
    ['plan', 'string', 'input'],
    ['(unnamed)', 'long', 'output']
  ]);
  expect(example?.textContent).toContain('gold');
  await page.click('brave-fox');
  expect(page.open.run).toHaveBeenCalledWith('team', 'r1');
});

it('sends what was typed, once', async () => {
  await page.show(said('form', { form: form() }));
  await page.type('Name', ' churn ');
  await page.type('Aliases', 'challenger');
  await page.click('champion');
  await page.type('Description', 'with **age**');
  await page.click('Add a tag');
  expect(document.activeElement?.getAttribute('aria-label')).toBe(
    'Name of tag 1'
  );
  await page.type('Name of tag 1', 'team');
  await page.type('Value of tag 1', 'growth');
  await page.click('Register');
  await page.click('Sending…');
  expect(page.asked).toEqual([
    {
      ...{ key: KEY, action: 'register' },
      values: {
        ...{ name: 'churn', model: 'models:/m-1' },
        aliases: ['challenger', 'champion'],
        tags: [{ key: 'team', value: 'growth' }],
        description: 'with **age**'
      }
    }
  ]);
});

it('says what is wrong beside its field, before anything is sent', async () => {
  await page.show(said('form', { form: form() }));
  expect(page.all('[aria-invalid="true"]')).toEqual([]);
  await page.type('Aliases', 'v3');
  await page.click('Register');
  await page.after(() => undefined);
  expect(page.asked).toEqual([]);
  const name = page.named('Name');
  expect(document.activeElement).toBe(name);
  const described = name.getAttribute('aria-describedby')?.split(' ') ?? [];
  expect(
    described.map(id => document.getElementById(id)?.textContent).join()
  ).toContain('Type a name');
  expect(page.text).toContain('«v3» looks like a version');
  await page.type('Name', 'churn/x');
  expect(page.text).toContain('can’t have «/»');
  await page.type('Name', 'churn');
  await page.type('Aliases', 'champion');
  expect(page.all('[aria-invalid="true"]')).toEqual([]);
});

it('completes the name by keyboard, and says what becomes of it', async () => {
  await page.show(said('form', { form: form() }));
  await page.type('Name', 'chu');
  const options = () => page.all('[role=option]').map(one => one.textContent);
  expect(options()).toEqual(['churn', 'churn-lite']);
  expect(page.text).toContain('chu is new: this becomes its version 1.');
  await page.press('Name', 'ArrowDown');
  const box = page.named('Name');
  const active = box.getAttribute('aria-activedescendant') ?? '';
  expect(document.getElementById(active)?.textContent).toBe('churn');
  await page.press('Name', 'Enter');
  expect(box.value).toBe('churn');
  expect(page.asked).toEqual([]);
  expect(page.text).toContain('churn is there: this becomes its next version.');
  await page.press('Name', 'Enter');
  expect(page.asked).toHaveLength(1);
});

it('keeps its keys from the notebook', async () => {
  await page.show(said('form', { form: form() }));
  for (const key of ['d', 'Enter', 'ArrowDown']) {
    expect(await page.press('Aliases', key)).toBe(false);
  }
  await page.type('Name', 'churn');
  const sent = page.asked.length;
  expect(await page.press('Description', 'Enter', { ctrlKey: true })).toBe(
    false
  );
  expect(page.asked.length).toBe(Math.max(1, sent));
});

it('asks which of several models is meant', async () => {
  const models = [
    found(),
    found({ uri: null, name: 'LogisticRegression', in_memory: true })
  ];
  await page.show(said('form', { form: form({ models }) }));
  await page.type('Model', 'LogisticRegression');
  expect(page.text).toContain('it is logged when you register it');
  await page.type('Name', 'churn');
  await page.click('Register');
  expect(page.asked[0]?.['values']).toMatchObject({
    model: 'LogisticRegression'
  });
});

it('shows how far it is, and takes the focus along', async () => {
  await page.show(said('form', { form: form() }));
  await page.type('Name', 'churn');
  await page.click('Register');
  await page.receive(said('working', { progress: WORKING }));
  const [bar] = page.all('[role=progressbar]');
  expect(bar?.getAttribute('aria-valuenow')).toBe('25');
  expect(bar?.getAttribute('aria-label')).toBe('moving the artifacts');
  const [heard] = page.all('[aria-live=polite]');
  expect(heard?.textContent).toBe('moving the artifacts');
  expect(page.output.node.contains(document.activeElement)).toBe(true);
  await page.receive(said('working', { progress: { what: 'waiting' } }));
  expect(page.all('[role=progressbar][aria-valuenow]')).toEqual([]);
  await page.receive(said('done', { card: card() }));
  expect(document.activeElement?.textContent).toContain('churn version 4');
});

it('leaves the focus of somebody who has asked for nothing', async () => {
  await page.show(said('form', { form: form() }));
  await page.receive(said('done', { card: card() }));
  expect(document.activeElement).toBe(document.body);
});

it('shows what was registered, without a kernel', async () => {
  await page.show(said('done', { card: card({ notes: ['A note.'] }) }));
  await page.reach('none');
  for (const words of [
    ...['@champion', 'champion was version 3 before.', 'A note.'],
    ...['brave-fox', 'models:/churn@champion']
  ]) {
    expect(page.text).toContain(words);
  }
  expect(page.text).not.toContain('kernel');
  await page.click('Copy');
  await page.click('Insert');
  expect(page.copy).toHaveBeenCalledWith(card()['code']);
  expect(page.insert).toHaveBeenCalledWith(card()['code']);
  expect(page.text).toContain('Copied');
  await page.click('Show in the sidebar');
  expect(page.open.model).toHaveBeenCalledWith('team', 'churn');
});

it('shows what it and the one before score on the same rows', async () => {
  const score = {
    ...{ metric: 'f1', candidate: 0.912345, champion: 0.9, low: 0.001 },
    ...{ difference: 0.012345, high: 0.02, n: 99 }
  };
  const scores = [score, { metric: 'odd', candidate: 'x', low: null }, 7];
  await page.show(said('done', { card: card({ scores }) }));
  expect(
    page
      .all('tbody tr')
      .map(row => [...row.children].map(one => one.textContent))
  ).toEqual([
    ['f1', '0.9123', '0.9', '0.01235', '0.001 to 0.02'],
    ['odd', '', '', '', '']
  ]);
});

it('keeps what was typed when it failed', async () => {
  await page.show(said('form', { form: form() }));
  await page.type('Name', 'churn');
  await page.click('Register');
  await page.receive(
    said('failed', {
      form: form({ values: values({ name: 'older' }) }),
      error: { message: 'The server is gone.', hint: 'Start it.' }
    })
  );
  expect(document.activeElement?.textContent).toBe('The server is gone.');
  expect(page.named('Name').value).toBe('churn');
  await page.click('Try again');
  expect(page.asked.map(one => one['action'])).toEqual([
    'register',
    'register'
  ]);
});

it('is disabled without a kernel, and after its restart, and says so', async () => {
  await page.show(said('form', { form: form() }));
  await page.type('Name', 'churn');
  await page.reach('none');
  expect(page.text).toContain('No kernel is connected');
  expect(page.named('Name').matches(':disabled')).toBe(true);
  await page.reach('other');
  expect(page.text).toContain('The kernel was restarted');
  await page.reach('there');
  expect(page.named('Name').value).toBe('churn');
  await page.click('Register');
  expect(page.asked).toHaveLength(1);
});

it('says that the kernel does not answer, and lets go on', async () => {
  await page.show(said('form', { form: form() }));
  await page.type('Name', 'churn');
  jest.useFakeTimers();
  await page.click('Register');
  await page.after(() => {
    jest.advanceTimersByTime(SILENCE);
  });
  expect(page.text).toContain('The kernel has not answered yet.');
  await page.click('Register');
  expect(page.asked).toHaveLength(2);
});

it('says what to do where the kernel is gone, or still, in the middle', async () => {
  jest.useFakeTimers();
  await page.show(said('working', { progress: WORKING }));
  await page.after(() => {
    jest.advanceTimersByTime(STILL);
  });
  expect(page.text).toContain('Nothing was heard for half a minute.');
  await page.receive(said('working', { progress: { ...WORKING, done: 26 } }));
  expect(page.text).not.toContain('Nothing was heard');
  await page.reach('other');
  expect(page.text).toContain('The kernel has gone before it was done.');
});

it('takes no word that is about another registration', async () => {
  await page.show(said('form', { form: form() }));
  const other = said('done', { key: 'c'.repeat(32), card: card() });
  expect(page.output.receive(other)).toBe(false);
  expect(page.output.receive('nonsense')).toBe(false);
  expect(page.text).toContain('Register a model');
});

it('says why the run can’t be shown', async () => {
  page.server.known = {
    store: { digest: DIGEST.replace('0', '1') },
    stores: []
  };
  await page.show(said('done', { card: card() }));
  await page.click('brave-fox');
  expect(page.text).toContain('is not known here.');
});
