import { join } from 'node:path';
import { App, AssetStaging, Validations } from 'aws-cdk-lib';
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Settings } from '../lambdas/settings.ts';
import { MarketoDestinationStack } from './stack.ts';

interface SynthesizeProps {
  readonly settings: Settings;
  /** Where the cloud assembly goes. Default: where the CDK command line asks for it. */
  readonly outDir?: string;
  /** Folder of the bundles, as `scripts/build.ts` leaves it. */
  readonly assets: string;
  /**
   * Checks the template against CloudFormation's schema and cdk-nag's AwsSolutions (about 3 s) and
   * throws on a finding, which CDK reports. Default: true. What is not deployed may go without.
   */
  readonly checks?: boolean;
}

/** The files of a cloud assembly. */
interface Assembly {
  readonly directory: string;
  /** Path of the CloudFormation template (JSON). */
  readonly template: string;
  /** Path of the assets manifest (JSON), which says where each function's code is. */
  readonly assets: string;
}

/** Writes the cloud assembly of the whole destination. Needs neither an account nor the network. */
export const synthesize = ({
  settings,
  outDir,
  assets,
  checks = true,
}: SynthesizeProps): Assembly => {
  // What an earlier synthesis of this process has put there may be removed by now.
  AssetStaging.clearAssetHashCache();
  const app = new App({
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: checks,
    // What `cdk init` would choose; the pinned version of CDK decides what that is.
    context: { ...CURRENTLY_RECOMMENDED_FLAGS },
    ...(outDir === undefined ? {} : { outdir: outDir }),
  });
  if (checks) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { stackName } = new MarketoDestinationStack(app, settings.stackName, { settings, assets });
  const { directory } = app.synth();
  return {
    directory,
    template: join(directory, `${stackName}.template.json`),
    assets: join(directory, `${stackName}.assets.json`),
  };
};
