/** An address that stands in no form within another text by accident. */
export const planted = 'qxz.planted@private-qxz.example';

const local = 'qxz.planted';
const domain = 'private-qxz.example';
const base64 = Buffer.from(planted).toString('base64');

/** The forms in which an address may come: each holds it for whoever can read the form. */
export const addressForms: Readonly<Record<string, string>> = {
  'as it is': planted,
  'in capitals': planted.toUpperCase(),
  'in a sentence': `mail of ${planted}, please`,
  'in angle brackets': `Ada <${planted}>`,
  'as a link': `mailto:${planted}`,
  'with a prefix': `msg-${planted}-17`,
  'percent-encoded': encodeURIComponent(planted),
  'percent-encoded twice': encodeURIComponent(encodeURIComponent(planted)),
  'percent-encoded three times': [1, 2, 3].reduce(encodeURIComponent, planted),
  'percent-encoded whole': [...Buffer.from(planted)]
    .map((byte) => `%${byte.toString(16)}`)
    .join(''),
  'as an HTML entity': `${local}&#64;${domain}`,
  'as a hexadecimal HTML entity': `${local}&#x0040;${domain}`,
  'as a named HTML entity': `${local}&commat;${domain}`,
  'as an HTML entity twice': `${local}&amp;#64;${domain}`,
  'as a JSON escape': `${local}\\u0040${domain}`,
  'as a JSON escape twice': `${local}\\\\u0040${domain}`,
  'as a code point': `${local}\\u{40}${domain}`,
  'as a hexadecimal escape': `${local}\\x40${domain}`,
  'as an octal escape': `${local}\\100${domain}`,
  'quoted-printable': `${local}=40${domain}`,
  'in UTF-7': `${local}+AEA-${domain}`,
  'with a wide @': `${local}\uFF20${domain}`,
  'with a small @': `${local}\uFE6B${domain}`,
  'with a wide @ in percents': `${local}${encodeURIComponent('\uFF20')}${domain}`,
  'hidden from robots': `${local} [at] ${domain}`,
  'in base64': base64,
  'in base64url': Buffer.from(planted).toString('base64url'),
  'in base64 without padding': base64.replaceAll('=', ''),
  'in base64 whose first letter was raised': `${base64.charAt(0).toUpperCase()}${base64.slice(1)}`,
  'in base64 with a prefix': `msg_${base64}`,
  'in base64 twice': Buffer.from(base64).toString('base64'),
  'escaped and then packed': Buffer.from(encodeURIComponent(planted)).toString('base64'),
  'in hex': Buffer.from(planted).toString('hex'),
  'in hex, in capitals': Buffer.from(planted).toString('hex').toUpperCase(),
};

/** Every text that gives the address away: a log must hold none of them, in any case of letters. */
const giveaways: readonly string[] = [
  ...Object.values(addressForms),
  local,
  domain,
  'private-qxz',
].map((text) => text.toLowerCase());

/** Those of the giveaways that stand in a log. */
export const leaksIn = (log: string): readonly string[] => {
  const text = log.toLowerCase();
  return giveaways.filter(
    (each) => text.includes(each) || text.includes(JSON.stringify(each).slice(1, -1)),
  );
};
