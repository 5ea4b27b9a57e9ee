// How far the simulator is, every three seconds; the page is loaded anew when there is more of an
// answer. Without this script the
// link "Look again" does it.
const box = document.querySelector("[data-progress]");
const bar = document.getElementById("bar");
const text = document.getElementById("how-far");
async function look() {
  try {
    const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return location.reload();
    const facts = await answer.json();
    if (!facts.unfinished || (box.dataset.told && box.dataset.told !== String(facts.told))) return location.reload();
    if (text.textContent !== facts.text) text.textContent = facts.text;
    bar.max = facts.total || 1;
    bar.value = facts.done;
  } catch { /* offline for a moment: ask again */ }
  setTimeout(look, 3000);
}
if (box) look();
