/** Sets JSON over several lines. It only moves white space: numbers stay as they were written, NaN too. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|"/g;
const STEP = '  ';

export function pretty(text: string): string {
  const out: string[] = [];
  let depth = 0;
  let before = '';
  for (const [token] of text.matchAll(TOKEN)) {
    const closes = token === '}' || token === ']';
    const opened = before === '{' || before === '[';
    if (closes) {
      depth = Math.max(0, depth - 1);
    }
    // An empty list or object stays on its line.
    if ((opened && !closes) || before === ',' || (closes && !opened)) {
      out.push('\n', STEP.repeat(depth));
    }
    out.push(token === ':' ? ': ' : token);
    if (token === '{' || token === '[') {
      depth++;
    }
    before = token;
  }
  return out.join('');
}
