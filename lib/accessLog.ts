/** The route's pattern, never the path: the classic hash path holds an e-mail. No address either. */
export const accessLog = JSON.stringify({
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
  integrationStatus: '$context.integration.status',
  errorType: '$context.error.responseType',
});
