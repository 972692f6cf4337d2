import type {
  GetSamplingRulesResult,
  GetSamplingTargetsRequest,
  GetSamplingTargetsResult,
  SamplingRule,
} from '@aws-sdk/client-xray';
import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  readRulesPage,
  readTargets,
  writeReport,
  writeRulesRequest,
  type RuleStatistics,
} from '#lib/sampling/service-messages.js';

/** What the AWS SDK calls by these names, as it is on the wire: a date is a number there, or for other clients a text. */
type OnWire<Value> = Value extends Date
  ? number | string
  : Value extends object
    ? { readonly [Member in keyof Value]: OnWire<Value[Member]> }
    : Value;

/** A rule with every member, as the service tells it. */
const RULE: Required<Omit<SamplingRule, 'SamplingRateBoost'>> = {
  RuleName: 'checkout',
  RuleARN: 'arn:aws:xray:eu-west-1:123456789012:sampling-rule/checkout',
  ResourceARN: '*',
  Priority: 10,
  FixedRate: 0.25,
  ReservoirSize: 5,
  ServiceName: 'shop',
  ServiceType: 'AWS::ECS::Container',
  Host: '*.example.com',
  HTTPMethod: 'POST',
  URLPath: '/orders/*',
  Version: 1,
  Attributes: { tier: 'gold*' },
};

const DEFAULT: SamplingRule = {
  RuleName: 'Default',
  RuleARN: 'arn:aws:xray:eu-west-1:123456789012:sampling-rule/Default',
  ResourceARN: '*',
  Priority: 10_000,
  FixedRate: 0.05,
  ReservoirSize: 1,
  ServiceName: '*',
  ServiceType: '*',
  Host: '*',
  HTTPMethod: '*',
  URLPath: '*',
  Version: 1,
  Attributes: {},
};

const pageOf = (...rules: unknown[]): unknown => ({
  SamplingRuleRecords: rules.map((rule) => ({ SamplingRule: rule, CreatedAt: 0, ModifiedAt: 1_767_225_600.5 })),
});

const STATISTICS: RuleStatistics = {
  name: 'checkout',
  requests: 110,
  sampled: 30,
  borrowed: 20,
  traces: 0,
  anomalies: 0,
  sampledAnomalies: 0,
};

