import type { Record as Row } from './insights.ts';

type Value = string | number | undefined;

const tokens = /\s*(?:(@?[A-Za-z_][\w.]*)|(\d+(?:\.\d+)?)|([()*/+-]))/y;

const tokensOf = (text: string): string[] => {
  tokens.lastIndex = 0;
  const found: string[] = [];
  while (tokens.lastIndex < text.length) {
    const match = tokens.exec(text);
    if (!match) throw new Error(`no expression of Logs Insights: ${text}`);
    found.push(match[0].trim());
  }
  return found;
};

const numberOf = (value: Value): number | undefined =>
  value === undefined || value === '' ? undefined : Number(value);

const functions: Readonly<Record<string, (value: Value) => Value>> = {
  floor: (value) => (numberOf(value) === undefined ? undefined : Math.floor(Number(value))),
  strlen: (value) => (value === undefined ? undefined : String(value).length),
  toMillis: (value) => numberOf(value),
};

const operators: Readonly<Record<string, (one: number, other: number) => number>> = {
  '+': (one, other) => one + other,
  '-': (one, other) => one - other,
  '*': (one, other) => one * other,
  '/': (one, other) => one / other,
};

/** The value of an expression for a row; absent wherever a part of it is. */
export const valueOf = (text: string, row: Row): Value => {
  const rest = tokensOf(text);
  const factor = (): Value => {
    const token = rest.shift() ?? '';
    if (token === '(') {
      const inner = sum();
      rest.shift();
      return inner;
    }
    if (/^\d/.test(token)) return Number(token);
    if (rest[0] !== '(') return row[token];
    const call = functions[token];
    if (!call) throw new Error(`Logs Insights stand-in does not know ${token}()`);
    return call(factor());
  };
  const chain = (next: () => Value, signs: string) => (): Value => {
    let left = next();
    while (rest[0] !== undefined && signs.includes(rest[0])) {
      const operator = operators[rest.shift() ?? ''];
      const one = numberOf(left);
      const other = numberOf(next());
      left = one === undefined || other === undefined ? undefined : operator?.(one, other);
    }
    return left;
  };
  const product = chain(factor, '*/');
  const sum = chain(product, '+-');
  return sum();
};
