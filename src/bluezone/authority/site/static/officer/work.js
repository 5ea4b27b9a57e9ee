// The list of what is due: counts what is chosen, shows what can be done with it, and moves by keys. Without this
// script the bar below always stands there and everything works by buttons.
const rows = [...document.querySelectorAll(".work-row")];
const bulk = document.querySelector(".bulk");
const counter = document.querySelector("[data-count]");
const box = (row) => row.querySelector("input[type=checkbox]");
let at = rows.findIndex((row) => row.matches(":target, .open"));

const count = () => {
  const chosen = rows.filter((row) => box(row).checked).length;
  if (!bulk) return;
  bulk.hidden = chosen === 0;
  counter.textContent = chosen;
};
const go = (to) => {
  at = Math.max(0, Math.min(rows.length - 1, to));
  rows[at].focus();
};
const press = (selector) => rows[at]?.querySelector(selector)?.click();

for (const label of document.querySelectorAll(".group .all")) label.hidden = false;
const keys = document.querySelector(".keys");
if (keys) keys.hidden = false;
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) {
    for (const row of event.target.closest("section").querySelectorAll(".work-row")) box(row).checked = event.target.checked;
  }
  count();
});
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.(".work-row");
  if (row) at = rows.indexOf(row);
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !rows.length) return;
  const does = {
    j: () => go(at + 1),
    k: () => go(at - 1),
    x: () => at >= 0 && box(rows[at]).click(),
    g: () => press(".main"),
    d: () => press("[formaction$='/finish']"),
    a: () => press("[formaction*='/assign']"),
  }[event.key.toLowerCase()];
  if (does) does();
});
count();
