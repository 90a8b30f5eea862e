// Loaded into the tests' Azurite with NODE_OPTIONS: it keeps the content that nobody refers to any more. Otherwise it would collect it every
// ten minutes, sort all that it holds anew for each piece, and after some ten thousand blobs answer nobody for minutes.
'use strict';
const { createRequire } = require('node:module');

if (/azurite\.js$/.test(process.argv[1] ?? '')) {
  createRequire(process.argv[1])('./blob/gc/BlobGCManager').default.prototype.start = async () => {};
}
