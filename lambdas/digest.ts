import { createHash } from 'node:crypto';
import { emailKeyOf } from './segment/email.ts';
import type { FieldValue, KeyId, LeadId } from './lead/leadTypes.ts';

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** A name that tells nothing of what it stands for: base64url SHA-256, 43 characters. */
export const hashOf = (text: string): string => sha256(text).toString('base64url');

/** 8 bytes of SHA-256, base64url, 11 characters: what mailboxes keep of a messageId. */
export const shortHashOf = (text: string): string =>
  sha256(text).subarray(0, 8).toString('base64url');

/** 12 bytes of SHA-256, base64url: tells two values of one field apart. */
export const digestOf = (value: FieldValue): string =>
  sha256(JSON.stringify(value)).subarray(0, 12).toString('base64url');

export const leadIdOf = (email: string): LeadId => hashOf(`email:${emailKeyOf(email)}`) as LeadId;

/** The lead that this value of the lookup field names, compared as Marketo compares it. */
export const leadIdOfLookup = (value: string): LeadId =>
  hashOf(`lookup:${value.trim().toLowerCase()}`) as LeadId;

/** The mailbox of the company with this `externalCompanyId`. */
export const leadIdOfCompany = (id: string): LeadId => hashOf(`company:${id}`) as LeadId;

export const keyIdOf = (kind: 'cookie' | 'userId' | 'anonymousId', value: string): KeyId =>
  hashOf(`${kind}:${value}`) as KeyId;

/** What the ids of a visitor's dead letters begin with. */
export const visitPrefix = (token: string): string => `visit-${hashOf(token)}#`;
