import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { StateError } from '#lib/foundation/errors.js';
import { FileRuleStore, ruleFileName } from '#lib/sampling/file-rule-store.js';
import { MemoryRuleStore, type RuleStore } from '#lib/sampling/rule-store.js';
import { writeRecord } from '#lib/sampling/rule-document.js';
import { initialDefault } from '#lib/sampling/rule.js';
import { refusal } from '../support/refusal.js';
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

  function thrownBy(action: () => unknown): StateError {
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

      it('answers what it kept, and says when there is no news', async () => {
        const store = open();
        store.refresh();
        const kept = await store.change((records) => [...records, recordNamed('a')]);

        expect(kept.map(({ rule }) => rule.name)).to.have.members(['Default', 'a']);
        expect(store.refresh()).to.equal(undefined);
        expect(await store.change((records) => records)).to.have.deep.members(kept);
      });

      it('hands the newest records to every change', async () => {
        const store = open();
        await store.change((records) => [...records, recordNamed('a')]);
        await store.change((records) => records.filter(({ rule }) => rule.name !== 'a'));

        expect(await store.change((records) => records)).to.deep.equal([initialDefault]);
      });

      it('keeps what it has when a change is refused', async () => {
        const store = open();
        await store.change((records) => [...records, recordNamed('a')]);

        await refusal(
          RangeError,
          store.change(() => {
            throw new RangeError('no');
          }),
        );
        expect(await store.change((records) => records)).to.have.length(2);
      });
    });
  }

  describe('FileRuleStore', () => {
    it('makes nothing before the first change', () => {
      const inner = join(folder, 'one', 'two');
      new FileRuleStore(inner).refresh();

      expect(existsSync(join(folder, 'one'))).to.equal(false);
    });

    it('brings every member of a rule through a restart', async () => {
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
      await new FileRuleStore(folder).change((records) => [...records, record]);

      expect(new FileRuleStore(folder).refresh()).to.deep.equal([record, initialDefault]);
    });

    it('leaves one file behind, for its owner alone', async () => {
      const inner = join(folder, 'state');
      await new FileRuleStore(inner).change((records) => [...records, recordNamed('a')]);

      expect(readdirSync(inner)).to.deep.equal([ruleFileName]);
      expect(statSync(join(inner, ruleFileName)).mode & 0o777).to.equal(0o600);
      expect(statSync(inner).mode & 0o777).to.equal(0o700);
    });

    it('sees what another daemon, or an editor, has written', async () => {
      const [one, other] = [new FileRuleStore(folder), new FileRuleStore(folder)];
      one.refresh();
      await other.change((records) => [...records, recordNamed('a')]);

      expect(one.refresh()?.map(({ rule }) => rule.name)).to.have.members(['a', 'Default']);
      expect(one.refresh()).to.equal(undefined);
      rmSync(path);
      expect(one.refresh()).to.deep.equal([initialDefault]);
    });

    it('adds to what another daemon has written meanwhile', async () => {
      const [one, other] = [new FileRuleStore(folder), new FileRuleStore(folder)];
      one.refresh();
      await other.change((records) => [...records, recordNamed('a')]);
      await one.change((records) => [...records, recordNamed('b')]);

      expect(new FileRuleStore(folder).refresh()?.map(({ rule }) => rule.name)).to.have.members(['a', 'b', 'Default']);
    });

    it('loses nothing of what several processes write at the same time', async () => {
      const writer = `
        const [, store, rules, folder, name] = process.argv;
        const { FileRuleStore } = await import(store);
        const { recordNamed } = await import(rules);
        for (let index = 0; index < 20; index += 1) {
          await new FileRuleStore(folder).change((records) => [...records, recordNamed(name + index)]);
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
        it('says so with a remedy, and never writes over it', async () => {
          writeFileSync(path, content);
          const store = new FileRuleStore(folder);
          const error = thrownBy(() => store.refresh());
          const second = await refusal(
            StateError,
            store.change((records) => records),
          );

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
      it('does not choose', async () => {
        const store = new FileRuleStore(folder);
        await store.change((records) => [...records, recordNamed('a'), recordNamed('a')]);

        expect(thrownBy(() => new FileRuleStore(folder).refresh()).message).to.include('the same name');
      });
    });

    describe('when its folder cannot be made', () => {
      it('says that nothing was changed', async () => {
        writeFileSync(join(folder, 'file'), '');
        const error = await refusal(
          StateError,
          new FileRuleStore(join(folder, 'file', 'state')).change((records) => records),
        );

        expect(error.code).to.equal('STATE_NOT_WRITABLE');
        expect(error.message).to.include('Nothing was changed').and.to.include('--state');
      });
    });

    describe('when a file takes the place of the new one', () => {
      it('leaves no draft behind', async () => {
        mkdirSync(path);
        const error = await refusal(
          StateError,
          new FileRuleStore(folder).change((records) => records),
        );

        expect(error.code).to.equal('STATE_UNREADABLE');
        expect(readdirSync(folder)).to.deep.equal([ruleFileName]);
      });
    });

    const withHeader = (rules: unknown[]) =>
      JSON.stringify({ format: 'radiograph-daemon/sampling-rules', version: 1, rules });

    describe('when its file cannot be read for a while', () => {
      it('is read again as soon as it can, though nothing was written', () => {
        writeFileSync(path, withHeader([]));
        const stamp = statSync(path);
        // The time of writing and the length stay: only that it may be read changes.
        const store = new FileRuleStore(folder);
        rmSync(path);
        mkdirSync(path);
        thrownBy(() => store.refresh());
        rmSync(path, { recursive: true });
        writeFileSync(path, withHeader([]));
        utimesSync(path, stamp.atime, stamp.mtime);

        expect(store.refresh()).to.deep.equal([initialDefault]);
        expect(store.refresh()).to.equal(undefined);
      });

      it('is read again after its mode was changed', () => {
        writeFileSync(path, withHeader([]));
        chmodSync(path, 0o000);
        if (process.getuid?.() === 0) {
          // Root may read whatever its mode is; that the change counts can be told all the same.
          const store = new FileRuleStore(folder);
          store.refresh();
          chmodSync(path, 0o600);
          expect(store.refresh()).to.deep.equal([initialDefault]);
          return;
        }
        const store = new FileRuleStore(folder);
        expect(thrownBy(() => store.refresh()).code).to.equal('STATE_UNREADABLE');
        expect(store.refresh()).to.equal(undefined);
        chmodSync(path, 0o600);

        expect(store.refresh()).to.deep.equal([initialDefault]);
      });
    });

    describe('when its file is a link', () => {
      it('replaces what that leads to, and keeps its mode', async () => {
        const target = join(folder, 'dotfiles', 'rules.json');
        mkdirSync(join(folder, 'dotfiles'));
        writeFileSync(target, withHeader([]));
        chmodSync(target, 0o644);
        symlinkSync(join('dotfiles', 'rules.json'), path);
        await new FileRuleStore(folder).change((records) => [...records, recordNamed('a')]);

        expect(lstatSync(path).isSymbolicLink()).to.equal(true);
        expect(readFileSync(target, 'utf8')).to.include('"RuleName": "a"');
        expect(statSync(target).mode & 0o777).to.equal(0o644);
        expect(readdirSync(join(folder, 'dotfiles'))).to.deep.equal(['rules.json']);
      });

      it('makes what that leads to, if need be', async () => {
        symlinkSync('later.json', path);
        await new FileRuleStore(folder).change((records) => [...records, recordNamed('a')]);

        expect(readdirSync(folder)).to.have.members([ruleFileName, 'later.json']);
        expect(new FileRuleStore(folder).refresh()).to.have.length(2);
      });
    });

    describe('when its file is a pipe', () => {
      it('does not wait for somebody to write into it', () => {
        execFileSync('mkfifo', [path]);

        expect(thrownBy(() => new FileRuleStore(folder).refresh()).message).to.include('it is no file');
      });
    });

    it('reads a file that begins with a byte order mark, as some editors write it', () => {
      writeFileSync(path, `\uFEFF${withHeader([])}`);

      expect(new FileRuleStore(folder).refresh()).to.deep.equal([initialDefault]);
    });

    it('refuses a Default that has been made another rule', () => {
      const record = writeRecord(initialDefault) as { SamplingRule: object };
      writeFileSync(path, withHeader([{ ...record, SamplingRule: { ...record.SamplingRule, Host: 'a.example' } }]));

      const { message } = thrownBy(() => new FileRuleStore(folder).refresh());
      expect(message).to.include('Host of the rule "Default" was "a.example"; it takes "*"');
    });

    it('removes drafts that were left behind, and nothing else', async () => {
      const [old, fresh, other] = ['1-00000000', '2-00000000', 'x'].map((name) => `${path}.${name}.tmp`) as [
        string,
        string,
        string,
      ];
      const longAgo = Date.now() / 1000 - 60;
      for (const file of [old, fresh, other]) {
        writeFileSync(file, '');
      }
      utimesSync(old, longAgo, longAgo);
      utimesSync(other, longAgo, longAgo);
      await new FileRuleStore(folder).change((records) => records);

      expect(readdirSync(folder)).to.have.members([ruleFileName, basename(fresh), basename(other)]);
    });

    describe('when a lock is there', () => {
      const lockOf = (pid: number) => `${pid} ${hostname()} 0`;
      const ended = () => spawnSync(process.execPath, ['-e', '']).pid;

      for (const [what, content, ageSeconds] of [
        ['of a process that has ended', () => lockOf(ended()), 0],
        ['of an hour ago', () => lockOf(process.pid), 3600],
        ['of a clock that was ahead', () => lockOf(process.pid), -3600],
      ] as const) {
        it(`takes over one ${what}`, async () => {
          writeFileSync(`${path}.lock`, content());
          const time = Date.now() / 1000 - ageSeconds;
          utimesSync(`${path}.lock`, time, time);
          await new FileRuleStore(folder).change((records) => [...records, recordNamed('a')]);

          expect(readdirSync(folder)).to.deep.equal([ruleFileName]);
        });
      }

      it('waits for one of a process that runs, and lets others go on meanwhile', async () => {
        writeFileSync(`${path}.lock`, lockOf(process.pid));
        const changing = new FileRuleStore(folder).change((records) => records);
        const first = await Promise.race([
          changing.then(() => 'changed'),
          new Promise((go) => setImmediate(go, 'went on')),
        ]);
        rmSync(`${path}.lock`);
        await changing;

        expect(first).to.equal('went on');
      });

      it('is not two locks, however many find it left behind', async () => {
        writeFileSync(`${path}.lock`, lockOf(ended()));
        const stores = Array.from({ length: 20 }, () => new FileRuleStore(folder));
        await Promise.all(
          stores.map((store, index) => store.change((records) => [...records, recordNamed(`rule ${index}`)])),
        );

        expect(new FileRuleStore(folder).refresh()).to.have.length(21);
        expect(readdirSync(folder)).to.deep.equal([ruleFileName]);
      });

      it('leaves one that has been taken by another meanwhile, and changes nothing', async () => {
        const store = new FileRuleStore(folder);
        const error = await refusal(
          StateError,
          store.change((records) => {
            writeFileSync(`${path}.lock`, lockOf(process.ppid));
            return records;
          }),
        );

        expect(error.message).to.include('Nothing was changed');
        expect(readdirSync(folder)).to.deep.equal([`${ruleFileName}.lock`]);
      });

      it('says so where a folder has its name', async () => {
        mkdirSync(`${path}.lock`);
        const error = await refusal(
          StateError,
          new FileRuleStore(folder).change((records) => records),
        );

        expect(error.code).to.equal('STATE_NOT_WRITABLE');
        expect(error.message).to.include(`${path}.lock is a folder`);
      });
    });

    describe('when a daemon ended in the middle of a change', () => {
      it('takes its lock after a while', async () => {
        writeFileSync(`${path}.lock`, '');
        const longAgo = Date.now() / 1000 - 60;
        utimesSync(`${path}.lock`, longAgo, longAgo);
        await new FileRuleStore(folder).change((records) => [...records, recordNamed('a')]);

        expect(readdirSync(folder)).to.deep.equal([ruleFileName]);
      });

      it('gives up before that, and says how to go on', async () => {
        writeFileSync(`${path}.lock`, '');
        const error = await refusal(
          StateError,
          new FileRuleStore(folder).change((records) => records),
        );

        expect(error.code).to.equal('STATE_BUSY');
        expect(error.message).to.include(`${path}.lock`);
      });
    });
  });
});
