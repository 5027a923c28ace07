import { RunPage } from './runpage';

let page: RunPage;

beforeEach(async () => {
  page = new RunPage();
  page.server.folders['nbtrack'] = ['cell.py', 'packages.txt'].map(name => ({
    ...{ path: `nbtrack/${name}`, name, is_dir: false, size: 9 }
  }));
  page.server.files = {
    'nbtrack/cell.py': 'a = 1\nb = 2\nc = 3\n',
    'nbtrack/packages.txt': 'mlflow==3.6\n'
  };
  await page.show();
});

afterEach(() => {
  page.dispose();
});

async function unfold(title: string): Promise<void> {
  await page.after(() => {
    const fold = page
      .all('details')
      .find(one => one.querySelector('summary')?.textContent === title);
    fold?.setAttribute('open', '');
    fold?.dispatchEvent(new Event('toggle'));
  });
}

it('reads what was captured when one wants to see it', async () => {
  const asked = page.server.asked.length;
  await unfold('What was captured');
  expect(page.server.asked.length).toBeGreaterThan(asked);
  for (const part of ['c0ffee', 'branch main', 'with changes', 'In [14]']) {
    expect(page.text).toContain(part);
  }
  expect(page.text).not.toContain('mlflow==3.6');
  await unfold('Packages');
  expect(page.text).toContain('mlflow==3.6');
  expect(page.text).toContain('Open notebooks/churn.ipynb');
});

it('shows what has changed in the cell since', async () => {
  page.sources.set('notebooks/churn.ipynb#cell-1', 'a = 1\nb = 20\nc = 3');
  await unfold('What was captured');
  expect(page.text).toContain(
    'The cell has changed since: 1 line only in this run (−), 1 line new (+).'
  );
  const lines = page
    .all('.nbtrack-Run-diff > span')
    .map(one => [one.dataset['kind'], one.lastChild?.textContent]);
  expect(lines).toEqual([
    ['same', 'a = 1\n'],
    ['gone', 'b = 2\n'],
    ['new', 'b = 20\n'],
    ['same', 'c = 3\n']
  ]);
  page.sources.set('notebooks/churn.ipynb#cell-1', 'a = 1\nb = 2\nc = 3');
  await page.click('Compare again');
  expect(page.text).toContain('The cell is still the same.');
});

it('says so where nothing was captured', async () => {
  delete page.server.folders['nbtrack'];
  await unfold('What was captured');
  expect(page.text).toContain('No source or packages');
});
