import { split } from '../register/aliases';
import {
  aliasProblem,
  areFine,
  nameProblem,
  problems
} from '../register/checks';
import { readRegistering, readValues } from '../register/read';
import { keyOf } from '../registering';
import { card, form, found, said, values } from './registration';

const HOSTILE = '<img src=x onerror=alert(1)>';

it('reads nothing out of what is none', () => {
  for (const bad of [
    ...[null, 7, 'form', [], {}],
    said('form', { form: form(), version: 2 }),
    said('form', { form: form(), key: '../x' }),
    ...[said('form'), said('form', { form: [] }), said('confirm')],
    ...[said('done'), said('failed'), said('unknown')],
    said('done', { card: card({ name: 7 }) }),
    said('confirm', { confirm: { alias: 'a', from: null } })
  ]) {
    expect(readRegistering(bad)).toBeNull();
  }
});

it('leaves out what does not fit', () => {
  const read = readRegistering(
    said('form', {
      ...{ store: 7, sequence: 'x', notes: [1, 'kept'], progress: 5 },
      form: form({
        ...{ run_id: {}, names: [null, 'churn'] },
        models: [
          ...[null, 7, {}, found({ uri: 5, name: 5 })],
          found({
            ...{ flavors: 'all', size: -1, in_memory: 'yes', versions: {} },
            signature: { inputs: 'all', outputs: [{ name: 1 }] },
            example: { columns: ['a', 'b'], rows: ['x', [{}, 1, 2]] }
          })
        ],
        values: { name: 5, aliases: [1, 'a'], tags: [1, { key: 'k' }] }
      })
    })
  );
  expect(read?.notes).toEqual(['kept']);
  expect(read?.form).toEqual({
    ...{ run_id: null, run_name: 'brave-fox', names: ['churn'] },
    models: [
      {
        ...{ uri: 'models:/m-1', name: 'model', flavors: [], size: null },
        ...{ in_memory: false, versions: [] },
        signature: { inputs: [], outputs: [{ name: '', type: '' }] },
        example: { columns: ['a', 'b'], rows: [[null, 1]] }
      }
    ],
    values: {
      ...{ name: '', model: null, aliases: ['a'], description: '' },
      tags: [{ key: 'k', value: '' }]
    }
  });
});

it('takes at most as much as a page can bear', () => {
  const many = (length: number) => Array.from({ length }, (_, i) => `n${i}`);
  const rows = many(50).map(() => many(50));
  const read = readRegistering(
    said('form', {
      form: form({
        names: many(1000),
        models: [found({ example: { columns: many(50), rows } })],
        values: values({ name: 'x'.repeat(100_000) })
      })
    })
  );
  expect(read?.form?.names).toHaveLength(200);
  expect(read?.form?.values.name).toHaveLength(5000);
  const example = read?.form?.models[0]?.example;
  expect([example?.columns.length, example?.rows.length]).toEqual([20, 5]);
});

it('shows signs that would hide what stands beside them', () => {
  const code = `a = 1\n\u202eb\u0000${HOSTILE}`;
  const read = readRegistering(said('done', { card: card({ code }) }));
  expect(read?.card?.code).toBe(`a = 1\n\ufffdb\ufffd${HOSTILE}`);
});

it('names a model by its address, or by its name where it has none', () => {
  const [logged, held] = [found(), found({ uri: null })].map(
    one =>
      readRegistering(said('form', { form: form({ models: [one] }) }))?.form
  );
  expect(logged?.models.map(keyOf)).toEqual(['models:/m-1']);
  expect(held?.models.map(keyOf)).toEqual(['model']);
});

it.each([
  ['churn', null],
  ['churn model', null],
  ['churn 🦊', null],
  ['x'.repeat(256), null],
  ['x'.repeat(300), 'too long'],
  [' ', 'Type a name'],
  ['a/b', '«/»'],
  ['a:b', '«:»'],
  ['..', 'dots'],
  ['a\u202eb', 'invisible']
])('knows what is wrong with the name %p', (name, problem) => {
  const told = nameProblem(name);
  expect(told === null ? null : told.includes(problem ?? '')).toBe(
    problem === null ? null : true
  );
});

it.each([
  ['champion', null],
  ['été_2-b', null],
  ['v3', 'looks like a version'],
  ['12', 'looks like a version'],
  ['Latest', 'own word'],
  ['a.b', 'no alias'],
  ['🦊', 'no alias'],
  ['x'.repeat(300), 'at most']
])('knows what is wrong with the alias %p', (alias, problem) => {
  const told = aliasProblem(alias);
  expect(told === null ? null : told.includes(problem ?? '')).toBe(
    problem === null ? null : true
  );
});

it('finds tags without a name, twice, or of others', () => {
  const read = readRegistering(said('form', { form: form() }))?.form;
  const models = read?.models ?? [];
  const keys = models.map(keyOf);
  const tags = [
    ...[
      { key: '', value: '' },
      { key: '', value: 'x' }
    ],
    ...[
      { key: 'a', value: '' },
      { key: 'a ', value: '' }
    ],
    { key: 'mlflow.x', value: '' }
  ];
  const typed = { ...readValues({ name: 'churn' }), tags };
  const told = problems(typed, models, keys);
  expect([...told.tags.keys()]).toEqual([1, 3, 4]);
  expect(areFine(told)).toBe(false);
  const fine = { ...typed, tags: tags.slice(0, 1) };
  expect(areFine(problems(fine, models, keys))).toBe(true);
});

it('takes aliases apart', () => {
  expect(split(' champion, @b  champion,,c ')).toEqual(['champion', 'b', 'c']);
});
