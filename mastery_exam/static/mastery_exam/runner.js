/* The runner of an exam in which one can go back: Back, Flag, Next, all questions as a list, then review.
   Works offline on what it has loaded. */
(function () {
  "use strict";

  var PREFETCH = 400;
  var PREFETCH_LATER = 30000;

  var run = window.MasteryExamRunner({
    kept: showNavigator,
    moved: showWhere,
    locked: function (is) { el("flag").disabled = is; }
  });
  var el = run.el;
  var words = run.words;
  var items = run.items;

  function go(position) {
    run.keep();
    var wanted = Math.min(Math.max(position, 1), items.length);
    if (window.location.hash !== "#q" + wanted) { window.history.replaceState(null, "", "#q" + wanted); }
    run.show(wanted);
  }

  /* Load the others while the network is there, pictures included, so that an outage does not stop the person. */
  function prefetch() {
    var missing = items.find(function (item) { return !run.loaded[item.position]; });
    if (!missing || run.isOver()) { return; }
    run.load(missing.position).then(function (question) { window.setTimeout(prefetch, question ? PREFETCH : PREFETCH_LATER); });
  }

  function showWhere() {
    var current = run.current;
    el("where").textContent = run.fill(words.question, { n: current, total: items.length });
    el("item").setAttribute("aria-label", el("where").textContent);
    el("back").disabled = current === 1;
    el("next").textContent = current === items.length ? words.review : words.next;
    var flagged = items[current - 1].flagged;
    el("flag").textContent = flagged ? words.unflag : words.flag;
    el("flag").setAttribute("aria-pressed", String(flagged));
    showNavigator();
  }

  function showNavigator() {
    el("navigator").replaceChildren.apply(el("navigator"), items.map(function (item) {
      var button = document.createElement("button");
      var states = [item.answered ? words.answered : words.unanswered];
      if (item.flagged) { states.push(words.flagged); }
      button.type = "button";
      button.textContent = item.position;
      button.className = "mx-cell" + (item.answered ? " mx-cell--answered" : "") + (item.flagged ? " mx-cell--flagged" : "");
      button.setAttribute("aria-label", run.fill(words.question, { n: item.position, total: items.length }) + ": " + states.join(", "));
      if (item.position === run.current) { button.setAttribute("aria-current", "step"); }
      button.addEventListener("click", function () { go(item.position); });
      var row = document.createElement("li");
      row.append(button);
      return row;
    }));
  }

  el("form").addEventListener("submit", function (event) {
    event.preventDefault();
    if (run.current === items.length) { run.keep(); window.location.assign(run.config.reviewUrl); }
    else { go(run.current + 1); }
  });
  el("back").addEventListener("click", function () { go(run.current - 1); });
  el("flag").addEventListener("click", function () {
    var item = items[run.current - 1];
    run.queue.request("items/" + item.position + "/flag/", "POST", { flagged: !item.flagged }).then(function (answer) {
      if (answer.status === 200) { item.flagged = answer.body.flagged; }
      else if (answer.body.error_code === "other_device") { run.otherDevice(); }
      else { run.announce(words.notSaved); }
      showWhere();
    });
  });
  window.addEventListener("hashchange", function () { go(asked()); });

  function asked() { return Number((/^#q(\d+)$/.exec(window.location.hash) || [])[1]) || 1; }

  run.start(Math.min(Math.max(asked(), 1), items.length));
  window.setTimeout(prefetch, PREFETCH);
})();
