// All of it is extra: without it every screen works, and shows the state of when it was opened.
"use strict";

// The home screen follows the phone: the server says when it would look different, and the part is fetched anew.
const live = document.querySelector("[data-live]");
if (live) {
  const events = new EventSource("/events");
  const lost = document.getElementById("lost");
  events.addEventListener("open", () => { lost.hidden = true; });
  events.addEventListener("error", () => { lost.hidden = false; });
  events.addEventListener("change", async () => {
    const answer = await fetch("/live");
    if (!answer.ok || answer.redirected) { location.reload(); return; }
    const focused = live.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    live.innerHTML = await answer.text();
    if (focused) live.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
  });
  addEventListener("pagehide", () => events.close());
}

const share = document.querySelector("[data-share]");
if (share && navigator.share) {
  share.hidden = false;
  share.addEventListener("click", () => {
    navigator.share({ text: document.getElementById(share.dataset.share).value }).catch(() => {});
  });
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