describe('readRulesPage', () => {
  it('reads the rules of an account', () => {
    expect(readRulesPage(pageOf(RULE, DEFAULT))).to.deep.equal({
      definitions: [
        {
          name: 'checkout',
          priority: 10,
          rate: 0.25,
          reservoirSize: 5,
          criteria: {
            service: 'shop',
            serviceType: 'AWS::ECS::Container',
            host: '*.example.com',
            httpMethod: 'POST',
            urlPath: '/orders/*',
            resourceArn: '*',
            attributes: { tier: 'gold*' },
          },
          hasBoost: false,
        },
        { name: 'Default', priority: Infinity, rate: 0.05, reservoirSize: 1, criteria: {}, hasBoost: false },
      ],
      skipped: [],
      modifiedAt: 1_767_225_600_500,
      nextToken: undefined,
    });
  });

  it('reads a time that is a text, and takes the latest', () => {
    const page: OnWire<GetSamplingRulesResult> = {
      SamplingRuleRecords: [
        { SamplingRule: RULE, ModifiedAt: '2021-06-18T17:28:15+09:00' },
        { SamplingRule: DEFAULT, ModifiedAt: '1970-01-01T09:00:00+09:00' },
      ],
      NextToken: 'page 2',
    };

    expect(readRulesPage(page)).to.deep.include({ modifiedAt: 1_624_004_895_000, nextToken: 'page 2' });
  });

  it('reads an empty list as one', () => {
    expect(readRulesPage({ SamplingRuleRecords: [] })).to.deep.include({ definitions: [], modifiedAt: undefined });
  });

  it('takes the rule Default as unconditional, whatever it says', () => {
    const rule = { ...DEFAULT, Priority: undefined, Host: 'example.com', Attributes: { tier: 'gold' } };

    expect(readRulesPage(pageOf(rule))?.definitions[0]).to.deep.include({ priority: Infinity, criteria: {} });
  });

  it('tells a rule with a boost', () => {
    const rule = { ...RULE, SamplingRateBoost: { MaxRate: 0.5, CooldownWindowMinutes: 10 } };

    expect(readRulesPage(pageOf(rule))?.definitions[0]?.hasBoost).to.equal(true);
  });

  it('takes members that are null or absent as not said, and those that it does not know as well', () => {
    const rule = { ...RULE, Host: null, URLPath: undefined, Attributes: null, SamplingRateBoost: null, Later: 1 };
    const [read] = readRulesPage(pageOf(rule))?.definitions ?? [];

    expect(read?.criteria).to.deep.include({ host: undefined, urlPath: undefined, attributes: {} });
  });

  for (const [why, change] of Object.entries({
    'it has no RuleName': { RuleName: '' },
    'its Version is not 1': { Version: 2 },
    'its Priority is no number': { Priority: '10' },
    'its FixedRate is no number from 0 to 1': { FixedRate: 1.5 },
    'its ReservoirSize is no whole number from 0': { ReservoirSize: 0.5 },
    'its Host is no text': { Host: 7 },
    'its ResourceARN is no text': { ResourceARN: ['*'] },
    'its RuleName is longer than 32 characters': { RuleName: 'x'.repeat(33) },
    'its ServiceName is longer than 64 characters': { ServiceName: 'x'.repeat(65) },
    'its ServiceType is longer than 64 characters': { ServiceType: 'x'.repeat(65) },
    'its Host is longer than 64 characters': { Host: '?'.repeat(65) },
    'its HTTPMethod is longer than 10 characters': { HTTPMethod: 'x'.repeat(11) },
    'its URLPath is longer than 128 characters': { URLPath: `/*${'?'.repeat(127)}` },
    'its ResourceARN is longer than 500 characters': { ResourceARN: 'x'.repeat(501) },
    'its Attributes is a set of more than 5, or has a text longer than 32 characters': {
      Attributes: { a: '', b: '', c: '', d: '', e: '', f: '' },
    },
    'its Attributes is no set of texts': { Attributes: { tier: { not: 'gold' } } },
    'its SamplingRateBoost is without a MaxRate from 0 to 1': { SamplingRateBoost: { MaxRate: 3 } },
  })) {
    it(`skips a rule because ${why}, and keeps the others`, () => {
      const page = readRulesPage(pageOf({ ...RULE, ...change }, DEFAULT));

      expect(page?.skipped.map((skipped) => skipped.why)).to.deep.equal([why]);
      expect(page?.definitions.map(({ name }) => name)).to.deep.equal(['Default']);
    });
  }

  it('takes texts as long as the API does, which counts characters', () => {
    const long = (characters: number): string => '😀'.repeat(characters);
    const rule = {
      ...RULE,
      RuleName: long(32),
      ServiceName: long(64),
      ServiceType: long(64),
      Host: long(64),
      HTTPMethod: long(10),
      URLPath: long(128),
      ResourceARN: long(500),
      Attributes: { [long(32)]: long(32), b: 'b', c: 'c', d: 'd', e: 'e' },
    };

    expect(readRulesPage(pageOf(rule))?.skipped).to.deep.equal([]);
    for (const Attributes of [{ a: long(33) }, { [long(33)]: 'a' }])
      expect(readRulesPage(pageOf({ ...rule, Attributes }))?.skipped).to.have.lengthOf(1);
  });

  it('refuses what is no answer of the service', () => {
    for (const answer of [undefined, null, 7, 'rules', [], {}, { SamplingRuleRecords: {} }, { Message: 'no' }]) {
      expect(readRulesPage(answer), JSON.stringify(answer)).to.equal(undefined);
    }
  });

  it('survives whatever JSON can say', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.jsonValue(), fc.record({ SamplingRule: fc.jsonValue() }))), (records) => {
        const page = readRulesPage({ SamplingRuleRecords: records });

        expect((page?.definitions.length ?? 0) + (page?.skipped.length ?? 0)).to.equal(records.length);
      }),
    );
  });
});

describe('writeRulesRequest', () => {
  it('asks for the first page with nothing, and for the next with its token', () => {
    expect([writeRulesRequest(undefined), writeRulesRequest('page 2')]).to.deep.equal(['{}', '{"NextToken":"page 2"}']);
  });
});

