// Whether no script of a document is due to run within some milliseconds: no timer or callback is pending, no worker or
// socket is open, and what has no predictable callback, such as a database, was last asked a while ago.
(within) => {
  const seen = window[Symbol.for('settling')];
  if (!seen || !('vague' in seen)) return false;
  const now = seen.now();
  for (const due of seen.due.values()) if (due <= now + within) return false;
  return now - seen.vague >= 250;
}
