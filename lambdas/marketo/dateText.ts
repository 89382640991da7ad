const isoPattern =
  /^(\d{4}-\d{2}-\d{2})(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?(?:(Z)|([+-]\d{2}):?(\d{2}))?)?$/i;

const isDay = (day: string): boolean => {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
};

/**
 * ISO 8601 text as a `date` (`2010-05-07`: the day as written, never moved by a time zone) or
 * `datetime` (`2010-05-07T15:41:32-05:00`; without a zone, UTC). Other text goes as it is: only
 * Marketo knows which further formats an instance takes.
 */
export const dateText = (text: string, type: 'date' | 'datetime'): string => {
  const [, day, time = '00:00', seconds = '00', , hours = '+00', minutes = '00'] =
    isoPattern.exec(text.trim()) ?? [];
  if (day === undefined || !isDay(day)) return text;
  return type === 'date' ? day : `${day}T${time}:${seconds}${hours}:${minutes}`;
};
