import { Stack } from 'aws-cdk-lib';
import {
  DomainName,
  EndpointType,
  type MTLSConfig,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Certificate,
  CertificateValidation,
  type ICertificate,
} from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Settings } from '../lambdas/settings.ts';

/** A host name of your own for the API. Its address outlives the stack. */
export interface ApiDomain {
  /** Like `events.example.com`. */
  readonly name: string;
  /** In the stack's region. Absent: one is created and validated through `hostedZone`. */
  readonly certificate?: ICertificate;
  /** Gets the DNS record. Absent: point the name at the output `ApiDomainTarget` yourself. */
  readonly hostedZone?: IHostedZone;
  /** Only clients with a certificate of these authorities may connect. Browsers cannot. */
  readonly mutualTls?: MTLSConfig;
}

/** `s3://bucket/key` of the settings, which the schema has checked. */
const truststoreOf = (scope: Construct, uri: string): MTLSConfig => {
  const { hostname, pathname } = new URL(uri);
  const bucket = Bucket.fromBucketName(scope, 'Truststore', hostname);
  return { bucket, key: pathname.slice(1) };
};

/** The domain that the settings name, as props name it. */
export const domainOf = (scope: Construct, { domain }: Settings): ApiDomain | undefined => {
  const { name, certificateArn, hostedZoneId, hostedZoneName, truststoreUri } = domain;
  if (name === undefined) return undefined;
  const parts = new Construct(scope, 'Domain');
  return {
    name,
    ...(certificateArn !== undefined && {
      certificate: Certificate.fromCertificateArn(parts, 'Certificate', certificateArn),
    }),
    ...(hostedZoneId !== undefined &&
      hostedZoneName !== undefined && {
        hostedZone: HostedZone.fromHostedZoneAttributes(parts, 'Zone', {
          hostedZoneId,
          zoneName: hostedZoneName,
        }),
      }),
    ...(truststoreUri !== undefined && { mutualTls: truststoreOf(parts, truststoreUri) }),
  };
};

/** Regional, TLS 1.2 and newer. */
export class OwnDomain extends Construct {
  readonly domain: DomainName;
  /** What the name has to point at (CNAME), where no hosted zone does it. */
  readonly target: string;

  /** @throws where there is neither a certificate nor a hosted zone to validate one */
  constructor(
    scope: Construct,
    id: string,
    { name, certificate, hostedZone, mutualTls }: ApiDomain,
  ) {
    super(scope, id);
    if (certificate === undefined && hostedZone === undefined)
      throw new Error(
        `The domain ${name} needs a certificate of ACM in ${Stack.of(this).region}, or a hosted zone through which one can be validated.`,
      );
    this.domain = new DomainName(this, 'Name', {
      domainName: name,
      certificate:
        certificate ??
        new Certificate(this, 'Certificate', {
          domainName: name,
          validation: CertificateValidation.fromDns(hostedZone),
        }),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
      ...(mutualTls && { mtls: mutualTls }),
    });
    const { regionalDomainName, regionalHostedZoneId } = this.domain;
    this.target = regionalDomainName;
    if (hostedZone)
      new ARecord(this, 'Record', {
        zone: hostedZone,
        recordName: `${name}.`,
        target: RecordTarget.fromAlias(
          new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId),
        ),
      });
  }
}
