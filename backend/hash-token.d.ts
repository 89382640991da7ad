/**
 * A token with which a page may ask for the hash of one e-mail. `expires` in seconds since 1970, at
 * most 300 s ahead; absent: 240 s ahead. Throws where the secret has less than 32 characters.
 */
export declare const hashToken: (email: string, secret: string, expires?: number) => string;
