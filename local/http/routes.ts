/** A route of an HTTP API: `POST /v1/identify`, `ANY /v1/{proxy+}`, `$default`. */
export interface Route<Target> {
  readonly key: string;
  readonly target: Target;
}

interface Match<Target> {
  readonly route: Route<Target>;
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface Parsed<Target> {
  readonly route: Route<Target>;
  readonly method: string;
  readonly segments: readonly string[];
}

const parse = <Target>(route: Route<Target>): Parsed<Target> => {
  if (route.key === '$default') return { route, method: 'ANY', segments: ['{proxy+}'] };
  const [, method, path] = /^([A-Z]+) \/(\S*)$/.exec(route.key) ?? [];
  if (method === undefined || path === undefined) {
    throw new Error(`${route.key} is no route key like "POST /v1/identify"`);
  }
  return { route, method, segments: path.split('/') };
};

const matchSegments = (
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined => {
  const parameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(part) ?? [];
    const found = segments.slice(index, greedy ? undefined : index + 1).join('/');
    if (name === undefined ? found !== part || index >= segments.length : found === '') {
      return undefined;
    }
    if (name !== undefined) parameters[name] = found;
    if (greedy) return parameters;
  }
  return pattern.length === segments.length ? parameters : undefined;
};

/** Sorts as API Gateway prefers: literal before variable before greedy, a method before `ANY`. */
const rank = ({ method, segments, route }: Parsed<unknown>): string =>
  (route.key === '$default' ? 'z' : '') +
  segments.map((part) => (part.endsWith('+}') ? '2' : part.startsWith('{') ? '1' : '0')).join('') +
  (method === 'ANY' ? 'b' : 'a');

/**
 * Finds the route of a request by its method and decoded path, in API Gateway's order of
 * preference ("the most specific match"): full match, greedy variable, `$default`.
 * @throws for a route key that is none
 */
export const createRoutes = <Target>(
  routes: readonly Route<Target>[],
): ((method: string, path: string) => Match<Target> | undefined) => {
  const parsed = routes.map(parse).sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return (method, path) => {
    const segments = path.slice(1).split('/');
    for (const candidate of parsed) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      if (candidate.route.key === '$default') return { route: candidate.route, pathParameters: {} };
      const pathParameters = matchSegments(candidate.segments, segments);
      if (pathParameters) return { route: candidate.route, pathParameters };
    }
    return undefined;
  };
};
