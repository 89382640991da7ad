/** The token of Munchkin's cookie, once Munchkin has made one. */
export const visitorToken = (): string | undefined =>
  /(?:^|; )_mkto_trk=[^;]*?token(?::|%3A)([^;&]+)/.exec(document.cookie)?.[1];

/** Forgets who the visitor is: Munchkin makes a new cookie on the next page. */
export const forgetVisitor = (): void => {
  document.cookie = '_mkto_trk=; path=/; max-age=0';
};
