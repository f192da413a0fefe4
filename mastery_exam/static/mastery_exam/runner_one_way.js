/* The runner of an exam without going back. Next sends the answer, settles the question for good and shows the one that
   the server has chosen. Only Next needs the network; what was answered stays on this device until the server has it. */
(function () {
  "use strict";

  var SOON = 250;
  var RETRY_FIRST = 2000;
  var RETRY_LAST = 15000;

  var run = window.MasteryExamRunner({ moved: showWhere, locked: showLocked, synced: follow, left: answerCameLate });
  var el = run.el;
  var words = run.words;
  var ask = el("ask");
  var isGoing = false;
  var isSure = false;
  var delay = RETRY_FIRST;
  var timer = null;
  var decided = null;

  /* Next */

  function next() {
    if (run.isLocked() || !run.question()) { return; }
    run.keep();
    var blanks = run.question().blanks();
    isSure = blanks > 0;
    if (!blanks) { setOut(); }
    else { askFirst(blanks === run.question().inputs.length ? words.askBlank : words.askPart, setOut); }
  }

  function setOut() {
    isGoing = true;
    run.remark("");
    run.busy(true);
    send();
  }

  function stay() {
    isGoing = false;
    run.busy(false);
  }

  /* First the answer has to be with the server, then the question can be settled. */
  function send() {
    window.clearTimeout(timer);
    if (!isGoing || run.isOver()) { return; }
    run.queue.flush().then(function (isEmpty) {
      var question = run.question();
      if (!isGoing || run.isOver()) { return; }
      if (!run.isWriter()) { stay(); }
      else if (!isEmpty) { again(!run.isOffline()); }
      else if (!isSure && Object.keys(question.malformed).length) { stay(); askFirst(words.askMalformed, sureOfIt); }
      else { settle(run.current); }
    });
  }

  function sureOfIt() {
    isSure = true;
    setOut();
  }

  function settle(position) {
    var number = run.queue.lastSaved[position] || 0;
    run.queue.request("items/" + position + "/settle/", "POST", { client_seq: number }).then(function (answer) {
      var code = answer.body.error_code;
      if (answer.status === 200 && answer.body.finished) { run.queue.forget(); run.leave(); }
      else if (!isGoing || run.isOver() || position !== run.current) { return; }
      else if (answer.status === 200) { arrive(answer.body.position); }
      else if (code === "time_is_up" || code === "attempt_ended") { run.queue.forget(); run.leave(); }
      else if (code === "other_device") { stay(); run.otherDevice(); }
      else if (code === "answer_conflict") { sendAnew(position, Number(answer.body.fields.next_seq)); }
      else if (code === "cannot_go_back" || answer.status === 404) { stay(); run.heartbeat(); }
      else if (answer.status >= 400 && answer.status < 429 && answer.body.user_message && !isSignIn(answer.status)) {
        stay();
        run.remark(answer.body.user_message);
      }
      else { run.unreachable(answer); again(false); }
    });
  }

  function isSignIn(status) { return status === 401 || status === 403; }

  /* The server holds an answer that this page does not know of. What was changed here is newer and goes under the next
     number; a question that was left as it came is shown again with the answer that the server has. */
  function sendAnew(position, free) {
    var question = run.question();
    run.queue.know(position, free);
    if (question.sent !== question.first) {
      run.queue.put(position, question.read());
      again(true);
      return;
    }
    delete run.loaded[position];
    stay();
    run.show(position).then(function () { run.remark(words.answeredElsewhere); });
  }

  function again(isSoon) {
    timer = window.setTimeout(send, isSoon ? SOON : delay);
    if (!isSoon) { delay = Math.min(delay * 2, RETRY_LAST); }
  }

  function arrive(position) {
    delay = RETRY_FIRST;
    open(position).then(function (question) {
      if (question) { run.announce(run.fill(words.savedNext, { question: el("where").textContent })); }
    });
  }

  function open(position) {
    if (!run.item(position)) { run.items.push({ position: position, answered: false, flagged: false, next_seq: 1 }); }
    stay();
    return run.show(position);
  }

  /* The same sitting elsewhere: follow to the question that is open now, or load the one that could not be loaded. */
  function follow(state) {
    if (isGoing || run.isOver()) { return; }
    var position = state.delivery.position;
    if (position && position !== run.current) { open(position); }
    else if (!run.question()) { run.show(run.current); }
  }

  function answerCameLate(position) {
    run.remark(run.fill(words.cameLate, { n: position }));
    if (position === run.current) { run.heartbeat(); }
  }

  /* What is shown */

  function showWhere() {
    el("where").textContent = run.fill(words.questionAtMost, { n: run.current, most: run.config.state.delivery.at_most });
    el("item").setAttribute("aria-label", el("where").textContent);
    showLocked(run.isLocked());
  }

  /* Next keeps the focus while its answer is on its way, so it is not disabled but says that it can do nothing now. */
  function showLocked(is) {
    el("next").setAttribute("aria-disabled", String(is || !run.question()));
    if (is && ask.open) { decided = null; ask.close(); }
  }

  /* Ask in a dialog, which holds the focus and gives it back; "no" and Escape leave everything as it is. */
  function askFirst(text, yes) {
    el("ask-text").textContent = text;
    decided = yes;
    ask.returnValue = "";
    ask.showModal();
  }
  ask.addEventListener("close", function () {
    var yes = decided;
    decided = null;
    if (yes && ask.returnValue === "yes" && !run.isLocked()) { yes(); }
  });

  /* Enter in a field does nothing: what cannot be taken back is done by the button alone. */
  el("form").addEventListener("submit", function (event) { event.preventDefault(); });
  el("next").addEventListener("click", next);
  window.addEventListener("online", function () { delay = RETRY_FIRST; if (isGoing) { send(); } else { run.heartbeat(); } });

  run.start(run.config.state.delivery.position);
})();
