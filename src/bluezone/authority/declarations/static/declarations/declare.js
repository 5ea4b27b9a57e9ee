// Offers names of communes while somebody types. Without it a name is typed whole, and chosen on the next page.
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
