// Draws the graph of contacts with Cytoscape.js (vendor/cytoscape.min.js): layout by day or by chain, zoom, keyboard.
// Without scripts the table below it says the same.
"use strict";

const box = document.getElementById("graph");
const said = document.getElementById("graph-said");
const drawn = JSON.parse(document.getElementById("graph-data").textContent);
const wide = box.clientWidth > 520;
const COLUMN = wide ? 238 : 102, ROW = 48, TOP = 40, LEFT = wide ? 92 : 48;
const READABLE = 0.75;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function style() {
  const paper = colour("paper"), blue = colour("blue"), amber = colour("amber");
  const shapes = [["ellipse", colour("red")], ["round-rectangle", amber], ["triangle", blue]];
  const words = {
    label: "data(words)", "font-family": getComputedStyle(box).fontFamily, "font-size": 13, "font-weight": 600,
    color: colour("ink"), "text-wrap": "wrap", "line-height": 1.15, "text-justification": "left",
    "text-halign": "right", "text-valign": "center", "text-margin-x": 7,
    "text-background-color": paper, "text-background-opacity": 1, "text-background-padding": 2,
  };
  return [
    { selector: "node", style: { ...words, width: 22, height: 22, "border-width": 2 } },
    ...shapes.map(([shape, ink], level) => (
      { selector: `.F${level}`, style: { shape, "background-color": ink, "border-color": ink } })),
    { selector: ".unsure",
      style: { "background-color": paper, "border-style": "dashed", "border-dash-pattern": [4, 3] } },
    { selector: ".todo", style: { color: amber } },
    { selector: ".who", style: { "underlay-color": blue, "underlay-opacity": 0.16, "underlay-padding": 10 } },
    { selector: ".at", style: { "outline-color": blue, "outline-width": 3, "outline-offset": 4 } },
    { selector: ".heading", style: { "background-opacity": 0, "border-width": 0, width: 1, height: 1, events: "no" } },
    { selector: ".day", style: { color: colour("ink-2"), "font-weight": 400 } },
    { selector: "edge", style: {
      width: 1.5, "line-color": colour("edge"), "curve-style": "round-taxi", "taxi-radius": 6, "taxi-turn": "-14px",
      "taxi-turn-min-distance": 4, "taxi-direction": "rightward", "target-endpoint": "270deg" } },
    { selector: ".back", style: {
      "curve-style": "unbundled-bezier", "control-point-distances": 30, "source-endpoint": "270deg" } },
    { selector: ".dashed", style: { "line-style": "dashed", "line-dash-pattern": [5, 4] } },
    { selector: ".hot", style: { "line-color": blue, width: 2.5 } },
  ];
}

// What stands in columns of levels and rows of days; headings are nodes without a shape.
function elements() {
  const level = Object.fromEntries(drawn.shapes.map((one) => [one.id, one.level]));
  const node = (data, column, row, classes) => (
    { data: { ...data, x: LEFT + column * COLUMN, y: TOP + row * ROW }, classes: classes.filter(Boolean).join(" ") });
  const heading = (id, words, column, row, more) => node({ id, words }, column, row, ["heading", more]);
  return [
    ...drawn.columns.map((one) => heading(`column ${one.level}`, wide ? one.name : one.short, one.level - 0.08, -0.8)),
    ...drawn.days.map((one) => heading(`day ${one.row}`, one.name, (-18 - LEFT) / COLUMN, one.row, "day")),
    ...drawn.shapes.map((one) => {
      const words = [wide ? one.name : one.short, wide ? one.state : one.brief].filter(Boolean).join("\n");
      const classes = [`F${one.level}`, one.unsure && "unsure", one.todo && "todo", one.who && "who"];
      return node({ ...one, words }, one.level, one.row, classes);
    }),
    ...drawn.lines.map(({ source, target, sure }) => (
      { data: { source, target }, classes: `${sure ? "" : "dashed"} ${level[source] < level[target] ? "" : "back"}` })),
  ];
}

const cy = cytoscape({
  container: box, elements: elements(), style: style(), layout: { name: "null" }, autoungrabify: true,
  boxSelectionEnabled: false, minZoom: 0.1, maxZoom: 4, userZoomingEnabled: matchMedia("(pointer: coarse)").matches,
});
const people = cy.nodes().not(".heading").sort((one, other) => (
  one.data("level") - other.data("level") || one.data("row") - other.data("row")));
let at = people.filter(".who").first();

// Both begin large enough to be read: by day at the top, chains in the middle or at who was asked for.
function arrange(chains) {
  cy.elements(".heading").style("display", chains ? "none" : "element");
  if (chains) {
    const roots = people.filter((one) => one.incomers("edge").empty());
    people.union(cy.edges()).layout({ name: "breadthfirst", direction: "rightward", directed: true, roots, fit: false,
      animate: false, avoidOverlap: true, nodeDimensionsIncludeLabels: true, spacingFactor: 1 }).run();
    cy.fit(people, 24);
    if (cy.zoom() < READABLE) cy.zoom(READABLE);
    cy.center(at.nonempty() ? at : people);
    return;
  }
  cy.nodes().layout({ name: "preset", fit: false, positions: (one) => ({ x: one.data("x"), y: one.data("y") }) }).run();
  const whole = cy.elements().boundingBox();
  cy.zoom(Math.min(1, (box.clientWidth - 16) / whole.w));
  cy.pan({ x: 8 - whole.x1 * cy.zoom(), y: 16 - whole.y1 * cy.zoom() });
  if (at.nonempty()) cy.center(at);
}

function look(one) {
  if (!one || one.empty()) return;
  cy.elements().removeClass("at hot");
  at = one.addClass("at");
  one.connectedEdges().addClass("hot");
  said.textContent = one.data("label");
  const { x1, x2, y1, y2 } = one.renderedBoundingBox();
  if (x1 < 0 || y1 < 0 || x2 > box.clientWidth || y2 > box.clientHeight) cy.center(one);
}

function zoom(by) {
  cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: box.clientWidth / 2, y: box.clientHeight / 2 } });
}

const open = (one) => location.assign(one.data("address"));
const beside = (by) => look(people[people.toArray().indexOf(at[0]) + by]);
// Up and down go through a level, left and right along who met whom.
const KEYS = {
  ArrowDown: () => beside(1),
  ArrowUp: () => beside(-1),
  ArrowRight: () => look(at.outgoers("node").first()),
  ArrowLeft: () => look(at.incomers("node").first()),
  Enter: () => open(at),
  "+": () => zoom(1.25),
  "-": () => zoom(0.8),
  0: () => cy.fit(undefined, 16),
};

box.addEventListener("keydown", (event) => {
  if (!KEYS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  KEYS[event.key]();
});
box.addEventListener("focus", () => look(at.nonempty() ? at : people.first()));
box.addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return; // the page scrolls
  event.preventDefault();
  zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15);
}, { passive: false });
cy.on("mouseover", "node", (event) => look(event.target));
cy.on("tap", "node", (event) => open(event.target));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => cy.style(style()));

const tools = document.getElementById("graph-tools");
for (const button of tools.querySelectorAll("[data-zoom]")) {
  button.addEventListener("click", () => (button.dataset.zoom === "0" ? KEYS[0]() : zoom(Number(button.dataset.zoom))));
}
for (const button of tools.querySelectorAll("[data-layout]")) {
  button.addEventListener("click", () => {
    for (const each of tools.querySelectorAll("[data-layout]")) each.setAttribute("aria-pressed", each === button);
    arrange(button.dataset.layout === "chains");
  });
}
arrange(false);
