// The rules and the requests of `npm run bench:sampling`, the same for whoever decides.

/** As a shop with several services has them: by path, by how a path begins, and some with a wildcard in its middle. */
export const rules = [
  ['*', 'GET', '/health'],
  ['*', 'GET', '/ready'],
  ['*', 'OPTIONS', '*'],
  ['*', 'GET', '/assets/*'],
  ['*', 'GET', '/favicon.ico'],
  ['shop.example.com', 'POST', '/checkout'],
  ['shop.example.com', 'POST', '/checkout/*'],
  ['shop.example.com', 'GET', '/cart'],
  ['shop.example.com', 'PUT', '/cart/*'],
  ['shop.example.com', 'GET', '/orders/*/invoice'],
  ['shop.example.com', '*', '/orders/*'],
  ['shop.example.com', 'GET', '/products/*'],
  ['shop.example.com', 'GET', '/search*'],
  ['admin.example.com', 'POST', '/users/*'],
  ['admin.example.com', 'DELETE', '/users/*'],
  ['admin.example.com', '*', '/reports/*'],
  ['admin.example.com', '*', '/*/export'],
  ['api.example.com', 'GET', '/v?/status'],
  ['api.example.com', 'POST', '/v1/payments'],
  ['api.example.com', 'POST', '/v1/payments/*/refund'],
  ['api.example.com', 'GET', '/v1/payments/*'],
  ['api.example.com', '*', '/v1/webhooks/*'],
  ['api.example.com', '*', '/v2/*'],
  ['*.internal.example.com', '*', '/rpc/*'],
  ['partner-??.example.com', '*', '*'],
].map(([host, httpMethod, urlPath], index) => ({
  name: `rule-${index}`,
  priority: index + 1,
  host,
  httpMethod,
  urlPath,
}));

/** Of each rule, and of what no rule is about. */
export const QUOTA = { perSecond: 1, rate: 0.05 };

/** How a request comes about: how often, from where, and its path, with an id that is another one each time. */
const TRAFFIC = [
  { share: 4, host: '10.0.3.17:8080', httpMethod: 'GET', path: () => '/health' },
  { share: 1, host: '10.0.3.17:8080', httpMethod: 'GET', path: () => '/ready' },
  { share: 2, host: 'shop.example.com', httpMethod: 'OPTIONS', path: (id) => `/orders/${id}` },
  { share: 5, host: 'shop.example.com', httpMethod: 'GET', path: (id) => `/assets/app-${id}.js` },
  { share: 3, host: 'shop.example.com', httpMethod: 'POST', path: () => '/checkout' },
  { share: 2, host: 'shop.example.com', httpMethod: 'POST', path: (id) => `/checkout/${id}/confirm` },
  { share: 3, host: 'shop.example.com', httpMethod: 'GET', path: () => '/cart' },
  { share: 3, host: 'shop.example.com', httpMethod: 'PUT', path: (id) => `/cart/items/${id}` },
  { share: 2, host: 'shop.example.com', httpMethod: 'GET', path: (id) => `/orders/${id}/invoice` },
  { share: 6, host: 'shop.example.com', httpMethod: 'GET', path: (id) => `/orders/${id}` },
  { share: 12, host: 'shop.example.com', httpMethod: 'GET', path: (id) => `/products/${id}/reviews` },
  { share: 4, host: 'shop.example.com', httpMethod: 'GET', path: (id) => `/search/lamp-${id}` },
  { share: 2, host: 'admin.example.com', httpMethod: 'POST', path: (id) => `/users/${id}` },
  { share: 1, host: 'admin.example.com', httpMethod: 'DELETE', path: (id) => `/users/${id}` },
  { share: 1, host: 'admin.example.com', httpMethod: 'GET', path: (id) => `/reports/${id}` },
  { share: 1, host: 'admin.example.com', httpMethod: 'GET', path: (id) => `/tables/${id}/export` },
  { share: 1, host: 'api.example.com', httpMethod: 'GET', path: () => '/v3/status' },
  { share: 3, host: 'api.example.com', httpMethod: 'POST', path: () => '/v1/payments' },
  { share: 1, host: 'api.example.com', httpMethod: 'POST', path: (id) => `/v1/payments/${id}/refund` },
  { share: 4, host: 'api.example.com', httpMethod: 'GET', path: (id) => `/v1/payments/${id}` },
  { share: 2, host: 'api.example.com', httpMethod: 'POST', path: (id) => `/v1/webhooks/${id}` },
  { share: 4, host: 'api.example.com', httpMethod: 'GET', path: (id) => `/v2/customers/${id}` },
  { share: 3, host: 'stock.internal.example.com', httpMethod: 'POST', path: (id) => `/rpc/reserve/${id}` },
  { share: 2, host: 'partner-eu.example.com', httpMethod: 'GET', path: (id) => `/feed/${id}` },
  // No rule is about these.
  { share: 10, host: 'shop.example.com', httpMethod: 'GET', path: (id) => `/account/${id}/settings` },
  { share: 6, host: 'shop.example.com', httpMethod: 'POST', path: (id) => `/products/${id}/reviews` },
  { share: 6, host: 'api.example.com', httpMethod: 'GET', path: (id) => `/v1/customers/${id}` },
  { share: 6, host: 'www.example.com', httpMethod: 'GET', path: (id) => `/blog/2026/11/${id}` },
];
const SCHEDULE = TRAFFIC.flatMap((entry) => Array.from({ length: entry.share }, () => entry));

/** Numbers from 0 up to 2 ** 32 that are the same in every process. */
function seeded(seed) {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
}

/**
 * Requests as a server gets them: every text is a new one of its own, cut out of bytes, as the HTTP parser does it, and no two
 * paths with an id are the same.
 */
export function* requests(seed) {
  const random = seeded(seed);
  for (;;) {
    const { host, httpMethod, path } = SCHEDULE[(random() >>> 8) % SCHEDULE.length];
    const id = `${(random() >>> 4).toString(36)}${random().toString(36)}`;
    const bytes = Buffer.from(`${host} ${path(id)}`, 'latin1');
    yield {
      host: bytes.latin1Slice(0, host.length),
      // Node gives the same text for a method each time.
      httpMethod,
      urlPath: bytes.latin1Slice(host.length + 1, bytes.length),
    };
  }
}
