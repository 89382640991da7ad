/** What the calls are, in OpenAPI 3.1. */
export { default as description } from './openapi.json' with { type: 'json' };
