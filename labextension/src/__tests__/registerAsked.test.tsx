import { card, DIGEST, KEY, Page, said } from './registration';

let page: Page;

beforeEach(() => {
  page = new Page();
});

afterEach(() => {
  page.dispose();
});

const CONFIRM = {
  alias: 'champion',
  from: { version: '3', run_name: 'brave-fox' },
  to: '4'
};

it('asks before an alias moves, and names what it replaces', async () => {
  await page.show(said('confirm', { confirm: CONFIRM }));
  expect(page.text).toContain(
    'champion is version 3 (run brave-fox). Move it to version 4?'
  );
  await page.click('Move champion');
  await page.click('Leave it at version 3');
  expect(page.asked).toEqual([{ key: KEY, action: 'yes', values: null }]);
});

it('shows both runs beside each other before an alias moves', async () => {
  const both = { ...CONFIRM, run_ids: ['old', 'new', 7] };
  await page.show(said('confirm', { confirm: both }));
  await page.click('Compare them first');
  expect(page.open.compare.mock.calls).toEqual([['team', ['old', 'new']]]);
  expect(page.asked).toEqual([]);
});

it('tells others once that there is a new version', async () => {
  await page.show(said('working', { progress: { what: 'registering' } }));
  expect(page.registered).not.toHaveBeenCalled();
  await page.receive(said('done', { card: card() }));
  await page.receive(said('done', { card: card() }));
  expect(page.registered.mock.calls).toEqual([[DIGEST, 'k1']]);
});

it('leaves an alias where it is', async () => {
  await page.show(said('confirm', { confirm: { ...CONFIRM, to: null } }));
  expect(page.text).not.toContain('Compare');
  expect(page.text).toContain('Move it to the new version?');
  await page.click('Leave it at version 3');
  expect(page.asked).toEqual([{ key: KEY, action: 'no', values: null }]);
});
