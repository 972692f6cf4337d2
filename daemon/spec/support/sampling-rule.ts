/** A rule as a request brings it. */
export const ordersRule = {
  RuleName: 'orders',
  Priority: 10,
  FixedRate: 0.25,
  ReservoirSize: 4,
  ServiceName: 'shop',
  ServiceType: '*',
  Host: '*',
  HTTPMethod: 'POST',
  URLPath: '/orders/*',
  ResourceARN: '*',
  Version: 1,
};
