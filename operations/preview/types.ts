import type { LeadApi } from '../../lambdas/marketo/leadApis.ts';

/** One request to Marketo, as its client makes it. */
export interface PreviewedRequest {
  readonly over: LeadApi['label'] | 'Munchkin';
  /** `POST leads.json`, or the SOAP operation. */
  readonly what: string;
  readonly body?: unknown;
}

/** What an event would become, as the worker would make it. */
export interface Preview {
  /** Why ingest would refuse or drop it; nothing else is there then. */
  readonly stopped?: string;
  /** Which lead it would find, in words. */
  readonly lead?: string;
  readonly fields: readonly {
    readonly field: string;
    readonly value: unknown;
    readonly by: string;
  }[];
  readonly memberships: readonly { readonly register: string; readonly value: unknown }[];
  /** The company that it makes or updates. */
  readonly company?: {
    readonly externalCompanyId: string;
    readonly values: readonly { readonly register: string; readonly value: unknown }[];
  };
  readonly activity?: object;
  readonly visit?: object;
  /** Traits and values that go nowhere, and why. */
  readonly leftOut: readonly { readonly trait: string; readonly because: string }[];
  /** Why nothing of it goes out, or no activity. */
  readonly dropped?: string;
  /** The mapping's rules for this call and this name of an event. */
  readonly rules: readonly {
    readonly rule: string;
    readonly outcome: string;
    readonly because?: string;
  }[];
  readonly requests: readonly PreviewedRequest[];
}
