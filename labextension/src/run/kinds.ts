/** How an artifact can be shown, told by its name. */

export type Kind =
  | 'image'
  | 'table'
  | 'json'
  | 'markdown'
  | 'html'
  | 'notebook'
  | 'text'
  | 'unknown';

const KINDS: Record<Exclude<Kind, 'unknown'>, readonly string[]> = {
  image: ['png', 'jpg', 'jpeg', 'gif', 'webp', 'bmp', 'avif', 'ico'],
  table: ['csv', 'tsv', 'parquet', 'pq'],
  json: ['json', 'geojson'],
  markdown: ['md', 'markdown'],
  // An SVG is a page: it may hold scripts.
  html: ['html', 'htm', 'svg'],
  notebook: ['ipynb'],
  text: [
    ...['txt', 'log', 'py', 'r', 'java', 'scala', 'sql', 'sh', 'js', 'ts'],
    ...['yaml', 'yml', 'toml', 'ini', 'cfg', 'conf', 'env', 'xml', 'jsonl'],
    ...['ndjson', 'diff', 'patch', 'rst', 'tex', 'css', 'c', 'cpp', 'h', 'out']
  ]
};

/** Files that MLflow writes without an ending. */
const TEXTS = new Set([
  'mlmodel',
  'dockerfile',
  'makefile',
  'readme',
  'license'
]);

export function kindOf(name: string): Kind {
  const lower = name.toLowerCase();
  if (TEXTS.has(lower)) {
    return 'text';
  }
  const ending = /\.([^.]+)$/.exec(lower)?.[1] ?? '';
  for (const [kind, endings] of Object.entries(KINDS)) {
    if (endings.includes(ending)) {
      return kind as Kind;
    }
  }
  return 'unknown';
}
