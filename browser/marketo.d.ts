/** The public face of the plugin, shipped as it stands here. */

/** What the plugin needs of analytics.js's context. */
export interface MarketoContext {
  readonly event: object;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void;
}

/** Decides about an event, as analytics.js has it: `next` lets it through, perhaps changed. */
export type MarketoMiddleware = (parameters: {
  readonly payload: { readonly obj: object };
  readonly integration: string;
  readonly next: (payload: { readonly obj: object } | null) => void;
}) => unknown;

/** A destination plugin of `@segment/analytics-next`. None of its functions throws into the page. */
export interface MarketoPlugin {
  name: string;
  type: 'destination';
  version: string;
  /** Whether Munchkin is there. */
  isLoaded(): boolean;
  /** Rejects for options that cannot be used: analytics.js then logs why and drops the plugin. */
  load(
    context: MarketoContext,
    analytics?: { register(plugin: object): Promise<unknown> },
  ): Promise<void>;
  /** For destination middlewares, like the consent wrapper's, that are added after the plugin. */
  addMiddleware(...middlewares: MarketoMiddleware[]): void;
  page<C extends MarketoContext>(context: C): C;
  track<C extends MarketoContext>(context: C): C;
  identify<C extends MarketoContext>(context: C): C;
}

export interface MarketoOptions {
  /** The Munchkin id of the Marketo instance, like `123-ABC-456`. */
  readonly munchkinId: string;
  /**
   * How known leads reach Marketo. `server` (default): by our ingest, together with the visitor's
   * cookie. Or a function, like the one of `associateLead.mjs`, which works until Munchkin 160.
   */
  readonly identify?:
    'server' | ((event: object, options: MarketoOptions) => Promise<void>) | undefined;
  /** Base URL of the destination's HTTP API, which takes the identifies and makes the hashes. */
  readonly endpoint: string;
  /** A write key of ingest; `server` needs it. */
  readonly writeKey?: string | undefined;
  /**
   * Gets a hash token from the site's own back end, for `associateLead`. Without it the e-mail is
   * sent, which the hash API only takes where its operator opened it to this page's origin.
   */
  readonly hashToken?: (() => string | Promise<string>) | undefined;
  /**
   * Nothing is loaded or sent before this resolves. Where it rejects or resolves to `false`, what
   * waited is dropped, and so is what follows. A function is called once.
   */
  readonly consent?: Promise<unknown> | (() => unknown) | undefined;
  /**
   * Categories of the consent wrapper that a visitor must have granted. Default: all that an event
   * names. An event that is refused loads nothing and drops what waits.
   */
  readonly consentCategories?: readonly string[] | undefined;
  /** More of Munchkin's own configuration, over `{asyncOnly: true, apiOnly: true}`. */
  readonly munchkin?: Readonly<Record<string, unknown>> | undefined;
  /** Where Munchkin is loaded from. Default: `https://munchkin.marketo.net/munchkin.js`. */
  readonly munchkinUrl?: string | undefined;
  /** How long Munchkin may take (ms) before the log says so. Default: 10 000. */
  readonly loadTimeout?: number | undefined;
  /** Of the page's content security policy; Munchkin's script tag gets it. */
  readonly nonce?: string | undefined;
}

/** Makes the plugin. Touches no page before analytics.js loads it. */
export declare const marketo: (options: MarketoOptions) => MarketoPlugin;
