import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  CachePolicy,
  Distribution,
  HttpVersion,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { browserFiles, browserScriptPath } from './browserFiles.ts';
import { acknowledgeNist } from './acknowledge.ts';
import { BucketFiles } from './bucketFiles.ts';
import type { DestinationContext } from './context.ts';

/** Any page of any site may load the script, also with `crossorigin` and `integrity`. */
const forAnyPage = (scope: Construct): ResponseHeadersPolicy =>
  new ResponseHeadersPolicy(scope, 'Headers', {
    corsBehavior: {
      accessControlAllowCredentials: false,
      accessControlAllowHeaders: ['*'],
      accessControlAllowMethods: ['GET', 'HEAD'],
      accessControlAllowOrigins: ['*'],
      originOverride: true,
    },
    securityHeadersBehavior: { contentTypeOptions: { override: true } },
    customHeadersBehavior: {
      customHeaders: [
        { header: 'Cross-Origin-Resource-Policy', value: 'cross-origin', override: true },
      ],
    },
  });

/** The script for browsers, in a private bucket that only its CloudFront distribution reads. */
export class BrowserScript extends Construct {
  /** Address that never changes its content. */
  readonly versionedUrl: string;
  /** Address that always has the deployed version. */
  readonly latestUrl: string;
  /** What a script tag's `integrity` says of the versioned address. */
  readonly integrity: string;
  /** Where a domain of the user's own has to point. */
  readonly distributionDomain: string;

  constructor(scope: Construct, id: string, context: DestinationContext) {
    super(scope, id);
    const { settings, assets } = context;
    const script = readFileSync(join(assets, browserScriptPath));
    const { versioned, latest, integrity, contentType } = browserFiles(script);
    const bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // CloudFormation cannot delete a bucket that has something in it.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const { domain, certificateArn } = settings.browserScript;
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Marketo destination: the script for browsers',
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(domain !== undefined &&
        certificateArn !== undefined && {
          domainNames: [domain],
          minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
          certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
        }),
      defaultBehavior: {
        // The interface says of an optional property that it is never undefined; the class does not.
        origin: S3BucketOrigin.withOriginAccessControl(bucket as IBucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        // Believes the Cache-Control of each file, and compresses.
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        compress: true,
        responseHeadersPolicy: forAnyPage(this),
      },
    });
    // A distribution takes minutes to be made, IAM seconds to know a policy.
    const files = new BucketFiles(this, 'Files', {
      bucket,
      after: distribution,
      context,
    });
    files.put('Versioned', { ...versioned, contentType, body: script });
    files.put('Latest', { ...latest, contentType, body: script });

    this.distributionDomain = distribution.distributionDomainName;
    const base = `https://${domain ?? this.distributionDomain}`;
    this.versionedUrl = `${base}/${versioned.path}`;
    this.latestUrl = `${base}/${latest.path}`;
    this.integrity = integrity;
    this.acknowledge(bucket, distribution);
  }

  private acknowledge(bucket: Bucket, distribution: Distribution): void {
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Only CloudFront reads the bucket, and what it holds is public.',
    });
    const isPublic =
      'It holds files that are public, and that the next deployment puts there again.';
    acknowledgeNist(bucket, {
      S3BucketDefaultLockEnabled: isPublic,
      S3BucketLoggingEnabled: 'Only CloudFront reads the bucket, and what it holds is public.',
      S3BucketReplicationEnabled: isPublic,
      S3BucketVersioningEnabled: 'Each version of the script has a name of its own.',
      S3DefaultEncryptionKMS: 'What it holds is public.',
    });
    Validations.of(distribution).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'The pages that load the script have visitors anywhere.' },
      {
        id: 'AwsSolutions-CFR2',
        reason: 'Two static public files from a cache: there is nothing behind it to protect.',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason: 'The logs would hold the addresses of all visitors, and nobody would read them.',
      },
      {
        id: 'AwsSolutions-CFR4',
        reason:
          'CloudFront’s own certificate allows no security policy; browsers that can run the script speak TLS 1.2 or newer. browserScript.certificateArn enforces it.',
      },
    );
  }
}
