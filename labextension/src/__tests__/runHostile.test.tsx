import {
  RenderMimeRegistry,
  standardRendererFactories
} from '@jupyterlab/rendermime';

import { RunPage } from './runpage';
import { RUN } from './runserver';

const NASTY =
  '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

let page: RunPage;

beforeEach(() => {
  page = new RunPage();
  // A parser that lets all through: Markdown may hold any HTML.
  page.rendermime = new RenderMimeRegistry({
    initialFactories: standardRendererFactories,
    markdownParser: { render: text => Promise.resolve(text) }
  });
});

afterEach(() => {
  page.dispose();
});

it('takes all names and values for text', async () => {
  const metric = RUN.metrics[0];
  page.server.folders = {
    '': [{ path: NASTY, name: NASTY, is_dir: false, size: 1 }]
  };
  page.server.set({
    ...{ name: NASTY, user: NASTY, notebook: NASTY, status: NASTY },
    ...{ experiment_id: NASTY, note: '' },
    params: [{ key: NASTY, value: NASTY }],
    metrics: metric ? [{ ...metric, key: NASTY }] : [],
    tags: [
      { key: NASTY, value: NASTY },
      { key: 'mlflow.source.name', value: NASTY }
    ],
    datasets: [
      { ...{ name: NASTY, digest: NASTY, source_type: NASTY }, ...DATASET }
    ],
    models: [{ model_id: null, name: NASTY, status: NASTY, path: NASTY }]
  });
  await page.show();
  await page.click(NASTY);
  await page.press(page.find('[role=treeitem]'), 'Enter');
  await page.click('Delete the tag ' + NASTY);
  await page.click('Add a tag');
  const nodes = page.all('script, img:not([class]), [onerror], [onclick]');
  expect(nodes).toEqual([]);
  expect(page.text.split(NASTY).length).toBeGreaterThan(12);
});

it('renders a note without anything that acts, loads or disguises itself', async () => {
  page.server.set({
    note:
      NASTY +
      '<h2 id="x" class="jp-Dialog" style="position:fixed">Title</h2>' +
      '<a href="javascript:window.hacked=1">one</a>' +
      '<a href="JaVaScRiPt&#58;window.hacked=1">two</a>' +
      '<a href="/logout">three</a><a href="https://x.test" onclick="x()">four</a>' +
      '<a data-commandlinker-command="x" href="#">five</a>' +
      '<iframe src="https://x.test"></iframe><form action="/x"><button>b</button></form>' +
      '<svg onload="x()"></svg><video src="https://x.test"></video>' +
      '<table style="background:url(https://x.test)"><tr><td>cell</td></tr></table>' +
      '<style>* { display: none }</style><math><mi xlink:href="javascript:x()">m</mi></math>'
  });
  await page.show();
  const note = page.find('.nbtrack-Run-markdown');
  expect(note.textContent).toContain('Title');
  expect(note.textContent).toContain('cell');
  const rendered = note.querySelector('.jp-RenderedMarkdown');
  const tags = [...(rendered?.querySelectorAll('*') ?? [])].map(
    one => one.tagName
  );
  for (const tag of tags) {
    expect(['H2', 'A', 'TABLE', 'TBODY', 'TR', 'TD']).toContain(tag);
  }
  for (const node of rendered?.querySelectorAll('*') ?? []) {
    for (const name of node.getAttributeNames()) {
      expect(['href', 'target', 'rel', 'data-jupyter-id']).toContain(name);
    }
  }
  const links = [...(rendered?.querySelectorAll('a[href]') ?? [])];
  expect(
    links.map(one => [
      one.getAttribute('href'),
      one.getAttribute('target'),
      one.getAttribute('rel')
    ])
  ).toEqual([['https://x.test', '_blank', 'noopener noreferrer']]);
  expect('hacked' in window).toBe(false);
});

const DATASET = { context: NASTY, rows: 1, schema: NASTY };
