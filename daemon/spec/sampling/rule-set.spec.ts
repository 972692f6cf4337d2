import { expect } from 'chai';
import { RequestError, StateError } from '#lib/foundation/errors.js';
import { RuleSet } from '#lib/sampling/rule-set.js';
import { MemoryRuleStore, type RuleStore } from '#lib/sampling/rule-store.js';
import { initialDefault } from '#lib/sampling/rule.js';
import { ManualClock } from '../support/manual-clock.js';
import { refusal } from '../support/refusal.js';
import { recordNamed, ruleNamed } from './rules.js';

describe('RuleSet', () => {
  function open(store: RuleStore = new MemoryRuleStore()) {
    const clock = new ManualClock();
    return { clock, rules: new RuleSet({ clock, store }) };
  }

  it('lists rules by priority, then by name', async () => {
    const { rules } = open();
    for (const [name, priority] of [
      ['late', 9999],
      ['b', 5],
      ['B', 5],
      ['a', 5],
      ['first', 1],
    ] as const) {
      await rules.create(ruleNamed(name, { priority }));
    }

    expect(rules.list().map(({ rule }) => rule.name)).to.deep.equal(['first', 'B', 'a', 'b', 'late', 'Default']);
  });

  it('tells of a change as of the next whole second, which is later than any second of a fetch before it', async () => {
    const { clock, rules } = open();
    clock.advance(5250);
    const fetchedAt = Math.floor(clock.epochMillis() / 1000);
    const before = rules.modifiedAtSeconds;
    clock.advance(500);
    await rules.create(ruleNamed('a'));

    expect(before).to.be.at.most(fetchedAt);
    expect(rules.modifiedAtSeconds).to.equal(fetchedAt + 1);
  });

  it('tells of a change when it begins, for clients of the daemon before it', () => {
    const { clock, rules } = open();

    expect(rules.modifiedAtSeconds).to.equal(clock.epochMillis() / 1000 + 1);
  });

  it('counts an update and a deletion as changes', async () => {
    const { clock, rules } = open();
    await rules.create(ruleNamed('a'));
    for (const change of [() => rules.update('a', { fixedRate: 1 }), () => rules.delete('a')]) {
      clock.advance(60_000);
      await change();
      expect(rules.modifiedAtSeconds).to.equal(Math.floor(clock.epochMillis() / 1000) + 1);
    }
    expect(rules.changes).to.equal(3);
  });

  it('changes what is given, keeps the rest, and notes the time', async () => {
    const { clock, rules } = open();
    const created = await rules.create(ruleNamed('a'));
    clock.advance(1000);
    const updated = await rules.update('a', { host: 'b.example' });

    expect(updated).to.deep.equal({
      rule: ruleNamed('a', { host: 'b.example' }),
      createdAtMillis: created.createdAtMillis,
      modifiedAtMillis: created.createdAtMillis + 1000,
    });
    expect(rules.find('a')).to.deep.equal(updated);
  });

  it('holds twenty-five rules besides Default', async () => {
    const { rules } = open();
    for (let index = 0; index < 25; index += 1) {
      await rules.create(ruleNamed(`rule ${index}`));
    }

    const error = await refusal(RequestError, rules.create(ruleNamed('one more')));
    expect(error.code).to.equal('RULE_LIMIT_EXCEEDED');
    expect(error.message).to.include('25');
  });

  for (const [what, attempt, said] of [
    ['a name that is taken', (rules) => rules.create(ruleNamed('Default')), '"Default"'],
    ['to update a rule that is not there', (rules) => rules.update('b', {}), '"b"'],
    ['to delete a rule that is not there', (rules) => rules.delete('b'), '"b"'],
    ['to delete Default', (rules) => rules.delete('Default'), 'cannot be deleted'],
    ['another host for Default', (rules) => rules.update('Default', { host: 'a' }), 'only FixedRate and ReservoirSize'],
    ['boosts for Default', (rules) => rules.update('Default', { boost: { maxRate: 1, cooldownMinutes: 1 } }), 'only'],
  ] satisfies (readonly [string, (rules: RuleSet) => Promise<unknown>, string])[]) {
    it(`refuses ${what}`, async () => {
      const { rules } = open();

      const error = await refusal(RequestError, attempt(rules));
      expect(error.code).to.equal('INVALID_REQUEST');
      expect(error.message).to.include(said);
      expect(rules.list()).to.deep.equal([initialDefault]);
      expect(rules.changes).to.equal(0);
    });
  }

  it('takes new amounts for Default, also with the rest as it was', async () => {
    const { rules } = open();
    const { name: _name, ...rest } = initialDefault.rule;

    expect((await rules.update('Default', { ...rest, fixedRate: 0.5, reservoirSize: 3 })).rule).to.include({
      fixedRate: 0.5,
      reservoirSize: 3,
      priority: 10_000,
    });
  });

  describe('when the kept rules cannot be read or written any more', () => {
    it('goes on with those it has read, refuses changes, and counts', async () => {
      let isBroken = false;
      const store = new MemoryRuleStore();
      const { rules } = open({
        refresh: () => {
          if (isBroken) {
            throw new StateError('STATE_UNREADABLE', 'broken');
          }
          return store.refresh();
        },
        change: (edit) => {
          if (isBroken) {
            throw new StateError('STATE_UNREADABLE', 'broken');
          }
          return store.change(edit);
        },
      });
      await rules.create(ruleNamed('a'));
      isBroken = true;

      expect(rules.find('a')?.rule).to.deep.equal(ruleNamed('a'));
      await refusal(StateError, rules.delete('a'));
      expect(rules.list()).to.have.length(2);
      expect(rules.stateErrors).to.equal(3);
    });
  });

  describe('when another daemon has changed the kept rules', () => {
    it('takes them, and tells of a change', () => {
      const store = new MemoryRuleStore();
      let news: ReturnType<RuleStore['refresh']>;
      const { clock, rules } = open({
        refresh: () => store.refresh() ?? news,
        change: (edit) => store.change(edit),
      });
      clock.advance(90_000);
      news = [initialDefault, recordNamed('theirs')];

      expect(rules.find('theirs')).to.deep.equal(recordNamed('theirs'));
      expect(rules.modifiedAtSeconds).to.equal(clock.epochMillis() / 1000 + 1);
    });
  });
});
