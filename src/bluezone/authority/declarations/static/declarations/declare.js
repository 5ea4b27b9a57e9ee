// Offers names of communes while somebody types, and what was typed of oneself before where one asked this device to
// remember it: it is kept 90 days and goes nowhere but into the form. Without it all is typed whole.
"use strict";
for (const input of document.querySelectorAll("input[data-commune]")) {
  const list = document.createElement("datalist");
  list.id = input.id + "-names";
  input.after(list);
  input.setAttribute("list", list.id);
  let asked = 0;
  input.addEventListener("input", async () => {
    const turn = ++asked;
    if (input.value.trim().length < 2) return;
    try {
      const answer = await fetch("/declare/communes?q=" + encodeURIComponent(input.value.slice(0, 60)));
      const found = await answer.json();
      if (turn !== asked) return;
      list.replaceChildren(...found.names.map((name) => { const option = document.createElement("option"); option.value = name; return option; }));
    } catch { /* typed whole, then */ }
  });
}

const form = document.querySelector("form[data-known]");
if (form) {
  const KEY = "declared", LIFE_MS = 90 * 86400000, names = Object.entries(JSON.parse(form.dataset.known));
  const offer = document.getElementById("known"), remember = document.getElementById("remember");
  const [fill, forget] = offer.querySelectorAll("button"), box = remember.querySelector("input");
  const inputs = (name) => [...form.querySelectorAll(`[name="${name}"]`)].filter((each) => each.type !== "hidden");
  let known = null;
  try {
    known = JSON.parse(localStorage.getItem(KEY));
    if (known && Date.now() - known.at > LIFE_MS) { localStorage.removeItem(KEY); known = null; }
    remember.hidden = false;
  } catch { /* this browser keeps nothing */ }
  if (known) {
    offer.querySelector("strong").textContent = known.values.name || "";
    offer.hidden = false;
    box.checked = true;
  }
  fill.addEventListener("click", () => {
    for (const [use, name] of names) {
      const value = known.values[use];
      for (const each of value ? inputs(name) : []) {
        if (each.type === "radio") each.checked = each.value === value;
        else each.value = value;
      }
    }
    offer.hidden = true;
    form.querySelector("input:not([type=hidden])").focus();
  });
  forget.addEventListener("click", () => { localStorage.removeItem(KEY); offer.hidden = true; box.checked = false; box.focus(); });
  form.addEventListener("submit", () => {
    if (remember.hidden || !box.checked || form.elements._other?.checked) return;
    const values = {};
    for (const [use, name] of names) {
      const given = inputs(name).find((each) => each.type !== "radio" || each.checked);
      if (given?.value) values[use] = given.value;
    }
    localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), values }));
  });
}

// The code of a link stands behind "#", which no browser sends: it is put into the form, and out of the address.
const code = document.querySelector("#declaration > .field > #code");
const linked = location.hash.slice(1).replace(/[^A-Za-z0-9]/g, "").slice(0, 32);
if (code && linked) {
  code.value = linked.match(/.{1,4}/g).join(" ");
  history.replaceState(null, "", location.pathname + location.search);
}
