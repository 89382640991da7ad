/** A CloudFormation template as `cdk synth` writes it, and the values that its intrinsics stand for. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** What `Ref` and `Fn::GetAtt` of one resource answer on this machine. */
interface Physical {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Logical id → its physical values; grows while the resources are created. */
export type Physicals = Map<string, Physical>;

export const region = 'us-east-1';
export const accountId = '000000000000';

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::Region': region,
  'AWS::AccountId': accountId,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'local',
  'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/local/0`,
};

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Stands for `AWS::NoValue`: the property or list item is left out. */
const noValue = Symbol('AWS::NoValue');

const attributeOf = (physicals: Physicals, id: string, attribute: string, at: string): string => {
  const physical = physicals.get(id);
  if (!physical) throw new Error(`${at}: ${id} is not known here (yet)`);
  const value = attribute === '' ? physical.ref : physical.attributes[attribute];
  if (value === undefined) throw new Error(`${at}: ${id} has no attribute ${attribute} here`);
  return value;
};

const reference = (physicals: Physicals, name: string, at: string): unknown =>
  name === 'AWS::NoValue'
    ? noValue
    : (pseudoParameters[name] ?? attributeOf(physicals, name, '', at));

const text = (value: unknown, at: string): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${at}: expected text, got ${JSON.stringify(value)}`);
};

const list = (value: unknown, at: string): readonly unknown[] => {
  if (Array.isArray(value)) return value as unknown[];
  throw new Error(`${at}: expected a list, got ${JSON.stringify(value)}`);
};

const dotted = (physicals: Physicals, name: string, at: string): string => {
  const [id = '', ...attribute] = name.split('.');
  return attribute.length > 0
    ? attributeOf(physicals, id, attribute.join('.'), at)
    : text(reference(physicals, name, at), at);
};

/**
 * The value of a template expression on this machine. `at` names the place, for error texts.
 * @throws where an intrinsic is unknown here or names a resource without physical values
 */
export const resolve = (value: unknown, physicals: Physicals, at: string): unknown => {
  const inner = (part: unknown): unknown => resolve(part, physicals, at);
  if (Array.isArray(value)) return value.map(inner).filter((item) => item !== noValue);
  if (!isRecord(value)) return value;
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length > 0 || (name !== 'Ref' && !name.startsWith('Fn::'))) {
    const entries = Object.entries(value).map(
      ([key, part]) => [key, resolve(part, physicals, `${at}.${key}`)] as const,
    );
    return Object.fromEntries(entries.filter(([, part]) => part !== noValue));
  }
  switch (name) {
    case 'Ref':
      return reference(physicals, text(argument, at), at);
    case 'Fn::GetAtt': {
      if (typeof argument === 'string') return dotted(physicals, argument, at);
      const [id, attribute] = list(argument, at);
      return attributeOf(physicals, text(id, at), text(inner(attribute), at), at);
    }
    case 'Fn::Join': {
      const [separator, parts] = list(argument, at);
      const items = list(inner(parts), at).map((part) => text(part, at));
      return items.join(text(separator, at));
    }
    case 'Fn::Split': {
      const [separator, whole] = list(argument, at);
      return text(inner(whole), at).split(text(separator, at));
    }
    case 'Fn::Select': {
      const [index, from] = list(argument, at);
      const item = list(inner(from), at)[Number(inner(index))];
      if (item === undefined) throw new Error(`${at}: Fn::Select finds no item ${String(index)}`);
      return item;
    }
    case 'Fn::Sub': {
      const [pattern, variables] = typeof argument === 'string' ? [argument] : list(argument, at);
      const own = isRecord(variables) ? variables : {};
      return text(pattern, at).replaceAll(/\$\{(!?)([^}]+)\}/g, (_whole, literal, key: string) => {
        if (literal === '!') return `\${${key}}`;
        return key in own ? text(inner(own[key]), at) : dotted(physicals, key, at);
      });
    }
    default:
      throw new Error(
        `${at}: the local run does not know ${name}; teach local/template.ts or avoid it`,
      );
  }
};

/** All resources of one type with their properties as written: `[logicalId, properties][]`. */
export const resourcesOf = (
  template: Template,
  type: string,
): readonly (readonly [string, Readonly<Record<string, unknown>>])[] =>
  Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => [id, resource.Properties ?? {}] as const);
