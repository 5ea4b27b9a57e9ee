// Keeps the page in step with the rehearsal, and looks back at it. Without it the phones can be opened all the same.
"use strict";
import { Plan } from "/static/plan.js";

const byId = (id) => document.getElementById(id);
const still = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 900px)");
const rows = [...document.querySelectorAll("[data-person]")];
const names = rows.map((row) => row.querySelector("b").textContent);
const minutes = Number(byId("slider").max);

const facts = await (await fetch("/plan.json")).json();
const texts = facts.texts;

let now = null; // what the server said last
let shown = 0; // seconds of the day that the plan shows
let back = null; // seconds of the day where somebody looks back, or null
let playingBack = false;
let drawn = 0, jumped = -1000;
const heard = []; // minute of the day -> pairs
const asking = new Set(); // hours that were asked for

// --- choosing a phone --------------------------------------------------------------------------------

function choose(number) {
  plan.pick(number);
  rows.forEach((row, index) => row.toggleAttribute("data-chosen", index === number));
  byId("hand-title").textContent = byId("phone").title = texts.phone.replace("{name}", names[number]);
}

function target() {
  rows.forEach((row) => { if (narrow.matches) row.removeAttribute("target"); else row.target = "phone"; });
}

const plan = new Plan(byId("plan"), facts, names, (number) => rows[number].click());
rows.forEach((row, number) => row.addEventListener("click", () => choose(number)));
narrow.addEventListener("change", target);
target();

// --- looking back -----------------------------------------------------------------------------------

const DAY_STARTS_S = 6 * 3600;

function clock(seconds) {
  const minutes = Math.floor((DAY_STARTS_S + seconds) / 60);
  return [Math.floor(minutes / 60) % 24, minutes % 60].map((one) => String(one).padStart(2, "0")).join(":");
}

// 13 August 2020 until midnight, then the 14th, and so on
function date(seconds) { return texts.dates[Math.floor((DAY_STARTS_S + seconds) / 86400)]; }

// Who heard whom in the minute before: from what the server said as it happened, or asked for anew.
function pairsAt(seconds) {
  const minute = Math.min(Math.floor(seconds / 60) - 1, minutes - 1);
  if (minute < 0 || !(minute in heard)) { if (minute >= 0) fetchHour(Math.floor(minute / 60)); return []; }
  return heard[minute];
}

async function fetchHour(hour) {
  if (asking.has(hour)) return;
  asking.add(hour);
  const answer = await fetch(`/heard/${hour}.json`).catch(() => null);
  if (answer?.ok) {
    (await answer.json()).forEach((pairs, minute) => { heard[hour * 60 + minute] ??= pairs; });
    draw();
  }
  // what is not over yet may be asked for again
  if (!answer?.ok || (now.phase === "day" && now.town_s < (hour + 1) * 3600)) asking.delete(hour);
}

// When the day is over the radios are off: there are lines only where somebody looks back.
function draw() {
  const at = back ?? shown;
  plan.draw(at, back !== null || now?.phase === "day" ? pairsAt(at) : []);
}

function lookAt(seconds) {
  back = Math.max(0, Math.min(seconds, last()));
  byId("to-now").hidden = false;
  byId("slider").value = Math.round(back / 60);
  byId("slider").setAttribute("aria-valuetext", clock(back));
  byId("clock").textContent = clock(back);
  byId("date").textContent = date(back);
  byId("headline").textContent = texts.back.replace("{time}", clock(back));
  byId("whereabouts").hidden = true;
  controls();
  draw();
}

function toNow() {
  back = null;
  playingBack = false;
  byId("to-now").hidden = true;
  byId("whereabouts").hidden = false;
  jumped = -1000;
  tell();
}

const last = () => Math.min(now.town_s, minutes * 60);
byId("slider").addEventListener("input", (event) => { playingBack = false; lookAt(event.target.value * 60); });
byId("to-now").addEventListener("click", () => { toNow(); byId("play").focus(); });

// --- the clock's controls ---------------------------------------------------------------------------

const send = (values) => fetch("/control", { method: "POST", body: new URLSearchParams(values) });

byId("play").addEventListener("click", () => {
  if (back !== null) {
    playingBack = !playingBack;
    controls();
  } else if (now.phase === "over") {
    playingBack = true;
    lookAt(0);
  } else {
    send({ paused: now.paused ? "no" : "yes" });
  }
});
byId("speed").addEventListener("change", (event) => send({ speed: event.target.value }));
byId("controls").addEventListener("submit", (event) => event.preventDefault());

