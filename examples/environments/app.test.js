import { readSettings } from 'marketo-destination';
import assert from 'node:assert/strict';
import { test } from 'node:test';

test('production keeps what it holds, and its logs for a year', () => {
  const { removal, logDays } = readSettings({ file: 'settings/production.json', env: {} });
  assert.equal(removal, 'retain');
  assert.equal(logDays, 365);
});
