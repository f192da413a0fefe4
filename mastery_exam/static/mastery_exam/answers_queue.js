/* Answers on their way to the server. What is typed is kept on this device until the server has said that it has it. */
(function () {
  "use strict";

  var RETRY_FIRST = 2000;
  var RETRY_LAST = 15000;
  var TIMEOUT = 20000;

  function cookie(name) {
    var found = document.cookie.split("; ").find(function (part) { return part.indexOf(name + "=") === 0; });
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  /* One attempt's queue. `on` holds the listeners: changed, saved, offline, signedOut, otherDevice, ended, refused, left,
     clock. */
  function AnswersQueue(config, on) {
    this.config = config;
    this.on = on;
    this.key = "mastery_exam:" + config.attempt;
    this.waiting = this.read();
    this.nextSeq = {};
    this.lastSaved = {};
    this.savedHere = {};
    this.busy = false;
    this.stopped = false;
    this.delay = RETRY_FIRST;
    this.timer = null;
    var queue = this;
    config.state.items.forEach(function (item) { queue.know(item.position, item.next_seq); });
    window.addEventListener("online", function () { queue.soon(0); });
  }

  /* Learn from the server which number the next answer at a position has; an answer on its way keeps its own. */
  AnswersQueue.prototype.know = function (position, nextSeq) {
    this.nextSeq[position] = Math.max(nextSeq, this.nextSeq[position] || 1);
    this.lastSaved[position] = Math.max(nextSeq - 1, this.lastSaved[position] || 0);
  };

  AnswersQueue.prototype.read = function () {
    try {
      return JSON.parse(window.localStorage.getItem(this.key)) || {};
    } catch (error) {
      return {};
    }
  };

  AnswersQueue.prototype.write = function () {
    try {
      if (this.count()) { window.localStorage.setItem(this.key, JSON.stringify(this.waiting)); }
      else { window.localStorage.removeItem(this.key); }
    } catch (error) {
      /* A full or forbidden storage: the answers stay in this page's memory, and the page warns before it closes. */
    }
  };

  AnswersQueue.prototype.count = function () { return Object.keys(this.waiting).length; };

  /* Answers newer than those that the server told together with its next free number: they wait here, or they arrived
     while the server's word was on its way. */
  AnswersQueue.prototype.newerAnswers = function (position, nextSeq) {
    var saved = this.savedHere[position];
    if (this.waiting[position]) { return this.waiting[position].answers; }
    return saved && saved.seq >= nextSeq ? saved.answers : null;
  };

  AnswersQueue.prototype.put = function (position, answers) {
    var seq = this.nextSeq[position] || 1;
    if (this.waiting[position]) { seq = Math.max(seq, this.waiting[position].seq + 1); }
    this.nextSeq[position] = seq + 1;
    this.waiting[position] = { seq: seq, answers: answers };
    this.write();
    this.on.changed();
    this.soon(0);
  };

  AnswersQueue.prototype.soon = function (delay) {
    var queue = this;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(function () { queue.flush(); }, delay);
  };

  AnswersQueue.prototype.later = function () {
    this.soon(this.delay);
    this.delay = Math.min(this.delay * 2, RETRY_LAST);
  };

  AnswersQueue.prototype.forget = function () {
    this.stopped = true;
    this.waiting = {};
    this.write();
  };

  /* Send a request to the attempt's API; resolves to {status, body}, status 0 where nothing came back. */
  AnswersQueue.prototype.request = function (path, method, body) {
    var config = this.config;
    var on = this.on;
    var stop = new AbortController();
    var clock = window.setTimeout(function () { stop.abort(); }, TIMEOUT);
    var options = {
      method: method || "GET",
      credentials: "same-origin",
      cache: "no-store",
      signal: stop.signal,
      keepalive: method === "POST",
      headers: { Accept: "application/json" }
    };
    if (method === "POST") {
      options.headers["Content-Type"] = "application/json";
      options.headers["X-CSRFToken"] = cookie(config.csrfCookie) || config.csrfToken;
      options.body = JSON.stringify(body || {});
    }
    return fetch(config.api + path, options).then(function (response) {
      return response.json().catch(function () { return {}; }).then(function (data) {
        if (data.server_now) { on.clock(data); }
        return { status: response.status, body: data };
      });
    }).catch(function () {
      return { status: 0, body: {} };
    }).then(function (answer) {
      window.clearTimeout(clock);
      return answer;
    });
  };

  AnswersQueue.prototype.flush = function () {
    var queue = this;
    var position = Object.keys(this.waiting)[0];
    if (this.busy || this.stopped || !position) { return Promise.resolve(this.count() === 0); }
    var sent = this.waiting[position];
    this.busy = true;
    return this.request("items/" + position + "/answers/", "POST", {
      client_seq: sent.seq,
      answers: sent.answers
    }).then(function (answer) {
      queue.busy = false;
      return queue.received(position, sent, answer) ? queue.flush() : queue.count() === 0;
    });
  };

  /* Take in what the server said to one answer; returns whether to go on with the next. */
  AnswersQueue.prototype.received = function (position, sent, answer) {
    var code = answer.body.error_code;
    if (answer.status === 200) {
      this.delay = RETRY_FIRST;
      this.lastSaved[position] = Math.max(sent.seq, this.lastSaved[position] || 0);
      this.savedHere[position] = sent;
      if (this.waiting[position] && this.waiting[position].seq === sent.seq) { delete this.waiting[position]; }
      this.write();
      this.on.saved(Number(position), answer.body);
      return true;
    }
    if (code === "answer_conflict") {
      var free = Number(answer.body.fields.next_seq);
      if (this.waiting[position]) { this.waiting[position].seq = Math.max(free, this.waiting[position].seq + 1); }
      this.nextSeq[position] = Math.max(free, this.nextSeq[position] || 1) + 1;
      this.write();
      return true;
    }
    if (code === "cannot_go_back") {
      delete this.waiting[position];
      this.write();
      this.on.left(Number(position));
      return true;
    }
    if (code === "other_device") { this.on.otherDevice(); return false; }
    if (code === "time_is_up" || code === "attempt_ended") { this.forget(); this.on.ended(); return false; }
    if (answer.status === 400 || answer.status === 413) {
      delete this.waiting[position];
      this.write();
      this.on.refused(Number(position), answer.body.user_message || "");
      return true;
    }
    if (answer.status === 401 || answer.status === 403) { this.on.signedOut(); } else { this.on.offline(); }
    this.later();
    return false;
  };

  window.MasteryExamAnswersQueue = AnswersQueue;
})();
