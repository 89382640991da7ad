import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { MarketoDestination, type MarketoDestinationProps } from './destination.ts';

/**
 * All props of a stack, and those of the destination in it. `tags` and `permissionsBoundary` are the
 * stack's own, which CDK applies to everything in it.
 */
export interface MarketoDestinationStackProps
  extends StackProps, Omit<MarketoDestinationProps, 'tags' | 'permissionsBoundary'> {}

/** A stack with nothing but the destination in it. */
export class MarketoDestinationStack extends Stack {
  readonly destination: MarketoDestination;

  /** @throws SettingsError that lists everything that is wrong with the settings */
  constructor(scope: Construct, id: string, props: MarketoDestinationStackProps) {
    const { tags, permissionsBoundary, ...own } = props;
    super(scope, id, {
      description: 'Marketo destination for Segment events',
      terminationProtection: props.settings.removal !== 'destroy',
      ...own,
      ...(tags && { tags }),
      ...(permissionsBoundary && { permissionsBoundary }),
    });
    // CDK leaves the id Default out of logical ids, so they are the same as in version 0.1.
    this.destination = new MarketoDestination(this, 'Default', own);
  }
}
