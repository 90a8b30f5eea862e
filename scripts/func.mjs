// Runs the Functions host, with the storage emulator beside it that the settings mean: the part of `./cochin func` that has to
// hear signals and clean up. Arguments: the checkout, the `func` program, and what is handed on to `func start`.
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const [root, func, ...hostArguments] = process.argv.slice(2);

class Trouble extends Error {
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
    throw new Trouble(`local.settings.json can't be read (${error.message}).`, 'Compare it with local.settings.sample.json.');
  }
}

// The ports at which the host expects an emulator on this machine; null where its storage is elsewhere. The environment goes
// before the file, for the host too.
function emulatorPorts(settings) {
  const storage = process.env.AzureWebJobsStorage ?? settings.AzureWebJobsStorage ?? '';
  if (/^\s*UseDevelopmentStorage\s*=\s*true\s*;?\s*$/i.test(storage)) {
    return { blob: 10000, queue: 10001, table: 10002 };
  }

  const port = service => Number(new RegExp(`${service}Endpoint=http://(?:127\\.0\\.0\\.1|localhost):(\\d+)`, 'i').exec(storage)?.[1] ?? 0);
  const ports = { blob: port('Blob'), queue: port('Queue'), table: port('Table') };
  return ports.blob > 0 && ports.table > 0 ? ports : null;
}

// 'azurite', 'other' or 'nobody'. Unsigned, so the answer is an error; its Server header tells who gave it.
async function whoListens(port) {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/devstoreaccount1?comp=list`, { signal: AbortSignal.timeout(5000) });
    return answer.headers.get('server')?.startsWith('Azurite') ? 'azurite' : 'other';
  } catch (error) {
    return error.cause?.code === 'ECONNREFUSED' ? 'nobody' : 'other';
  }
}

async function startEmulator(ports) {
  const found = { [ports.blob]: await whoListens(ports.blob), [ports.table]: await whoListens(ports.table) };
  if (Object.values(found).every(who => who === 'azurite')) {
    console.error(`Using the Azurite that listens on port ${ports.blob}.`);
    return null;
  }

  const taken = Object.keys(found).find(port => found[port] !== 'nobody');
  if (taken) {
    throw new Trouble(`Port ${taken} is taken, and not by an Azurite with blobs and tables.`, 'Stop what listens there, or set AzureWebJobsStorage in local.settings.json to other ports.');
  }

  const folder = join(root, '.azurite', 'func');
  mkdirSync(folder, { recursive: true });
  const log = openSync(join(folder, 'azurite.log'), 'a');

  // In a session of its own, so that Ctrl+C stops the host first and the store last.
  const emulator = spawn(process.execPath, [
    join(root, 'node_modules', 'azurite', 'dist', 'src', 'azurite.js'), '--silent', '--skipApiVersionCheck', '--disableTelemetry',
    '--location', join(folder, 'data'), '--blobPort', ports.blob, '--queuePort', ports.queue, '--tablePort', ports.table,
  ].map(String), { detached: true, stdio: ['ignore', log, log] });
  emulator.ended = ended(emulator);
  for (let tenths = 0; tenths < 300; tenths++) {
    if (await whoListens(ports.blob) === 'azurite' && await whoListens(ports.table) === 'azurite') {
      console.error(`Started Azurite on ports ${Object.values(ports).join(', ')}; its data is in .azurite/func.`);
      return emulator;
    }

    if (stopping || await Promise.race([emulator.ended, wait(100)])) {
      break;
    }
  }

  await stopEmulator(emulator);
  throw new Trouble('The storage emulator does not start.', 'Look at .azurite/func/azurite.log, or set AzureWebJobsStorage in local.settings.json to other storage.');
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

    // Ctrl+C in a terminal reaches the host by itself, and twice would cut it off.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) {
      host?.kill(signal);
    }
  });
}

async function runHost() {
  // A proxy of the environment would look for the emulator on its own machine.
  const direct = [process.env.NO_PROXY ?? process.env.no_proxy, '127.0.0.1', 'localhost'].filter(Boolean).join(',');

  // The host builds the project where it is started.
  host = spawn(func, ['start', ...hostArguments], { cwd: join(root, 'Cochin.Functions'), stdio: 'inherit', env: { ...process.env, NO_PROXY: direct, no_proxy: direct } });
  const { code, error } = await ended(host);
  if (error) {
    throw new Trouble(`The Functions host can't be started (${error.message}).`, `Try it by hand: ${func} --version`);
  }

  return code;
}

let emulator = null;
try {
  const ports = emulatorPorts(readSettings());
  emulator = ports ? await startEmulator(ports) : null;
  process.exitCode = stopping ? 128 + constants.signals[stopping] : await runHost();
} catch (error) {
  if (!(error instanceof Trouble)) {
    throw error;
  }

  console.error(`error: ${error.message}\n  ${error.hint}`);
  process.exitCode = 1;
} finally {
  if (emulator) {
    await stopEmulator(emulator);
  }
}
