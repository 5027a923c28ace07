import type { IArtifact } from '../runs';
import { RunPage } from './runpage';
import { RUN } from './runserver';

let page: RunPage;

function file(path: string, size: number | null = 10): IArtifact {
  return { path, name: path.split('/').at(-1) ?? '', is_dir: false, size };
}

function folder(path: string): IArtifact {
  return { ...file(path, null), is_dir: true };
}

beforeEach(() => {
  page = new RunPage();
  page.server.folders = {
    '': [folder('model'), folder('empty'), file('plot.png', 4200)],
    model: [file('model/MLmodel'), folder('model/data')],
    'model/data': [file('model/data/x.bin')],
    empty: []
  };
});

afterEach(() => {
  page.dispose();
});

function lines(): string[] {
  return page.all('[role=treeitem]').map(one => {
    const level = '>'.repeat(Number(one.getAttribute('aria-level')));
    return level + one.textContent;
  });
}

function active(): string | undefined {
  return page.find('[role=treeitem][tabindex="0"]').textContent;
}

/** Press keys where the keyboard is. */
async function keys(...names: string[]): Promise<void> {
  for (const name of names) {
    await page.press(page.find('[role=treeitem][tabindex="0"]'), name);
  }
}

async function open(item: IArtifact): Promise<void> {
  page.server.folders = { '': [item] };
  await page.show();
  await keys('Enter');
}

it('is a tree for the keyboard that asks for folders when they open', async () => {
  await page.show();
  expect(lines()).toEqual(['>model', '>empty', '>plot.png4.2 KB']);
  expect(page.server.count(`runs/${RUN.run_id}/artifacts`)).toBe(1);
  await keys('ArrowRight');
  expect(lines()).toEqual([
    '>model',
    '>>MLmodel10 B',
    '>>data',
    '>empty',
    '>plot.png4.2 KB'
  ]);
  expect(page.server.count(`runs/${RUN.run_id}/artifacts`)).toBe(2);
  await keys('ArrowRight', 'ArrowDown');
  expect(active()).toBe('data');
  expect(document.activeElement?.textContent).toBe('data');
  await keys('ArrowRight', 'ArrowRight');
  expect(active()).toBe('x.bin10 B');
  await keys('ArrowLeft', 'ArrowLeft', 'ArrowLeft');
  expect(active()).toBe('model');
  await keys('ArrowLeft');
  expect(lines()).toHaveLength(3);
  await keys('End');
  expect(active()).toBe('plot.png4.2 KB');
  await keys('Home', 'ArrowDown', 'Enter');
  expect(lines()).toContain('>emptyempty');
});

it('shows a picture, its size, a download and its path', async () => {
  await page.show();
  await keys('End');
  const picture = page.find('.nbtrack-Run-image') as HTMLImageElement;
  expect(picture.src).toContain('path=plot.png');
  expect(picture.src).not.toContain('download=1');
  const link = page.named('Download') as HTMLAnchorElement;
  expect(link.href).toContain('download=1');
  expect(link.download).toBe('plot.png');
  await page.click('Copy the path');
  expect(page.copy).toHaveBeenCalledWith('plot.png');
  expect(page.text).toContain('4.2 KB');
});

it('shows a page where it can do nothing', async () => {
  page.server.files['a.html'] = '<script>parent.hacked = 1</script><b>hi</b>';
  await open(file('a.html'));
  const frame = page.find('iframe') as HTMLIFrameElement;
  expect(frame.getAttribute('sandbox')).toBe('');
  expect(frame.srcdoc).toContain("default-src 'none'");
  expect(frame.srcdoc.indexOf('Content-Security-Policy')).toBeLessThan(
    frame.srcdoc.indexOf('<script>')
  );
  expect(frame.getAttribute('src')).toBeNull();
});

it('sets JSON over lines without touching its numbers', async () => {
  page.server.files['a.json'] = '{"a":12345678901234567890,"b":[NaN,{}]}';
  await open(file('a.json'));
  expect(page.find('.nbtrack-Run-lines').textContent).toBe(
    '{\n  "a": 12345678901234567890,\n  "b": [\n    NaN,\n    {}\n  ]\n}'
  );
});

it('shows tables', async () => {
  page.server.table = {
    columns: ['x', 'y'],
    rows: [
      [1, '<b>'],
      ['NaN', null]
    ],
    total: 5000
  };
  await open(file('a.parquet'));
  expect(page.text).toContain('2 columns, the first 2 of 5,000 rows');
  const cells = page.all('.nbtrack-Run-grid td').map(one => one.textContent);
  expect(cells).toEqual(['1', '<b>', 'NaN', 'null']);
});

it('shows the cells of a notebook', async () => {
  page.server.files['a.ipynb'] = JSON.stringify({
    cells: [
      { cell_type: 'markdown', source: ['# Title\n', 'text'] },
      {
        cell_type: 'code',
        source: 'print(1)',
        outputs: [
          { output_type: 'stream', text: ['1\n'] },
          { data: { 'text/html': '<img src=x>', 'text/plain': 'a frame' } },
          { traceback: ['\u001b[31mKeyError\u001b[0m'] },
          { data: { 'image/png': 'aGk=' } }
        ]
      }
    ]
  });
  await open(file('a.ipynb'));
  const text = page.find('.nbtrack-Run-notebook').textContent;
  for (const part of ['# Title', 'print(1)', '1\n', 'a frame', 'KeyError']) {
    expect(text).toContain(part);
  }
  expect(text).not.toContain('\u001b');
  const pictures = page.all('.nbtrack-Run-notebook img');
  expect(pictures.map(one => one.getAttribute('src'))).toEqual([
    'data:image/png;base64,aGk='
  ]);
});

it('offers text for what it does not know, and no preview of what is too large', async () => {
  page.server.files['x.bin'] = 'bytes';
  await open(file('x.bin'));
  await page.click('Show as text');
  expect(page.find('.nbtrack-Run-lines').textContent).toBe('bytes');
  page.dispose();
  page = new RunPage();
  await open(file('x.txt', 3_000_000));
  expect(page.text).toContain(
    'Too large for a preview (3.0 MB, at most 2.0 MB'
  );
  expect(page.has('Download')).toBe(true);
});

it('cuts a long text until one wants it all', async () => {
  page.server.files['x.log'] = 'x'.repeat(200_001);
  await open(file('x.log'));
  expect(page.find('.nbtrack-Run-lines').textContent).toHaveLength(200_000);
  await page.after(() => {
    page.find('.nbtrack-Run-preview button.nbtrack-Run-link').click();
  });
  expect(page.find('.nbtrack-Run-lines').textContent).toHaveLength(200_001);
});

it('says where a list did not come, and asks again', async () => {
  page.server.refusal = ({ query }) =>
    query.get('path') === 'model'
      ? { status: 503, body: { message: 'Asleep.', hint: '', code: 'x' } }
      : null;
  await page.show();
  await keys('Enter');
  expect(lines()[0]).toBe('>modelAsleep.');
  page.server.refusal = null;
  await page.click('List the artifacts again');
  expect(lines()).toHaveLength(5);
});

it('bears a store that says a folder holds itself', async () => {
  page.server.folders = { '': [folder('a')], a: [folder('a')] };
  await page.show();
  await keys('Enter');
  expect(lines().length).toBeLessThan(100);
});
