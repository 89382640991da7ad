const counts = new Intl.NumberFormat('en');
const bigCounts = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const shares = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 });

/** `12,345`; from a million on `1.2M`. */
export const count = (value: number): string =>
  (Math.abs(value) < 1_000_000 ? counts : bigCounts).format(value);

/** `12 leads`, `1 lead`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** `40%`; what is more than nothing is never `0%`. */
export const share = (part: number, whole: number): string => {
  const of = whole > 0 ? part / whole : 0;
  return of > 0 && of < 0.01 ? 'under 1%' : shares.format(of);
};

const twoParts = (large: number, unit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;

/** A duration: `840 ms`, `4.2 s`, `3 min 12 s`, `6 h 12 min`, `2 d 3 h`. */
export const lasting = (ms: number): string => {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${tenths.format(ms / 1_000)} s`;
  const seconds = Math.round(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return twoParts(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return twoParts(hours, 'h', minutes % 60, 'min');
  return twoParts(Math.floor(hours / 24), 'd', hours % 24, 'h');
};

/** The same in whole seconds, for what is drawn anew every second. */
export const lastingSeconds = (ms: number): string => lasting(Math.floor(ms / 1_000) * 1_000);

/** The rest of a countdown in whole seconds, which end with the moment: never 0 before it. */
export const left = (ms: number): string => {
  const seconds = Math.ceil(ms / 1_000);
  return seconds > 0 ? lasting(seconds * 1_000) : '0 s';
};

const times = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const minutes = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const moments = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'full',
  timeStyle: 'long',
});
const exact = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});
const central = new Intl.DateTimeFormat('en-US', {
  weekday: 'short',
  hour: '2-digit',
  hourCycle: 'h23',
  minute: '2-digit',
  timeZone: 'America/Chicago',
  timeZoneName: 'short',
});

/** `14:32` in this browser's time zone. */
export const minuteTime = (at: number): string => minutes.format(at);

/** `14:32:10`, with the day where it is another than `now`'s. */
export const clockTime = (at: number, now: number): string => {
  const time = times.format(at);
  const isToday = days.format(at) === days.format(now);
  return isToday ? time : `${days.format(at)}, ${time}`;
};

/** `14:32:10.123` */
export const exactTime = (at: number): string => exact.format(at);

/** All of it, for a tooltip. */
export const fullTime = (at: number): string => moments.format(at);

/** In US Central time, by which Marketo counts its days. */
export const centralTime = (at: number): string => central.format(at);
