// The button that prints the paper.
"use strict";
document.getElementById("print").addEventListener("click", () => print());
