/* The runner: one question at a time, saved as it is typed, by the server's clock. Works offline on what it has loaded. */
(function () {
  "use strict";

  var config = JSON.parse(document.getElementById("mx-config").textContent);
  var words = config.words;
  var TYPING = 800;
  var HEARTBEAT = 30000;
  var PREFETCH = 400;

  function el(name) { return document.getElementById("mx-" + name); }
  function fill(text, values) {
    return Object.keys(values).reduce(function (done, name) { return done.replace("{" + name + "}", values[name]); }, text);
  }
  function clockTime(iso) {
    return new Intl.DateTimeFormat("en-GB", {
      hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: config.zone, hourCycle: "h23"
    }).format(new Date(iso));
  }

  var items = config.state.items;
  var isWriter = config.state.is_writer;
  var loaded = {};
  var current = 0;
  var savedAt = "";
  var isOffline = false;
  var isSignedOut = false;
  var isOver = false;
  var typing = null;

  var queue = new window.MasteryExamAnswersQueue(config, {
    changed: showSaved,
    clock: function (state) { clock.sync(state); },
    saved: function (position, receipt) {
      isOffline = isSignedOut = false;
      savedAt = receipt.saved_at;
      if (loaded[position]) { loaded[position].malformed = receipt.malformed; }
      if (position === current) { showMalformed(); }
      showSaved();
    },
    offline: function () { isOffline = true; showSaved(); },
    signedOut: function () { isSignedOut = true; showSaved(); },
    otherDevice: function () { isWriter = false; showWriter(); },
    refused: function (position, message) {
      if (loaded[position]) { loaded[position].malformed = { "": message }; }
      if (position === current) { showMalformed(); }
      showSaved();
    },
    ended: leave
  });
  var clock = new window.MasteryExamClock(
    config, { time: el("time"), toggle: el("time-toggle"), announce: el("announce") }, timeIsUp
  );

  function leave() { window.location.assign(config.resultUrl); }

  /* Questions */

  function load(position) {
    if (loaded[position]) { return Promise.resolve(loaded[position]); }
    return queue.request("items/" + position + "/").then(function (answer) {
      if (answer.status !== 200) {
        if (answer.body.error_code === "time_is_up" || answer.body.error_code === "attempt_ended") { leave(); }
        isOffline = answer.status === 0;
        isSignedOut = answer.status === 401 || answer.status === 403;
        showSaved();
        return null;
      }
      return loaded[position] || (loaded[position] = build(answer.body));
    });
  }

  function build(item) {
    var box = document.createElement("div");
    box.innerHTML = item.html;
    var entry = { box: box, inputs: item.inputs, malformed: item.malformed, sent: "" };
    var kept = queue.answersAt(item.position);
    if (kept) { write(entry, kept); }
    entry.sent = JSON.stringify(read(entry));
    return entry;
  }

  function controls(entry, name) {
    return Array.prototype.filter.call(entry.box.querySelectorAll("input, select, textarea"), function (control) {
      return control.name === name;
    });
  }

  function read(entry) {
    var answers = {};
    entry.inputs.forEach(function (input) {
      var found = controls(entry, input.name);
      var ticked = found.filter(function (control) { return control.checked; }).map(function (control) { return control.value; });
      if (found.length && found[0].type === "checkbox") { answers[input.name] = ticked; }
      else if (found.length && found[0].type === "radio") { answers[input.name] = ticked[0] || ""; }
      else { answers[input.name] = found.length ? found[0].value : ""; }
    });
    return answers;
  }

  function write(entry, answers) {
    Object.keys(answers).forEach(function (name) {
      var values = [].concat(answers[name]);
      controls(entry, name).forEach(function (control) {
        if (control.type === "checkbox" || control.type === "radio") { control.checked = values.indexOf(control.value) >= 0; }
        else { control.value = values[0] || ""; }
      });
    });
  }

  function keep() {
    window.clearTimeout(typing);
    var entry = loaded[current];
    if (!entry || !isWriter || isOver) { return; }
    var answers = read(entry);
    var text = JSON.stringify(answers);
    if (text === entry.sent) { return; }
    entry.sent = text;
    items[current - 1].answered = Object.keys(answers).some(function (name) { return String(answers[name]).trim() !== ""; });
    queue.put(current, answers);
    showNavigator();
  }

  function go(position) {
    keep();
    current = Math.min(Math.max(position, 1), items.length);
    var wanted = current;
    if (window.location.hash !== "#q" + current) { window.history.replaceState(null, "", "#q" + current); }
    showWhere();
    el("item").replaceChildren(document.createTextNode(loaded[current] ? "" : words.loading));
    load(current).then(function (entry) {
      if (wanted !== current) { return; }
      /* Asked for twice and shown already: leave it, and the focus of somebody who has begun to type, alone. */
      if (entry && el("item").firstChild === entry.box) { return; }
      if (entry) { el("item").replaceChildren(entry.box); showMalformed(); showWriter(); }
      else { notLoaded(); }
      el("item").focus();
    });
  }

  function notLoaded() {
    var text = document.createElement("p");
    text.textContent = words.notLoaded;
    var button = document.createElement("button");
    button.type = "button";
    button.className = "ms-button ms-button--quiet";
    button.textContent = words.tryAgain;
    button.addEventListener("click", function () { go(current); });
    el("item").replaceChildren(text, button);
  }

  /* Load the others while the network is there, pictures included, so that an outage does not stop the person. */
  function prefetch() {
    var missing = items.find(function (item) { return !loaded[item.position]; });
    if (!missing || isOver) { return; }
    load(missing.position).then(function (entry) { window.setTimeout(prefetch, entry ? PREFETCH : HEARTBEAT); });
  }

  /* What is shown */

  function showWhere() {
    el("where").textContent = fill(words.question, { n: current, total: items.length });
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
      button.setAttribute("aria-label", fill(words.question, { n: item.position, total: items.length }) + ": " + states.join(", "));
      if (item.position === current) { button.setAttribute("aria-current", "step"); }
      button.addEventListener("click", function () { go(item.position); });
      var row = document.createElement("li");
      row.append(button);
      return row;
    }));
  }

  function showSaved() {
    var waiting = queue.count();
    if (isSignedOut) { notice(words.signIn); }
    else if (isOffline && !waiting) { notice(fill(words.offlineNone, { time: savedAt ? clockTime(savedAt) : "--" })); }
    else if (isOffline) { notice(fill(waiting === 1 ? words.offlineOne : words.offline, { n: waiting })); }
    else if (isWriter && !isOver) { notice(""); }
    if (waiting) { el("saved").textContent = isOffline || isSignedOut ? words.notSaved : words.saving; }
    else if (savedAt) { el("saved").textContent = fill(words.saved, { time: clockTime(savedAt) }); }
    else { el("saved").textContent = items.some(function (item) { return item.answered; }) ? words.savedBefore : words.nothingToSave; }
    if (isOver) { showTimeUp(); }
  }

  function showMalformed() {
    var entry = loaded[current];
    el("malformed").replaceChildren.apply(el("malformed"), Object.keys((entry && entry.malformed) || {}).map(function (name) {
      var line = document.createElement("p");
      line.className = "ms-error";
      line.textContent = entry.malformed[name];
      return line;
    }));
  }

  function showWriter() {
    var locked = !isWriter || isOver;
    Array.prototype.forEach.call(el("item").querySelectorAll("input, select, textarea"), function (control) {
      control.disabled = locked;
    });
    el("flag").disabled = locked;
    if (!isWriter && !isOver) { notice(words.otherDevice, words.takeOver, takeOver); }
  }

  function notice(text, label, action) {
    if (el("notice-text").textContent !== text) { el("notice-text").textContent = text; }
    el("notice").hidden = !text;
    el("notice-button").hidden = !label;
    el("notice-button").textContent = label || "";
    el("notice-button").onclick = action || null;
  }

  function takeOver() {
    queue.request("take-over/", "POST").then(function (answer) {
      if (answer.status === 200) { window.location.reload(); }
    });
  }

  /* The end */

  function timeIsUp() {
    keep();
    isOver = true;
    showWriter();
    showTimeUp();
    finish();
  }

  function showTimeUp() {
    var waiting = queue.count();
    var text = waiting === 1 ? words.timeUpWaitingOne : words.timeUpWaiting;
    notice(waiting ? fill(text, { n: waiting, until: config.acceptsUntil }) : words.timeUp);
  }

  function finish() {
    queue.flush().then(function (empty) {
      if (!empty || !isWriter) { return heartbeat(); }
      return queue.request("submit/", "POST").then(function (answer) { if (answer.status === 200) { leave(); } });
    }).then(function () { window.setTimeout(finish, 2000); });
  }

  function heartbeat() {
    return queue.request("").then(function (answer) {
      if (answer.status === 401 || answer.status === 403) { isSignedOut = true; }
      else if (answer.status !== 200) { isOffline = true; }
      else if (answer.body.state !== "in_progress") { queue.forget(); leave(); return; }
      else {
        isOffline = isSignedOut = false;
        if (isWriter !== answer.body.is_writer) { isWriter = answer.body.is_writer; showWriter(); }
        if (queue.count()) { queue.soon(0); }
      }
      showSaved();
    });
  }

  /* What the person does */

  el("form").addEventListener("submit", function (event) {
    event.preventDefault();
    if (current === items.length) { keep(); window.location.assign(config.reviewUrl); }
    else { go(current + 1); }
  });
  el("back").addEventListener("click", function () { go(current - 1); });
  el("flag").addEventListener("click", function () {
    var item = items[current - 1];
    queue.request("items/" + item.position + "/flag/", "POST", { flagged: !item.flagged }).then(function (answer) {
      if (answer.status === 200) { item.flagged = answer.body.flagged; }
      else if (answer.body.error_code === "other_device") { isWriter = false; showWriter(); }
      else { el("announce").textContent = words.notSaved; }
      showWhere();
    });
  });
  el("item").addEventListener("input", function (event) {
    window.clearTimeout(typing);
    el("saved").textContent = words.saving;
    typing = window.setTimeout(keep, event.target.type === "radio" || event.target.type === "checkbox" ? 0 : TYPING);
  });
  el("item").addEventListener("change", keep);
  window.addEventListener("offline", function () { isOffline = true; showSaved(); });
  window.addEventListener("hashchange", function () { go(asked()); });
  window.addEventListener("pagehide", keep);
  window.addEventListener("beforeunload", function (event) { keep(); if (queue.count()) { event.preventDefault(); } });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") { keep(); } else { heartbeat(); }
  });

  function asked() { return Number((/^#q(\d+)$/.exec(window.location.hash) || [])[1]) || 1; }

  el("app").hidden = false;
  showWriter();
  go(asked());
  showSaved();
  queue.soon(0);
  window.setTimeout(prefetch, PREFETCH);
  window.setInterval(heartbeat, HEARTBEAT);
})();
