type Values = Readonly<Record<string, unknown>>;

interface UpdateInput {
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
  readonly ConditionExpression?: string;
}

const present = (values: Values): readonly (readonly [string, unknown])[] =>
  Object.entries(values).filter(([name, value]) => value !== undefined && name !== 'steps');

const inputOf = (
  values: Values,
  steps: readonly string[],
  conditions: readonly string[],
  others: Values,
): UpdateInput => {
  const given = present(values);
  const set = given.filter(([, value]) => value !== null);
  const removed = given.filter(([, value]) => value === null);
  const assignments = [
    ...set.map(([name]) => `#${name} = :${name}`),
    // The parts of an event come from several functions.
    ...(steps.length > 0 ? ['steps = list_append(if_not_exists(steps, :none), :steps)'] : []),
  ];
  return {
    UpdateExpression: [
      `SET ${assignments.join(', ')}`,
      ...(removed.length > 0 ? [`REMOVE ${removed.map(([name]) => `#${name}`).join(', ')}`] : []),
    ].join(' '),
    // Several are DynamoDB's reserved words.
    ExpressionAttributeNames: Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
      ...(steps.length > 0 && { ':none': [], ':steps': steps }),
      ...others,
    },
    ...(conditions.length > 0 && { ConditionExpression: conditions.join(' AND ') }),
  };
};

/** An update that sets these values, removes those that are null, appends the steps, and leaves everything else as it is. */
export const historyUpdateOf = (values: Values, steps: readonly string[], expiresAt: number) => ({
  /** The same with these values besides. */
  with: (more: Values) => historyUpdateOf({ ...values, ...more }, steps, expiresAt),
  input: (conditions: readonly string[], others: Values): UpdateInput =>
    inputOf({ ...values, expiresAt }, steps, conditions, others),
});
