// What a telephone at a door keeps: its link, and every tap until it is sent (and three days longer, for today's sums).
// One key a tap, so that two tabs never write over each other. Where nothing can be stored, memory does until the page
// is closed.
"use strict";

const store = (() => {
  const memory = new Map();
  let works = true;
  try {
    localStorage.setItem("door.try", "1");
    localStorage.removeItem("door.try");
  } catch {
    works = false;
  }

  function write(key, value) {
    const text = JSON.stringify(value);
    memory.set(key, text);
    if (!works) return;
    try {
      localStorage.setItem(key, text);
    } catch { // full: what is in memory is still sent
      works = false;
    }
  }

  function read(key) {
    const text = works ? localStorage.getItem(key) : memory.get(key);
    try {
      return text ? JSON.parse(text) : null;
    } catch {
      return null;
    }
  }

  function remove(key) {
    memory.delete(key);
    if (works) localStorage.removeItem(key);
  }

  function keys(prefix) {
    const all = works ? Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at)) : [...memory.keys()];
    return all.filter((key) => key && key.startsWith(prefix));
  }

  return { write, read, remove, keys, works: () => works };
})();

const taps = (() => {
  const PREFIX = "door.tap.";
  const KEPT_S = 3 * 86400;

  /** List the taps of this phone in the order in which they were made. */
  function all() {
    return store.keys(PREFIX).map(store.read).filter(Boolean).sort((one, other) => one.order - other.order);
  }

  function add(tap) {
    const id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const order = 1 + Math.max(0, ...all().map((each) => each.order));
    const made = { ...tap, id, order, sent: false };
    store.write(PREFIX + id, made);
    return made;
  }

  function markSent(sent) {
    for (const tap of sent) store.write(PREFIX + tap.id, { ...tap, sent: true });
  }

  /** Drop what was sent and is of no use for today's sums. What waits is never dropped. */
  function prune(now) {
    for (const tap of all()) if (tap.sent && Math.abs(now - tap.at) > KEPT_S) store.remove(PREFIX + tap.id);
  }

  return { all, add, markSent, prune };
})();
