// Keeps the page of the checkpoint, its scripts and styles, so that it opens without a network. What is kept of a shift
// lies in the page's own store; answers of the server with anything of a person are never kept here.
"use strict";
const CACHE = "checkpoint-1";
const PAGE = "{{ page }}";

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  const answer = await fetch(PAGE, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  await cache.put(PAGE, answer.clone());
  const text = await answer.text();
  const parts = [...text.matchAll(/(?:src|href|data-reader)="(\/static\/[^"]+)"/g)].map((found) => found[1]);
  await Promise.all([...new Set(parts)].map((part) => cache.add(part).catch(() => {})));
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("checkpoint-") && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

async function fresh(request, key) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await cache.put(key, answer.clone());
    return answer;
  } catch {
    return (await cache.match(key)) || Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event, { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname === PAGE) event.respondWith(fresh(request, PAGE));
  else if (pathname.startsWith("/static/")) event.respondWith(fresh(request, pathname));
});
