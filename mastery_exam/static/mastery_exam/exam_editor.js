/* Comfort for the exam editor: live weights, and a word while something is not saved. It works without. */
(function () {
  "use strict";
  const form = document.getElementById("settings");
  if (!form) { return; }
  const state = form.querySelector("[data-state]");
  let dirty = false;

  function showWeights() {
    const counts = Array.from(form.querySelectorAll(".mx-count"));
    const total = counts.reduce((sum, input) => sum + (Number(input.value) || 0), 0);
    counts.forEach((input) => {
      const weight = input.closest("tr").querySelector("[data-weight]");
      weight.textContent = total ? Math.round(100 * (Number(input.value) || 0) / total) : 0;
    });
  }

  const rule = form.querySelector("[name=delivery_rule]");

  function showRule() {
    form.querySelectorAll("[data-rules]").forEach((group) => {
      group.hidden = !group.dataset.rules.split(" ").includes(rule.value);
    });
  }
  if (rule) {
    rule.addEventListener("change", showRule);
    showRule();
  }

  form.addEventListener("input", function () {
    dirty = true;
    if (state) { state.textContent = form.dataset.unsaved; }
    showWeights();
  });
  form.addEventListener("submit", function () { dirty = false; });
  window.addEventListener("beforeunload", function (event) {
    if (dirty) { event.preventDefault(); }
  });
}());
