import { expect } from 'chai';
import { helpText, parseCommandLine } from '#lib/cli/command-line.js';
import { ConfigurationError } from '#lib/foundation/errors.js';

const defaults = {
  kind: 'run',
  bind: '127.0.0.1:2000',
  anyPort: false,
  isJson: false,
  quietForMillis: 500,
  width: undefined,
  color: 'auto',
  state: 'default',
};

describe('parseCommandLine', () => {
  const good: readonly (readonly [words: string, command: object])[] = [
    ['', defaults],
    ['--bind 0.0.0.0:3000', { ...defaults, bind: '0.0.0.0:3000' }],
    ['-b [::1]:2000', { ...defaults, bind: '[::1]:2000' }],
    ['--bind=localhost:0', { ...defaults, bind: 'localhost:0' }],
    ['--json --any-port', { ...defaults, isJson: true, anyPort: true }],
    ['--quiet-for 0', { ...defaults, quietForMillis: 0 }],
    ['--width=140 --color never', { ...defaults, width: 140, color: 'never' }],
    ['--width 80 --width 60', { ...defaults, width: 60 }],
    ['--state /var/lib/x', { ...defaults, state: { folder: '/var/lib/x' } }],
    ['--state ./--jsno', { ...defaults, state: { folder: './--jsno' } }],
    ['--state=x --no-state', { ...defaults, state: 'none' }],
    ['--help', { kind: 'help' }],
    ['--json -h', { kind: 'help' }],
    ['-v', { kind: 'version' }],
    ['--version', { kind: 'version' }],
  ];
  for (const [words, command] of good) {
    it(`reads "${words}"`, () => {
      expect(parseCommandLine(words.split(' ').filter((word) => word !== ''))).to.deep.equal(command);
    });
  }

  const bad: readonly (readonly [words: string, code: string, said: readonly string[]])[] = [
    ['--jsno', 'UNKNOWN_FLAG', ['--jsno', 'Did you mean --json?']],
    ['--quietfor 5', 'UNKNOWN_FLAG', ['--quietfor', '--quiet-for?']],
    ['-json', 'UNKNOWN_FLAG', ['-json', '--json?']],
    ['--colour=always', 'UNKNOWN_FLAG', ['--colour', '--color?']],
    ['--region eu-west-1', 'UNKNOWN_FLAG', ['--region', '--bind']],
    ['--bind', 'MISSING_FLAG_VALUE', ['--bind']],
    ['--bind --json', 'MISSING_FLAG_VALUE', ['--bind']],
    ['--json=yes', 'UNEXPECTED_FLAG_VALUE', ['--json', 'yes']],
    ['--width wide', 'BAD_FLAG_VALUE', ['--width', 'wide', '24 to 1000']],
    ['--width 23', 'BAD_FLAG_VALUE', ['23', '24 to 1000']],
    ['--quiet-for=', 'BAD_FLAG_VALUE', ['--quiet-for', '0 to 3600000']],
    ['--quiet-for -1', 'BAD_FLAG_VALUE', ['-1']],
    ['--color red', 'BAD_FLAG_VALUE', ['red', 'auto, always or never']],
    ['--state', 'MISSING_FLAG_VALUE', ['--state']],
    ['--state --jsno', 'MISSING_FLAG_VALUE', ['--state', '--jsno', 'Did you mean --json?', './--jsno']],
    ['--bind --quiet=5', 'MISSING_FLAG_VALUE', ['--bind', '--quiet=5']],
    ['--state=', 'BAD_FLAG_VALUE', ['--state', 'folder']],
    ['--stat x', 'UNKNOWN_FLAG', ['--state?']],
    ['--bind 2000', 'BAD_ADDRESS', ['2000', '127.0.0.1:2000']],
    ['--bind ::1:2000', 'BAD_ADDRESS', ['[::1]:2000']],
    ['--bind [127.0.0.1]:2000', 'BAD_ADDRESS', ['[127.0.0.1]:2000']],
    ['--bind a:65536', 'BAD_ADDRESS', ['65535']],
    ['start', 'UNEXPECTED_ARGUMENT', ['start', '--bind']],
  ];
  for (const [words, code, said] of bad) {
    it(`refuses "${words}" by ${code}`, () => {
      const given = words.split(' ');

      expect(() => parseCommandLine(given))
        .to.throw(ConfigurationError)
        .with.property('code', code);
      for (const text of said) {
        expect(() => parseCommandLine(given)).to.throw(text);
      }
    });
  }

  it('is told of in full by the help', () => {
    for (const flag of [
      '-b',
      '--bind',
      '--any-port',
      '--json',
      '--state',
      '--no-state',
      '--quiet-for',
      '--width',
      '--color',
      '-v',
      '--version',
    ]) {
      expect(helpText).to.include(flag);
    }
  });
});
