// The page of a checkpoint: verifies passes, takes declarations of people without a telephone, and works without a network
// for a shift. No scan leaves this device.
"use strict";

(() => {
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const by = (id) => document.getElementById(id);
  const main = by("checkpoint"), language = document.documentElement.lang;
  const plural = new Intl.PluralRules(language), numbers = new Intl.NumberFormat(language);
  const REFRESH_MS = 5 * 60000, FIRST_MS = 5000, ANSWER_WITHIN_MS = 20000;
  const ICONS = {
    green: "M20 6 9 17l-5-5", yellow: "M12 4 2.5 20h19zM12 10v4M12 17v0", grey: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3 2",
    red: "M6 3h4l2 5-2.5 1.5a11 11 0 0 0 5 5L16 12l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 4 5a2 2 0 0 1 2-2",
  };
  const COLOUR_OF = { advice: "green", call: "yellow", urgent: "red" };

  const fill = (text, values) => Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), text);
  const counted = (forms, n, more = {}) => fill(forms[plural.select(n) === "one" ? 0 : 1], { n: numbers.format(n), ...more });
  const device = () => Date.now() / 1000;
  const now = () => device() + (shift.read("skew") || 0);
  const moment = (at) => country.format(language, at, { day: "numeric", month: "numeric", hour: "numeric", minute: "2-digit" });

  function age(seconds) {
    const minutes = Math.max(0, Math.round(Math.abs(seconds) / 60));
    if (minutes < 120) return counted(texts.minutes, minutes);
    return minutes < 48 * 60 ? counted(texts.hours, Math.round(minutes / 60)) : counted(texts.days, Math.round(minutes / 1440));
  }

  let pinned = null, list = null, online = false, loggedOut = false, forms = null, codes = new Map();

  // --- what is pinned -------------------------------------------------------------------------------------------------

  const ask = (address) => fetch(address, { credentials: "same-origin", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });

  async function refresh() {
    try {
      const keys = await ask(main.dataset.keys);
      if (!keys.ok) throw new TypeError("no keys");
      const published = await keys.json();
      shift.write("keys", published.keys);
      shift.write("distrusted", published.distrusted);
      online = true;
      const found = await ask(main.dataset.list);
      if (found.ok) await take(await found.text());
    } catch { online = false; }
    await refreshFacts();
    await use();
    show();
    await send();
  }

  async function refreshFacts() {
    if (!online) return;
    try {
      const answer = await ask(main.dataset.facts);
      const facts = await answer.json();
      shift.write("facts", { post: facts.post, list_keys: facts.list_keys, seal_keys: facts.seal_keys });
      shift.write("skew", facts.now - device());
      main.dataset.token = facts.token;
      loggedOut = false;
      const drawn = await ask(main.dataset.forms);
      if (drawn.ok) shift.write("forms", await drawn.json());
    } catch { loggedOut = true; } // the log-in page, in place of an answer
  }

  /** Keep a list of passes taken back that is signed and newer than the one here. */
  async function take(document) {
    const facts = shift.read("facts");
    if (!facts) return shift.write("list", document);
    try {
      const found = await passes.readList(document, await passes.pin(facts.list_keys), texts.region);
      if (!list || found.serial >= list.serial) shift.write("list", document);
    } catch { /* what is here stays */ }
    return true;
  }

  async function use() {
    const keys = shift.read("keys"), facts = shift.read("facts"), document = shift.read("list");
    pinned = keys ? await passes.pin(keys).catch(() => null) : null;
    list = null;
    if (document && facts) list = await passes.readList(document, await passes.pin(facts.list_keys), texts.region).catch(() => null);
    forms = shift.read("forms");
    codes = new Map(Object.entries(forms?.communes || {}).map(([code, name]) => [name.toLowerCase(), code]));
    chooseForms();
  }

  // --- what is shown ----------------------------------------------------------------------------------------------------

  function put(id, text) {
    if (by(id).textContent !== text) by(id).textContent = text;
  }

  function show() {
    put("post", shift.read("facts")?.post || "");
    const told = list ? fill(online ? texts.online : texts.offline, { age: age(now() - list.issued) }) : "";
    put("net", told || (online ? texts.online_alone : texts.offline_alone));
    const warnings = [];
    if (!crypto.subtle) warnings.push(texts.no_crypto);
    else if (!pinned) warnings.push(texts.no_keys);
    else if (!list) warnings.push(texts.no_list);
    else if (now() - list.issued > texts.list_old_after) warnings.push(fill(texts.list_old, { age: age(now() - list.issued) }));
    const wrong = clockWrong();
    if (wrong) warnings.push(fill(texts.clock, { age: age(wrong) }));
    by("warnings").hidden = !warnings.length;
    by("warnings-said").replaceChildren(...warnings.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
    const counts = shift.read("counts", {}), n = (name) => numbers.format(counts[name] || 0);
    put("counts", fill(texts.counts, { green: n("green"), yellow: n("yellow"), red: n("red"), other: n("other") }));
    const waiting = shift.waiting().length, sent = shift.read("sent", 0), refused = shift.read("refused");
    put("waiting", waiting ? counted(texts.waiting, waiting) : "");
    put("sent", sent ? counted(texts.sent, sent) : "");
    put("refused", refused ? counted(texts.not_taken, refused.n, { why: refused.why }) : "");
    put("login", texts.login);
    by("login").hidden = !(online && loggedOut && waiting);
  }

  /** By how many seconds this device's clock is wrong: by the server's, or by a list that is issued later than now. */
  function clockWrong() {
    const skew = shift.read("skew");
    if (skew !== null && Math.abs(skew) > texts.clock_wrong) return skew;
    const ahead = list ? list.issued - now() : 0;
    return ahead > texts.clock_wrong ? ahead : 0;
  }

  // --- passes -----------------------------------------------------------------------------------------------------------

  function band(colour, title, text) {
    by("band").className = `pass-band ${colour}`;
    by("band-icon").setAttribute("d", ICONS[colour]);
    put("band-title", title);
    put("band-do", text);
    by("result").hidden = false;
  }

  async function verify(text) {
    put("said", "");
    by("again").hidden = by("facts").hidden = true;
    forgetPass();
    if (!pinned) return band("grey", texts.refused, texts.no_keys);
    let pass;
    try {
      pass = await passes.read(text, pinned);
    } catch (error) {
      shift.count("other");
      const distrusted = error.key && (shift.read("distrusted") || []).includes(error.key);
      band("grey", texts.refused, distrusted ? texts.distrusted : texts[error.refusal] || texts.malformed);
      return show();
    }
    if (pass.region !== texts.region) {
      band("grey", texts.refused, texts["none of ours"]);
      return show();
    }
    const at = now(), state = passes.judge(pass, at, list?.digests);
    const valid = state === "valid";
    band(valid ? pass.colour : "grey", texts[valid ? pass.colour : state], texts[`${valid ? pass.colour : state}_do`]);
    put("fact-pseudonym", pass.pseudonym);
    put("fact-place", forms?.communes[pass.commune] || pass.commune);
    const left = Math.max(0, Math.floor((pass.until - at) / 60));
    put("fact-time-name", valid ? by("result").dataset.left : by("result").dataset.until);
    put("fact-time", valid ? fill(texts.left, { hours: numbers.format(Math.floor(left / 60)), minutes: numbers.format(left % 60) }) : moment(pass.until));
    by("facts").hidden = false;
    const before = shift.shown(pass.digest, at);
    if (before !== null) {
      by("again").textContent = `${counted(texts.shown_again, Math.max(1, Math.round((at - before) / 60)))}. ${texts.shown_again_do}`;
      by("again").hidden = false;
    } else shift.count(valid ? pass.colour : "other");
    show();
  }

  async function scanByCamera() {
    by("camera").hidden = true;
    by("stop").hidden = false;
    try {
      const text = await camera.scan(by("video"));
      if (text) {
        await verify(text);
        by("result").focus();
      }
    } catch { put("said", texts.camera_refused); }
    by("camera").hidden = false;
    by("stop").hidden = true;
  }

  async function readFile(event) {
    const file = event.target.files[0];
    event.target.value = "";
    const text = file ? await camera.inFile(file) : "";
    if (text) await verify(text);
    else put("said", texts.nothing);
  }

  // --- declarations -----------------------------------------------------------------------------------------------------

  const chosen = () => forms?.forms.find((each) => each.form === by("which").value);

  function chooseForms() {
    const select = by("which"), was = select.value;
    select.replaceChildren(...(forms?.forms || []).map((each) => new Option(each.title, each.form)));
    if (was) select.value = was;
    if (!by("questions").childElementCount) draw();
  }

  function draw() {
    const form = chosen();
    by("questions").innerHTML = form ? form.html : ""; // drawn by the server's renderer, which escapes what it draws
    for (const input of by("questions").querySelectorAll("input[data-commune]")) offerCommunes(input);
    by("faults").hidden = true;
    askWhatIsAsked();
  }

  const plain = (text) => text.toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "");

  function offerCommunes(input) {
    const listed = document.createElement("datalist");
    listed.id = `${input.id}-names`;
    input.after(listed);
    input.setAttribute("list", listed.id);
    input.addEventListener("input", () => {
      const typed = plain(input.value.trim());
      const found = typed.length < 2 ? [] : Object.values(forms.communes).filter((name) => plain(name).includes(typed)).slice(0, 12);
      listed.replaceChildren(...found.map((name) => new Option(name, name)));
    });
  }

  const readForm = () => questions.readAll(chosen(), by("form"), { today: country.dayOf(now()), codes });

  function askWhatIsAsked() {
    const form = chosen();
    if (!form) return;
    const { asked } = readForm();
    for (const { name } of form.fields) {
      const field = by("questions").querySelector(`[name="${name}"]`)?.closest(".field.radios, .field");
      if (field) field.hidden = !asked.has(name);
    }
  }

  function showFaults(faults) {
    const box = by("faults");
    box.hidden = false;
    const items = Object.entries(faults).map(([name, fault]) => {
      const input = by("questions").querySelector(`[name="${name}"]`), field = input.closest(".field");
      const link = Object.assign(document.createElement("a"), { href: `#${input.id}`, textContent: `${field.querySelector("legend, label").firstChild.textContent.trim()}: ${forms.faults[fault]}` });
      const item = document.createElement("li");
      item.append(link);
      return item;
    });
    const all = document.createElement("ul");
    all.append(...items);
    const said = document.createElement("div");
    said.append(Object.assign(document.createElement("p"), { textContent: counted(texts.faults, items.length) }), all);
    box.replaceChildren(said);
    box.focus();
  }

  const randomHex = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  async function declare(event) {
    event.preventDefault();
    const form = chosen(), today = country.dayOf(now());
    if (!form) return;
    const { answers, faults } = readForm();
    if (Object.keys(faults).length) return showFaults(faults);
    const key = (shift.read("facts")?.seal_keys || []).find((each) => each.day === today);
    if (!key) return show_problem(texts.no_seal);
    const id = randomHex();
    const message = { declaration: hpke.toBase64(crypto.getRandomValues(new Uint8Array(16))), form: form.form, version: form.version, day: today, other: true, answers };
    const sealed = await hpke.seal(hpke.fromBase64(key.public), "bluezone checkpoint v1", id, new TextEncoder().encode(JSON.stringify(message)));
    const kept = shift.keep({ id, key: key.id, sealed: hpke.toBase64(sealed) });
    if (!kept && shift.works()) return show_problem(texts.full);
    tell(form, questions.triage(form, answers), id);
    draw(); // nothing typed stays on the page
    close();
    show();
    send();
  }

  function show_problem(text) {
    by("faults").hidden = false;
    by("faults").textContent = text;
    by("faults").focus();
  }

  let told = ""; // the declaration whose outcome is shown

  function tell(form, outcome, id) {
    told = form.pass ? id : "";
    by("outcome-pass").hidden = true;
    by("outcome-band").className = `pass-band ${COLOUR_OF[outcome.level]}`;
    put("outcome-title", forms.levels[outcome.level]);
    put("outcome-text", texts[`${COLOUR_OF[outcome.level]}_do`]);
    by("outcome-reasons").replaceChildren(...outcome.reasons.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    put("outcome-kept", form.pass && !online ? `${texts.kept} ${texts.no_pass_yet}` : texts.kept);
    by("outcome").hidden = false;
    by("outcome").focus();
  }

  /** Show the pass of the person who still stands here. It comes once, and is kept nowhere. */
  function showPass(pass) {
    if (!pass || by("outcome").hidden) return;
    by("outcome-code").src = pass.code;
    put("outcome-number", pass.pseudonym);
    put("outcome-until", pass.until);
    put("outcome-kept", texts.kept);
    by("outcome-pass").hidden = false;
  }

  function forgetPass() {
    told = "";
    by("outcome-pass").hidden = by("outcome").hidden = true;
    by("outcome-code").removeAttribute("src");
    put("outcome-number", "");
  }

  let sending = false;

  async function send() {
    const waiting = shift.waiting().slice(0, texts.most_sent);
    if (sending || !waiting.length || !online || loggedOut) return;
    sending = true;
    let went = false;
    try {
      const answer = await fetch(main.dataset.send, {
        method: "POST", credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        headers: { "Content-Type": "application/json", "X-CSRFToken": main.dataset.token || "" }, body: JSON.stringify({ declarations: waiting }),
      });
      if (answer.status === 403) loggedOut = true;
      if (answer.ok) {
        const { taken, passes: made } = await answer.json();
        showPass(made[told]);
        for (const [id, why] of Object.entries(taken)) {
          shift.drop(id);
          if (why) shift.write("refused", { n: (shift.read("refused")?.n || 0) + 1, why });
          else shift.write("sent", shift.read("sent", 0) + 1);
        }
        went = true;
      }
    } catch { /* later */ }
    sending = false;
    show();
    if (went && shift.waiting().length) send();
  }

  // --- what is pressed ----------------------------------------------------------------------------------------------------

  function open() {
    by("scan").hidden = true;
    by("declare").hidden = false;
    by("result").hidden = true;
    forgetPass();
    by("which").focus();
  }

  function close() {
    by("scan").hidden = false;
    by("declare").hidden = true;
  }

  function end() {
    shift.end();
    shift.write("begun", device());
    by("result").hidden = true;
    forgetPass();
    show();
    put("counts", texts.ended);
  }

  by("typed").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = by("text").value;
    by("text").value = "";
    if (text.trim()) verify(text);
  });
  by("camera").addEventListener("click", scanByCamera);
  by("stop").addEventListener("click", () => camera.close(by("video")));
  by("file").addEventListener("change", readFile);
  by("declare-open").addEventListener("click", open);
  by("declare-close").addEventListener("click", close);
  by("which").addEventListener("change", draw);
  by("outcome-print").addEventListener("click", () => print());
  by("form").addEventListener("change", askWhatIsAsked);
  by("form").addEventListener("submit", declare);
  by("end").addEventListener("click", end);
  addEventListener("online", refresh);
  addEventListener("offline", () => { online = false; show(); });

  (async () => {
    shift.begin(device(), texts.shift);
    camera.canRead().then((can) => { by("camera").hidden = !can; put("said", can ? "" : texts.no_camera); });
    if (crypto.subtle) await use();
    show();
    if ("serviceWorker" in navigator) navigator.serviceWorker.register(main.dataset.worker).catch(() => {});
    const first = refresh();
    if (!shift.read("facts")) await Promise.race([first, new Promise((done) => setTimeout(done, FIRST_MS))]); // so that nothing moves
    main.hidden = false;
    await first;
    main.dataset.ready = "yes";
    setInterval(refresh, REFRESH_MS);
    setInterval(() => { shift.begin(device(), texts.shift); show(); }, 30000);
  })();
})();
