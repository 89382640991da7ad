import { Aws, Duration, Fn, RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnUserPoolClient,
  CfnUserPoolGroup,
  FeaturePlan,
  type IUserPool,
  Mfa,
  OAuthScope,
  ProviderAttribute,
  UserPool,
  UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
} from 'aws-cdk-lib/aws-cognito';
import { Construct, type IDependable } from 'constructs';
import { consoleTiming } from '../limits.ts';
import type { DestinationContext } from '../context.ts';

interface SignInProps {
  readonly context: DestinationContext;
  /** Address of the console's page, without a slash at its end. */
  readonly consoleUrl: string;
}

/** What the groups mean stands in `operations/console/roles.ts`. */
const groups = {
  viewer: 'May look at everything in the console',
  operator: 'May also resend, drop and delete, preview, and send test events',
} as const;

const invitation = {
  emailSubject: 'Your access to the console of the Marketo destination',
  emailBody:
    'You may use the console of the Marketo destination now. Sign in as {username} with the password {####}, and choose another one then.',
};

/** Who may use the console: a user pool of Cognito with its sign-in pages, and the console as its client. */
export class SignIn extends Construct {
  readonly userPoolId: string;
  readonly clientId: string;
  /** Of the tokens. */
  readonly issuer: string;
  /** Of the sign-in pages. */
  readonly origin: string;

  constructor(scope: Construct, id: string, { context, consoleUrl }: SignInProps) {
    super(scope, id);
    const { settings } = context;
    const { userPoolId, signInDomain } = settings.console;
    const pool =
      userPoolId === undefined
        ? this.#ownPool(context)
        : UserPool.fromUserPoolId(this, 'Users', userPoolId);
    this.userPoolId = pool.userPoolId;
    const domain = signInDomain ?? this.#ownDomain(pool, context);
    this.origin = `https://${domain}`;
    const region = Fn.select(0, Fn.split('_', pool.userPoolId));
    this.issuer = `https://cognito-idp.${region}.${Aws.URL_SUFFIX}/${pool.userPoolId}`;
    const provider = this.#provider(pool, context);
    const client = new UserPoolClient(this, 'Client', {
      userPool: pool,
      // A page keeps no secret; the code goes with a proof of its own (PKCE).
      generateSecret: false,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(consoleTiming.tokenMinutes),
      idTokenValidity: Duration.minutes(consoleTiming.tokenMinutes),
      // The page does not keep it; Cognito gives none that ends sooner.
      refreshTokenValidity: Duration.minutes(consoleTiming.refreshMinutes),
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID],
        callbackUrls: [consoleUrl],
        logoutUrls: [consoleUrl],
      },
      supportedIdentityProviders:
        userPoolId === undefined
          ? [provider?.client ?? UserPoolClientIdentityProvider.COGNITO]
          : settings.console.identityProviders.map((name) =>
              UserPoolClientIdentityProvider.custom(name),
            ),
    });
    // CDK leaves out what is empty, and Cognito then allows passwords to be sent to its API.
    const { defaultChild } = client.node;
    if (!(defaultChild instanceof CfnUserPoolClient))
      throw new Error('CDK builds a client of a user pool otherwise than it did');
    defaultChild.explicitAuthFlows = ['ALLOW_REFRESH_TOKEN_AUTH'];
    if (provider) client.node.addDependency(provider.dependable);
    this.clientId = client.userPoolClientId;
  }

  #ownPool({ dataRemoval }: DestinationContext): IUserPool {
    const pool = new UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      autoVerify: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      featurePlan: FeaturePlan.LITE,
      passwordPolicy: {
        minLength: consoleTiming.passwordCharacters,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(consoleTiming.invitationDays),
      },
      userInvitation: invitation,
      deletionProtection: dataRemoval !== RemovalPolicy.DESTROY,
      removalPolicy: dataRemoval,
    });
    for (const [groupName, description] of Object.entries(groups))
      new CfnUserPoolGroup(this, groupName, {
        userPoolId: pool.userPoolId,
        groupName,
        description,
      });
    Validations.of(pool).acknowledge(
      {
        id: 'AwsSolutions-COG3',
        reason:
          'Threat protection costs a dearer plan for each user; users come by invitation and sign in with a second factor.',
      },
      {
        id: 'AwsSolutions-COG8',
        reason:
          'The plan Plus is for threat protection; users come by invitation and sign in with a second factor.',
      },
    );
    return pool;
  }

  #ownDomain(pool: IUserPool, { name, settings }: DestinationContext): string {
    const domainPrefix = settings.console.signInPrefix ?? `${name.toLowerCase()}-${Aws.ACCOUNT_ID}`;
    const domain = pool.addDomain('Pages', { cognitoDomain: { domainPrefix } });
    return `${domain.domainName}.auth.${Aws.REGION}.amazoncognito.com`;
  }

  #provider(
    pool: IUserPool,
    { settings }: DestinationContext,
  ): { client: UserPoolClientIdentityProvider; dependable: IDependable } | undefined {
    const { samlMetadataUrl, oidcIssuer, oidcClientId, oidcSecretName } = settings.console;
    if (samlMetadataUrl !== undefined) {
      const saml = new UserPoolIdentityProviderSaml(this, 'Saml', {
        userPool: pool,
        name: 'SAML',
        metadata: UserPoolIdentityProviderSamlMetadata.url(samlMetadataUrl),
        attributeMapping: {
          email: ProviderAttribute.other(
            'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
          ),
        },
      });
      return { client: UserPoolClientIdentityProvider.custom(saml.providerName), dependable: saml };
    }
    if (oidcIssuer === undefined || oidcClientId === undefined || oidcSecretName === undefined)
      return undefined;
    const oidc = new UserPoolIdentityProviderOidc(this, 'Oidc', {
      userPool: pool,
      name: 'OIDC',
      issuerUrl: oidcIssuer,
      clientId: oidcClientId,
      // CloudFormation reads it during the deployment; the template only names the secret.
      clientSecret: SecretValue.secretsManager(oidcSecretName).unsafeUnwrap(),
      scopes: ['openid', 'email'],
      attributeMapping: { email: ProviderAttribute.other('email') },
    });
    return { client: UserPoolClientIdentityProvider.custom(oidc.providerName), dependable: oidc };
  }
}
