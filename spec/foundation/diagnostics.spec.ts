import { expect } from 'chai';
import { Diagnostics, Episode, LOG_LEVELS, type Logger } from '#lib/foundation/diagnostics.js';
import { EmissionError, StateError } from '#lib/foundation/errors.js';
import { RememberingLogger } from '../support/recording.js';

describe('Diagnostics', () => {
  let logger: RememberingLogger;

  beforeEach(() => {
    logger = new RememberingLogger();
  });

  describe('when an error is reported', () => {
    it('counts each time and speaks once for each subject', () => {
      const diagnostics = new Diagnostics(logger, 'warn');

      for (const subject of ['a', 'b', 'a', 'a']) {
        diagnostics.report(new StateError('VALUE_REFUSED', `no ${subject}`), subject);
      }

      expect(logger.lines).to.deep.equal([
        'warn radiograph: VALUE_REFUSED: no a',
        'warn radiograph: VALUE_REFUSED: no b',
      ]);
      expect(diagnostics.counts).to.deep.equal({ VALUE_REFUSED: 4 });
    });

    it('speaks for another code of the same subject', () => {
      const diagnostics = new Diagnostics(logger, 'warn');
      diagnostics.report(new StateError('VALUE_REFUSED', 'x'), 'a');
      diagnostics.report(new StateError('USER_CODE_FAILED', 'y'), 'a');

      expect(logger.lines).to.have.length(2);
    });
  });

  describe('when there are ever new subjects', () => {
    it('falls silent after a thousand, and goes on counting', () => {
      const diagnostics = new Diagnostics(logger, 'warn');
      for (let subject = 0; subject < 1500; subject += 1) {
        diagnostics.report(new StateError('VALUE_REFUSED', ''), String(subject));
      }

      expect(logger.lines).to.have.length(1000);
      expect(diagnostics.counts).to.deep.equal({ VALUE_REFUSED: 1500 });
    });
  });

  describe('when it counts', () => {
    it('adds up by name', () => {
      const diagnostics = new Diagnostics(logger, 'silent');
      diagnostics.count('sent');
      diagnostics.count('sent', 4);

      expect(diagnostics.counts).to.deep.equal({ sent: 5 });
    });
  });

  const heard: Record<(typeof LOG_LEVELS)[number], string[]> = {
    debug: ['debug', 'info', 'warn', 'error'],
    info: ['info', 'warn', 'error'],
    warn: ['warn', 'error'],
    error: ['error'],
    silent: [],
  };
  for (const level of LOG_LEVELS) {
    it(`lets through ${heard[level].join(', ') || 'nothing'} at the level ${level}`, () => {
      const diagnostics = new Diagnostics(logger, level);
      for (const each of ['debug', 'info', 'warn', 'error'] as const) diagnostics.log(each, 'x');

      expect(logger.lines).to.deep.equal(heard[level].map((each) => `${each} radiograph: x`));
    });
  }

  describe('when the logger throws', () => {
    it('goes on and counts it', () => {
      const broken: Logger = new Proxy({} as Logger, {
        get: () => () => {
          throw new Error('disk full');
        },
      });
      const diagnostics = new Diagnostics(broken, 'debug');
      diagnostics.log('error', 'x');

      expect(diagnostics.counts).to.deep.equal({ 'logger failed': 1 });
    });
  });
});

describe('Episode', () => {
  const unreachable = new EmissionError('DAEMON_UNREACHABLE', 'nobody there');
  const full = new EmissionError('SEND_QUEUE_FULL', 'too many');
  let logger: RememberingLogger;
  let diagnostics: Diagnostics;
  let episode: Episode;

  beforeEach(() => {
    logger = new RememberingLogger();
    diagnostics = new Diagnostics(logger, 'debug');
    episode = new Episode(diagnostics);
  });

  it('is said once, counted each time, and its end told with the sum', () => {
    episode.fail(unreachable.code, () => unreachable);
    episode.fail(unreachable.code, () => unreachable, 3);
    episode.succeed();

    expect(logger.lines).to.deep.equal([
      'error radiograph: DAEMON_UNREACHABLE: nobody there (Said once until it works again.)',
      'warn radiograph: DAEMON_UNREACHABLE is over; 4 document(s) were lost meanwhile.',
    ]);
    expect(diagnostics.counts).to.deep.equal({ DAEMON_UNREACHABLE: 4 });
  });

  it('is told at other levels and in other words where they are given', () => {
    const tellEnd = (lost: number): string => `${lost} calls.`;
    episode = new Episode(diagnostics, { begins: 'info', ends: 'debug', tellEnd });
    episode.fail(unreachable.code, () => unreachable);
    episode.succeed();

    expect(logger.lines).to.deep.equal([
      'info radiograph: DAEMON_UNREACHABLE: nobody there (Said once until it works again.)',
      'debug radiograph: DAEMON_UNREACHABLE is over; 1 calls.',
    ]);
  });

  it('says nothing of success where nothing had failed', () => {
    episode.succeed();

    expect(logger.lines).to.deep.equal([]);
  });

  it('is said anew after it was over', () => {
    episode.fail(unreachable.code, () => unreachable);
    episode.succeed();
    episode.fail(unreachable.code, () => unreachable);
    episode.succeed();

    expect(logger.lines).to.have.length(4);
    expect(logger.lines[3]).to.contain('1 document(s)');
  });

  describe('when two failures take turns', () => {
    it('says each of them once and both at the end', () => {
      for (let turn = 0; turn < 10; turn += 1) {
        episode.fail(unreachable.code, () => unreachable);
        episode.fail(full.code, () => full, 2);
      }
      episode.succeed();

      expect(logger.lines.map((line) => line.split(':', 3).slice(0, 2).join(':'))).to.deep.equal([
        'error radiograph: DAEMON_UNREACHABLE',
        'error radiograph: SEND_QUEUE_FULL',
        'warn radiograph: DAEMON_UNREACHABLE and SEND_QUEUE_FULL is over; 30 document(s) were lost meanwhile.',
      ]);
    });
  });
});
