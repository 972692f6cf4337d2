import {
  CreateSamplingRuleCommand,
  DeleteSamplingRuleCommand,
  GetSamplingRulesCommand,
  GetSamplingStatisticSummariesCommand,
  GetSamplingTargetsCommand,
  InvalidRequestException,
  paginateGetSamplingRules,
  paginateGetSamplingStatisticSummaries,
  RuleLimitExceededException,
  UpdateSamplingRuleCommand,
  XRayClient,
  XRayServiceException,
  type SamplingRule,
  type SamplingStatisticsDocument,
} from '@aws-sdk/client-xray';
import { expect } from 'chai';
import { startDaemon, type Daemon } from '#lib/daemon.js';
import { ManualClock } from '../support/manual-clock.js';
import { ordersRule as definition } from '../support/sampling-rule.js';

describe('The sampling operations, asked by the AWS SDK', () => {
  let clock: ManualClock;
  let daemon: Daemon;
  let client: XRayClient;

  beforeEach(async () => {
    clock = new ManualClock();
    daemon = await startDaemon({ bind: '127.0.0.1:0', clock });
    client = new XRayClient({
      endpoint: `http://127.0.0.1:${daemon.address.port}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
      maxAttempts: 1,
    });
  });

  afterEach(async () => {
    client.destroy();
    await daemon.close();
  });

  function now(): Date {
    return new Date(clock.epochMillis());
  }

  function create(members: Partial<SamplingRule> = {}) {
    return client.send(new CreateSamplingRuleCommand({ SamplingRule: { ...definition, ...members } }));
  }

  function report(members: Partial<SamplingStatisticsDocument> = {}): SamplingStatisticsDocument {
    return {
      RuleName: 'Default',
      ClientID: '0123456789abcdef01234567',
      Timestamp: now(),
      RequestCount: 10,
      SampledCount: 3,
      BorrowCount: 1,
      ...members,
    };
  }

  async function refusal(answer: Promise<unknown>): Promise<XRayServiceException> {
    try {
      await answer;
    } catch (error) {
      if (error instanceof XRayServiceException) {
        return error;
      }
      throw error;
    }
    throw new Error('was not refused');
  }

  describe('GetSamplingRules', () => {
    it('answers the Default rule, which traces everything', async () => {
      const { SamplingRuleRecords, NextToken } = await client.send(new GetSamplingRulesCommand({}));

      expect(NextToken).to.equal(undefined);
      expect(SamplingRuleRecords).to.deep.equal([
        {
          CreatedAt: new Date(0),
          ModifiedAt: new Date(0),
          SamplingRule: {
            RuleName: 'Default',
            RuleARN: 'arn:aws:xray:local:000000000000:sampling-rule/Default',
            ResourceARN: '*',
            Priority: 10_000,
            FixedRate: 1,
            ReservoirSize: 1,
            ServiceName: '*',
            ServiceType: '*',
            Host: '*',
            HTTPMethod: '*',
            URLPath: '*',
            Version: 1,
            Attributes: {},
          },
        },
      ]);
    });

    it('answers all rules in one page', async () => {
      for (let index = 0; index < 25; index += 1) {
        await create({ RuleName: `rule ${index}`, Priority: 9999 - index });
      }
      const pages = [];
      for await (const page of paginateGetSamplingRules({ client }, {})) {
        pages.push(page.SamplingRuleRecords);
      }

      expect(pages).to.have.length(1);
      expect(pages[0]).to.have.length(26);
      expect(pages[0]?.[0]?.SamplingRule?.RuleName).to.equal('rule 24');
      expect(pages[0]?.at(-1)?.SamplingRule?.RuleName).to.equal('Default');
    });

    it('knows no other page', async () => {
      const error = await refusal(client.send(new GetSamplingRulesCommand({ NextToken: 'x' })));

      expect(error).to.be.instanceOf(InvalidRequestException);
      expect(error.message).to.include('NextToken');
    });
  });

  describe('CreateSamplingRule', () => {
    it('answers the rule as it is now, with what was left out', async () => {
      const { SamplingRuleRecord } = await create({ SamplingRateBoost: { MaxRate: 0.5, CooldownWindowMinutes: 10 } });

      expect(SamplingRuleRecord).to.deep.equal({
        CreatedAt: now(),
        ModifiedAt: now(),
        SamplingRule: {
          ...definition,
          RuleARN: 'arn:aws:xray:local:000000000000:sampling-rule/orders',
          Attributes: {},
          SamplingRateBoost: { MaxRate: 0.5, CooldownWindowMinutes: 10 },
        },
      });
      const { SamplingRuleRecords } = await client.send(new GetSamplingRulesCommand({}));
      expect(SamplingRuleRecords?.[0]).to.deep.equal(SamplingRuleRecord);
    });

    it('takes the name from an ARN', async () => {
      const { RuleName: _name, ...rest } = definition;
      const RuleARN = 'arn:aws:xray:eu-west-1:123456789012:sampling-rule/from an arn';
      await client.send(new CreateSamplingRuleCommand({ SamplingRule: { ...rest, RuleARN } }));

      const { SamplingRuleRecords } = await client.send(new GetSamplingRulesCommand({}));
      expect(SamplingRuleRecords?.[0]?.SamplingRule?.RuleName).to.equal('from an arn');
    });

    it('takes attributes and tags', async () => {
      const SamplingRuleWithAttributes = { ...definition, Attributes: { stage: 'beta' } };
      const { SamplingRuleRecord } = await client.send(
        new CreateSamplingRuleCommand({
          SamplingRule: SamplingRuleWithAttributes,
          Tags: [{ Key: 'team', Value: '' }],
        }),
      );

      expect(SamplingRuleRecord?.SamplingRule?.Attributes).to.deep.equal({ stage: 'beta' });
    });

    it('refuses a name that is taken', async () => {
      await create();
      const error = await refusal(create());

      expect(error).to.be.instanceOf(InvalidRequestException);
      expect(error.$metadata.httpStatusCode).to.equal(400);
      expect(error.message).to.include('"orders"');
    });

    it('refuses one rule more than there may be', async () => {
      for (let index = 0; index < 25; index += 1) {
        await create({ RuleName: `rule ${index}` });
      }

      expect(await refusal(create())).to.be.instanceOf(RuleLimitExceededException);
    });

    const none = undefined as unknown as string;
    const bad: readonly (readonly [members: Partial<SamplingRule>, said: string])[] = [
      [{ RuleName: none }, 'SamplingRule.RuleName is missing, and so is SamplingRule.RuleARN'],
      [{ RuleName: '' }, 'SamplingRule.RuleName was ""; it takes a text of 1 to 32 characters.'],
      [{ RuleName: 'x'.repeat(33) }, 'SamplingRule.RuleName was "xxx'],
      [{ RuleName: 'Default', Priority: 1 }, 'There is a rule "Default" already'],
      [{ RuleARN: 'arn:aws:xray:r:1:sampling-rule/other' }, 'give one of them'],
      [{ RuleARN: 'orders' }, 'SamplingRule.RuleARN was "orders"; it takes an ARN such as'],
      [{ Priority: 0 }, 'SamplingRule.Priority was 0; it takes a whole number from 1 to 9999.'],
      [{ Priority: 10_000 }, 'SamplingRule.Priority was 10000'],
      [{ FixedRate: 1.01 }, 'SamplingRule.FixedRate was 1.01; it takes a number from 0 to 1.'],
      [{ FixedRate: -0.1 }, 'SamplingRule.FixedRate was -0.1'],
      [{ ReservoirSize: -1 }, 'SamplingRule.ReservoirSize was -1; it takes a whole number from 0 to 2147483647.'],
      [{ ServiceName: 'x'.repeat(65) }, 'SamplingRule.ServiceName was a text of 65 characters'],
      [{ ServiceType: none }, 'SamplingRule.ServiceType is missing; it takes a text of 0 to 64 characters.'],
      [{ Host: 'x'.repeat(65) }, 'SamplingRule.Host was'],
      [{ HTTPMethod: 'PROPPATCHES' }, 'SamplingRule.HTTPMethod was "PROPPATCHES"; it takes a text of 0 to 10'],
      [{ URLPath: 'x'.repeat(129) }, 'SamplingRule.URLPath was'],
      [{ ResourceARN: 'x'.repeat(501) }, 'SamplingRule.ResourceARN was'],
      [{ Version: 2 }, 'SamplingRule.Version was 2; it takes a whole number from 1 to 1.'],
      [{ Attributes: { a: '1', b: '2', c: '3', d: '4', e: '5', f: '6' } }, 'SamplingRule.Attributes was an object'],
      [{ Attributes: { a: '' } }, 'SamplingRule.Attributes was'],
      [{ SamplingRateBoost: { MaxRate: 2, CooldownWindowMinutes: 1 } }, 'SamplingRule.SamplingRateBoost.MaxRate was 2'],
      [
        { SamplingRateBoost: { MaxRate: 1, CooldownWindowMinutes: -1 } },
        'SamplingRule.SamplingRateBoost.CooldownWindowMinutes was -1',
      ],
    ];
    for (const [members, said] of bad) {
      it(`refuses ${JSON.stringify(members).slice(0, 60)}`, async () => {
        const error = await refusal(create(members));

        expect(error).to.be.instanceOf(InvalidRequestException);
        expect(error.message).to.include(said);
        const { SamplingRuleRecords } = await client.send(new GetSamplingRulesCommand({}));
        expect(SamplingRuleRecords).to.have.length(1);
      });
    }

    it('says of every member what is wrong', async () => {
      const error = await refusal(create({ Priority: 0, FixedRate: 7, Host: none }));

      expect(error.message).to.include('Priority').and.to.include('FixedRate').and.to.include('Host is missing');
    });

    it('refuses tags that the service would refuse', async () => {
      const error = await refusal(
        client.send(new CreateSamplingRuleCommand({ SamplingRule: definition, Tags: [{ Key: '', Value: 'a' }] })),
      );

      expect(error.message).to.include('Tags[0].Key was ""');
    });
  });

  describe('UpdateSamplingRule', () => {
    it('changes what is given', async () => {
      await create();
      const createdAt = now();
      clock.advance(60_000);
      const { SamplingRuleRecord } = await client.send(
        new UpdateSamplingRuleCommand({
          SamplingRuleUpdate: {
            RuleARN: 'arn:aws:xray:local:000000000000:sampling-rule/orders',
            FixedRate: 0,
            Attributes: {},
            SamplingRateBoost: { MaxRate: 1, CooldownWindowMinutes: 0 },
          },
        }),
      );

      expect(SamplingRuleRecord).to.deep.include({ CreatedAt: createdAt, ModifiedAt: now() });
      expect(SamplingRuleRecord?.SamplingRule).to.deep.include({
        ...definition,
        FixedRate: 0,
        SamplingRateBoost: { MaxRate: 1, CooldownWindowMinutes: 0 },
      });
    });

    it('takes a rule back as it was read', async () => {
      const { SamplingRuleRecord } = await create();
      const { Version: _version, ...SamplingRuleUpdate } = SamplingRuleRecord!.SamplingRule!;
      const updated = await client.send(new UpdateSamplingRuleCommand({ SamplingRuleUpdate }));

      expect(updated.SamplingRuleRecord?.SamplingRule).to.deep.equal(SamplingRuleRecord?.SamplingRule);
    });

    it('changes the amounts of Default', async () => {
      const { SamplingRuleRecord } = await client.send(
        new UpdateSamplingRuleCommand({
          SamplingRuleUpdate: { RuleName: 'Default', FixedRate: 0.05, ReservoirSize: 2 },
        }),
      );

      expect(SamplingRuleRecord?.CreatedAt).to.deep.equal(new Date(0));
      expect(SamplingRuleRecord?.SamplingRule).to.include({ FixedRate: 0.05, ReservoirSize: 2, Priority: 10_000 });
    });

    for (const [what, update, said] of [
      ['a rule that is not there', { RuleName: 'payments', FixedRate: 1 }, '"payments"'],
      ['no rule', { FixedRate: 1 }, 'RuleName is missing'],
      ['anything else of Default', { RuleName: 'Default', Priority: 5 }, 'only FixedRate and ReservoirSize'],
      ['a rate that cannot be', { RuleName: 'orders', FixedRate: 5 }, 'SamplingRuleUpdate.FixedRate was 5'],
      ['the last place for another rule', { RuleName: 'orders', Priority: 10_000 }, 'Priority was 10000'],
    ] as const) {
      it(`refuses ${what}`, async () => {
        await create();
        const error = await refusal(client.send(new UpdateSamplingRuleCommand({ SamplingRuleUpdate: update })));

        expect(error).to.be.instanceOf(InvalidRequestException);
        expect(error.message).to.include(said);
      });
    }
  });

  describe('DeleteSamplingRule', () => {
    for (const [by, input] of [
      ['name', { RuleName: 'orders' }],
      ['ARN', { RuleARN: 'arn:aws:xray:local:000000000000:sampling-rule/orders' }],
    ] as const) {
      it(`deletes by ${by}, and answers what is gone`, async () => {
        const created = await create();
        const deleted = await client.send(new DeleteSamplingRuleCommand(input));

        expect(deleted.SamplingRuleRecord).to.deep.equal(created.SamplingRuleRecord);
        const { SamplingRuleRecords } = await client.send(new GetSamplingRulesCommand({}));
        expect(SamplingRuleRecords).to.have.length(1);
      });
    }

    for (const [what, input, said] of [
      ['Default', { RuleName: 'Default' }, 'cannot be deleted'],
      ['Default by its ARN', { RuleARN: 'arn:aws:xray:x:1:sampling-rule/Default' }, 'cannot be deleted'],
      ['a rule that is not there', { RuleName: 'Orders' }, '"Orders"'],
      ['no rule', {}, 'RuleName is missing'],
    ] as const) {
      it(`refuses ${what}`, async () => {
        await create();
        const error = await refusal(client.send(new DeleteSamplingRuleCommand(input)));

        expect(error).to.be.instanceOf(InvalidRequestException);
        expect(error.message).to.include(said);
      });
    }
  });

  describe('GetSamplingTargets', () => {
    it('answers what to do until the next report', async () => {
      await create();
      clock.advance(30_250);
      const answer = await client.send(
        new GetSamplingTargetsCommand({
          SamplingStatisticsDocuments: [report({ RuleName: 'orders' }), report()],
        }),
      );

      const ReservoirQuotaTTL = new Date(Math.floor(clock.epochMillis() / 1000 + 15) * 1000);
      expect(answer).to.deep.include({
        SamplingTargetDocuments: [
          { RuleName: 'orders', FixedRate: 0.25, ReservoirQuota: 4, ReservoirQuotaTTL, Interval: 10 },
          { RuleName: 'Default', FixedRate: 1, ReservoirQuota: 1, ReservoirQuotaTTL, Interval: 10 },
        ],
        UnprocessedStatistics: [],
        UnprocessedBoostStatistics: [],
      });
      expect(answer.LastRuleModification).to.deep.equal(new Date(1_700_000_001_000));
    });

    it('divides a reservoir among clients', async () => {
      await create();
      const quotas = [];
      for (let round = 0; round < 6; round += 1) {
        const { SamplingTargetDocuments } = await client.send(
          new GetSamplingTargetsCommand({
            SamplingStatisticsDocuments: ['a', 'b'].map((letter) =>
              report({ RuleName: 'orders', ClientID: letter.repeat(24) }),
            ),
          }),
        );
        quotas.push(SamplingTargetDocuments?.map(({ ReservoirQuota }) => ReservoirQuota));
        clock.advance(10_000);
      }

      // The first has everything until that is over; then each has its half.
      expect(quotas[0]).to.deep.equal([4, 0]);
      expect(quotas.at(-1)).to.deep.equal([2, 2]);
    });

    it('refuses reports one by one', async () => {
      clock.advance(600_000);
      const answer = await client.send(
        new GetSamplingTargetsCommand({
          SamplingStatisticsDocuments: [
            report({ RuleName: 'gone' }),
            report({ Timestamp: new Date(clock.epochMillis() - 302_000) }),
            report({ ClientID: 'short' }),
            report({ RequestCount: -1, SampledCount: 0.5 }),
            report(),
          ],
        }),
      );

      expect(answer.SamplingTargetDocuments).to.have.length(1);
      expect(answer.UnprocessedStatistics?.map(({ RuleName, ErrorCode }) => [RuleName, ErrorCode])).to.deep.equal([
        ['gone', '400'],
        ['Default', '400'],
        ['Default', '400'],
        ['Default', '400'],
      ]);
      const [unknown, old, client24, counts] = answer.UnprocessedStatistics!.map(({ Message }) => Message);
      expect(unknown).to.include('RuleName was "gone"');
      expect(old).to.include('302 s ago').and.to.include('300 s');
      expect(client24).to.equal('ClientID was "short"; it takes a text of 24 characters.');
      expect(counts).to.include('RequestCount was -1').and.to.include('SampledCount was 0.5');
      expect(daemon.counters().sampling).to.include({ reports: 1, refusedReports: 4 });
    });

    it('takes borrowed requests inside of the sampled ones, beside them, and not at all', async () => {
      const { BorrowCount: _borrowed, ...none } = report();
      const answer = await client.send(
        new GetSamplingTargetsCommand({
          SamplingStatisticsDocuments: [
            report({ RequestCount: 110, SampledCount: 20, BorrowCount: 10 }),
            report({ RequestCount: 3, SampledCount: 1, BorrowCount: 2 }),
            none,
          ],
        }),
      );

      expect(answer.UnprocessedStatistics).to.deep.equal([]);
      expect(answer.SamplingTargetDocuments).to.have.length(3);
    });

    it('takes twenty-five reports at a time', async () => {
      const many = (count: number) =>
        client.send(
          new GetSamplingTargetsCommand({ SamplingStatisticsDocuments: Array.from({ length: count }, () => report()) }),
        );

      expect((await many(25)).SamplingTargetDocuments).to.have.length(25);
      const error = await refusal(many(26));
      expect(error).to.be.instanceOf(InvalidRequestException);
      expect(error.message).to.include('a list of 26; it takes a list of 0 to 25');
    });

    it('boosts a rule whose anomalies are missed, for a minute', async () => {
      await create({ FixedRate: 0.01, SamplingRateBoost: { MaxRate: 0.8, CooldownWindowMinutes: 5 } });
      const anomalies = {
        RuleName: 'orders',
        ServiceName: 'shop',
        Timestamp: now(),
        AnomalyCount: 10,
        TotalCount: 500,
        SampledAnomalyCount: 0,
      };
      const { SamplingTargetDocuments, UnprocessedBoostStatistics } = await client.send(
        new GetSamplingTargetsCommand({
          SamplingStatisticsDocuments: [report({ RuleName: 'orders' }), report()],
          SamplingBoostStatisticsDocuments: [
            anomalies,
            { ...anomalies, RuleName: 'gone' },
            { ...anomalies, AnomalyCount: -1 },
          ],
        }),
      );

      expect(SamplingTargetDocuments?.[0]?.SamplingBoost?.BoostRate).to.be.closeTo(0.369, 0.001);
      expect(SamplingTargetDocuments?.[0]?.SamplingBoost?.BoostRateTTL).to.deep.equal(
        new Date(clock.epochMillis() + 60_000),
      );
      expect(SamplingTargetDocuments?.[1]).not.to.have.property('SamplingBoost');
      expect(UnprocessedBoostStatistics?.map(({ RuleName }) => RuleName)).to.deep.equal(['gone', 'orders']);
      expect(daemon.counters().sampling.boosts).to.equal(1);
    });
  });

  describe('GetSamplingStatisticSummaries', () => {
    it('answers what all clients counted', async () => {
      await client.send(
        new GetSamplingTargetsCommand({
          SamplingStatisticsDocuments: [report(), report({ ClientID: 'f'.repeat(24), RequestCount: 5 })],
        }),
      );
      const { SamplingStatisticSummaries, NextToken } = await client.send(new GetSamplingStatisticSummariesCommand({}));

      expect(NextToken).to.equal(undefined);
      expect(SamplingStatisticSummaries).to.deep.equal([
        { RuleName: 'Default', Timestamp: now(), RequestCount: 15, SampledCount: 6, BorrowCount: 2 },
      ]);
    });

    it('answers page by page, none twice and none left out', async () => {
      for (const name of ['a', 'b', 'c', 'd']) {
        await create({ RuleName: name });
      }
      const names = ['a', 'b', 'c', 'd', 'Default'];
      for (let step = 0; step < 300; step += 1) {
        await client.send(
          new GetSamplingTargetsCommand({
            SamplingStatisticsDocuments: names.map((RuleName) => report({ RuleName })),
          }),
        );
        clock.advance(10_000);
      }
      const pages = [];
      for await (const { SamplingStatisticSummaries } of paginateGetSamplingStatisticSummaries({ client }, {})) {
        pages.push(SamplingStatisticSummaries ?? []);
      }

      expect(pages.map(({ length }) => length)).to.deep.equal([1000, 500]);
      const keys = new Set(pages.flat().map(({ RuleName, Timestamp }) => `${Timestamp?.getTime()} ${RuleName}`));
      expect(keys.size).to.equal(1500);
    });

    for (const token of ['x', '!!!', 'MQ', 'a'.repeat(3000)]) {
      it(`refuses the token ${token.slice(0, 10)}`, async () => {
        const error = await refusal(client.send(new GetSamplingStatisticSummariesCommand({ NextToken: token })));

        expect(error).to.be.instanceOf(InvalidRequestException);
        expect(error.message).to.include('NextToken');
      });
    }
  });
});
