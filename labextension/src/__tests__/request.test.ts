import { Memory } from '../memory';
import { get, RequestError, send, SERVER_MISSING } from '../request';
import { type IAnswer, serverThat } from './server';
import golden from '../../../tests/contract/settings.json';

async function failure(answer: () => IAnswer): Promise<RequestError> {
  const { settings } = serverThat(answer);
  try {
    await get(settings, 'settings');
  } catch (error) {
    expect(error).toBeInstanceOf(RequestError);
    return error as RequestError;
  }
  throw new Error('nothing failed');
}

it('asks below the server’s base address and leaves null out', async () => {
  const { settings, asked } = serverThat(() => ({ body: '{"a": 1}' }));
  const query = { kernel_id: 'a&b', x: null };
  const answer = await get(settings, 'settings', query);
  expect(answer).toEqual({ value: { a: 1 }, asOf: null, problem: null });
  await get(settings, 'settings', { kernel_id: null });
  expect(asked.map(url => url.replace(/[?&]\d+$/, ''))).toEqual([
    'http://jupyter.test/a%20b/nbtrack/api/settings?kernel_id=a%26b',
    'http://jupyter.test/a%20b/nbtrack/api/settings'
  ]);
});

it('hands over our own errors as they are', async () => {
  const error = await failure(() => ({
    status: 400,
    body: JSON.stringify(golden.error)
  }));
  expect(error).toMatchObject({ status: 400, ...golden.error });
});

it('knows a 404 of Jupyter from one of ours', async () => {
  const jupyter = await failure(() => ({ status: 404, body: '<html></html>' }));
  expect(jupyter.code).toBe(SERVER_MISSING);
  const other = '{"message": "Not Found", "reason": null}';
  const json = await failure(() => ({ status: 404, body: other }));
  expect(json.code).toBe(SERVER_MISSING);
  const ours = await failure(() => ({
    status: 404,
    body: '{"message": "No such run.", "hint": "", "code": "not_found"}'
  }));
  expect(ours).toMatchObject({ code: 'not_found', message: 'No such run.' });
});

it.each([
  [403, 'forbidden'],
  [500, 'http'],
  [502, 'http']
])('says what a %i without a body of ours means', async (status, code) => {
  const error = await failure(() => ({ status, body: 'null' }));
  expect(error).toMatchObject({ status, code });
  expect(error.hint).not.toBe('');
});

it('says that the server does not answer', async () => {
  const error = await failure(() => {
    throw new TypeError('Failed to fetch');
  });
  expect(error).toMatchObject({ status: 0, code: 'network' });
});

it('does not take a login page for an answer', async () => {
  const error = await failure(() => ({ body: '<!doctype html>' }));
  expect(error.code).toBe('bad_answer');
});

it('repeats lists and says yes as 1', async () => {
  const { settings, asked } = serverThat(() => ({ body: '{}' }));
  await get(settings, 'runs', {
    status: ['RUNNING', 'FAILED'],
    mine: true,
    deleted: false,
    filter: '',
    column: []
  });
  expect(asked[0]).toContain(
    '/runs?status=RUNNING&status=FAILED&mine=1&filter=&'
  );
});

it('does not have an unchanged answer sent again', async () => {
  const tags: (string | null)[] = [];
  const { settings } = serverThat(request => {
    const tag = request.headers.get('If-None-Match');
    tags.push(tag);
    return tag === '"a"'
      ? { status: 304, body: '' }
      : { body: '{"n": 1}', headers: { ETag: '"a"' } };
  });
  const memory = new Memory();
  const first = await get(settings, 'runs', {}, memory);
  const second = await get(settings, 'runs', {}, memory);
  await get(settings, 'runs', { other: 'query' }, memory);
  expect(tags).toEqual([null, '"a"', null]);
  // The very same object: whoever compares sees that nothing is new.
  expect(second.value).toBe(first.value);
});

it('says how old the answer of a store is that does not answer', async () => {
  const problem = { message: 'It stalls.', hint: '', code: 'x' };
  const { settings } = serverThat(() => ({
    body: '[]',
    headers: {
      'X-Nbtrack-As-Of': '1700000000000',
      'X-Nbtrack-Problem': JSON.stringify(problem)
    }
  }));
  expect(await get(settings, 'runs')).toEqual({
    value: [],
    asOf: 1_700_000_000_000,
    problem
  });
});

it('sends JSON, takes an empty answer, and hands over what the store has instead', async () => {
  const bodies: string[] = [];
  const { settings } = serverThat(async request => {
    bodies.push(`${request.method} ${await request.text()}`);
    return request.method === 'DELETE'
      ? { status: 200, body: '' }
      : {
          status: 409,
          body: '{"message": "m", "code": "conflict", "current": {"name": "b"}}'
        };
  });
  expect(await send(settings, 'DELETE', 'runs/1', {})).toBeNull();
  await expect(
    send(settings, 'PATCH', 'runs/1', {}, { name: 'c' })
  ).rejects.toMatchObject({ code: 'conflict', current: { name: 'b' } });
  expect(bodies).toEqual(['DELETE ', 'PATCH {"name":"c"}']);
});

it('forgets the oldest answers', () => {
  const memory = new Memory(2, 100);
  const keep = (url: string, size: number) => {
    memory.keep(url, { etag: url, value: url, size });
  };
  keep('a', 10);
  keep('b', 10);
  memory.find('a');
  keep('c', 10);
  expect(['a', 'b', 'c'].map(url => memory.find(url)?.etag)).toEqual([
    'a',
    undefined,
    'c'
  ]);
  keep('d', 100);
  expect(memory.find('c')).toBeUndefined();
  expect(memory.find('d')).toBeDefined();
});
