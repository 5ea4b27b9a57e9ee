// Takes guests without the app: a pass or a telephone number, encrypted at once to the province's key of the day. Nothing
// that can be read stays on this phone; what waits for a network waits encrypted.
"use strict";

(() => {
  const texts = JSON.parse(document.getElementById("texts").textContent).entries;
  const by = (id) => document.getElementById(id);
  const part = by("entries"), language = document.documentElement.lang;
  const numbers = new Intl.NumberFormat(language), plural = new Intl.PluralRules(language);
  const PREFIX = "door.entry.", ENTRY_BYTES = 64, MOST = 40, RETRY_MS = 30000, ANSWER_WITHIN_MS = 20000;

  const counted = (forms, n) => forms[plural.select(n) === "one" ? 0 : 1].replace("{n}", numbers.format(n));
  const now = () => Date.now() / 1000 + (store.read("door.skew") || 0);
  const today = () => country.dayOf(now());
  const waiting = () => store.keys(PREFIX).map(store.read).filter(Boolean);

  function link() {
    try { return JSON.parse(sessionStorage.getItem("door.link")) || store.read("door.link"); } catch { return store.read("door.link"); }
  }

  function guestOf(text) {
    if (!text.startsWith("BZ1:")) {
      const number = country.telephone(text);
      return number ? { t: number } : null;
    }
    try { return { p: passes.unverified(text).pseudonym }; } catch { return null; }
  }

  async function refreshKeys() {
    const area = link()?.province;
    if (!area) return;
    try {
      const answer = await fetch(part.dataset.keys.replace("AREA", area.replace(":", "-")), { credentials: "omit", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      if (answer.ok) store.write("door.keys", { area, keys: (await answer.json()).keys });
    } catch { /* those of the last days go on */ }
  }

  function keyOfToday() {
    const held = store.read("door.keys");
    return held && held.area === link()?.province ? held.keys.find((each) => each.day === today()) : null;
  }

  async function add(text) {
    const guest = guestOf(text.trim());
    if (!guest) return say(texts.neither);
    const key = keyOfToday();
    if (!key) return say(texts.no_key);
    const hour = Math.floor(now() / 3600);
    const plain = new TextEncoder().encode(JSON.stringify(guest).padEnd(ENTRY_BYTES, " "));
    const sealed = await hpke.seal(hpke.fromBase64(key.public), "bluezone door v1", `hour ${hour}`, plain);
    const id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    store.write(PREFIX + id, { id, link: link().secret, hour, key: key.id, sealed: hpke.toBase64(sealed) });
    const sum = store.read("door.entries");
    store.write("door.entries", { day: today(), n: (sum && sum.day === today() ? sum.n : 0) + 1 });
    say(texts.taken);
    show();
    send();
  }

  function say(text) { by("entry-said").textContent = text; }

  function show() {
    const sum = store.read("door.entries"), n = sum && sum.day === today() ? sum.n : 0, left = waiting().length;
    by("entry-count").textContent = n ? counted(texts.today, n) : texts.none;
    by("entry-waiting").textContent = left ? counted(texts.waiting, left) : "";
  }

  let busy = false, timer = 0;

  async function send() {
    const due = waiting();
    if (busy || !due.length) return;
    const batch = due.filter((each) => each.link === due[0].link).slice(0, MOST);
    busy = true;
    let went = false;
    try {
      const answer = await fetch(part.dataset.send, {
        method: "POST", credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", redirect: "error", signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ link: batch[0].link, entries: batch.map(({ id, hour, key, sealed }) => ({ id, hour, key, sealed })) }),
      });
      went = answer.ok && (await answer.json()).status === "received";
      if (went) for (const each of batch) store.remove(PREFIX + each.id);
    } catch { /* later */ }
    busy = false;
    show();
    clearTimeout(timer);
    if (waiting().length) timer = setTimeout(send, went ? 0 : RETRY_MS);
  }

  async function scan() {
    by("entry-camera").hidden = true;
    by("entry-stop").hidden = false;
    try {
      const text = await camera.scan(by("entry-video"));
      if (text) await add(text);
    } catch { say(texts.camera_refused); }
    by("entry-camera").hidden = false;
    by("entry-stop").hidden = true;
  }

  by("entry-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = by("entry-text").value;
    by("entry-text").value = "";
    if (text.trim()) add(text);
  });
  by("entry-camera").addEventListener("click", scan);
  by("entry-stop").addEventListener("click", () => camera.close(by("entry-video")));
  addEventListener("online", () => { refreshKeys(); send(); });
  addEventListener("hashchange", () => setTimeout(() => { refreshKeys().then(show); }, 0));
  camera.canRead().then((can) => { by("entry-camera").hidden = !can; });
  setInterval(() => { refreshKeys(); show(); }, 3600000);
  show();
  refreshKeys().then(() => { show(); part.dataset.ready = "yes"; send(); });
})();
