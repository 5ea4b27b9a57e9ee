// Draws the town: houses, road, people and the lines between phones. It knows no clock and no server.
"use strict";
const SVG = "http://www.w3.org/2000/svg";
const APART_PX = [48, 40]; // people with their names are drawn at least so far apart, across and down
const EARSHOT_M = 60; // who has since gone farther than this is drawn without the line
const NEAR_DBM = -60, MID_DBM = -68; // 55 and 63 dB of attenuation below the -5 dBm that every phone sends with

function element(name, attributes, parent, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
}

function between(knots, metres) {
  const { m, u } = knots;
  let i = 1;
  while (i < m.length - 1 && metres > m[i]) i += 1;
  return u[i - 1] + ((metres - m[i - 1]) / (m[i] - m[i - 1])) * (u[i] - u[i - 1]);
}

// Where somebody is at a time: straight from waypoint to waypoint, as the rehearsal has it.
function placeAt(path, at) {
  const { t, x, y } = path;
  let low = 0, high = t.length - 1;
  if (at <= t[0]) return [x[0], y[0]];
  if (at >= t[high]) return [x[high], y[high]];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (t[middle] <= at) low = middle; else high = middle;
  }
  const share = (at - t[low]) / (t[high] - t[low]);
  return [x[low] + share * (x[high] - x[low]), y[low] + share * (y[high] - y[low])];
}

// Those from `fixed` on stay where they are: names of buildings. People go above or below them, with their own names.
function pushApart(places, fixed, [across, down]) {
  for (let round = 0; round < 40; round += 1) {
    let moved = false;
    for (let i = 0; i < places.length; i += 1) {
      for (let j = 0; j < Math.min(i, fixed); j += 1) {
        let dx = (places[i][0] - places[j][0]) / across, dy = (places[i][1] - places[j][1]) / down;
        if (i >= fixed) {
          if (Math.abs(dx) >= 1 || dy >= 1 || dy <= -0.5) continue;
          places[j][1] = places[i][1] + (dy > 0.25 ? -1.01 : 0.51) * down;
          moved = true;
          continue;
        }
        let distance = Math.hypot(dx, dy);
        if (distance >= 1) continue;
        if (distance < 0.01) { dx = Math.cos(i * 2.4); dy = Math.sin(i * 2.4); distance = 1e-3; }
        const push = (1 - distance) / Math.hypot(dx, dy) / 2;
        places[i][0] += dx * push * across; places[i][1] += dy * push * down;
        places[j][0] -= dx * push * across; places[j][1] -= dy * push * down;
        moved = true;
      }
    }
    if (!moved) return;
  }
}

export class Plan {
  constructor(holder, facts, names, choose) {
    this.facts = facts;
    this.names = names;
    this.holder = holder;
    this.choose = choose;
    this.chosen = -1;
    new ResizeObserver(() => this.layOut()).observe(holder);
    this.layOut();
  }

  // On a narrow screen the road runs downwards.
  layOut() {
    const upright = this.holder.clientWidth < 620;
    const { width, height } = this.facts;
    const [wide, high] = upright ? [height, width] : [width, height];
    this.perPx = wide / Math.max(this.holder.clientWidth, 200);
    if (this.svg && this.upright === upright) { this.scale(); return; }
    this.upright = upright;
    this.svg?.remove();
    this.svg = element("svg", { viewBox: `0 0 ${wide} ${high}`, "aria-hidden": "true" }, this.holder);
    this.drawGround();
    this.lines = element("g", { class: "lines" }, this.svg);
    this.people = this.facts.paths.map((_, number) => this.drawPerson(number));
    this.scale();
    this.onLayout?.();
  }

  at(x, y) {
    const along = between(this.facts.x, x), across = between(this.facts.y, y);
    return this.upright ? [this.facts.height - across, along] : [along, across];
  }

