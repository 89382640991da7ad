import { createHmac } from 'node:crypto';

/**
 * A token with which a page gets the hash of one e-mail from `POST /v1/hash`, as
 * `{"token": "<token>"}`. Make it only for the e-mail of the person who is logged in, and hand it to
 * nobody else. It is good until `expires`, whoever sends it and however often.
 *
 * This file needs nothing but Node: copy it into your back end.
 *
 * @param {string} email exactly as the page passes it to Munchkin: the hash is of these characters
 * @param {string} secret `hashTokenSecret` of the deployment; a single one, at least 32 characters
 * @param {number} [expires] Unix time in seconds, at most 300 ahead. Unless given, 240 ahead, so that
 *   a clock that is up to a minute fast does no harm
 * @returns {string}
 * @throws {TypeError} for an e-mail that is no e-mail, a short secret, an expiry that is no such time
 */
export const hashToken = (email, secret, expires = Math.floor(Date.now() / 1_000) + 240) => {
  if (typeof email !== 'string' || !email.includes('@')) {
    throw new TypeError('email must be the e-mail address that the hash is for');
  }
  if (typeof secret !== 'string' || secret.length < 32) {
    throw new TypeError('secret must be the hashTokenSecret, with at least 32 characters');
  }
  if (!Number.isInteger(expires) || String(expires).length !== 10) {
    throw new TypeError('expires must be a Unix time in seconds, a whole number of 10 digits');
  }
  const signed = `v1.${expires}.${Buffer.from(email).toString('base64url')}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
};
