import { XMLParser } from 'fast-xml-parser';
import * as z from 'zod';
import { SoapFault } from './codes.ts';

/** One element with its names resolved. Comments are gone and CDATA is text. */
export interface Element {
  /** '' for an element in no namespace. */
  readonly namespace: string;
  readonly name: string;
  /** `xsi:nil="true"` */
  readonly nil: boolean;
  readonly children: readonly Element[];
  /** All text directly in the element. */
  readonly text: string;
}

const xsi = 'http://www.w3.org/2001/XMLSchema-instance';
const ownScope: ReadonlyMap<string, string> = new Map([
  ['', ''],
  ['xml', 'http://www.w3.org/XML/1998/namespace'],
]);

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Numeric references are decoded only together with HTML's names.
  htmlEntities: true,
});

/** A node as the parser gives it: one key with the children, or `#text`, and `:@` with attributes. */
const rawNode = z.record(z.string(), z.unknown());
const rawText = z.string().default('');
const rawNodes = z.array(rawNode);
const rawAttributes = z.record(z.string(), z.string()).default({});

type Scope = ReadonlyMap<string, string>;

const innerScope = (scope: Scope, attributes: Readonly<Record<string, string>>): Scope => {
  const inner = new Map(scope);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'xmlns') inner.set('', value);
    else if (name.startsWith('xmlns:')) inner.set(name.slice(6), value);
  }
  return inner;
};

const resolve = (qualified: string, scope: Scope): { namespace: string; name: string } => {
  const colon = qualified.indexOf(':');
  const prefix = qualified.slice(0, Math.max(colon, 0));
  const namespace = scope.get(prefix);
  if (namespace === undefined) throw new SoapFault('20012', `undeclared prefix ${prefix}`);
  return { namespace, name: qualified.slice(colon + 1) };
};

const isNil = (attributes: Readonly<Record<string, string>>, scope: Scope): boolean =>
  Object.entries(attributes).some(([qualified, value]) => {
    if (!qualified.includes(':') || !/^(true|1)$/.test(value)) return false;
    const { namespace, name } = resolve(qualified, scope);
    return namespace === xsi && name === 'nil';
  });

const elementsOf = (nodes: z.infer<typeof rawNodes>, scope: Scope): readonly Element[] =>
  nodes.flatMap((node) => {
    const tag = Object.keys(node).find((key) => key !== ':@');
    if (tag === undefined || tag === '#text') return [];
    const attributes = rawAttributes.parse(node[':@']);
    const inner = innerScope(scope, attributes);
    const content = rawNodes.parse(node[tag]);
    const text = content.map((child) => rawText.parse(child['#text'])).join('');
    const children = elementsOf(content, inner);
    return [{ ...resolve(tag, inner), nil: isNil(attributes, inner), children, text }];
  });

const wellFormed = (text: string): z.infer<typeof rawNodes> => {
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor is one more package, and it is the same code
    return rawNodes.parse(parser.parse(text, true));
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    throw new SoapFault('20012', `not well-formed XML: ${because}`);
  }
};

/** The root element of a well-formed document; a fault 20012 for anything else. */
export const parseXml = (text: string): Element => {
  if (/<!DOCTYPE/i.test(text)) throw new SoapFault('20012', 'SOAP forbids a document type');
  const [root, ...more] = elementsOf(wellFormed(text), ownScope);
  if (root === undefined || more.length > 0) {
    throw new SoapFault('20012', 'not well-formed XML: exactly one root element is needed');
  }
  return root;
};
