/* Review: the time left, and no submission while answers are still on this device. */
(function () {
  "use strict";

  var config = JSON.parse(document.getElementById("mx-config").textContent);
  var words = config.words;
  var form = document.getElementById("mx-submit");
  var notice = document.getElementById("mx-notice");
  var text = document.getElementById("mx-notice-text");

  function say(sentence) { text.textContent = sentence; notice.hidden = !sentence; }
  function waiting() {
    var n = queue.count();
    say(n ? (n === 1 ? words.notSubmittedOne : words.notSubmitted).replace("{n}", n) : "");
  }
  function leave() { window.location.assign(config.endedUrl); }

  var queue = new window.MasteryExamAnswersQueue(config, {
    changed: function () {},
    clock: function () {},
    saved: waiting,
    offline: waiting,
    signedOut: function () { say(words.signIn); },
    otherDevice: function () { say(words.otherDevice); },
    refused: waiting,
    left: waiting,
    ended: leave
  });
  new window.MasteryExamClock(
    config,
    { time: document.getElementById("mx-time"), toggle: null, announce: document.getElementById("mx-announce") },
    function () { queue.flush().then(function () { window.location.reload(); }); }
  );

  form.addEventListener("submit", function (event) {
    if (!queue.count()) { return; }
    event.preventDefault();
    say(words.sending);
    queue.flush().then(function (empty) {
      if (empty) { say(""); form.requestSubmit(); } else { waiting(); }
    });
  });

  if (queue.count()) {
    waiting();
    queue.flush().then(function (empty) { if (empty) { window.location.reload(); } });
  }
})();
