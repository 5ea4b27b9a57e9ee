// Puts the code of the link, which stands behind "#" and is never sent by a browser, into the form, and out of the
// address. Without this script the code is typed in.
"use strict";

(() => {
  const field = document.getElementById("code");
  const code = location.hash.slice(1).replace(/[^A-Za-z0-9]/g, "").slice(0, 32);
  if (!field || !code) return;
  field.value = code.match(/.{1,4}/g).join(" ");
  field.closest(".code-field").classList.add("from-link");
  history.replaceState(null, "", location.pathname);
})();
