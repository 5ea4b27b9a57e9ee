// One tap, one fact: sends it and puts the row and the counts of the answer in place. Without this script the form does it.
"use strict";

const taps = document.getElementById("taps");
const said = document.getElementById("said");

function say(text) {
  said.querySelector("p").textContent = text;
  said.hidden = !text;
  if (text) said.scrollIntoView({ block: "nearest" });
}

function fragment(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  return holder.content.firstElementChild;
}

async function send(button) {
  const words = said.querySelector("p").dataset;
  const row = button.closest("li");
  const body = new FormData(taps);
  body.set("set", button.value);
  button.setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await fetch(taps.action, { method: "POST", body, headers: { Accept: "application/json" } });
  } catch {
    button.removeAttribute("aria-busy");
    return say(words.offline);
  }
  if (answer.redirected || !(answer.headers.get("Content-Type") || "").startsWith("application/json")) {
    button.removeAttribute("aria-busy");
    return say(words.again);
  }
  const facts = await answer.json();
  if (facts.reload && !facts.problem) return location.reload();
  document.getElementById("tally").replaceWith(fragment(facts.tally));
  if (facts.row) {
    const fresh = fragment(facts.row);
    const had = row.contains(document.activeElement);
    row.replaceWith(fresh);
    if (had) fresh.querySelector(`[data-fact="${button.dataset.fact}"]`)?.focus({ preventScroll: true });
  } else {
    row.remove();
  }
  say(facts.problem);
}

let queue = Promise.resolve(); // one after the other: each row's answer stands before the next tap is sent
if (taps) {
  taps.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || button.getAttribute("aria-busy")) return event.preventDefault();
    event.preventDefault();
    queue = queue.then(() => send(button)).catch(() => say(said.querySelector("p").dataset.offline));
  });
}
