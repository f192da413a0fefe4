/* What every runner shares: the question that is shown, the bar, saving as one types, another device, the end of the time.

   How one gets from question to question is the `moves` of runner.js or runner_one_way.js. They may hold:
   kept(item): an answer was kept; moved(): another question stands first; locked(is): nothing can be changed, or again;
   synced(state): the server told how far the attempt is; left(position): a kept answer came after its question was left. */
(function () {
  "use strict";

  var TYPING = 800;
  var HEARTBEAT = 30000;

  window.MasteryExamRunner = function (moves) {
    var config = JSON.parse(document.getElementById("mx-config").textContent);
    var words = config.words;
    var isWriter = config.state.is_writer;
    var isOffline = false;
    var isSignedOut = false;
    var isOver = false;
    var isBusy = false;
    var savedAt = "";
    var remark = "";
    var typing = null;
    var loaded = {};

    function el(name) { return document.getElementById("mx-" + name); }
    function tell(name) { if (moves[name]) { moves[name].apply(null, Array.prototype.slice.call(arguments, 1)); } }
    function fill(text, values) {
      return Object.keys(values).reduce(function (done, name) { return done.replace("{" + name + "}", values[name]); }, text);
    }
    function clockTime(iso) {
      return new Intl.DateTimeFormat("en-GB", {
        hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: config.zone, hourCycle: "h23"
      }).format(new Date(iso));
    }

    var queue = new window.MasteryExamAnswersQueue(config, {
      changed: showSaved,
      clock: function (state) { clock.sync(state); },
      saved: function (position, receipt) {
        isOffline = isSignedOut = false;
        savedAt = receipt.saved_at;
        if (loaded[position]) { loaded[position].malformed = receipt.malformed; }
        if (position === run.current) { showMalformed(); }
        showSaved();
      },
      offline: function () { unreachable({ status: 0 }); },
      signedOut: function () { unreachable({ status: 401 }); },
      otherDevice: otherDevice,
      refused: function (position, message) {
        if (loaded[position]) { loaded[position].malformed = { "": message }; }
        if (position === run.current) { showMalformed(); }
        showSaved();
      },
      left: function (position) { tell("left", position); },
      ended: leave
    });
    var clock = new window.MasteryExamClock(
      config, { time: el("time"), toggle: el("time-toggle"), announce: el("announce") }, timeIsUp
    );
    var run = {
      config: config, words: words, el: el, fill: fill, queue: queue, items: config.state.items, loaded: loaded, current: 0,
      item: item, question: function () { return loaded[run.current]; }, load: load, show: show, keep: keep, busy: busy,
      announce: function (text) { el("announce").textContent = text; },
      remark: function (text) { remark = text; showSaved(); },
      isLocked: isLocked, isWriter: function () { return isWriter; }, isOffline: function () { return isOffline || isSignedOut; }, isOver: function () { return isOver; },
      unreachable: unreachable, otherDevice: otherDevice, leave: leave, heartbeat: heartbeat, start: start
    };

    function leave() { window.location.assign(config.endedUrl); }
    function item(position) { return run.items.find(function (each) { return each.position === position; }); }

    /* Questions */

    function load(position) {
      if (loaded[position]) { return Promise.resolve(loaded[position]); }
      return queue.request("items/" + position + "/").then(function (answer) {
        if (answer.status !== 200) {
          if (answer.body.error_code === "time_is_up" || answer.body.error_code === "attempt_ended") { leave(); }
          unreachable(answer);
          return null;
        }
        isOffline = isSignedOut = false;
        return loaded[position] || (loaded[position] = build(answer.body));
      });
    }

    function build(served) {
      var question = new window.MasteryExamQuestion(served);
      var kept = queue.newerAnswers(served.position, served.next_seq);
      queue.know(served.position, served.next_seq);
      if (kept) { question.write(kept); }
      return question;
    }

    function keep() {
      window.clearTimeout(typing);
      var question = run.question();
      if (!question || isLocked()) { return; }
      var answers = question.read();
      var text = JSON.stringify(answers);
      if (text === question.sent) { return; }
      question.sent = text;
      item(run.current).answered = question.isAnswered();
      queue.put(run.current, answers);
      tell("kept");
    }

    /* Show a question and give it the focus; resolves to it, or to null where it could not be loaded. */
    function show(position) {
      run.current = position;
      tell("moved");
      el("item").replaceChildren(document.createTextNode(loaded[position] ? "" : words.loading));
      return load(position).then(function (question) {
        if (position !== run.current) { return null; }
        /* Asked for twice and shown already: leave it, and the focus of somebody who has begun to type, alone. */
        if (question && el("item").firstChild === question.box) { return question; }
        if (question) { el("item").replaceChildren(question.box); } else { notLoaded(); }
        showMalformed();
        showWriter();
        el("item").focus();
        return question;
      });
    }

    function notLoaded() {
      var text = document.createElement("p");
      text.textContent = words.notLoaded;
      var button = document.createElement("button");
      button.type = "button";
      button.className = "ms-button ms-button--quiet";
      button.textContent = words.tryAgain;
      button.addEventListener("click", function () { show(run.current); });
      el("item").replaceChildren(text, button);
    }

    /* What is shown */

    function showSaved() {
      var waiting = queue.count();
      if (isOver) { showTimeUp(waiting); }
      else if (isSignedOut) { notice(words.signIn); }
      else if (isOffline && waiting) { notice(fill(waiting === 1 ? words.offlineOne : words.offline, { n: waiting })); }
      else if (isOffline) { notice(savedAt ? fill(words.offlineNone, { time: clockTime(savedAt) }) : words.offlineNothing); }
      else if (!isWriter) { notice(words.otherDevice, words.takeOver, takeOver); }
      else { notice(remark); }
      if (waiting || isBusy) { el("saved").textContent = isOffline || isSignedOut ? words.notSaved : words.saving; }
      else if (savedAt) { el("saved").textContent = fill(words.saved, { time: clockTime(savedAt) }); }
      else { el("saved").textContent = run.items.some(function (each) { return each.answered; }) ? words.savedBefore : words.nothingToSave; }
    }

    function showMalformed() {
      var malformed = (run.question() || {}).malformed || {};
      el("malformed").replaceChildren.apply(el("malformed"), Object.keys(malformed).map(function (name) {
        var line = document.createElement("p");
        line.className = "ms-error";
        line.textContent = malformed[name];
        return line;
      }));
    }

    function isLocked() { return !isWriter || isOver || isBusy; }

    function showWriter() {
      if (run.question()) { run.question().lock(isLocked()); }
      tell("locked", isLocked());
      showSaved();
    }

    function notice(text, label, action) {
      if (el("notice-text").textContent !== text) { el("notice-text").textContent = text; }
      el("notice").hidden = !text;
      el("notice-button").hidden = !label;
      el("notice-button").textContent = label || "";
      el("notice-button").onclick = action || null;
    }

    /* While busy, nothing can be changed: what was answered is on its way and the next question is not there yet. */
    function busy(is) {
      isBusy = is;
      showWriter();
    }

    function unreachable(answer) {
      isSignedOut = answer.status === 401 || answer.status === 403;
      isOffline = !isSignedOut && (answer.status === 0 || answer.status >= 429);
      showSaved();
    }

    function otherDevice() { isWriter = false; showWriter(); }

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
      finish();
    }

    function showTimeUp(waiting) {
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
        if (answer.status !== 200) { unreachable(answer); return; }
        if (answer.body.state !== "in_progress") { queue.forget(); leave(); return; }
        isOffline = isSignedOut = false;
        if (isWriter !== answer.body.is_writer) { isWriter = answer.body.is_writer; showWriter(); }
        if (queue.count()) { queue.soon(0); }
        showSaved();
        tell("synced", answer.body);
      });
    }

    /* Begin with the question at `position`. */
    function start(position) {
      el("item").addEventListener("input", function (event) {
        window.clearTimeout(typing);
        el("saved").textContent = words.saving;
        /* Not when a field is left: what that would show moves the page under a finger that is on its way to Next. */
        typing = window.setTimeout(keep, /^(radio|checkbox|select-one)$/.test(event.target.type) ? 0 : TYPING);
      });
      window.addEventListener("offline", function () { unreachable({ status: 0 }); });
      window.addEventListener("pagehide", keep);
      window.addEventListener("beforeunload", function (event) { keep(); if (queue.count()) { event.preventDefault(); } });
      document.addEventListener("visibilitychange", function () {
        if (document.visibilityState === "hidden") { keep(); } else { heartbeat(); }
      });
      el("app").hidden = false;
      showWriter();
      show(position);
      queue.soon(0);
      window.setInterval(heartbeat, HEARTBEAT);
    }

    return run;
  };
})();
