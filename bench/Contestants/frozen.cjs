// Loaded into Azurite with NODE_OPTIONS: it keeps what it loaded and what it is told in memory, and writes nothing to disk. Otherwise it
// would write its whole database every five seconds in which anything changed, and let requests wait meanwhile.
'use strict';
const { createRequire } = require('node:module');

if (/azurite\.js$/.test(process.argv[1] ?? '')) {
  createRequire(process.argv[1])('lokijs').prototype.saveDatabase = (options, done) => {
    const callback = typeof options === 'function' ? options : done;
    callback?.();
  };
}
