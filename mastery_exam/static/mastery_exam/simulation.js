/* Tells how far a simulation is, and loads its report when it is over. Without it the page reloads by itself. */
(function () {
  "use strict";
  const box = document.querySelector("[data-poll]");
  if (!box) { return; }
  const bar = box.querySelector("progress");
  const done = box.querySelector("[data-done]");

  async function look() {
    try {
      const response = await fetch(box.dataset.poll, { headers: { Accept: "application/json" } });
      if (response.ok) {
        const run = await response.json();
        if (run.state !== "queued" && run.state !== "running") { window.location.replace(window.location.pathname); return; }
        bar.value = run.done;
        done.textContent = run.done;
      }
    } catch (error) { /* offline for a moment: the next look tells */ }
    window.setTimeout(look, 1000);
  }
  window.setTimeout(look, 1000);
}());
