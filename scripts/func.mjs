// Runs the Functions host and, if the settings refer to it, the storage emulator. This part of `./cochin func` handles signals and
// cleans up. Arguments: the checkout, the `func` program, and the arguments for `func start`.
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const [root, func, ...hostArguments] = process.argv.slice(2);

class Problem extends Error {
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

const ended = child => new Promise(resolve => {
  child.once('error', error => resolve({ error }));
  child.once('exit', (code, signal) => resolve({ code: code ?? 128 + constants.signals[signal] }));
});

function readSettings() {
  try {
    // Whole-line comments are common in this file.
    return JSON.parse(readFileSync(join(root, 'local.settings.json'), 'utf8').replace(/^\s*\/\/.*$/gm, '')).Values ?? {};
  } catch (error) {
    throw new Problem(`local.settings.json can't be read (${error.message}).`, 'Compare it with local.settings.sample.json.');
  }
}

// Returns the ports of the local emulator that the host uses; null if its storage is elsewhere. As for the host, the environment
// overrides the file.
function emulatorPorts(settings) {
  const storage = process.env.AzureWebJobsStorage ?? settings.AzureWebJobsStorage ?? '';
  if (/^\s*UseDevelopmentStorage\s*=\s*true\s*;?\s*$/i.test(storage)) {
    return { blob: 10000, queue: 10001, table: 10002 };
  }

  const port = service => Number(new RegExp(`${service}Endpoint=http://(?:127\\.0\\.0\\.1|localhost):(\\d+)`, 'i').exec(storage)?.[1] ?? 0);
  const ports = { blob: port('Blob'), queue: port('Queue'), table: port('Table') };
  return ports.blob > 0 && ports.table > 0 ? ports : null;
}

// Returns 'azurite', 'other' or 'none'. The request is not signed, so the response is an error; its Server header identifies Azurite.
async function findListener(port) {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/devstoreaccount1?comp=list`, { signal: AbortSignal.timeout(5000) });
    return answer.headers.get('server')?.startsWith('Azurite') ? 'azurite' : 'other';
  } catch (error) {
    return error.cause?.code === 'ECONNREFUSED' ? 'none' : 'other';
  }
}

async function startEmulator(ports) {
  const found = { [ports.blob]: await findListener(ports.blob), [ports.table]: await findListener(ports.table) };
  if (Object.values(found).every(listener => listener === 'azurite')) {
    console.error(`Using the Azurite that is listening on port ${ports.blob}.`);
    return null;
  }

  const taken = Object.keys(found).find(port => found[port] !== 'none');
  if (taken) {
    throw new Problem(
      `Port ${taken} is used by a program other than Azurite.`,
      'Stop that program, or set AzureWebJobsStorage in local.settings.json to other ports.');
  }

  const folder = join(root, '.azurite', 'func');
  mkdirSync(folder, { recursive: true });
  const log = openSync(join(folder, 'azurite.log'), 'a');

  // Detached, so that Ctrl+C stops the host first and the emulator last.
  const emulator = spawn(process.execPath, [
    join(root, 'node_modules', 'azurite', 'dist', 'src', 'azurite.js'), '--silent', '--skipApiVersionCheck', '--disableTelemetry',
    '--location', join(folder, 'data'), '--blobPort', ports.blob, '--queuePort', ports.queue, '--tablePort', ports.table,
  ].map(String), { detached: true, stdio: ['ignore', log, log] });
  emulator.ended = ended(emulator);
  for (let tenths = 0; tenths < 300; tenths++) {
    if (await findListener(ports.blob) === 'azurite' && await findListener(ports.table) === 'azurite') {
      console.error(`Started Azurite on ports ${Object.values(ports).join(', ')}; its data is in .azurite/func.`);
      return emulator;
    }

    if (stopping || await Promise.race([emulator.ended, wait(100)])) {
      break;
    }
  }

  await stopEmulator(emulator);
  throw new Problem(
    'The storage emulator did not start.',
    'See .azurite/func/azurite.log, or set AzureWebJobsStorage in local.settings.json to another storage.');
}

async function stopEmulator(emulator) {
  emulator.kill('SIGTERM');
  if (!await Promise.race([emulator.ended, wait(20_000, undefined, { ref: false })])) {
    emulator.kill('SIGKILL');
  }
}

let host = null;
let stopping = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopping = signal;

    // In a terminal, Ctrl+C also reaches the host; a second signal would kill it.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) {
      host?.kill(signal);
    }
  });
}

async function runHost() {
  // A proxy in the environment can't reach the emulator on this machine.
  const direct = [process.env.NO_PROXY ?? process.env.no_proxy, '127.0.0.1', 'localhost'].filter(Boolean).join(',');

  // The host builds the project in its working directory.
  host = spawn(func, ['start', ...hostArguments], {
    cwd: join(root, 'Cochin.Functions'),
    stdio: 'inherit',
    env: { ...process.env, NO_PROXY: direct, no_proxy: direct },
  });
  const { code, error } = await ended(host);
  if (error) {
    throw new Problem(`The Functions host can't be started (${error.message}).`, `Try to run it: ${func} --version`);
  }

  return code;
}

let emulator = null;
try {
  const ports = emulatorPorts(readSettings());
  emulator = ports ? await startEmulator(ports) : null;
  process.exitCode = stopping ? 128 + constants.signals[stopping] : await runHost();
} catch (error) {
  if (!(error instanceof Problem)) {
    throw error;
  }

  console.error(`error: ${error.message}\n  ${error.hint}`);
  process.exitCode = 1;
} finally {
  if (emulator) {
    await stopEmulator(emulator);
  }
}
