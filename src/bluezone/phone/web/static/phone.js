// All of it is extra: without it every screen works, and shows the state of when it was opened.
"use strict";

// The home screen follows the phone: the server says when it would look different, and the part is fetched anew. On
// every screen, where notices come through the browser and it allows them, a notice appears when the phone has one.
const live = document.querySelector("[data-live]");
const notifies = "notify" in document.body.dataset && "Notification" in window && Notification.permission === "granted";
const follows = "follows" in document.body.dataset;
let events = null;

function listen() {
  if (events || !(live || notifies)) return;
  const says = new URLSearchParams();
  if (document.hidden) says.set("hidden", "1");
  if (notifies) says.set("notices", "1");
  events = new EventSource(`/events?${says}`);
  const lost = document.getElementById("lost");
  events.addEventListener("open", () => { lost.hidden = true; });
  events.addEventListener("error", () => { lost.hidden = false; });
  events.addEventListener("change", refresh);
  events.addEventListener("notice", notice);
  events.addEventListener("unnotice", takeBack);
}

function rest() {
  events?.close();
  events = null;
}

async function refresh() {
  if (!live) return;
  const answer = await fetch("/live");
  if (!answer.ok || answer.redirected) { location.reload(); return; }
  const focused = live.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  live.innerHTML = await answer.text();
  if (focused) live.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}

async function notice(event) {
  const said = JSON.parse(event.data);
  const worker = await navigator.serviceWorker.ready;
  worker.showNotification(said.title, {
    tag: "bluezone", body: said.text, lang: said.lang, icon: "/static/icon.svg", data: said.path,
    renotify: said.rings, silent: !said.rings,
  });
}

async function takeBack() {
  const worker = await navigator.serviceWorker.ready;
  for (const shown of await worker.getNotifications({ tag: "bluezone" })) shown.close();
}

listen();
addEventListener("pagehide", rest);
// A page that nobody sees does not count as looking; it stays only where it may bring a notice.
document.addEventListener("visibilitychange", () => {
  rest();
  if (!document.hidden || (follows && notifies)) listen();
  if (!document.hidden) refresh();
});

// Asked by the browser too, and only when the owner has said yes here.
const asks = document.querySelector("[data-ask-notices]");
if (asks) {
  const yes = asks.querySelector("button[value=yes]");
  const some = asks.querySelector("button[value=some]");
  const chosen = asks.querySelector("[name=notifications]");
  if (!("Notification" in window)) {
    document.getElementById("no-notices").hidden = false;
  } else {
    // Where the browser says no, the rest of the owner's yes stands.
    const without = asks.querySelector("[name=without]");
    const ask = async (event) => {
      const button = event.currentTarget;
      if (Notification.permission !== "default" || (button === some && !chosen.checked)) return;
      event.preventDefault();
      const answer = await Notification.requestPermission();
      if (answer !== "granted" && without) without.value = "notifications";
      button.form.requestSubmit(answer === "granted" || without ? button : asks.querySelector("[value=no]"));
    };
    for (const button of [yes, some]) if (button) button.addEventListener("click", ask);
  }
}

// Places appear while one types.
const query = document.querySelector("[data-found]");
if (query) {
  const found = document.getElementById(query.dataset.found);
  let waiting = 0;
  query.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const asked = query.value;
      const answer = await fetch(`/place/found?q=${encodeURIComponent(asked)}`);
      if (answer.ok && asked === query.value) found.innerHTML = await answer.text();
    }, 200);
  });
}

const share = document.querySelector("[data-share]");
if (share && navigator.share) {
  share.hidden = false;
  share.addEventListener("click", () => {
    navigator.share({ text: document.getElementById(share.dataset.share).value }).catch(() => {});
  });
}

const sms = document.querySelector("[data-sms]");
if (sms) {
  const text = document.getElementById(sms.dataset.sms);
  text.addEventListener("input", () => { sms.href = `sms:?&body=${encodeURIComponent(text.value)}`; });
}

const copy = document.querySelector("[data-copy]");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(copy.dataset.copy).value);
    copy.textContent = copy.dataset.done;
  });
}

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});

// A code is shown in groups of four while one types it at its end; what is pasted or mended inside stays as it is.
const code = document.querySelector("[data-groups]");
code?.addEventListener("input", (event) => {
  const bare = code.value.replace(/[\s-]/g, "");
  if (event.inputType !== "insertText" || code.selectionStart !== code.value.length || /[^0-9A-Za-z]/.test(bare)) return;
  code.value = bare.match(/.{1,4}/g)?.join(" ") ?? "";
});
