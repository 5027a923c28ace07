import { loadCode } from '../code';
import { aliasUri, modelUri, registeredWords } from '../models';
import { lastMove } from '../state/moved';
import { detail } from './modelserver';

const AT = 1_793_331_200_000;

function told(value: unknown, version = '4'): ReturnType<typeof lastMove> {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const tags = [{ key: 'nbtrack.alias.champion.moving', value: text }];
  const aliases = [{ alias: 'champion', version }];
  return lastMove(detail({ tags, aliases }), 'champion');
}

it('tells who moved an alias to where it is', () => {
  const claim = { to: '4', at: AT, token: 'x', done: true };
  const by = 'ana on lab-7';
  expect(told({ ...claim, by: `${by} (process 42)` })).toEqual({ by, at: AT });
  expect(told({ ...claim, by, at: 'soon' })).toEqual({ by, at: null });
  // MLflow's own page moved it since, or it is still being moved.
  expect(told({ ...claim, by }, '5')).toBeNull();
  expect(told({ ...claim, by, done: false })).toBeNull();
});

it.each([
  '',
  '{',
  '[]',
  'null',
  '7',
  '"x"',
  '{"by": 7, "to": "4", "done": true}'
])('does not believe %s', text => {
  expect(told(text)).toBeNull();
});

it('calls versions as MLflow loads them', () => {
  const one = { name: 'churn', version: '7', aliases: ['champion', 'best'] };
  expect(registeredWords(one)).toBe('registered as churn v7 @champion @best');
  expect(modelUri('churn', '7')).toBe('models:/churn/7');
  expect(aliasUri('churn', 'champion')).toBe('models:/churn@champion');
});

it('writes names into code as strings of Python', () => {
  const code = loadCode(aliasUri('a"\\\n")#🎉é', 'champion'));
  expect(code.split('\n')).toHaveLength(3);
  expect(code).toContain(
    'load_model("models:/a\\"\\\\\\n\\")#\\U0001f389\\u00e9@champion")'
  );
});
