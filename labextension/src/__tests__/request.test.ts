import { get, RequestError, SERVER_MISSING } from '../request';
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
  const answer = await get(settings, 'settings', { kernel_id: 'a&b', x: null });
  expect(answer).toEqual({ a: 1 });
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
