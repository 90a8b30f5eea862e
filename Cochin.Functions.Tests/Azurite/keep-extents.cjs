// Loaded into the tests' Azurite with NODE_OPTIONS. Disables the garbage collection of unreferenced content, which runs every ten minutes,
// sorts all extents for each one it removes, and blocks Azurite for minutes after some ten thousand blobs.
'use strict';
const { createRequire } = require('node:module');

if (/azurite\.js$/.test(process.argv[1] ?? '')) {
  createRequire(process.argv[1])('./blob/gc/BlobGCManager').default.prototype.start = async () => {};
}