describe('writeReport', () => {
  const SOURCE = { clientId: 'abcdef1234567890abcdef10', service: 'shop', now: 1_767_225_600_500 };

  it('says what the rules decided, at which time, in epoch seconds', () => {
    const report: OnWire<GetSamplingTargetsRequest> = {
      SamplingStatisticsDocuments: [
        {
          RuleName: 'checkout',
          ClientID: 'abcdef1234567890abcdef10',
          Timestamp: 1_767_225_600.5,
          RequestCount: 110,
          SampledCount: 30,
          BorrowCount: 20,
        },
      ],
    };

    expect(JSON.parse(writeReport([STATISTICS], SOURCE))).to.deep.equal(report);
  });

  it('says how traces ended where a rule has a boost, with a service name that is not too long', () => {
    const statistics = { ...STATISTICS, traces: 9, anomalies: 3, sampledAnomalies: 1 };
    const report = JSON.parse(writeReport([STATISTICS, statistics], { ...SOURCE, service: 'x'.repeat(200) })) as object;
    const boosts: OnWire<GetSamplingTargetsRequest['SamplingBoostStatisticsDocuments']> = [
      {
        RuleName: 'checkout',
        ServiceName: 'x'.repeat(64),
        Timestamp: 1_767_225_600.5,
        AnomalyCount: 3,
        TotalCount: 9,
        SampledAnomalyCount: 1,
      },
    ];

    expect(report).to.have.property('SamplingBoostStatisticsDocuments').that.deep.equals(boosts);
  });
});

describe('readTargets', () => {
  it('reads the example of the developer guide', () => {
    const answer: OnWire<GetSamplingTargetsResult> = {
      SamplingTargetDocuments: [
        { RuleName: 'base', FixedRate: 0.1, ReservoirQuota: 2, ReservoirQuotaTTL: 1530923107, Interval: 10 },
        { RuleName: 'polling', FixedRate: 0.003 },
      ],
      LastRuleModification: 1530920505,
      UnprocessedStatistics: [{ RuleName: 'cats', ErrorCode: '400', Message: 'Unknown rule' }],
    };
    const unsaid = { boostRate: undefined, boostUntil: undefined };

    expect(readTargets(answer)).to.deep.equal({
      targets: [
        { name: 'base', rate: 0.1, quota: 2, quotaUntil: 1_530_923_107_000, intervalSeconds: 10, ...unsaid },
        {
          name: 'polling',
          rate: 0.003,
          quota: undefined,
          quotaUntil: undefined,
          intervalSeconds: undefined,
          ...unsaid,
        },
      ],
      modifiedAt: 1_530_920_505_000,
      unprocessed: [{ name: 'cats', isRefused: true }],
      unprocessedBoosts: [],
    });
  });

  it('reads a boost, times as texts, a quota of 0, and errors that are no refusal', () => {
    const answer = {
      SamplingTargetDocuments: [
        {
          RuleName: 'base',
          ReservoirQuota: 0,
          ReservoirQuotaTTL: '2026-01-01T00:00:00Z',
          SamplingBoost: { BoostRate: 0.5, BoostRateTTL: 1_767_225_600.25 },
        },
      ],
      LastRuleModification: '2026-01-01T00:00:00Z',
      UnprocessedStatistics: [{ RuleName: 'base', ErrorCode: 'InternalServerError' }],
      UnprocessedBoostStatistics: [{ RuleName: 'base', ErrorCode: 500 }, { ErrorCode: '400' }, null],
    };
    const read = readTargets(answer);

    expect(read?.targets[0]).to.deep.include({
      quota: 0,
      quotaUntil: 1_767_225_600_000,
      boostRate: 0.5,
      boostUntil: 1_767_225_600_250,
    });
    expect(read).to.deep.include({
      modifiedAt: 1_767_225_600_000,
      unprocessed: [{ name: 'base', isRefused: false }],
      unprocessedBoosts: [{ name: 'base', isRefused: false }],
    });
  });

  it('takes what it cannot read as not said', () => {
    const target = {
      RuleName: 'base',
      FixedRate: 5,
      ReservoirQuota: -1,
      ReservoirQuotaTTL: 'soon',
      Interval: '10',
      SamplingBoost: 'much',
    };
    const answer = { SamplingTargetDocuments: [target, 7, {}], LastRuleModification: {}, UnprocessedStatistics: 'all' };
    const [read, ...others] = readTargets(answer)?.targets ?? [];

    expect(others).to.deep.equal([]);
    expect(Object.values({ ...read, name: undefined })).to.deep.equal(Array.from({ length: 7 }, () => undefined));
    expect(readTargets(answer)).to.deep.include({ modifiedAt: undefined, unprocessed: [] });
  });

  it('refuses what is no answer of the service', () => {
    for (const answer of [undefined, null, 7, [], {}, { SamplingTargetDocuments: 'none' }]) {
      expect(readTargets(answer), JSON.stringify(answer)).to.equal(undefined);
    }
  });

  it('survives whatever JSON can say', () => {
    const list = fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue()));
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), list, fc.jsonValue(), (targets, unprocessed, modification) => {
        const answer = {
          SamplingTargetDocuments: targets,
          UnprocessedStatistics: unprocessed,
          LastRuleModification: modification,
        };

        expect(readTargets(answer)).to.be.an('object');
      }),
    );
  });
});
