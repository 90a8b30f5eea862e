// Loaded into Azurite with `node --require`.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const http = require('node:http');

// For a request with the header `x-cochin-backdate-seconds`, the clock is that many seconds behind, so that the demo and the tests can create
// old blobs. Other requests are not affected.
const shift = new AsyncLocalStorage();
const RealDate = Date;
const now = () => RealDate.now() - (shift.getStore() ?? 0);

globalThis.Date = class Date extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [now()] : parts));
  }

  static now() {
    return now();
  }
};

const emit = http.Server.prototype.emit;
http.Server.prototype.emit = function (event, ...parts) {
  const seconds = event === 'request' ? Number(parts[0].headers['x-cochin-backdate-seconds']) : NaN;
  if (!Number.isFinite(seconds)) {
    return emit.call(this, event, ...parts);
  }

  // Otherwise Node.js would set the actual time.
  parts[1].setHeader('Date', new RealDate(RealDate.now() - seconds * 1000).toUTCString());
  return shift.run(seconds * 1000, () => emit.call(this, event, ...parts));
};

// A client that keeps its connection open, idle or half closed, would otherwise delay the end of Azurite by up to a quarter of a minute.
const close = http.Server.prototype.close;
http.Server.prototype.close = function (done) {
  const result = close.call(this, done);
  this.closeAllConnections();
  return result;
};
