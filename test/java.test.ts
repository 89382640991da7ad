import { expect, it } from 'vitest';
import { setup } from './support/java.ts';

it.each(['openjdk version "17.0.15" 2025-04-15\n', 'java version "21" 2023-09-19 LTS\n'])(
  '%s is new enough for DynamoDB Local',
  (said) => {
    expect(() => {
      setup(undefined, () => said);
    }).not.toThrow();
  },
);

it.each([
  [undefined, 'there is no java'],
  ['openjdk version "11.0.2" 2019-01-15\nmore\n', 'java is: openjdk version "11.0.2" 2019-01-15.'],
  ['java version "1.8.0_202"\n', 'java is: java version "1.8.0_202".'],
])('%s is told, with what to do', (said, present) => {
  const check = () => {
    setup(undefined, () => said);
  };
  expect(check).toThrow(`DynamoDB Local needs Java 17 or newer, and ${present}`);
  expect(check).toThrow('apt-get install default-jre-headless');
});
