{% load static %}// Keeps the door's page and what it is made of, so that it opens without a network. What was counted is kept by the page
// itself, and nothing of a link is ever here: what stands behind "#" is no part of a request.
"use strict";
const PAGE = "{{ page|escapejs }}";
const PARTS = ["{% static 'design/tokens.css' %}", "{% static 'design/components.css' %}", "{% static 'door/door.css' %}",
  "{% static 'door/store.js' %}", "{% static 'door/door.js' %}", "{% static 'officer/icon.svg' %}", "{% static 'door/entries.js' %}",
  "{% static 'passes/country.js' %}", "{% static 'passes/pass.js' %}", "{% static 'design/camera.js' %}", "{% static 'design/vendor/qr.js' %}", "{% static 'day_keys/hpke.js' %}"];
const KEPT = `door ${PARTS.join(" ")}`; // names of files change with what is in them
const PATIENCE_MS = 4000;

async function keep() {
  const cache = await caches.open(KEPT);
  await cache.addAll([...PARTS, new Request(PAGE, { cache: "reload" })]);
}

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(
  caches.keys().then((names) => Promise.all(
    names.filter((name) => name.startsWith("door ") && name !== KEPT).map((name) => caches.delete(name))))
    .then(() => self.clients.claim())));

async function page(request) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok && !answer.redirected) await cache.put(PAGE, answer.clone());
    if (answer.ok) return answer;
    return (await cache.match(PAGE)) || answer; // the server is down: the page counts on
  } catch {
    return (await cache.match(PAGE)) || Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === PAGE) {
    event.respondWith(page(event.request));
  } else if (PARTS.includes(url.pathname)) {
    event.respondWith(caches.match(event.request).then((kept) => kept || fetch(event.request)));
  }
});
