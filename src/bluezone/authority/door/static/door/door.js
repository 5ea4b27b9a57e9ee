// Counts guests at a door. The link's secret comes from behind "#", is kept on this phone, and leaves it only in the body
// of what is sent. The server answers alike whatever the link: what the page shows comes from the phone itself.
"use strict";

(() => {
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const by = (id) => document.getElementById(id);
  const main = by("door");
  const language = document.documentElement.lang;
  const numbers = new Intl.NumberFormat(language);
  const plural = new Intl.PluralRules(language);
  const SEND_AFTER_MS = 2000, RETRY_MS = 5000, LONGEST_RETRY_MS = 60000, ANSWER_WITHIN_MS = 20000, WRONG_CLOCK_S = 600;

  const fill = (text, values) => Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), text);
  const counted = (forms, n) => fill(forms[plural.select(n) === "one" ? 0 : 1], { n: numbers.format(n) });
  const seconds = () => Date.now() / 1000;

  // --- the link ------------------------------------------------------------------------------------------------------

  /** Read `<secret>.<last day>.<name, place, code>` from behind "#"; null where it is none, or was cut short. */
  function linkOf(hash) {
    const found = /^#([A-Za-z0-9_-]{22})\.(\d{8})\.([A-Za-z0-9_-]+)$/.exec(hash);
    if (!found) return null;
    try {
      const bytes = Uint8Array.from(atob(found[3].replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
      const [name, within, code, province] = new TextDecoder("utf-8", { fatal: true }).decode(bytes).split("\n");
      if (!name || !code) return null;
      return { secret: found[1], ends: found[2], name, within, code, province };
    } catch {
      return null;
    }
  }

  /** Take the link of this tab: from the address, else the tab's, else the phone's. The address is then cleared of it. */
  function takeLink() {
    const given = linkOf(location.hash);
    const was = location.hash.length > 1;
    if (was) history.replaceState(null, "", location.pathname);
    if (given) {
      store.write("door.link", given);
      try { sessionStorage.setItem("door.link", JSON.stringify(given)); } catch { /* kept by the phone, or by memory */ }
      return given;
    }
    if (was) return null;
    try {
      return JSON.parse(sessionStorage.getItem("door.link")) || store.read("door.link");
    } catch {
      return store.read("door.link");
    }
  }

  let link = takeLink();

  // --- time: the server's, as far as it has been heard ---------------------------------------------------------------

  const skew = () => store.read("door.skew") || 0;
  const format = (at, options) => country.format(language, at + skew(), options);
  const dayOf = (at) => country.dayOf(at + skew());
  const shortDate = (at) => format(at, { day: "numeric", month: "numeric" });
  function shiftNow() {
    const hour = country.hourOf(seconds() + skew());
    return hour < 5 ? "night" : hour < 12 ? "morning" : hour < 18 ? "afternoon" : hour < 22 ? "evening" : "night";
  }

  // --- sums of this phone --------------------------------------------------------------------------------------------

  function todays() {
    const mine = taps.all().filter((tap) => tap.link === link.secret);
    const undone = new Set(mine.filter((tap) => tap.kind === "undo").map((tap) => tap.of));
    const today = dayOf(seconds());
    return mine.filter((tap) => tap.app && !undone.has(tap.id) && dayOf(tap.at) === today);
  }

  const waiting = () => taps.all().filter((tap) => !tap.sent);

  // --- sending -------------------------------------------------------------------------------------------------------

  let busy = false, failed = "", retryMs = RETRY_MS, timer = 0;

  function sendSoon(delayMs) {
    clearTimeout(timer);
    timer = setTimeout(send, delayMs);
  }

  async function send() {
    const due = waiting();
    if (busy || !due.length) return show();
    const batch = due.filter((tap) => tap.link === due[0].link).slice(0, texts.most);
    busy = true;
    show();
    try {
      const answer = await fetch(main.dataset.send, {
        method: "POST", credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", redirect: "error",
        headers: { "Content-Type": "application/json" }, signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        body: JSON.stringify({ v: 1, link: batch[0].link, sent_at: seconds(), taps: batch.map(wire) }),
      });
      if (answer.ok) {
        const said = await answer.json(); // a hotel's log-in page in between is no answer of ours
        if (said.status !== "received") throw new TypeError("not ours");
        store.write("door.skew", said.now - seconds());
        store.write("door.sent", seconds());
        taps.markSent(batch);
        failed = "";
        retryMs = RETRY_MS;
      } else {
        failed = answer.status === 400 ? "refused" : "offline";
      }
    } catch {
      failed = "offline";
    }
    busy = false;
    if (waiting().length) {
      sendSoon(failed ? retryMs * (0.75 + Math.random() / 2) : 0);
      if (failed) retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2);
    }
    show();
  }

  function wire(tap) {
    const { id, at, kind, app, of, post, shift } = tap;
    return { id, at, kind, post, shift, ...(app ? { app } : {}), ...(of ? { of } : {}) };
  }

  // --- what is shown -------------------------------------------------------------------------------------------------

  function put(id, text) {
    if (by(id).textContent !== text) by(id).textContent = text;
  }

  function show() {
    if (!link) return;
    const now = seconds(), today = todays();
    put("where", [link.within, fill(texts.code, { what: link.code }), format(now, { weekday: "long", day: "numeric", month: "numeric" })].filter(Boolean).join(" · "));
    for (const button of main.querySelectorAll("[data-kind]")) {
      const { app, kind } = button.dataset;
      put(`n-${app}-${kind}`, numbers.format(today.filter((tap) => tap.app === app && tap.kind === kind).length));
    }
    for (const app of new Set([...main.querySelectorAll("[data-app]")].map((each) => each.dataset.app))) {
      const asked = today.filter((tap) => tap.app === app).length;
      put(`asked-${app}`, asked ? counted(texts.asked, asked) : texts.asked_none);
    }
    by("undo").disabled = !today.length;
    showNet(today.length);
    showSign();
    put("ends", fill(texts.ends, { date: lastDay() }));
    by("clock").hidden = Math.abs(skew()) < WRONG_CLOCK_S;
    by("no-store").hidden = store.works();
  }

  const lastDay = () => `${Number(link.ends.slice(6))}/${Number(link.ends.slice(4, 6))}/${link.ends.slice(0, 4)}`;
  /** Whether the link's last day is past, by the server's clock: a phone's own may be wrong, and is not asked. */
  const ended = () => store.read("door.skew") !== null && dayOf(seconds()).replaceAll("-", "") > link.ends;

  function showNet(today) {
    const n = waiting().length, sent = store.read("door.sent");
    const away = failed === "offline" || (!navigator.onLine && failed !== "refused");
    const state = away ? "offline" : n && failed ? "refused" : ended() ? "ended" : n ? "sending" : sent && (today || dayOf(sent) === dayOf(seconds())) ? "sent" : "idle";
    const more = {
      offline: n ? counted(texts.offline_more, n) : texts.offline_none,
      refused: counted(texts.refused_more, n),
      sending: counted(texts.sending_more, n),
      sent: sent ? fill(texts.sent_at, { time: format(sent, { hour: "2-digit", minute: "2-digit" }) }) : "",
      idle: texts.idle_more,
      ended: fill(texts.ended_more, { date: lastDay() }),
    };
    by("net").dataset.state = state;
    put("net-title", texts[state]);
    put("net-more", more[state]);
  }

  function showSign() {
    const told = store.read(`door.sign.${link.code}`);
    const state = !told ? "unknown" : told.hangs ? "hung" : "gone";
    by("sign").dataset.state = state;
    put("sign-title", fill(texts[state], { date: told ? shortDate(told.at) : "" }));
    put("sign-more", state === "hung" ? texts.hung_help : texts.gone_help);
    put("sign-button", state === "hung" ? texts.it_is_gone : texts.it_hangs);
    by("sign-button").dataset.kind_of = state === "hung" ? "gone" : "hung";
  }

  // --- what is pressed -----------------------------------------------------------------------------------------------

  function add(tap) {
    const made = taps.add({ ...tap, link: link.secret, at: seconds(), post: by("post").value, shift: by("shift").value });
    if (!failed) sendSoon(SEND_AFTER_MS);
    return made;
  }

  function say(text, what) {
    put("last", fill(text, { what }));
  }

  function nameOf(tap) {
    return main.querySelector(`[data-app="${tap.app}"][data-kind="${tap.kind}"]`).dataset.name;
  }

  function press(button) {
    const { app, kind, name } = button.dataset;
    add({ app, kind });
    say(texts.pressed, name);
    show();
  }

  function undo() {
    const last = todays().at(-1);
    if (!last) return say(texts.nothing, "");
    add({ kind: "undo", of: last.id });
    say(texts.undone, nameOf(last));
    show();
  }

  function sign() {
    const hangs = by("sign-button").dataset.kind_of === "hung";
    const made = add({ kind: hangs ? "hung" : "gone" });
    store.write(`door.sign.${link.code}`, { hangs, at: made.at });
    show();
  }

  function forget() {
    const n = waiting().length;
    if (n) return put("forget-said", counted(texts.waiting_still, n));
    for (const key of store.keys("door.")) store.remove(key);
    try { sessionStorage.removeItem("door.link"); } catch { /* nothing is kept there */ }
    link = null;
    open();
    by("no-link-text").textContent = texts.forgotten;
  }

  function choose(select) {
    store.write(`door.${select.id}`, { value: select.value, day: dayOf(seconds()) });
  }

  /** A shift is of one day; a post stays as it was chosen. */
  function chosen() {
    const post = store.read("door.post"), shift = store.read("door.shift");
    if (post) by("post").value = post.value;
    by("shift").value = shift && shift.day === dayOf(seconds()) ? shift.value : shiftNow();
  }

  function open() {
    if (link) by("entries").hidden = !(link.province && crypto.subtle); // before the page is seen: nothing may move then
    main.hidden = !link;
    by("no-link").hidden = Boolean(link);
    if (!link) return;
    by("name").textContent = link.name;
    by("clock").textContent = texts.clock;
    by("no-store").textContent = texts.no_store;
    by("how").open = !taps.all().length;
    chosen();
    show();
  }

  main.querySelectorAll("[data-kind]").forEach((button) => button.addEventListener("click", () => press(button)));
  by("undo").addEventListener("click", undo);
  by("sign-button").addEventListener("click", sign);
  by("forget").addEventListener("click", forget);
  main.querySelectorAll("select").forEach((select) => select.addEventListener("change", () => choose(select)));
  addEventListener("online", () => { retryMs = RETRY_MS; failed = ""; sendSoon(0); });
  addEventListener("offline", show);
  addEventListener("storage", show); // another tab of this phone
  addEventListener("hashchange", () => { if (location.hash.length > 1) { link = takeLink() || link; open(); } });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { chosen(); show(); sendSoon(0); } });
  setInterval(show, 30000); // midnight comes to a page that stays open
  taps.prune(seconds());
  open();
  if (waiting().length) sendSoon(0);
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(main.dataset.worker).catch(() => {});
})();
