// Leads through the first page, a step at a time. The box lies over the page and takes no place of it; Escape closes it,
// and it opens by itself once, in a rehearsal only. Without this script there is no button.
const tour = document.querySelector("dialog.tour");
const opener = document.querySelector(".tour-open");
if (tour && opener) {
  const steps = [...tour.querySelectorAll("section")];
  const seen = "tour seen";
  let at = 0;
  let shown = null;
  const mark = (place) => {
    shown?.classList.remove("tour-shown");
    shown = place;
    shown?.classList.add("tour-shown");
    shown?.scrollIntoView({ block: "center" });
  };
  const go = (to) => {
    at = Math.min(Math.max(to, 0), steps.length - 1);
    steps.forEach((step, number) => { step.hidden = number !== at; });
    tour.querySelector("[data-at]").textContent = at + 1;
    tour.querySelector("[data-go='-1']").disabled = at === 0;
    tour.querySelector("[data-go='1']").hidden = at === steps.length - 1;
    const title = steps[at].querySelector("h2");
    steps.forEach((step) => step.querySelector("h2").removeAttribute("id"));
    title.id = "tour-title";
    mark(document.querySelector(steps[at].dataset.shows));
    title.focus({ preventScroll: true });
  };
  const end = () => {
    tour.close();
    mark(null);
    try { localStorage.setItem(seen, "1"); } catch { /* a browser that stores nothing shows it again */ }
    opener.focus({ preventScroll: true });
  };
  const start = () => { tour.show(); go(0); };
  opener.hidden = false;
  opener.addEventListener("click", start);
  tour.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.go) go(at + Number(button.dataset.go));
    if (button && "end" in button.dataset) end();
  });
  document.addEventListener("keydown", (event) => {
    // What is open elsewhere, as the menu, is closed by its own Escape first.
    if (!tour.open || !(tour.contains(event.target) || event.target === document.body)) return;
    if (event.key === "Escape") end();
    if (event.key === "ArrowRight") go(at + 1);
    if (event.key === "ArrowLeft") go(at - 1);
  });
  let before = null;
  try { before = localStorage.getItem(seen); } catch { before = "1"; }
  if ("first" in tour.dataset && !before) start();
}
