import { spawn } from 'node:child_process';

const STRANGE =
  /^(npm_package_|npm_lifecycle_|npm_config_local_prefix|INIT_CWD|NODE_OPTIONS|NODE_PATH|NODE_V8|AWS_XRAY_|FORCE_COLOR)/u;

/**
 * Runs a program to its end and answers how it ended and what it printed. It is killed after `seconds`; then `code` is null.
 * What npm says of this repository is not handed down, nor what would configure Node or tracing: what runs here is a stranger.
 */
export function attempt(program, args, { cwd, env = {}, seconds = 300 }) {
  const inherited = Object.entries(process.env).filter(([name]) => !STRANGE.test(name));
  const child = spawn(program, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
  });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', (text) => {
      printed[stream] += text;
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: -1, ...printed, stderr: String(error) }));
    child.on('close', (code) => resolve({ code, ...printed }));
  });
}
