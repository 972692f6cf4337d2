import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { StateError } from '#lib/foundation/errors.js';
import { FileRuleStore, ruleFileName } from '#lib/sampling/file-rule-store.js';
import { MemoryRuleStore, type RuleStore } from '#lib/sampling/rule-store.js';
import { initialDefault } from '#lib/sampling/rule.js';
import { recordNamed } from './rules.js';

describe('RuleStore', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'radiograph-rules-'));
    path = join(folder, ruleFileName);
  });

  afterEach(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  });

  function refusal(action: () => unknown): StateError {
    try {
      action();
    } catch (error) {
      if (error instanceof StateError) {
        return error;
      }
      throw error;
    }
    throw new Error('was not refused');
  }

  const implementations: readonly (readonly [name: string, open: () => RuleStore])[] = [
    ['MemoryRuleStore', () => new MemoryRuleStore()],
    ['FileRuleStore', () => new FileRuleStore(folder)],
  ];
  for (const [name, open] of implementations) {
    describe(name, () => {
      it('begins with the Default rule', () => {
        expect(open().refresh()).to.deep.equal([initialDefault]);
      });

      it('answers what it kept, and says when there is no news', () => {
        const store = open();
        store.refresh();
        const kept = store.change((records) => [...records, recordNamed('a')]);

        expect(kept.map(({ rule }) => rule.name)).to.have.members(['Default', 'a']);
        expect(store.refresh()).to.equal(undefined);
        expect(store.change((records) => records)).to.have.deep.members(kept);
      });

      it('hands the newest records to every change', () => {
        const store = open();
        store.change((records) => [...records, recordNamed('a')]);
        store.change((records) => records.filter(({ rule }) => rule.name !== 'a'));

        expect(store.change((records) => records)).to.deep.equal([initialDefault]);
      });

      it('keeps what it has when a change is refused', () => {
        const store = open();
        store.change((records) => [...records, recordNamed('a')]);

        expect(() =>
          store.change(() => {
            throw new RangeError('no');
          }),
        ).to.throw(RangeError);
        expect(store.change((records) => records)).to.have.length(2);
      });
    });
  }

  describe('FileRuleStore', () => {
    it('makes nothing before the first change', () => {
      const inner = join(folder, 'one', 'two');
      new FileRuleStore(inner).refresh();

      expect(existsSync(join(folder, 'one'))).to.equal(false);
    });

    it('brings every member of a rule through a restart', () => {
      const record = recordNamed('a', {
        priority: 7,
        fixedRate: 0.25,
        reservoirSize: 0,
        host: 'shop.example',
        httpMethod: 'PUT',
        urlPath: '/orders/*',
        serviceName: 'shop',
        serviceType: 'AWS::ECS::Container',
        attributes: { stage: 'beta' },
        boost: { maxRate: 0.5, cooldownMinutes: 10 },
      });
      new FileRuleStore(folder).change((records) => [...records, record]);

      expect(new FileRuleStore(folder).refresh()).to.deep.equal([record, initialDefault]);
    });

    it('leaves one file behind, for its owner alone', () => {
      const inner = join(folder, 'state');
      new FileRuleStore(inner).change((records) => [...records, recordNamed('a')]);

      expect(readdirSync(inner)).to.deep.equal([ruleFileName]);
      expect(statSync(join(inner, ruleFileName)).mode & 0o777).to.equal(0o600);
      expect(statSync(inner).mode & 0o777).to.equal(0o700);
    });

    it('sees what another daemon, or an editor, has written', () => {
      const [one, other] = [new FileRuleStore(folder), new FileRuleStore(folder)];
      one.refresh();
      other.change((records) => [...records, recordNamed('a')]);

      expect(one.refresh()?.map(({ rule }) => rule.name)).to.have.members(['a', 'Default']);
      expect(one.refresh()).to.equal(undefined);
      rmSync(path);
      expect(one.refresh()).to.deep.equal([initialDefault]);
    });

    it('adds to what another daemon has written meanwhile', () => {
      const [one, other] = [new FileRuleStore(folder), new FileRuleStore(folder)];
      one.refresh();
      other.change((records) => [...records, recordNamed('a')]);
      one.change((records) => [...records, recordNamed('b')]);

      expect(new FileRuleStore(folder).refresh()?.map(({ rule }) => rule.name)).to.have.members(['a', 'b', 'Default']);
    });

    it('loses nothing of what several processes write at the same time', async () => {
      const writer = `
        const [, store, rules, folder, name] = process.argv;
        const { FileRuleStore } = await import(store);
        const { recordNamed } = await import(rules);
        for (let index = 0; index < 20; index += 1) {
          new FileRuleStore(folder).change((records) => [...records, recordNamed(name + index)]);
        }`;
      const modules = [import.meta.resolve('#lib/sampling/file-rule-store.js'), import.meta.resolve('./rules.js')];
      const children = ['a', 'b', 'c'].map((name) =>
        spawn(process.execPath, ['--input-type=module', '-e', writer, ...modules, folder, name], { stdio: 'inherit' }),
      );
      await Promise.all(children.map((child) => once(child, 'exit')));

      expect(children.map(({ exitCode }) => exitCode)).to.deep.equal([0, 0, 0]);
      expect(new FileRuleStore(folder).refresh()).to.have.length(61);
      expect(readdirSync(folder)).to.deep.equal([ruleFileName]);
    });

    const broken: readonly (readonly [what: string, content: string, code: string, said: string])[] = [
      ['empty', '', 'STATE_UNREADABLE', 'not JSON'],
      ['cut short', '{"format":"radiograph-daemon/sampling-rules","version":1,"ru', 'STATE_UNREADABLE', 'not JSON'],
      ['of something else', '{"rules":[]}', 'STATE_UNREADABLE', 'not a file of sampling rules'],
      [
        'of a later version',
        '{"format":"radiograph-daemon/sampling-rules","version":2,"rules":[]}',
        'STATE_TOO_NEW',
        'a later version',
      ],
      [
        'without a version',
        '{"format":"radiograph-daemon/sampling-rules","rules":[]}',
        'STATE_UNREADABLE',
        'version is missing',
      ],
      [
        'with a rule that cannot be',
        '{"format":"radiograph-daemon/sampling-rules","version":1,"rules":[{"SamplingRule":{"RuleName":"a","FixedRate":7}}]}',
        'STATE_UNREADABLE',
        'rules[0].SamplingRule.',
      ],
    ];
    for (const [what, content, code, said] of broken) {
      describe(`when its file is ${what}`, () => {
        it('says so with a remedy, and never writes over it', () => {
          writeFileSync(path, content);
          const store = new FileRuleStore(folder);
          const error = refusal(() => store.refresh());
          const second = refusal(() => store.change((records) => records));

          expect(error.code).to.equal(code);
          expect(error.message).to.include(path).and.to.include(said).and.to.include('--no-state');
          expect(second.message).to.equal(error.message);
          expect(store.refresh()).to.equal(undefined);
          expect(readFileSync(path, 'utf8')).to.equal(content);
          expect(readdirSync(folder)).to.deep.equal([ruleFileName]);
        });
      });
    }

    describe('when two rules of its file have one name', () => {
      it('does not choose', () => {
        const store = new FileRuleStore(folder);
        store.change((records) => [...records, recordNamed('a'), recordNamed('a')]);

        expect(refusal(() => new FileRuleStore(folder).refresh()).message).to.include('the same name');
      });
    });

    describe('when its folder cannot be made', () => {
      it('says that nothing was changed', () => {
        writeFileSync(join(folder, 'file'), '');
        const error = refusal(() => new FileRuleStore(join(folder, 'file', 'state')).change((records) => records));

        expect(error.code).to.equal('STATE_NOT_WRITABLE');
        expect(error.message).to.include('Nothing was changed').and.to.include('--state');
      });
    });

    describe('when a file takes the place of the new one', () => {
      it('leaves no draft behind', () => {
        mkdirSync(path);
        const error = refusal(() => new FileRuleStore(folder).change((records) => records));

        expect(error.code).to.equal('STATE_UNREADABLE');
        expect(readdirSync(folder)).to.deep.equal([ruleFileName]);
      });
    });

    describe('when a daemon ended in the middle of a change', () => {
      it('takes its lock after a while', () => {
        writeFileSync(`${path}.lock`, '');
        const longAgo = Date.now() / 1000 - 60;
        utimesSync(`${path}.lock`, longAgo, longAgo);
        new FileRuleStore(folder).change((records) => [...records, recordNamed('a')]);

        expect(readdirSync(folder)).to.deep.equal([ruleFileName]);
      });

      it('gives up before that, and says how to go on', () => {
        writeFileSync(`${path}.lock`, '');
        const error = refusal(() => new FileRuleStore(folder).change((records) => records));

        expect(error.code).to.equal('STATE_BUSY');
        expect(error.message).to.include(`${path}.lock`);
      });
    });
  });
});
