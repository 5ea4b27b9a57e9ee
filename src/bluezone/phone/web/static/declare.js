// Offers names of communes while somebody types, and keeps on this phone what was typed so far. Without it a name is
// typed whole, and what was typed is kept whenever the form is sent.
"use strict";
for (const input of document.querySelectorAll("input[data-commune]")) {
  const list = document.createElement("datalist");
  list.id = `${input.id}-names`;
  input.after(list);
  input.setAttribute("list", list.id);
  let waiting = 0;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const asked = input.value;
      if (asked.trim().length < 2) return;
      const answer = await fetch(`/declare/communes?q=${encodeURIComponent(asked.slice(0, 60))}`).catch(() => null);
      if (!answer?.ok || asked !== input.value) return;
      const { names } = await answer.json();
      list.replaceChildren(...names.map((name) => { const option = document.createElement("option"); option.value = name; return option; }));
    }, 200);
  });
}

const form = document.querySelector("form[data-draft]");
if (form) {
  let changed = false, waiting = 0, sent = false;
  const keep = () => {
    clearTimeout(waiting);
    if (!changed || sent) return;
    changed = false;
    fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true }).catch(() => {});
  };
  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(waiting);
    waiting = setTimeout(keep, 1500);
  });
  form.addEventListener("submit", () => { sent = true; });
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  addEventListener("pagehide", keep);
}
