// Keeps one page for when the program behind the screens does not run, and what that page looks like. Nothing of the
// owner's is ever kept here.
"use strict";
const KEPT = "bluezone-1";
const GONE = "/gone";

async function keep() {
  const cache = await caches.open(KEPT);
  await cache.addAll([GONE, "/static/tokens-auto.css", "/static/tokens-light.css", "/static/tokens-dark.css",
    "/static/components.css", "/static/phone.css", "/static/phone.js", "/static/icon.svg"]);
}

// The owner may have chosen another language since: the page is kept in that of the last page seen.
async function keepIn(language) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(GONE);
  if (language && kept?.headers.get("Content-Language") !== language) await cache.add(GONE);
}

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(
  caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))
    .then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).then((answer) => {
      event.waitUntil(keepIn(answer.headers.get("Content-Language")).catch(() => {}));
      return answer;
    }, () => caches.match(GONE)));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
  }
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.matchAll({ type: "window" }).then((windows) =>
    windows.length ? windows[0].focus().then((window) => window.navigate(event.notification.data))
      : self.clients.openWindow(event.notification.data)));
});
