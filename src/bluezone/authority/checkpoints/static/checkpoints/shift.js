// What this device keeps of a shift: public keys, the signed list of passes taken back, declarations it cannot read any
// more, counts, and for 15 minutes a hash of each pass that was shown. Where nothing can be stored, memory does.
"use strict";

const shift = (() => {
  const PREFIX = "checkpoint.", AGAIN_S = 900;
  const memory = new Map();
  let works = true;
  try {
    localStorage.setItem(PREFIX + "try", "1");
    localStorage.removeItem(PREFIX + "try");
  } catch { works = false; }

  /** Store a value; tell whether it will be there when the page is opened again. */
  function write(name, value) {
    const text = JSON.stringify(value);
    memory.set(PREFIX + name, text);
    if (!works) return false;
    try {
      localStorage.setItem(PREFIX + name, text);
      return true;
    } catch { return false; }
  }

  function read(name, otherwise = null) {
    const text = (works ? localStorage.getItem(PREFIX + name) : null) ?? memory.get(PREFIX + name);
    try { return text ? JSON.parse(text) : otherwise; } catch { return otherwise; }
  }

  function remove(name) {
    memory.delete(PREFIX + name);
    if (works) localStorage.removeItem(PREFIX + name);
  }

  const names = (begin) => [...new Set([...memory.keys(), ...(works ? Object.keys(localStorage) : [])])]
    .filter((name) => name.startsWith(PREFIX + begin)).map((name) => name.slice(PREFIX.length));

  /** Note that a pass was shown; return when it was before, in seconds, within 15 minutes; else null. */
  function shown(digest, now) {
    const seen = Object.fromEntries(Object.entries(read("seen", {})).filter(([, at]) => now - at >= 0 && now - at < AGAIN_S));
    const before = seen[digest] ?? null;
    seen[digest] = now;
    write("seen", seen);
    return before;
  }

  function count(colour) {
    const counts = read("counts", {});
    counts[colour] = (counts[colour] || 0) + 1;
    write("counts", counts);
  }

  /** Begin a shift, or go on with the one that is not over. */
  function begin(now, longest) {
    const begun = read("begun");
    if (begun !== null && now - begun >= 0 && now - begun < longest) return;
    end();
    write("begun", now);
  }

  /** Forget what was scanned. Declarations that wait stay: they can be read by the authority alone. */
  function end() {
    for (const name of ["seen", "counts", "begun", "sent", "refused"]) remove(name);
  }

  const waiting = () => names("declaration.").map((name) => read(name)).filter(Boolean);
  const keep = (made) => write("declaration." + made.id, made);
  const drop = (id) => remove("declaration." + id);

  return { write, read, shown, count, begin, end, waiting, keep, drop, works: () => works };
})();