function controls() {
  const runs = back !== null ? playingBack : !now.paused && now.phase !== "over";
  byId("play").textContent = runs ? texts.pause : texts.play;
  for (const id of ["play", "speed", "slider"]) byId(id).disabled = now.phase === "preparing" || now.phase === "failed";
}

// --- what happens -----------------------------------------------------------------------------------

function list() {
  plan.quiet(now.phones);
  now.phones.forEach(([tone, tag, around], number) => {
    const row = rows[number], state = row.querySelector(".state-tag");
    if (state.textContent !== tag) state.textContent = tag;
    state.className = `state-tag ${tone}`;
    const words = around === 0 ? texts.around.none : around === 1 ? texts.around.one : texts.around.many;
    row.querySelector(".around").textContent = now.phase === "day" ? words.replace("{n}", around) : "";
  });
  now.roles.forEach((role, number) => {
    const row = rows[number], shape = row.querySelector(".shape");
    if (shape.dataset.role === role) return;
    shape.dataset.role = role;
    shape.firstElementChild.setAttribute("href", `#shape-${role || "none"}`);
    row.querySelector(".role").textContent = role;
  });
}

function story() {
  const steps = byId("story");
  while (steps.childElementCount < now.story.length) {
    const [time, words] = now.story[steps.childElementCount];
    const step = document.createElement("li"), when = document.createElement("span");
    when.className = "clock";
    when.textContent = time;
    step.append(when, words);
    steps.append(step);
  }
  byId("nothing").hidden = now.story.length > 0;
}

let asked = false;
async function findings() {
  if (now.phase !== "over" || asked || byId("findings").childElementCount) return;
  asked = true;
  byId("findings").innerHTML = await (await fetch("/findings")).text(); // of this server, drawn by its templates
}

// Who is decided to be a contact stays at home: then the plan is another from the next day on.
let rounds = 0;
async function replan() {
  if (now.rounds === rounds) return;
  rounds = now.rounds;
  const answer = await fetch("/plan.json").catch(() => null);
  if (answer?.ok) { facts.paths = (await answer.json()).paths; draw(); }
}

function tell() {
  if (plan.chosen < 0 && now.phones.length && !narrow.matches) rows[0].click(); // until somebody chooses another
  replan();
  list();
  story();
  findings();
  plan.roles(now.roles);
  if (byId("speed").value !== String(now.speed)) byId("speed").value = String(now.speed);
  if (back === null) {
    byId("clock").textContent = now.clock;
    byId("date").textContent = now.date;
    if (byId("headline").textContent !== now.headline) byId("headline").textContent = now.headline;
    byId("whereabouts").textContent = now.whereabouts;
    byId("slider").value = Math.round(last() / 60);
    byId("slider").setAttribute("aria-valuetext", now.clock);
  }
  controls();
  if (still.matches && back === null && performance.now() - jumped >= 1000) {
    jumped = performance.now();
    shown = now.town_s;
    draw();
  }
}

const events = new EventSource("/events");
events.addEventListener("now", (event) => {
  now = JSON.parse(event.data);
  for (const [minute, pairs] of now.minutes) heard[minute] = pairs;
  byId("lost").hidden = true;
  document.body.dataset.phase = now.phase;
  tell();
});
events.addEventListener("error", () => {
  byId("lost").hidden = false;
  for (const id of ["play", "speed"]) byId(id).disabled = true;
});
addEventListener("pagehide", () => events.close());

// --- motion: the plan glides between what the server says; with reduced motion it only jumps --------

function glide(at_ms) {
  const passed_s = Math.min((at_ms - drawn) / 1000, 0.5);
  drawn = at_ms;
  if (now !== null) {
    const speed = Number(byId("speed").value);
    if (playingBack) {
      if (back + speed * passed_s >= last()) toNow(); else lookAt(back + speed * passed_s);
    } else if (back === null && !still.matches && shown !== now.town_s) {
      // never ahead of the rehearsal: what it has not lived through is not known
      const behind_s = now.town_s - shown;
      const runs = now.phase === "day" && !now.paused && behind_s > 0 && behind_s < speed * 2;
      shown = runs ? Math.min(now.town_s, shown + Math.max(speed, behind_s * 2) * passed_s) : now.town_s;
      draw();
    }
  }
  requestAnimationFrame(glide);
}

plan.onLayout = () => { if (now !== null) plan.roles(now.roles); plan.pick(plan.chosen); draw(); };
draw();
requestAnimationFrame(glide);
