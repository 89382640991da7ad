/** The CloudWatch namespace of everything that this product counts. */
export const metricNamespace = 'MarketoDestination';

/**
 * UnknownFields: fields that Marketo does not have, each once a day · RefusedValues: values that were
 * left out because they cannot be what their field's type needs · UnknownCodes: answers of Marketo's
 * whose code stands in no table of ours.
 */
export type MetricName = 'UnknownFields' | 'RefusedValues' | 'UnknownCodes';
