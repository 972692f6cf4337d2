// The requests that the NestJS application answers, each with what its trace has below the segment; `null` where there is none.
const guard = (handler) => `RolesGuard.canActivate {"handler":"OrdersController.${handler}"}`;
const drinkable = (article) => `Drinkable.validate {"article":${JSON.stringify(article)}}`;
const json = (body) => ({
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const tea = { article: 'tea', count: 3 };
const milk = { article: 'milk', count: 1, size: 'L' };
const cocoa = { article: 'cocoa', count: 1 };
const input = (lines, channel) => JSON.stringify({ default: { input: { lines, channel } } });
const listed = JSON.stringify({
  default: {
    result: {
      limit: 2,
      status: 'open',
      types: ['number', 'string'],
      hooks: ['onModuleInit', 'onApplicationBootstrap'],
    },
  },
});

/** `below` has two spaces more for each level. */
export const REQUESTS = [
  { path: '/orders?limit=2', status: 200, below: [guard('list'), `list orders ${listed}`, '  Orders.list'] },
  { path: '/orders?limit=nine&status=lost', status: 400, below: [guard('list')] },
  {
    path: '/orders/7',
    status: 200,
    below: [guard('find'), 'OrdersController.find {"id":7}', '  Orders.find {"order":7}'],
  },
  {
    method: 'HEAD',
    path: '/orders/7',
    status: 200,
    below: [guard('find'), 'OrdersController.find {"id":7}', '  Orders.find {"order":7}'],
  },
  { path: '/orders/seven', status: 400, below: [guard('find')] },
  {
    path: '/orders/404',
    status: 404,
    below: [
      guard('find'),
      'OrdersController.find error {"id":404}',
      '  Orders.find error NotFoundException: there is no order 404 {"order":404}',
    ],
  },
  {
    path: '/orders/8',
    headers: { 'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0' },
    status: 200,
    below: null,
  },
  {
    method: 'POST',
    path: '/orders',
    ...json({ lines: [tea, milk], channel: 'SHOP' }),
    status: 202,
    below: [
      guard('place'),
      drinkable('tea'),
      drinkable('milk'),
      'OrdersController.place {"channel":"shop","lines":2}',
      `  Orders.place {"lines":2,"sum":14} ${input([tea, milk], 'shop')}`,
      '    take from stock {"article":"tea","count":3}',
      '    OrderLine.price',
      '    take from stock {"article":"milk","count":1}',
      '    OrderLine.price',
      '    print receipt',
    ],
  },
  {
    method: 'POST',
    path: '/orders',
    ...json({ lines: [{ article: 'ink', count: 0 }, { article: 7 }], channel: 'fax' }),
    status: 400,
    below: [guard('place'), drinkable('ink'), drinkable(7), 'Drinkable.defaultMessage'],
  },
  { method: 'POST', path: '/orders', ...json({ lines: [] }), status: 400, below: [guard('place')] },
  // Express reads the body before it asks the application's middleware.
  { method: 'POST', path: '/orders', ...json('{"lines":'), status: 400, below: null },
  {
    method: 'POST',
    path: '/orders',
    ...json({ lines: [cocoa] }),
    status: 409,
    below: [
      guard('place'),
      drinkable('cocoa'),
      'OrdersController.place fault {"channel":"web","lines":1}',
      `  Orders.place fault {"lines":1} ${input([cocoa], 'web')}`,
      '    take from stock fault OutOfStock: no cocoa left {"article":"cocoa","count":1}',
      'OutOfStockFilter.catch',
    ],
  },
  // Two pipes validate here: that of the application, and that of the handler, which forbids what it does not know.
  {
    method: 'PATCH',
    path: '/orders/7',
    ...json(tea),
    status: 200,
    below: [guard('change'), drinkable('tea'), drinkable('tea'), 'OrdersController.change', '  OrderLine.price'],
  },
  {
    method: 'PATCH',
    path: '/orders/7',
    ...json(milk),
    status: 400,
    below: [guard('change'), drinkable('milk'), drinkable('milk')],
  },
  { method: 'DELETE', path: '/orders/7', status: 403, below: [guard('remove')] },
  {
    method: 'DELETE',
    path: '/orders/7',
    headers: { 'x-user': 'ann:admin' },
    status: 204,
    below: [guard('remove'), 'remove order {"id":7}'],
  },
  { path: '/orders', headers: { 'x-user': 'mal:thief' }, status: 403, below: [guard('list')] },
  {
    method: 'PUT',
    path: '/orders/7/owner',
    headers: { 'content-type': 'application/json', 'x-user': 'ann :clerk', 'x-reason': 'gift' },
    body: '{"tags":["a","b"]}',
    status: 200,
    below: [guard('own'), 'Trim.transform {"untrimmed":"ann "}', 'OrdersController.own {"owner":"ann"}'],
  },
  // Nest lets every parameter's pipes run before one of them fails the request.
  {
    method: 'PUT',
    path: '/orders/x/owner',
    status: 406,
    below: [guard('own'), 'Trim.transform {"untrimmed":"nobody"}'],
  },
  {
    path: '/orders/7/broken',
    status: 500,
    below: [guard('broken'), 'OrdersController.broken fault TypeError: order 7 is broken'],
  },
  {
    path: '/orders/7/teapot',
    status: 418,
    below: [
      guard('refuse'),
      'OrdersController.refuse error',
      '  Orders.refuse error HttpException: Http Exception',
      '  Orders.list',
    ],
  },
  {
    path: '/orders/7/limit',
    status: 429,
    below: [
      guard('limit'),
      'OrdersController.limit error throttle',
      '  Orders.limit error throttle HttpException: too many orders',
    ],
  },
  {
    path: '/orders/7/text',
    status: 500,
    below: [guard('throwText'), 'OrdersController.throwText fault string: just a text {"default":{"kind":"text"}}'],
  },
  { path: '/orders/7/steps', status: 200, below: [guard('steps'), 'OrdersController.steps'] },
  {
    path: '/orders/7/failing-steps',
    status: 409,
    below: [guard('failingSteps'), 'OrdersController.failingSteps', 'OutOfStockFilter.catch'],
  },
  { path: '/orders/7/lazy', status: 200, below: [guard('lazy'), 'OrdersController.lazy', '  Orders.query'] },
  {
    path: '/orders/7/envelope?a=1',
    status: 200,
    below: [guard('envelope'), 'Envelope.intercept', '  OrdersController.envelope'],
  },
  { path: '/orders/7/request', status: 200, below: [guard('request'), 'OrdersController.request'] },
  { path: '/orders/7/raw', status: 203, below: [guard('raw'), 'OrdersController.raw'] },
  { path: '/orders/7/passthrough', status: 200, below: [guard('passthrough'), 'OrdersController.passthrough'] },
  { path: '/orders/7/elsewhere', status: 307, below: [guard('elsewhere')] },
  { method: 'HEAD', path: '/orders/7/head', status: 200, below: [guard('head'), 'OrdersController.head'] },
  {
    path: '/teas',
    status: 200,
    below: ['DrinksController.all', '  DrinksController.describe', '  DrinksController.describe'],
  },
  {
    path: '/teas/green',
    status: 200,
    below: ['TeasController.one', '  DrinksController.one {"drink":"green"}', '    DrinksController.describe'],
  },
  {
    path: '/coffees/black',
    status: 200,
    below: ['DrinksController.one {"drink":"black"}', '  DrinksController.describe'],
  },
  {
    path: '/basket/cup',
    status: 200,
    below: [
      'BasketController.fill',
      '  Ticket.next',
      '  Ticket.next',
      '  Ticket.next',
      '  Basket.add {"thing":"cup"}',
      '  Basket.add {"thing":"spoon"}',
      '  Basket.sum',
    ],
  },
  { path: '/basket/cup/price', status: 200, annotations: { asked: 'cup' }, below: [] },
  { path: '/streams/events', status: 200, below: ['StreamsController.events'] },
  { path: '/streams/file', status: 200, below: ['StreamsController.file'] },
  { path: '/nowhere', status: 404, below: [] },
];

/** The tree that the request leaves when it is answered once. */
function treeOf({ method = 'GET', path, annotations, below }) {
  const segment = `nest-shop ${JSON.stringify({ operation: `${method} ${path}`, ...annotations })}`;
  return [segment, ...below.map((line) => `  ${line}`)];
}

/** Each request is answered twice: once by itself, and once beside all others. */
export const TREES = REQUESTS.filter(({ below }) => below !== null).flatMap((request) => [
  treeOf(request),
  treeOf(request),
]);
