/** One stack for each environment: `npx cdk deploy marketo-staging`, `npx cdk deploy marketo-production`. */
import { App } from 'aws-cdk-lib';
import { MarketoDestinationStack, readSettings } from 'marketo-destination';

const app = new App();
const account = process.env.CDK_DEFAULT_ACCOUNT;

/** Each environment's region; its account is that of the credentials. */
const regions = { staging: 'eu-central-1', production: 'eu-west-1' };

for (const [environment, region] of Object.entries(regions)) {
  new MarketoDestinationStack(app, `marketo-${environment}`, {
    settings: readSettings({ file: `settings/${environment}.json`, env: {} }),
    env: { account, region },
    tags: { team: 'growth', environment },
  });
}
