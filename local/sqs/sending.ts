import type { QueueRules } from './attributes.ts';
import { invalidValue, missing, SqsError } from './errors.ts';
import { sqsLimits } from './limits.ts';
import type { MessageAttribute, Sending } from './message.ts';

const outsideXml = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
/** Group and deduplication ids: up to 128 letters, digits and ASCII punctuation. */
const idText = /^[\x21-\x7e]{1,128}$/;
const attributeName = /^(?!aws\.|amazon\.)(?!\.)(?!.*\.\.)(?!.*\.$)[A-Za-z0-9_.-]{1,256}$/i;
const attributeType = /^(String|Number|Binary)(\.[^\s]{1,249})?$/;

const checkId = (parameter: string, id: string | undefined): void => {
  if (id !== undefined && !idText.test(id))
    throw invalidValue(
      parameter,
      'can only include alphanumeric and punctuation characters; 1 to 128 in length.',
    );
};

const attributeBytes = (name: string, { type, value }: MessageAttribute): number =>
  Buffer.byteLength(name) +
  Buffer.byteLength(type) +
  Buffer.byteLength(value, type.startsWith('Binary') ? 'base64' : 'utf8');

const checkAttributes = (attributes: Readonly<Record<string, MessageAttribute>>): void => {
  const entries = Object.entries(attributes);
  if (entries.length > sqsLimits.messageAttributes)
    throw invalidValue('MessageAttributes', `at most ${sqsLimits.messageAttributes} are allowed.`);
  for (const [name, { type, value }] of entries) {
    if (!attributeName.test(name))
      throw invalidValue('MessageAttributes', 'an attribute has an invalid name.');
    if (!attributeType.test(type))
      throw invalidValue(
        `MessageAttributes.${name}`,
        'the type must start with String, Number or Binary.',
      );
    if (value === '')
      throw invalidValue(`MessageAttributes.${name}`, 'must contain a non-empty value.');
    if (type.startsWith('Number') && !Number.isFinite(Number(value)))
      throw invalidValue(`MessageAttributes.${name}`, 'is not a number.');
    if (outsideXml.test(value))
      throw new SqsError(
        'InvalidMessageContents',
        `Message attribute ${name} has invalid characters.`,
      );
  }
};

/** Bytes that count towards the message's size: body and attributes, not system attributes. */
export const sendingBytes = (sending: Sending): number => {
  let bytes = Buffer.byteLength(sending.body);
  if (sending.attributes === undefined) return bytes;
  for (const [name, attribute] of Object.entries(sending.attributes))
    bytes += attributeBytes(name, attribute);
  return bytes;
};

/** Checks what SQS checks before it takes a message; throws the error that it answers with. */
export const checkSending = (sending: Sending, rules: QueueRules): void => {
  if (sending.body === '') throw missing('MessageBody');
  if (outsideXml.test(sending.body))
    throw new SqsError(
      'InvalidMessageContents',
      'The message body has characters outside the allowed set.',
    );
  if (sending.attributes !== undefined) checkAttributes(sending.attributes);
  if (sendingBytes(sending) > rules.maximumBytes)
    throw invalidValue('MessageBody', `Message must be shorter than ${rules.maximumBytes} bytes.`);
  checkId('MessageGroupId', sending.group);
  checkId('MessageDeduplicationId', sending.deduplication);
  const delay = sending.delaySeconds ?? 0;
  if (!Number.isInteger(delay) || delay < 0 || delay > sqsLimits.delaySeconds)
    throw invalidValue(
      'DelaySeconds',
      `DelaySeconds must be a whole number from 0 to ${sqsLimits.delaySeconds}.`,
    );
  if (!rules.fifo) {
    if (sending.deduplication !== undefined)
      throw invalidValue(
        'MessageDeduplicationId',
        'the parameter is not valid for this queue type.',
      );
    return;
  }
  if (delay > 0)
    throw invalidValue('DelaySeconds', 'the parameter is not valid for this queue type.');
  if (sending.group === undefined) throw missing('MessageGroupId');
  if (sending.deduplication === undefined && !rules.contentDeduplication)
    throw new SqsError(
      'InvalidParameterValue',
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly.',
    );
};
