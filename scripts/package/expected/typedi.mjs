// The scenes that the TypeDI application plays, each with its tree.
const scene = (name, ...below) => [`typedi-shop {"operation":"${name}"}`, ...below.map((line) => `  ${line}`)];
const failedScene = (error, name, ...below) => [
  `typedi-shop fault${error} {"operation":"${name}"}`,
  ...below.map((line) => `  ${line}`),
];
/** TypeDI gives what is registered many times, such as the rules, to the default container alone. */
const allowed = (article) => [`  NoInk.allows {"article":"${article}"}`, '  NoSoup.allows'];
const receipt = (article, tick) => [
  '  Receipts.begin',
  `    Receipt.add {"line":"${article}"}`,
  `  Clock.tick {"default":{"result":${tick}}}`,
  `  Receipt.add {"line":"at ${tick}"}`,
  '  Tariff.apply',
];
const charge = (cents) => [
  `CardGateway.charge {"default":{"card":${cents}}}`,
  `  Gateway.charge {"cents":${cents}}`,
  '    Gateway.print',
];
const printed = ['  print', '    Receipt.toString'];
const placed = (article, cents, charged, tick) => [
  `Orders.place {"article":"${article}","cents":${cents},"environment":"test"}`,
  ...receipt(article, tick),
  ...charge(charged).map((line) => `  ${line}`),
  ...printed,
];
const NOT_FOUND =
  ' ServiceNotFoundError: Service with "nothing" identifier was not found in the container. Register it before usage ' +
  'via explicitly calling the "Container.set" function or using the "@Service()" decorator.';

export const TREES = [
  scene(
    'by constructor and property',
    'Orders.place {"article":"tea","cents":50,"environment":"test"}',
    ...allowed('tea'),
    ...receipt('tea', 2),
    ...charge(55).map((line) => `  ${line}`),
    ...printed,
  ),
  failedScene(
    '',
    'refused by one of many',
    'Orders.place fault TypeError: no soup here {"article":"soup","cents":50}',
    ...allowed('soup'),
  ),
  failedScene(
    '',
    'failing below',
    'Orders.place fault {"article":"tea","cents":500,"environment":"test"}',
    ...allowed('tea'),
    ...receipt('tea', 3),
    '  CardGateway.charge fault {"default":{"card":550}}',
    '    Gateway.charge fault RangeError: no credit for 550 {"cents":550}',
  ),
  scene('the same once more'),
  scene('transient', 'Receipt.add {"line":"one"}', 'Receipt.toString', 'Receipt.toString'),
  scene('by factory', 'Tariff.apply'),
  scene('by token'),
  scene('inherited', ...charge(7)),
  scene(
    'scoped',
    'TariffFactory.create',
    ...placed('tea', 10, 11, 4),
    'TariffFactory.create',
    ...placed('tea', 20, 22, 5),
    ...placed('milk', 30, 33, 6),
  ),
  scene('tenant'),
  scene('of the tenant', 'TariffFactory.create', ...placed('tea', 40, 44, 7)).map((line) =>
    line.replace('typedi-shop', 'typedi-tenant'),
  ),
  scene(
    'replaced by a double',
    'TariffFactory.create',
    'Orders.place {"article":"tea","cents":1,"environment":"test"}',
    ...receipt('tea', 8),
    ...printed,
  ),
  scene('reset and destroyed', 'Connection.open', 'Connection.destroy'),
  failedScene(NOT_FOUND, 'not found'),
];
