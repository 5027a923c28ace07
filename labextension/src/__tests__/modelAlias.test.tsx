/** Aliases on a registered model's page: nothing moves unasked, or over another's head. */

import { GAP } from '../state/model';
import { ModelPage } from './modelpage';
import { version } from './modelserver';

let page: ModelPage;

beforeEach(async () => {
  page = new ModelPage();
  page.server.versions = [version(3), version(2), version(1)];
  page.server.put('champion', '2');
  page.server.model.previous = { champion: '1' };
  await page.show();
});

afterEach(() => {
  page.dispose();
  jest.useRealTimers();
});

const question = () => page.find('.nbtrack-Run-question');
const choice = () => page.find('select') as HTMLSelectElement;
const choose = (value: string) =>
  page.after(() => {
    choice().value = value;
    choice().dispatchEvent(new Event('change', { bubbles: true }));
  });

it('asks once, and names what it replaces', async () => {
  await page.click('Move champion…');
  expect(page.sent).toEqual([]);
  expect(question().textContent).toContain(
    'champion is version 2 (run fox-2).'
  );
  expect([...choice().options].map(one => one.textContent)).toEqual([
    ...['version 3 (run fox-3)', 'version 1 (run fox-1)']
  ]);
  expect(document.activeElement).toBe(choice());
  await choose('1');
  await page.click('Move champion');
  expect(page.sent).toEqual([
    'PUT models/churn/aliases/champion {"version":"1","expected":"2"}'
  ]);
  expect(page.text).toContain('champion moved from version 2 to version 1.');
  expect(document.activeElement).toBe(page.named('Move champion…'));
});

it.each(['Escape', 'button'])('moves nothing after %s', async way => {
  await page.click('Move champion…');
  await (way === 'Escape'
    ? page.press(choice(), 'Escape')
    : page.click('Leave it'));
  expect(page.sent).toEqual([]);
  expect(document.activeElement).toBe(page.named('Move champion…'));
});

it('rolls back to the version before, with the harmless answer first', async () => {
  await page.click('Roll back champion…');
  expect(question().textContent).toContain('Move it to version 1 (run fox-1)?');
  expect(document.activeElement?.textContent).toBe('Leave it');
  await page.click('Move champion');
  expect(page.sent).toEqual([
    'PUT models/churn/aliases/champion {"version":"1","expected":"2"}'
  ]);
});

it('shows both values where another was faster, and can leave theirs', async () => {
  await page.click('Move champion…');
  page.server.put('champion', '1');
  await page.click('Move champion');
  const told = page.find('[role=alert]').textContent;
  expect(told).toContain('champion was moved to version 1 by eve.');
  expect(told).toContain(
    'You saw champion at version 2 (run fox-2); the store now has it at version 1 (run fox-1).'
  );
  await page.click('Leave it there');
  expect(page.text).toContain('championis version 1 (run fox-1)');
  expect(page.sent).toHaveLength(1);
});

it('can move it anyway, from where the user has seen it by now', async () => {
  await page.click('Move champion…');
  page.server.put('champion', '1');
  await page.click('Move champion');
  await page.click('Move it to version 3 anyway');
  expect(page.sent[1]).toBe(
    'PUT models/churn/aliases/champion {"version":"3","expected":"1"}'
  );
  expect(page.text).toContain('championis version 3 (run fox-3)');
});

it('keeps to what the user saw when the question came up', async () => {
  await page.click('Move champion…');
  jest.useFakeTimers();
  page.server.put('champion', '1');
  await page.after(() => {
    page.tell();
    jest.advanceTimersByTime(GAP);
  });
  expect(question().textContent).toContain('champion is version 2');
  await page.click('Move champion');
  expect(page.find('[role=alert]').textContent).toContain('by eve');
});

it('says why it could not be moved, and can try again', async () => {
  page.refusal = ({ method }) =>
    method === 'PUT'
      ? new Response('{"message":"Asleep.","hint":"","code":"x"}', {
          status: 503
        })
      : null;
  await page.click('Move champion…');
  await page.click('Move champion');
  expect(page.find('[role=alert]').textContent).toContain('Not moved: Asleep.');
  page.refusal = null;
  await page.click('Move champion');
  expect(page.text).toContain('championis version 3');
});

it('gives a version a new alias', async () => {
  await page.click('Set an alias of version 3…');
  expect(document.activeElement).toBe(page.box('Name of the alias'));
  await page.type('Name of the alias', ' challenger ');
  expect(question().textContent).toContain(
    'No version has the alias challenger'
  );
  await page.press(page.box('Name of the alias'), 'Enter');
  expect(page.sent).toEqual([
    'PUT models/churn/aliases/challenger {"version":"3","expected":null}'
  ]);
  expect(page.text).toContain('challenger is version 3 now.');
});

it('names what a new alias would replace, if it is none', async () => {
  await page.click('Set an alias…');
  await page.type('Name of the alias', 'champion');
  expect(question().textContent).toContain(
    'champion is version 2 (run fox-2).'
  );
  await page.click('Move champion');
  expect(page.sent).toEqual([
    'PUT models/churn/aliases/champion {"version":"3","expected":"2"}'
  ]);
});

it('removes an alias once the user agrees', async () => {
  page.agree = false;
  await page.click('Remove champion…');
  expect(page.sent).toEqual([]);
  expect(page.questions[0]).toContain('models:/churn@champion');
  page.agree = true;
  page.named('Remove champion…').focus();
  await page.click('Remove champion…');
  expect(page.sent).toEqual([
    'DELETE models/churn/aliases/champion {"expected":"2"}'
  ]);
  expect(page.text).toContain('champion was removed from version 2.');
});

it('says who put it there', async () => {
  const claim = { by: 'ana on lab-7', to: '2', at: 1_793_331_200_000 };
  page.server.model.tags = [
    {
      key: 'nbtrack.alias.champion.moving',
      value: JSON.stringify({ ...claim, done: true })
    }
  ];
  await page.show('other');
  await page.show();
  expect(page.text).toContain('put there by ana on lab-7, ');
  expect(page.text).not.toContain('nbtrack.alias');
});
