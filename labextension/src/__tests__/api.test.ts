import { getSettings } from '../api';
import { serverThat } from './server';
import golden from '../../../tests/contract/settings.json';

it('asks about one kernel, or about the default', async () => {
  const { settings, asked } = serverThat(() => ({
    body: JSON.stringify(golden.in_use)
  }));
  expect(await getSettings(settings, 'k1')).toEqual(golden.in_use);
  await getSettings(settings, null);
  expect(asked[0]).toContain('/nbtrack/api/settings?kernel_id=k1');
  expect(asked[1]).not.toContain('kernel_id');
});
