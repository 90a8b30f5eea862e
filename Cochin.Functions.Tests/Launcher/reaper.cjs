// Ends what a killed test run leaves: every process with the run's mark in its environment, which children inherit.
// It waits until its standard input ends, which it does when the test program is gone, however that ended; or until the
// program's parent (`dotnet test`) or the launcher is gone, which would leave the program running unseen. Linux only.
// Arguments: the mark (NAME=VALUE), the test program's process, the launcher's process or 0.
'use strict';

const fs = require('node:fs');

const [mark, program, launcher] = process.argv.slice(2);
const interval = 500;

// Signals to the group of the run are for the others: this process ends last.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

/** The fields after the name in /proc/PID/stat (proc_pid_stat(5)), or null if there is no such process. */
function stat(pid) {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

const parentOf = (pid) => stat(pid)?.[1];
const startOf = (pid) => stat(pid)?.[19];

const parent = parentOf(program);
const started = { program: startOf(program), launcher: startOf(launcher) };

function marked() {
  return fs.readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid || stat(pid)?.[0] === 'Z') return false;
    try {
      return fs.readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
    } catch {
      return false; // Gone, or of another user.
    }
  });
}

function kill(pid) {
  try {
    process.kill(Number(pid), 'SIGKILL');
  } catch {
    // Gone.
  }
}

function reap() {
  for (let found; (found = marked()).length > 0; ) found.forEach(kill);
  process.exit(0);
}

process.stdin.on('end', reap).on('error', reap).resume();
setInterval(() => {
  const isAlone = parentOf(program) !== parent || (started.launcher !== undefined && startOf(launcher) !== started.launcher);
  if (!isAlone) return;
  if (startOf(program) === started.program) kill(program); // First, as it could start more.
  reap();
}, interval);
console.log('ready');
