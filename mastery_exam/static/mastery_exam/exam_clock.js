/* The time left, counted from the server's clock; this device's own clock is never asked what time it is. */
(function () {
  "use strict";

  var ALWAYS_SHOWN = [10, 1];

  /* `elements`: time, toggle (may be null), announce. `onEnd` is called once, when the time is over. */
  function ExamClock(config, elements, onEnd) {
    this.words = config.words;
    this.elements = elements;
    this.onEnd = onEnd;
    this.hidden = false;
    this.ended = false;
    this.told = {};
    this.sync(config.state);
    var clock = this;
    var left = this.minutesLeft();
    ALWAYS_SHOWN.forEach(function (minutes) { clock.told[minutes] = left < minutes; });
    if (elements.toggle) {
      elements.toggle.addEventListener("click", function () { clock.hidden = !clock.hidden; clock.show(); });
    }
    this.show();
    window.setInterval(function () { clock.tick(); }, 250);
  }

  ExamClock.prototype.sync = function (state) {
    this.left = Date.parse(state.ends_at) - Date.parse(state.server_now);
    this.since = performance.now();
  };

  ExamClock.prototype.milliseconds = function () { return this.left - (performance.now() - this.since); };

  ExamClock.prototype.minutesLeft = function () { return this.milliseconds() / 60000; };

  ExamClock.prototype.tick = function () {
    var clock = this;
    ALWAYS_SHOWN.forEach(function (minutes) {
      if (!clock.told[minutes] && clock.minutesLeft() <= minutes) {
        clock.told[minutes] = true;
        clock.hidden = false;
        clock.elements.announce.textContent =
          minutes === 1 ? clock.words.oneMinuteLeft : clock.words.minutesLeft.replace("{n}", minutes);
      }
    });
    this.show();
    if (this.milliseconds() <= 0 && !this.ended) {
      this.ended = true;
      this.onEnd();
    }
  };

  ExamClock.prototype.show = function () {
    var text = this.hidden ? this.words.timeHidden : this.words.timeLeft.replace("{time}", this.text());
    if (this.elements.time.textContent !== text) { this.elements.time.textContent = text; }
    if (this.elements.toggle) {
      this.elements.toggle.textContent = this.hidden ? this.words.showTime : this.words.hideTime;
      this.elements.toggle.setAttribute("aria-pressed", String(this.hidden));
    }
  };

  ExamClock.prototype.text = function () {
    var seconds = Math.max(0, Math.ceil(this.milliseconds() / 1000));
    var parts = [Math.floor(seconds / 60) % 60, seconds % 60];
    var hours = Math.floor(seconds / 3600);
    var padded = parts.map(function (part) { return (part < 10 ? "0" : "") + part; });
    return (hours ? hours + ":" : "") + padded.join(":");
  };

  window.MasteryExamClock = ExamClock;
})();
