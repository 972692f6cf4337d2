// Who may import whom, and why. ARCHITECTURE.md and daemon/ARCHITECTURE.md tell it in prose; check-rooms.mjs proves it.

/** Modules of Node that reach outside the process: what a pure room does without. */
export const OUTSIDE_WORLD = [
  'child_process',
  'cluster',
  'dgram',
  'dns',
  'fs',
  'http',
  'http2',
  'https',
  'net',
  'sqlite',
  'tls',
  'worker_threads',
];

/** The names on the wire that are no words of ours: those of documents have an underscore, those of the sampling API begin in upper case. */
export const WIRE_NAMES = [
  'trace_id',
  'parent_id',
  'start_time',
  'end_time',
  'in_progress',
  'precursor_ids',
  'working_directory',
  'client_ip',
  'x_forwarded_for',
  'content_length',
  'user_agent',
  'connection_string',
  'database_type',
  'database_version',
  'driver_version',
  'sanitized_query',
  'table_name',
  'account_id',
  'request_id',
  'queue_url',
  'SamplingRuleRecords',
  'RuleName',
  'FixedRate',
  'ReservoirSize',
  'SamplingStatisticsDocuments',
  'SamplingBoostStatisticsDocuments',
  'ClientID',
  'RequestCount',
  'SampledCount',
  'BorrowCount',
  'SamplingTargetDocuments',
  'ReservoirQuota',
  'ReservoirQuotaTTL',
  'SamplingRateBoost',
  'SamplingBoost',
  'LastRuleModification',
  'UnprocessedStatistics',
  'UnprocessedBoostStatistics',
];

export const FILES_PER_ROOM = 14;

export const PACKAGES = [
  {
    name: 'radiograph',
    folder: 'lib',
    /** What the package calls its own files from elsewhere. */
    alias: '#lib/',
    rooms: {
      foundation: { floor: 0, why: 'it has no notion of tracing' },
      model: { floor: 1, why: 'what a trace is depends on nobody who records, configures or sends one' },
      configuration: {
        floor: 2,
        typesOf: ['context', 'sampling', 'emitters', 'environments'],
        why: 'it may name the ports that it configures, by `import type`, and never picks an implementation',
      },
      context: { floor: 2, why: 'it knows neither who decides nor who sends' },
      sampling: { floor: 2, why: 'it knows neither who asks nor who sends' },
      emitters: { floor: 2, why: 'they know documents, not who recorded them' },
      environments: { floor: 2, why: 'they tell where the process runs, to whoever asks' },
      recorder: { floor: 3, why: 'it takes its ports by constructor' },
      decorators: { floor: 4, why: 'faces use the recorder and never each other' },
      instrumentation: { floor: 4, why: 'faces use the recorder and never each other' },
      testing: { floor: 5, why: 'it records without a module, so that specs need none' },
    },
    /** Files beside the rooms. They stand above all rooms, and nobody imports them but `importedBy`. */
    roots: {
      'index.ts': { importedBy: [], why: 'it is the main door, for users' },
      'tracing-module.ts': {
        importedBy: ['index.ts'],
        why: 'it is the composition root: it picks the implementations',
      },
      'register.ts': { importedBy: [], why: 'it is a door, for `node --import`' },
    },
    /** Rooms that nobody imports. */
    closed: { testing: 'it is a door, for specs' },
    sideEffectImports: { 'reflect-metadata': ['index.ts', 'register.ts'] },
    mayHaveEffects: ['register.ts'],
    process: {
      members: ['env'],
      allowed: ['configuration/', 'environments/'],
      remedy: 'take the value from the resolved options; only configuration/ and environments/ read process.env',
    },
    console: {
      allowed: ['configuration/resolve.ts', 'testing/'],
      remedy: 'report through Diagnostics, whose logger the user chooses',
    },
    wireNames: {
      allowed: ['model/document.ts', 'model/split.ts', 'model/squeeze.ts', 'sampling/service-messages.ts', 'testing/'],
      remedy: 'keep our name here and translate it in model/document.ts, or in sampling/service-messages.ts',
    },
    repeatsItsFolder: {
      'context/context-missing.ts': "the field's own word: AWS_XRAY_CONTEXT_MISSING",
    },
  },
  {
    name: 'radiograph-daemon',
    folder: 'daemon/lib',
    rooms: {
      foundation: { imports: [], why: 'it knows neither traces nor sockets' },
      protocol: { imports: ['foundation'], pure: true, why: 'it reads what arrives and never throws' },
      listener: { imports: ['foundation'], why: 'it hands over bytes and does not read them' },
      assembly: {
        imports: ['foundation', 'protocol'],
        pure: true,
        why: 'it knows entities and the clock, nothing else',
      },
      sampling: { imports: ['foundation', 'protocol'], why: 'rules and quotas know no trace' },
      telemetry: {
        imports: ['foundation', 'protocol', 'assembly', 'sampling'],
        why: 'it is the shape of what others count',
      },
      api: {
        imports: ['foundation', 'protocol', 'assembly', 'telemetry', 'sampling', 'graph', 'filter'],
        typesOf: ['store', 'listener'],
        why: 'it sees the store through its port only, and the listener through its requests, by `import type`',
      },
      terminal: { imports: ['protocol', 'assembly'], pure: true, why: 'it makes text of a trace and a width' },
      cli: {
        imports: ['foundation', 'protocol', 'listener', 'assembly', 'telemetry', 'terminal'],
        why: 'it is above what it shows, and beside what it does not',
      },
      // Planned: the first that is built may improve its line.
      batcher: { imports: ['foundation'], why: 'it is generic over its item' },
      uploader: { imports: ['foundation', 'protocol', 'batcher'], why: 'it sends documents on, whoever received them' },
      proxy: { imports: ['foundation'], why: 'it signs and passes on, and reads nothing' },
      graph: { imports: ['foundation', 'protocol', 'assembly'], pure: true, why: 'it is computed from traces alone' },
      filter: { imports: ['foundation', 'protocol'], pure: true, why: 'a predicate needs neither SQL nor a store' },
      store: { imports: ['foundation', 'protocol', 'assembly', 'filter'], why: 'SQL stays inside this room' },
    },
    roots: {
      'daemon.ts': { importedBy: ['main.ts'], notRooms: ['terminal'], why: 'it puts the rooms together' },
      'main.ts': { importedBy: [], why: 'it has an effect when imported' },
    },
    closed: {},
    sideEffectImports: {},
    mayHaveEffects: ['main.ts'],
    process: {
      members: ['argv', 'env', 'exit', 'exitCode', 'on', 'once'],
      allowed: ['main.ts'],
      remedy: 'take it as a parameter; main.ts alone touches arguments, environment, signals and exit codes',
    },
    repeatsItsFolder: {},
  },
];
