/**
 * What people look for among the settings and what is done otherwise, in lower case: a settings file
 * describes the destination, the deployment says where it goes and what it is called.
 */
export const explained: ReadonlyMap<string, string> = new Map([
  [
    'region',
    'The stack goes to the region of your AWS configuration: set AWS_REGION for `cdk deploy`. In an app of your own, give MarketoDestinationStack `env: { region: "…" }`.',
  ],
  [
    'account',
    'The stack goes to the account of your AWS credentials. In an app of your own, give MarketoDestinationStack `env: { account: "…" }`.',
  ],
  [
    'env',
    'Account and region are those of your AWS configuration. In an app of your own, give MarketoDestinationStack `env: { account: "…", region: "…" }`.',
  ],
  [
    'tags',
    'Say `cdk deploy --tags key=value`. In an app of your own, give MarketoDestinationStack or MarketoDestination `tags`.',
  ],
  [
    'name',
    'The stack’s name is the setting stackName; it begins the names of queues, secrets and alarms.',
  ],
  ['vpc', 'It is an object of CDK: in an app of your own, give MarketoDestination `syncNetwork`.'],
  [
    'kmskey',
    'Keys are objects of CDK: in an app of your own, give MarketoDestination `encryptionKeys`.',
  ],
  [
    'encryptionkeys',
    'Keys are objects of CDK: in an app of your own, give MarketoDestination `encryptionKeys`.',
  ],
  [
    'permissionsboundary',
    'In an app of your own, give MarketoDestination `permissionsBoundary`. For the command line, set `@aws-cdk/core:permissionsBoundary` in the context of cdk.json.',
  ],
  [
    'terminationprotection',
    'It is on unless removal is destroy. In an app of your own, give MarketoDestinationStack `terminationProtection`.',
  ],
  ['logretention', 'It is the setting logDays.'],
]);