  box(parent, className, [x0, y0, x1, y1]) {
    const [ax, ay] = this.at(x0, y0), [bx, by] = this.at(x1, y1);
    const rect = { x: Math.min(ax, bx), y: Math.min(ay, by), width: Math.abs(bx - ax), height: Math.abs(by - ay) };
    element("rect", { ...rect, rx: className === "road" ? 0 : 12, class: className }, parent);
    return rect;
  }

  drawGround() {
    const ground = element("g", { class: "ground" }, this.svg);
    const m = this.facts.x.m;
    this.box(ground, "road", [m[0], -5, m[m.length - 1], 5]);
    const [fx, fy] = this.at(m[0], 0), [tx, ty] = this.at(m[m.length - 1], 0);
    element("path", { class: "middle", d: `M${fx} ${fy}L${tx} ${ty}` }, ground);
    this.labels = [];
    for (const { kind, number, box } of this.facts.buildings) {
      const rect = this.box(ground, `building ${kind}`, box);
      const words = this.facts.texts.buildings[kind].replace("{n}", number);
      const label = element("text", { x: rect.x + rect.width / 2, class: "place" }, ground, words);
      this.labels.push([label, rect, (box[1] + box[3]) / 2 > 0 && !this.upright]);
    }
  }

  drawPerson(number) {
    const group = element("g", { class: "somebody" }, this.svg);
    const inner = element("g", {}, group);
    element("circle", { r: 15, class: "ring" }, inner);
    const shape = element("use", { href: "#shape-none", x: -12, y: -12, width: 24, height: 24 }, inner);
    const label = element("text", { y: 22, class: "name" }, inner, this.names[number]);
    group.addEventListener("click", () => this.choose(number));
    return { group, inner, shape, label, role: "" };
  }

  scale() {
    this.svg.style.setProperty("--k", this.perPx);
    for (const { inner } of this.people) inner.setAttribute("transform", `scale(${this.perPx})`);
    for (const [label, rect, above] of this.labels) {
      label.setAttribute("y", above ? rect.y - 5 * this.perPx : rect.y + rect.height + 15 * this.perPx);
    }
  }

  pick(number) {
    this.people[this.chosen]?.group.classList.remove("chosen");
    this.chosen = number;
    this.people[number]?.group.classList.add("chosen");
  }

  roles(roles) {
    this.people.forEach((person, number) => {
      if (person.role === roles[number]) return;
      person.role = roles[number];
      person.shape.setAttribute("href", `#shape-${person.role || "none"}`);
      person.group.setAttribute("data-role", person.role);
      person.label.textContent = this.names[number] + (person.role === "F0" ? " · F0" : "");
    });
  }

  quiet(phones) {
    phones.forEach(([tone], number) => this.people[number].group.classList.toggle("quiet", tone === "watch"));
  }

  // pairs: [person, person, dBm]
  draw(at, pairs) {
    const metres = this.facts.paths.map((path) => placeAt(path, at));
    const places = metres.map((place) => this.at(...place));
    const named = this.labels.map(([label]) => [Number(label.getAttribute("x")), Number(label.getAttribute("y"))]);
    pushApart([...places, ...named], places.length, APART_PX.map((one) => one * this.perPx));
    this.people.forEach(({ group }, number) => {
      group.setAttribute("transform", `translate(${places[number].map((one) => one.toFixed(1))})`);
    });
    pairs = pairs.filter(([a, b]) => Math.hypot(metres[a][0] - metres[b][0], metres[a][1] - metres[b][1]) < EARSHOT_M);
    while (this.lines.childElementCount > pairs.length) this.lines.lastElementChild.remove();
    while (this.lines.childElementCount < pairs.length) element("path", {}, this.lines);
    pairs.forEach(([a, b, dbm], index) => {
      const line = this.lines.children[index];
      const strength = dbm >= NEAR_DBM ? "near" : dbm >= MID_DBM ? "mid" : "weak";
      const sick = this.people[a].role === "F0" || this.people[b].role === "F0";
      line.setAttribute("class", sick ? `${strength} case` : strength);
      line.setAttribute("d", `M${places[a].map((one) => one.toFixed(1))}L${places[b].map((one) => one.toFixed(1))}`);
    });
  }
}
