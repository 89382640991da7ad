import { Stack, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsCustomResource, Logging, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct, type IDependable } from 'constructs';
import { acknowledgeCustomResources, acknowledgeNist, inlinePolicy } from './acknowledge.ts';
import type { DestinationContext } from './context.ts';
import { logGroup } from './logs.ts';

interface BucketFile {
  /** Its key in the bucket. */
  readonly path: string;
  /** ASCII text: the template carries no other bytes unchanged. */
  readonly body: Buffer;
  readonly contentType: string;
  readonly cacheControl: string;
}

interface BucketFilesProps {
  readonly bucket: Bucket;
  /** What has to be there before the first file: long enough for IAM to know the new policy. */
  readonly after: IDependable;
  readonly context: DestinationContext;
}

/**
 * Puts small text files into a bucket during a deployment. A file that the template no longer names
 * stays there, because pages may still load it.
 */
export class BucketFiles extends Construct {
  readonly #bucket: Bucket;
  readonly #logs: LogGroup;
  readonly #role: Role;
  readonly #before: readonly IDependable[];

  constructor(scope: Construct, id: string, { bucket, after, context }: BucketFilesProps) {
    super(scope, id);
    this.#bucket = bucket;
    this.#logs = logGroup(this, 'Logs', context);
    this.#role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'What puts files into the bucket may do',
    });
    // One for all versions: a new one for each might come too late for its file.
    const policy = new Policy(this, 'Policy', {
      roles: [this.#role],
      statements: [
        new PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [this.#logs.logGroupArn],
        }),
        new PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects('*')] }),
      ],
    });
    const arn = Stack.of(this).resolve(bucket.bucketArn) as { readonly 'Fn::GetAtt': string[] };
    Validations.of(policy).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${arn['Fn::GetAtt'].join('.')}>/*]`,
      reason: 'Each version has a name of its own; the bucket holds nothing else.',
    });
    acknowledgeNist(this, inlinePolicy);
    this.#before = [policy, after];
  }

  /** @throws where the body has bytes that are not ASCII */
  put(id: string, { path, body, contentType, cacheControl }: BucketFile): void {
    if (body.some((byte) => byte > 0x7f)) {
      throw new Error(`${path} is not plain ASCII: bundle it so that it is`);
    }
    const file = new AwsCustomResource(this, id, {
      resourceType: 'Custom::BucketFile',
      onUpdate: {
        service: 'S3',
        action: 'putObject',
        parameters: {
          Bucket: this.#bucket.bucketName,
          Key: path,
          Body: body.toString('ascii'),
          ContentType: contentType,
          CacheControl: cacheControl,
        },
        physicalResourceId: PhysicalResourceId.of(path),
        outputPaths: ['ETag'],
        logging: Logging.withDataHidden(),
      },
      role: this.#role,
      logGroup: this.#logs,
      // The runtime's own copy: a newer one would be downloaded during each deployment.
      installLatestAwsSdk: false,
    });
    file.node.addDependency(...this.#before);
    acknowledgeCustomResources(this);
  }
}
